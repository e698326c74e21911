"""The catalogue as a page people read, docs/features.md: `make features` writes it, a test keeps the two alike."""

from __future__ import annotations

import sys
from pathlib import Path

from training.ml.features.catalogue import FEATURES
from training.ml.features.phrases import GROUPS, SENTENCES

HEAD = """# Features

What the models are told of a customer at a date, from the uploaded files. Nothing dated on or after that date is seen.
Written by `make features` from `training/ml/features`; edit the tables there.

- **From which rows.** Purchases are order lines with a customer, a product and a positive quantity, without returns,
  free lines and services such as postage. A day with several orders is one day for the rhythm.
- **How models see them.** Each feature as its rank among the partner's customers on the same date; where its level
  matters by itself, that too. *reach N*: unknown where the partner's orders do not go back N days. *0*: no record means
  none.
- **What others pay** is each product's median price in the last month with sales before, over all of the partner's
  customers.
- **Tone** is the rating a partner sent, else read from a small list of English and Chinese words on this machine.
- **Attributes.** Segment, industry, region and country stand for the customer at every date. The card's other columns
  carry no date: a closed account or a discount to stay may be a consequence of leaving. They are used where the label
  stands on the card too (labelled outcomes), and nowhere else; there, a missing value is a value.
"""


def page() -> str:
    """The whole page as Markdown, ending in a newline."""
    parts = [HEAD]
    for group, titles in GROUPS.items():
        rows = [feature for feature in FEATURES if feature.group == group]
        if rows:
            parts.append(f"## {titles['en'].capitalize()} · {titles['zh-hans']}\n")
            lines = [
                f"| `{row.name}` | {row.unit} | {row.en} | {row.zh} | {_traits(row.zero, row.reach, row.level)} |"
                for row in rows
            ]
            parts.append("| name | unit | English | 中文 | |\n|---|---|---|---|---|\n" + "\n".join(lines) + "\n")
    parts.append("## Sentences · 说明语句\n\nHow reasons are told; the numbers are the customer's own.\n")
    told = [f"| `{code}` | {said['en']} | {said['zh-hans']} |" for code, said in SENTENCES.items()]
    parts.append("| code | English | 中文 |\n|---|---|---|\n" + "\n".join(told) + "\n")
    return "\n".join(parts)


def _traits(zero: bool, reach: int, level: str) -> str:
    said = [*(["0"] if zero else []), *([f"reach {reach}"] if reach else []), *(["level"] if level else [])]
    return ", ".join(said)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
