"""What an upload quotes of its file: samples of columns, first rows, bad cells, rows that change. Where a quotation
tells whose row it is, theirs is struck whole; in rows of others only what names them and nobody else."""

from typing import Any

from partners.erasing.persons import GONE, Persons

KEY = "customer_id"
Json = dict[str, Any]


def scrubbed(upload: Json, persons: Persons) -> Json:
    """The texts and JSON of an upload's row without them."""
    matches = (upload.get("mapping") or {}).get("matches", [])
    sources = {one["source"] for one in matches if one.get("field") == KEY}
    if not sources:
        return {name: persons.scrubbed(value) for name, value in upload.items()}
    rest = {
        name: persons.distinct.scrubbed(value) for name, value in upload.items() if name not in ("mapping", "report")
    }
    mapping, report = upload["mapping"], dict(upload.get("report") or {})
    rows = report.pop("first_rows", {})
    sample = report.get("preview", {}).get("sample", [])
    told = {name: _entries(value, persons) for name, value in report.items()}
    if rows:
        told["first_rows"] = _first_rows(rows, sources, persons)
    if sample:
        told["preview"]["sample"] = [_change(one, persons) for one in sample]
    return {**rest, "mapping": {name: _entries(value, persons) for name, value in mapping.items()}, "report": told}


def _entries(value: Any, persons: Persons) -> Any:
    """A list of columns or of groups: a short number names somebody in the column of customers' numbers only."""
    if not isinstance(value, list):
        return persons.distinct.scrubbed(value)
    numbered = [isinstance(one, dict) and one.get("field") == KEY for one in value]
    return [
        (persons if is_number else persons.distinct).scrubbed(one)
        for one, is_number in zip(value, numbered, strict=True)
    ]


def _first_rows(rows: Json, sources: set[str], persons: Persons) -> Json:
    places = [place for place, name in enumerate(rows["columns"]) if name in sources]
    struck = []
    for row in rows["rows"]:
        if any(row[place].strip() in persons.numbers for place in places):
            struck.append([GONE] * len(row))
        else:
            struck.append([persons.distinct.without(cell) for cell in row])
    return {**rows, "rows": struck}


def _change(change: Json, persons: Persons) -> Json:
    """One row of a preview, with what stands there before and after."""
    whose = [change["key"].get(KEY), *change["columns"].get(KEY, ())]
    if not any(str(one) in persons.numbers for one in whose if one is not None):
        return {**change, "columns": persons.distinct.scrubbed(change["columns"])}
    pairs = {name: [None if cell is None else GONE for cell in pair] for name, pair in change["columns"].items()}
    return {**change, "key": dict.fromkeys(change["key"], GONE), "columns": pairs}
