"""The problems of a check as a file people can work through in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from partners.columns import in_language
from partners.intake.causes import CAUSES
from partners.intake.cells import defused
from partners.intake.stored import Stored, stored
from partners.intake.templates import BOM

SEEN = 2
HEADS = {"en": ("Row", "Column", "Seen", "Problem", "Needed"), "zh-hans": ("行", "列", "内容", "问题", "要求")}
MOST = 100_000


def write(problems: Path, out: Path, *, language: str) -> None:
    """Write the first hundred thousand problems, in the order of the file."""
    import pyarrow.parquet as pq

    out.unlink(missing_ok=True)
    if not problems.is_file():
        return
    heads = HEADS["zh-hans" if language.lower().startswith("zh") else "en"]
    table = pq.read_table(problems).sort_by("row").slice(0, MOST)
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        rows = csv.writer(file)
        rows.writerow(heads)
        for problem in table.to_pylist():
            cause = CAUSES[problem["cause"]]
            said = (in_language(cause.title, language), in_language(cause.needed, language))
            rows.writerow([problem["row"], defused(problem["column"]), defused(problem["value"] or ""), *said])


def unquoted(path: Path | Stored) -> Iterator[str]:
    """The lines of such a file without what stands in the cells, which may name a person."""
    with io.TextIOWrapper(stored(path).open(), encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            row[SEEN] = row[SEEN] if number == 0 else ""
            line = io.StringIO()
            csv.writer(line).writerow(row)
            yield line.getvalue()
