"""S11: a small file that unpacks to a large one ends with a sentence, in a child that stays within its memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.bombs import bombs
from tests.drills.house import ROOT, House, house

DRILL = bool(os.environ.get("FAIRWAY_DRILLS"))
IN_EVERY_RUN = (
    "a sheet that says it is small and is not",
    "a sheet with one cell in the last corner",
    "a sheet of a million columns by entity",
    "a thousand sheets over one stream",
    "a table whose one long text stands everywhere",
    "a line that never ends",
)
LIMIT_MB = 1024
WATCH = """
import json, resource, subprocess, sys, time
began = time.monotonic()
ran = subprocess.run(sys.argv[1:], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps({"rc": ran.returncode, "said": ran.stderr, "peak": peak, "seconds": time.monotonic() - began}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("bombs")) as built:
        built.manage("createpartner", "alder", "--name", "Alder")
        yield built


@pytest.mark.slow
@pytest.mark.parametrize("name", bombs() if DRILL else IN_EVERY_RUN)
def test_a_bomb_ends_with_a_sentence_within_its_memory(made: House, name: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path = path.rename(tmp_path / bombs()[name](path))
    kind = path.stem
    command = [sys.executable, str(ROOT / "manage.py"), "ingest", "alder", kind, str(path)]
    ran = subprocess.run(
        [sys.executable, "-c", WATCH, *command],
        cwd=ROOT,
        env=made.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ran.stdout)
    print(f"{name}: {path.stat().st_size // 1024:,} KB, peak {told['peak']} MB, {told['seconds']:.1f} s")  # noqa: T201
    assert told["rc"] == 1
    said = told["said"].strip().splitlines()[-1]
    assert "signal" not in said, said
    assert said.endswith("."), said
    assert told["peak"] <= LIMIT_MB
    assert made.rows("select count(*) from partners_datasetversion") == [(0,)]
