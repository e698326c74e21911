"""Fields claimed by what headers mean, in the light of the other columns, where no list of synonyms has them.

A claim is applied when every word of the header is known, one column clearly says the field best, the column says no
other field as well, and its values suit it. With one unknown word, or a rival, it is offered.
"""

from collections.abc import Collection, Sequence

import pyarrow as pa

from partners.columns import Table
from partners.intake.meaning import meaning
from partners.intake.parse import as_strings, is_blank, trimmed
from partners.intake.samples import Look

MARGIN = 0.005
LEAST = 0.6
TOTALS = frozenset({"amount", "total", "net", "gross", "currency_named"})


def claims(
    table: Table, columns: Sequence[str], looks: Sequence[Look], open_to: Collection[tuple[int, str]]
) -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    """Source index → (field, the pattern it fills) to apply, and source index → field to offer.

    `open_to` are the pairs of a source index and a field that nothing better has decided.
    """
    scores = _scores(table, columns, looks, open_to)
    sure: dict[int, tuple[str, str]] = {}
    offered: dict[int, str] = {}
    for name in dict.fromkeys(name for _, name in scores):
        rivals = sorted(((score, -index) for (index, field), (score, _, _) in scores.items() if field == name))[::-1]
        index = -rivals[0][1]
        score, pattern, known = scores[index, name]
        ahead = len(rivals) == 1 or score - rivals[1][0] > MARGIN
        elsewhere = [other for (at, field), (other, _, _) in scores.items() if at == index and field != name]
        if max(elsewhere, default=0.0) > score + MARGIN:
            continue
        if ahead and known and score - max(elsewhere, default=0.0) > MARGIN:
            sure[index] = (name, pattern)
        else:
            offered.setdefault(index, name)
    return sure, offered


def _scores(
    table: Table, columns: Sequence[str], looks: Sequence[Look], open_to: Collection[tuple[int, str]]
) -> dict[tuple[int, str], tuple[float, str, bool]]:
    """(Source index, field) → score, pattern and whether every word is known, where the values suit the field."""
    found = {}
    for index, name in sorted(open_to):
        said = meaning(columns[index])
        if not said.concepts or len(said.unknown) > 1:
            continue
        score, pattern = said.score(table[name])
        alike = table.key == (name,) and not looks[index].tells_apart
        if score >= LEAST and not alike and looks[index].suits(table[name], pattern):
            found[index, name] = (score, pattern, not said.unknown)
    return found


def of_orders(
    columns: Sequence[str], looks: Sequence[Look], amounts: Collection[int], order_id: int | None
) -> set[int]:
    """Which of these amounts belong to a whole order and not to its line: "Total" where other columns name the line.

    Rows tell it too: an order of several lines has the total on each of them, or on the first alone.
    """
    said = [meaning(column).concepts for column in columns]
    lines_named = any("line" in one and one & {"price", "quantity"} for one in said)
    plain = {index for index in amounts if "total" in said[index] and said[index] <= TOTALS}
    return {index for index in plain if lines_named or (order_id is not None and _repeats(looks, order_id, index))}


def _repeats(looks: Sequence[Look], order_id: int, index: int) -> bool:
    """Do all orders of several lines show one amount, again and again or on their first line only?"""
    orders, cells = (as_strings(looks[at].raw).to_pylist() for at in (order_id, index))
    blank = is_blank(trimmed(pa.array(cells, pa.string()))).to_pylist()
    lines: dict[str, list[str]] = {}
    for order, cell, empty in zip(orders, cells, blank, strict=True):
        if order:
            lines.setdefault(order, []).append("" if empty or cell is None else cell)
    several = [found for found in lines.values() if len(found) > 1]
    return len(several) >= 2 and all(found[0] and set(found) <= {found[0], ""} for found in several)
