"""Corrections as an operator writes them on the command line."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from partners.intake.fixes import Fix, read
from portal.kit.errors import Refusal

ORDERS = ("dmy", "mdy")


def date_orders(said: Iterable[str]) -> dict[str, Any]:
    """`dmy` for all columns, `Source column=mdy` for one. Raises Refusal."""
    wishes: dict[str, Any] = {"date_order": "", "date_orders": {}}
    for one in said:
        column, equals, order = one.rpartition("=")
        if order not in ORDERS or (equals and not column.strip()):
            raise Refusal(f'“{one}” is no order of day and month: write dmy, mdy or "Source column=dmy".')
        if equals:
            wishes["date_orders"][column.strip()] = order
        else:
            wishes["date_order"] = order
    return wishes


def corrections(fixes: Iterable[str], values: Iterable[str], file: Path | None) -> dict[str, Any]:
    """Fixes and meanings of words, those of the file first. Raises Refusal."""
    found = _file(file) if file else {}
    listed, meanings = [*found.get("fixes", [])], {**found.get("values", {})}
    listed += [Fix.spoken(one) for one in fixes]
    read(listed)
    for one in values:
        place, equals, word = one.rpartition("=")
        column, colon, seen = place.partition(":")
        if not equals or not colon or not column:
            raise Refusal(f'“{one}” does not say which word means what: write "column:seen=word".')
        meanings[column] = {**meanings.get(column, {}), seen: word}
    return {"fixes": tuple(listed), "values": meanings}


def _file(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal(f"{path} cannot be read as JSON ({error}). Nothing was changed.") from None
    fixes, values = (found.get("fixes", []), found.get("values", {})) if isinstance(found, dict) else (None, None)
    if not (isinstance(fixes, list) and all(isinstance(fix, dict) for fix in fixes) and _words(values)):
        raise Refusal(f'{path} must hold {{"fixes": [{{…}}], "values": {{"column": {{"seen": "word"}}}}}}.')
    return found


def _words(values: object) -> bool:
    """Source column → word in the file → our word."""
    return isinstance(values, dict) and all(
        isinstance(words, dict) and all(isinstance(word, str) for word in words.values()) for words in values.values()
    )
