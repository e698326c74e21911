"""`manage.py undo` as scripts meet it, and the number that ingest and undo ask for."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope

from partners.models import Customer, Upload
from portal.kit import runs
from tests.cast import Cast
from tests.partners.conftest import settle

HEAD = "order id,customer id,date,sku,quantity,price\n"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's work in this process: the child's own story is told in tests/portal/kit."""
    monkeypatch.setattr(runs, "run_here", lambda run, **_more: settle(run))


def manage(command: str, *words: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command(command, *map(str, words), "--json", stdout=out)
    return dict(json.loads(out.getvalue().splitlines()[-1]))


def lines(file: Path, *, rows: int) -> Path:
    file.write_text(HEAD + "".join(f"O{n},C{n},2026-01-05,S1,1,1\n" for n in range(rows)))
    return file


def present(cast: Cast) -> int:
    with scope(partner=cast.alder):
        return Customer.objects.present().count()


def test_an_upload_is_undone_with_the_number_it_asks_for(cast: Cast, tmp_path: Path) -> None:
    told = manage("ingest", cast.alder.slug, "orders", lines(tmp_path / "a.csv", rows=5))
    with pytest.raises(CommandError, match=r"removes 5 of 5 rows.*\(--confirm 5\)"):
        manage("undo", cast.alder.slug, told["upload"])
    assert present(cast) == 5
    undone = manage("undo", cast.alder.slug, told["upload"], "--confirm", 5)
    assert undone == {"upload": told["upload"], "removed": 5, "dataset": None}
    assert present(cast) == 0
    with pytest.raises(CommandError, match="not in use"):
        manage("undo", cast.alder.slug, told["upload"])


def test_a_complete_list_is_ingested_with_the_number_it_asks_for(cast: Cast, tmp_path: Path) -> None:
    manage("ingest", cast.alder.slug, "orders", lines(tmp_path / "a.csv", rows=5))
    short = lines(tmp_path / "b.csv", rows=2)
    with pytest.raises(CommandError, match=r"removes 3 of 5 rows.*\(--confirm 3\)"):
        manage("ingest", cast.alder.slug, "orders", short, "--complete")
    with scope(partner=cast.alder):
        assert Upload.objects.count() == 1
    told = manage("ingest", cast.alder.slug, "orders", short, "--complete", "--confirm", 3)
    assert (told["removed"], told["unchanged"], present(cast)) == (3, 2, 2)


def test_an_unknown_upload_is_named_with_those_in_use(cast: Cast, tmp_path: Path) -> None:
    told = manage("ingest", cast.alder.slug, "orders", lines(tmp_path / "a.csv", rows=2))
    with pytest.raises(CommandError, match=rf"no upload 999: those in use are {told['upload']} \(a.csv\)"):
        manage("undo", cast.alder.slug, 999)
    with pytest.raises(CommandError, match="no upload"):
        manage("undo", cast.birch.slug, told["upload"])
