"""Second pass: the whole file read as planned, every problem found, good rows written as canonical Parquet.

At the end good + rejected + skipped == lines, always.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from partners.columns import TABLES
from partners.intake import profile, read
from partners.intake.ahead import ahead
from partners.intake.canonical import Canonical
from partners.intake.causes import PARSE
from partners.intake.lines import ENCODED
from partners.intake.mending import helpful
from partners.intake.problems import Group, Problems
from partners.intake.rows import Checker, Report
from partners.intake.source import Source
from partners.intake.stored import Stored

Progress = Callable[[float], object]


def check(
    path: Path | Stored, source: Source, plan: profile.Plan, *, at: dt.date, out: Path, progress: Progress | None = None
) -> Report:
    """Check the file as planned; write out/canonical.parquet and out/problems.parquet."""
    out.mkdir(parents=True, exist_ok=True)
    problems = Problems(out / "problems.parquet")
    checker = Checker(source, plan, at=at, problems=problems)
    blocks = plan.spool.blocks() if plan.spool else read.blocks(path, source, kind=ENCODED)
    try:
        with Canonical(out / "canonical.parquet", plan.mapping, checker.schema) as canonical:
            checked = map(checker.settle, ahead(checker.look, blocks))
            completed = ahead(canonical.complete, checked, threads=1)  # while the next is checked
            for _ in ahead(canonical.write, completed, threads=1):
                if progress:
                    progress(0.1 + 0.8 * checker.report.lines / plan.lines)
            dropped = canonical.finish(problems, keep=checker.keep, current=plan.current)
    finally:
        problems.close()
    report = checker.report
    report.good -= dropped.rejected + dropped.skipped
    report.rejected += dropped.rejected
    report.skipped += dropped.skipped
    report.first_on, report.last_on, report.totals = dropped.first_on, dropped.last_on, dropped.totals
    report.groups = [offered(group, plan) for group in problems.groups()]
    report.reading = plan.as_dict()
    report.choices = checker.choices.as_dict(checker.menders)
    assert report.good + report.rejected + report.skipped == report.lines, "every line has one fate"
    return report


def offered(group: Group, plan: profile.Plan) -> dict[str, Any]:
    """The group as it is told, with only those other ways of reading its cells that help."""
    told, table = group.as_dict(), TABLES[plan.mapping.kind]
    if told["hows"] and group.field in table:
        decimal = plan.decimals.get(group.field, "")
        told["hows"] = helpful(table[group.field], group.values, told["hows"], decimal=decimal)
        told["acts"] = [act for act in told["acts"] if act != PARSE or told["hows"]]
    return told
