"""`make bench-intake`: what taking files in costs, printed as ratios to what was measured beside it in the same run.

Every number is of the real thing: a Fairway in a temporary folder, uploads received, sealed, checked and taken into
use by limited children, under this process as their supervisor. Nothing is asserted and nothing is kept.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import files
from tests.bench.watch import Measured, middle, watched

if TYPE_CHECKING:
    from partners.models import Partner, Upload, UploadRun

CHUNK = 2**20
PARTS = ("load", "again", "undo", "sheet")
Row = tuple[str, str, str, str]
"""What, measured, bar, n."""


class House:
    """A Fairway in a folder, with one partner for every measurement."""

    def __init__(self, home: Path) -> None:
        os.environ |= {"FAIRWAY_HOME": str(home), "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
                       "SECRET_KEY": "a key for benchmarks only", "FAIRWAY_UPLOAD_MAX_MB": "4000"}  # fmt: skip
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        self.partners = 0

    def partner(self) -> "Partner":
        from partners.models import Partner

        self.partners += 1
        return Partner.objects.create(slug=f"bench-{self.partners}", name=f"Bench {self.partners}")

    def receive(self, partner: "Partner", path: Path) -> "Upload":
        from partners import uploads

        return uploads.receive(partner, kind="orders", filename=path.name, chunks=_chunks(path), by=None)

    def use(self, upload: "Upload", *, first: Callable[[], object] = lambda: None) -> None:
        """Check a file and take it into use; `first` is called once its first rows can be seen."""
        from partners import uploads
        from partners.models import UploadRun

        run = uploads.prepare(upload, UploadRun.Step.COMMIT, by=None, at=_today(), skip_bad=True)
        self._run(run, first)

    def undo(self, upload: "Upload") -> None:
        from partners import uploads

        upload.refresh_from_db()
        self._run(uploads.prepare_withdraw(upload, by=None, at=_today()))

    def _run(self, run: "UploadRun", first: Callable[[], object] = lambda: None) -> None:
        from portal.kit import runs

        def heard(word: dict[str, object]) -> None:
            if word.get("progress") == 0.1:
                first()

        ended = runs.run_here(run, echo=heard)
        assert ended.state == run.State.SUCCEEDED, ended.message


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


class Bench:
    def __init__(self, folder: Path, *, lines: int, rows: int, seed: int, times: int) -> None:
        self.folder, self.lines, self.rows, self.seed, self.times = folder, lines, rows, seed, times
        self.house = House(folder / "home")
        self.table: list[Row] = []
        self.loads: list[Measured] = []
        self.measured: list[Measured] = []

    def row(self, what: str, measured: str, bar: str, n: int) -> None:
        self.table.append((what, measured, bar, str(n)))
        say(f"{what}: {measured} (bar {bar}, n = {n})")

    def measure(self, parts: list[str]) -> None:
        from django_scopes import scope

        with scope(partner=None):
            for part in parts:
                getattr(self, part)()
        growth = max(measured.growth for measured in self.measured)
        self.row("growth of the supervising process", f"{growth:.0f} MB", "64 MB", len(self.measured))

    def load(self) -> None:
        """Bars 1, 2, 3: clean, dirty and bare in turn, so that what else the machine does falls on all of them."""
        path = files.orders(self.folder / "orders.csv", lines=self.lines, seed=self.seed)
        spoiled = files.dirty(path, self.folder / "dirty.csv", every=1000, seed=self.seed)
        bare: list[Measured] = []
        dirty: list[Measured] = []
        previews: list[float] = []
        for _ in range(self.times):
            with watched() as one:
                files.read_bare(path, self.folder / "bare.parquet")
            bare.append(one)
            self.loads.append(self._load(path, previews))
            dirty.append(self._load(spoiled, []))
        size = path.stat().st_size / 2**20
        self._ratio(f"{self.lines:,} lines ({size:.0f} MB): check, commit, dataset / bare DuckDB", self.loads, bare, 3)
        self._ratio("the same with 0.1 % bad cells, left out", dirty, bare, 3)
        peak = max(one.child for one in self.loads + dirty)
        self.row("peak memory of the child", f"{peak:.0f} MB", "1024 MB", 2 * self.times)
        self.row(f"first preview of {size:.0f} MB", f"{max(previews):.1f} s at worst", "3 s", self.times)

    def _load(self, path: Path, previews: list[float]) -> Measured:
        partner = self.house.partner()
        self.upload = self.house.receive(partner, path)
        start = time.monotonic()
        with watched() as one:
            self.house.use(self.upload, first=lambda: previews.append(time.monotonic() - start))
        self.measured.append(one)
        return one

    def again(self) -> None:
        """Bar 4: one order in a hundred comes again at other prices, into the dataset of the last load."""
        assert self.loads, "measured beside the first load"
        part = files.orders(
            self.folder / "changed.csv", lines=self.lines // 100, seed=self.seed, first=self.lines // 2, changed=True
        )
        runs = []
        for _ in range(self.times):
            upload = self.house.receive(self.upload.partner, part)
            with watched() as one:
                self.house.use(upload)
            self.house.undo(upload)
            runs.append(one)
        self._ratio(f"{self.lines // 100:,} changed lines into {self.lines:,} / the first load", runs, self.loads, 0.5)

    def undo(self) -> None:
        """Bar 5: twenty files into one dataset, then one in the middle undone."""
        partner, uploads, loaded = self.house.partner(), [], []
        for index in range(20):
            share = self.lines // 20
            path = files.orders(self.folder / f"{index}.csv", lines=share, seed=self.seed, first=index * share)
            upload = self.house.receive(partner, path)
            with watched() as one:
                self.house.use(upload)
            uploads.append(upload)
            loaded.append(one)
        with watched() as gone:
            self.house.undo(uploads[10])
        whole = Measured(sum(one.seconds for one in loaded), sum(one.processor for one in loaded))
        self._ratio("undo of one among twenty / loading all twenty", [gone], [whole], 0.5)
        self.measured += [*loaded, gone]

    def sheet(self) -> None:
        """Bar 6."""
        path = files.orders(self.folder / "sheet.csv", lines=self.rows, seed=self.seed)
        path = files.spreadsheet(path, self.folder / "sheet.xlsx")
        one = self._load(path, [])
        self.row(f"XLSX of {self.rows:,} rows: peak memory of the child", f"{one.child:.0f} MB", "1024 MB", 1)
        self.row(f"XLSX of {self.rows:,} rows: check, commit, dataset", f"{one.seconds:.0f} s", "none", 1)

    def _ratio(self, what: str, ours: list[Measured], beside: list[Measured], bar: float) -> None:
        told = []
        for name, unit in (("seconds", "s"), ("processor", "s of processor")):
            mine, theirs = middle(ours, name), middle(beside, name)
            told.append(f"{mine / theirs:.2f} × ({mine:.1f} / {theirs:.1f} {unit})")
        self.row(what, "; ".join(told), f"{bar} ×", len(ours))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the spreadsheet")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "home").mkdir()
        bench = Bench(Path(folder), lines=chosen.lines, rows=chosen.rows, seed=chosen.seed, times=chosen.times)
        bench.measure(chosen.only)
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numpy", "python-calamine"))
    say(f"\nPython {platform.python_version()}, {packages}; {os.cpu_count()} cores; seed {chosen.seed}; medians\n")
    say("| what | measured | bar | n |\n|---|---|---|---|")
    for row in bench.table:
        say(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
