"""docs/columns.md, written from the columns themselves: `python -m partners.columns.document > docs/columns.md`."""

from collections.abc import Iterator

from partners.columns import TABLES, Column, Table
from partners.intake.causes import CAUSES, PARSE
from partners.intake.fixes import HOWS

HEAD = """# What a file may hold

Six kinds of files, each as CSV (UTF-8, UTF-16, GB18030 or Windows-1252; comma, semicolon, tab or bar),
XLSX or Parquet. Headers are matched by meaning, in English, Chinese and some German, French and
Spanish; spelling, case, underscores and brackets do not matter. What is certain is applied, what is
likely is offered, everything else is said to be left out, or kept as an attribute where the kind keeps
attributes. A header on no list is read word by word ("Distributor Invoice Nbr", "客户全名"): where every
word is known, one column says it best and the values suit it, it is applied as likely, to be looked at.
`--map "Source column=field"` (or the page) overrides any of it: `=ignore` drops a column,
`=attribute` keeps it, `#row=field` takes the row number, counted from the first row of data.

- **Dates**: ISO, `31.12.2026`, `31/12/2026`, `12/31/2026`, `20261231`, `5 Jan 2026`, `2026年12月31日`,
  spreadsheet serials. Columns that both day-first and month-first explain are asked, all in one
  question (`--date-order dmy|mdy`, `--date-order "Source column=dmy"`), never guessed.
- **Numbers**: thousands separators, decimal comma or point (per column, `--decimal` decides what
  nothing else does), currency signs, `(12.50)` and `12-` for negatives.
- **Yes and no**: yes/no, true/false, 1/0, 是/否 and a column's own words ("Attrited Customer").
- **Rows left out with a note**: empty rows, totals rows, lines without a customer, exact repetitions.
- **Rows with errors** block a file until it is corrected, its problems are fixed in groups, or it is
  sent with `--skip-bad`. The failing rows can be had in the format they came in, with a reason beside
  each; corrected and sent again, the two columns we added are left out.
- **Fixes** (`--fix "column:cause=act[:value]"`, `--fixes FILE`, the page, the API) treat all problems of
  one cause in one column, or one value of them, alike; the next check shows what became of them. The
  causes and what may be done are listed at the end.
- **Words** of columns with a fixed vocabulary can be given a meaning (`--value "column:seen=word"`).
- **Answers are remembered** for the partner and the header: columns, orders of dates, decimal sign,
  words, readings. Replacements and rows left out are not: they were decided about the rows one saw.
- **Returns**: negative quantities or amounts, numbers such as `C536379`, and a column that says which
  lines are credit notes.
- **A newer file wins** by the natural key; customers and products column by column, so a file with only
  labels keeps names.
- A customers column that tells the outcome itself (a churn score, a reason for leaving) is no attribute
  unless asked for.
"""
TYPES = {"text": "text", "identifier": "code", "date": "date", "number": "number", "integer": "whole number",
         "boolean": "yes/no", "choice": "one of"}  # fmt: skip
SHOWN = 8


def document() -> str:
    tables = (line for table in TABLES.values() for line in _table(table))
    return "\n".join([HEAD, *tables, *_causes()])


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.label['en']} (`{table.kind}`)\n"
    yield f"{table.help['en']} Natural key: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | 中文 | type | meaning | also found under |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        yield _row(column)
    yield ""
    if table.keeps_attributes:
        yield "Every other column is kept as an attribute (`attr_…`): a number, yes or no, or a date where"
        yield "95 % of its cells are; text otherwise.\n"


def _causes() -> Iterator[str]:
    yield "## What can be wrong\n"
    yield "Errors keep their rows out until they are fixed; warnings do not.\n"
    yield "| cause | level | meaning | what may be done |"
    yield "|---|---|---|---|"
    for cause in CAUSES.values():
        acts = [f"parse ({', '.join(HOWS[cause.code])})" if act == PARSE else act for act in cause.acts]
        yield f"| `{cause.code}` | {cause.level} | {cause.title['en']} | {', '.join(acts)} |"
    yield ""


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    kind = TYPES[column.type]
    if column.type == "choice":
        kind += " " + ", ".join(column.choices)
    english = [word for word in column.synonyms if word.isascii()][:SHOWN]
    chinese = [word for word in column.synonyms if not word.isascii()][: SHOWN // 2]
    listed = ", ".join([*english, *chinese])
    return f"| {name} | {column.label['zh-hans']} | {kind} | {column.help['en']} | {listed} |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
