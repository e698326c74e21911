"""The documents: links lead somewhere, what they tell people to type exists, and nothing in them is out of date."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from portal.doctor import QUEUES
from portal.management.commands.up import WORKERS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
UNITS = sorted((ROOT / "docs" / "deploy" / "systemd").glob("*.service"))
COMPOSE = ROOT / "docs" / "deploy" / "compose.yaml"


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+://", link):
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_the_documents_name_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^make ([a-z-]+)", text, re.M))
    assert named <= targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_the_documents_name_exists(page: Path) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"manage\.py ([a-z]+)", page.read_text(encoding="utf-8")))
    assert named <= get_commands().keys()


def test_make_help_lists_the_two_commands_and_explains_every_other() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make ([a-z-]+) ", done.stdout, re.M))
    assert {"run", "test", "lint", "types", "messages", "drills", "clean"} <= listed


def test_the_continuous_check_is_make_test_and_nothing_of_its_own() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    words = [line for line in script.read_text().splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert words == ["exec make test"]


def test_a_missing_python_is_answered_with_a_sentence(tmp_path: Path) -> None:
    command = ["make", f"VENV={tmp_path}/venv", "PYTHON=python-that-is-not-here", "run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Fairway needs Python 3.11" in done.stdout
    assert "apt-get install python3.11" in done.stdout


def test_the_compose_file_serves_every_queue_and_has_one_scheduler() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    commands = [service["command"] for service in services.values() if "celery" in service.get("command", [])]
    served = {
        queue for words in commands if "worker" in words for queue in words[words.index("--queues") + 1].split(",")
    }
    assert served == set(QUEUES) - {"gpu"}  # hosts with GPUs stand beside: docs/deploy.md
    assert sum("beat" in words for words in commands) == 1


def test_one_machine_serves_every_queue() -> None:
    served = {queue for words in WORKERS.values() for queue in words[1].split(",")}
    assert served == set(QUEUES)


def test_the_compose_file_keeps_data_in_volumes_and_listens_on_this_host_only() -> None:
    found = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    assert set(found["volumes"]) == {"home", "database", "broker"}
    assert all(port.startswith("127.0.0.1:") for port in found["services"]["web"]["ports"])
    assert "ports" not in found["services"]["database"]
    assert "ports" not in found["services"]["broker"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_run_as_their_own_user_with_the_one_settings_file(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    assert "User=fairway\n" in text
    assert "EnvironmentFile=/etc/fairway/fairway.env\n" in text
    if "oneshot" not in text:
        assert "Restart=" in text
        assert "ProtectSystem=strict" in text


def test_every_unit_the_guide_enables_exists() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    names = set(re.findall(r"fairway-(?:migrate|web|beat|worker@)", guide))
    assert names == {unit.name.removesuffix(".service") for unit in UNITS}


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("2*.md")), ids=lambda path: path.name)
def test_a_decision_carries_its_date_in_its_name_and_has_a_title(page: Path) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.md", page.name)
    first = page.read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"# .{10,90}", first)


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
