"""docs/columns.md, written from the columns themselves: `python -m partners.columns.document > docs/columns.md`."""

from collections.abc import Iterator

from partners.columns import TABLES, Column, Table

HEAD = """# What a file may hold

Six kinds of files, each as CSV (UTF-8, UTF-16, GB18030 or Windows-1252; comma, semicolon, tab or bar),
XLSX or Parquet. Headers are matched by meaning, in English, Chinese and some German, French and
Spanish; spelling, case, underscores and brackets do not matter. What is certain is applied, what is
likely is offered, everything else is said to be left out, or kept as an attribute where the kind keeps
attributes. `--map "Source column=field"` (or the page) overrides any of it: `=ignore` drops a column,
`=attribute` keeps it, `#row=field` takes the row number, counted from the first row of data.

- **Dates**: ISO, `31.12.2026`, `31/12/2026`, `12/31/2026`, `20261231`, `5 Jan 2026`, `2026年12月31日`,
  spreadsheet serials. A column that both day-first and month-first explain is asked (`--date-order
  dmy|mdy`), never guessed.
- **Numbers**: thousands separators, decimal comma or point (per column, `--decimal` decides what
  nothing else does), currency signs, `(12.50)` and `12-` for negatives.
- **Yes and no**: yes/no, true/false, 1/0, 是/否 and a column's own words ("Attrited Customer").
- **Rows left out with a note**: empty rows, totals rows, lines without a customer, exact repetitions.
- **Rows with errors** block a file until it is corrected or sent with `--skip-bad`.
- **A newer file wins** by the natural key; customers and products column by column, so a file with only
  labels keeps names.
- A customers column that tells the outcome itself (a churn score, a reason for leaving) is no attribute
  unless asked for.
"""
TYPES = {"text": "text", "identifier": "code", "date": "date", "number": "number", "integer": "whole number",
         "boolean": "yes/no", "choice": "one of"}  # fmt: skip
SHOWN = 8


def document() -> str:
    return "\n".join([HEAD, *(line for table in TABLES.values() for line in _table(table))])


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.label['en']} (`{table.kind}`)\n"
    yield f"{table.help['en']} Natural key: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | 中文 | type | meaning | also found under |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        yield _row(column)
    yield ""
    if table.keeps_attributes:
        yield "Every other column is kept as an attribute (`attr_…`), a number where 95 % of its cells are numbers.\n"


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
