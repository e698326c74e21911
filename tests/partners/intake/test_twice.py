"""A file checked as it is read, text by text and block by block in one thread, and as it is checked in earnest, from
blocks of distinct cells kept between the passes and written behind: the same rows, the same problems, the same counts.
"""

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.intake import lines, mapping, profile, read, sniff
from partners.intake.canonical import Canonical
from partners.intake.check import check, offered
from partners.intake.problems import Problems
from partners.intake.rows import Checker
from partners.intake.source import Source, Wishes
from partners.intake.spool import Spool
from tests.partners.intake.files import TODAY

NAMES = ["order id", "customer id", "date", "sku", "quantity", "price", "remark"]
CLEAN = [
    st.sampled_from(["O1", "O2", "O3", "C53637"]), st.sampled_from(["C1", "C2"]),
    st.sampled_from(["2026-01-05", "2026-02-28 10:30:00"]), st.sampled_from(["S1", "S2"]), st.sampled_from(["1", "-2"]),
    st.sampled_from(["2.5", "10", "0.25"]), st.sampled_from(["", "fine"]),
]  # fmt: skip
DIRT = st.sampled_from(
    ["", " ", "n/a", "Total", "合计", "１２", "2026-02-30", "2027-01-01", "31.12.2025", "1.23457E+11", "ten", "1,5",
     '"a ""b"" c"', '"two\nlines"', '"open', "x,y", "13085.0", "£2.50", "#REF!", "y" * 130]
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file of orders in which some cells are dirty, some lines ruined and some rows repeated."""
    rows = draw(st.lists(st.tuples(*CLEAN).map(list), min_size=1, max_size=25))
    for _ in range(draw(st.integers(0, 8))):
        draw(st.sampled_from(rows))[draw(st.integers(0, len(NAMES) - 1))] = draw(DIRT)
    written = [",".join(row) for row in rows]
    for extra in draw(st.lists(st.sampled_from(["", ",,,,,,", "A note below", "O9,C9", *written[:3]]), max_size=4)):
        written.insert(draw(st.integers(0, len(written))), extra)
    return "\n".join([",".join(NAMES), *written]) + "\n"


@pytest.mark.parametrize("block_bytes", [300, read.BLOCK_BYTES])
@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=texts())
def test_a_file_is_checked_alike_however_its_blocks_come(
    monkeypatch: pytest.MonkeyPatch, text: str, block_bytes: int
) -> None:
    monkeypatch.setattr(
        read.blocks, "__kwdefaults__", {**(read.blocks.__kwdefaults__ or {}), "block_bytes": block_bytes}
    )
    with tempfile.TemporaryDirectory() as folder, closing(Spool(Path(folder))) as spool:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8")
        source = sniff.sniff(path)
        found = mapping.suggest("orders", source.columns, read.sample(path, source))
        if found.missing():
            return
        wishes = Wishes(decimal="point", date_order="dmy")
        plain = profile.plan(path, source, found, wishes=wishes)
        spooled = profile.plan(path, source, found, wishes=wishes, spool=spool)
        assert plain.as_dict() == spooled.as_dict()
        assert plain.lines == spooled.lines
        assert _plainly(path, source, plain) == _in_earnest(path, source, spooled, at=TODAY)


def _plainly(path: Path, source: Source, plan: profile.Plan) -> tuple[Any, ...]:
    problems = Problems(path.parent / "plain-problems.parquet")
    checker = Checker(source, plan, at=TODAY, problems=problems)
    with Canonical(path.parent / "plain.parquet", plan.mapping, checker.schema) as canonical:
        for block in read.blocks(path, source, kind=lines.TEXT):
            canonical.write(canonical.complete(checker.settle(checker.look(block))))
        done = canonical.finish(problems, keep="", current=None)
    problems.close()
    report = checker.report
    counts = (report.lines, report.good - done.rejected - done.skipped, report.rejected + done.rejected)
    groups = [offered(group, plan) for group in problems.groups()]
    return counts, groups, done.totals, _rows(path.parent / "plain.parquet")


def _in_earnest(path: Path, source: Source, plan: profile.Plan, *, at: date) -> tuple[Any, ...]:
    report = check(path, source, plan, at=at, out=path.parent)
    counts = (report.lines, report.good, report.rejected)
    return counts, report.groups, report.totals, _rows(path.parent / "canonical.parquet")


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows
