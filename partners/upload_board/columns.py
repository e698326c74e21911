"""Which column of the file is which of ours: what was matched, how surely, what became of the rest."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from partners.columns import TABLES, Table, in_language
from partners.models import Upload
from partners.upload_board import language

MOST_WORDS = 100  # with the columns themselves, no more fields than a form may send
ORDER = {"warn": 1, "note": 2, "good": 2, "": 3}


@dataclass(frozen=True)
class Row:
    """One source column. `options`: value, label, chosen; `why`: what becomes of it, where that is not plain."""

    index: int
    source: str
    samples: list[str]
    sure: str
    look: str
    why: str
    required: bool
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Words:
    """The distinct words of a column that knows only some. `values`: place, seen, count, options as in Row."""

    index: int
    source: str
    label: str
    values: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0


def context(upload: Upload, said: dict[str, str], *, personal: bool) -> dict[str, Any]:
    """What the page of this station shows; `said` is what a form that was refused had chosen."""
    return {
        "rows": [_kept(row, said) for row in rows(upload, personal=personal)],
        "required": (needed := required(upload)),
        "missing": [one["label"] for one in needed if not one["source"]],
        "words": words(upload) if personal else [],
        "hidden_words": not personal and bool(upload.report.get("choices")),
        "row_number": said.get("row_number", upload.mapping.get("row_number", "")),
        "remembered": remembered_from(upload),
    }


def _kept(row: Row, said: dict[str, str]) -> Row:
    """The row as somebody left it on a form that was refused."""
    value = said.get(f"c{row.index}")
    if value is None:
        return row
    return replace(row, options=[(name, label, name == value) for name, label, _chosen in row.options])


def rows(upload: Upload, *, personal: bool) -> list[Row]:
    """Every source column with its match: what the file cannot do without first, then what needs a look.

    While something is missing, the columns nobody recognised come first: it is one of them.
    """
    table = TABLES[upload.kind]
    matches = [match for match in upload.mapping.get("matches", []) if match["source"].strip()]
    remembered = remembered_from(upload)
    found = [_row(table, match, remembered, personal=personal) for match in matches]
    missing = not all(one["source"] for one in required(upload))
    return sorted(found, key=lambda row: (missing and row.look != "", not row.required, ORDER[row.look]))


def _row(table: Table, match: dict[str, Any], remembered: str, *, personal: bool) -> Row:
    value = {"field": match["field"], "attribute": "attribute"}.get(match["role"], "ignore")
    sure, look, why = _sureness(table, match, remembered)
    return Row(
        index=match["index"],
        source=match["source"],
        samples=list(match["samples"])[:3] if personal else [],
        sure=sure,
        look=look,
        why=why,
        required=match["role"] == "field" and table[match["field"]].required,
        options=[(name, label, name == value) for name, label in _choices(table)],
    )


def _choices(table: Table) -> list[tuple[str, str]]:
    fields = [(column.name, in_language(column.label, language())) for column in table.columns]
    kept = [("attribute", _("Keep as an attribute"))] if table.keeps_attributes else []
    return [("ignore", _("Leave out")), *kept, *fields]


def _sureness(table: Table, match: dict[str, Any], remembered: str) -> tuple[str, str, str]:
    """How sure, its look, and a sentence about it."""
    if match["by_hand"] and remembered:
        return _("as in %(file)s") % {"file": remembered}, "note", ""
    if match["by_hand"]:
        return _("chosen by hand"), "note", ""
    if match["role"] == "field":
        if match["confidence"] > 0.9:
            return _("certain"), "good", _("The name and the values say so.")
        return _("likely"), "warn", _("The values fit, the name is not plain: have a look.")
    if match.get("why") == "tells_outcome":
        return _("left out"), "warn", _("It tells the outcome itself, so a model would only learn to repeat it.")
    if match["field"]:
        label = in_language(table[match["field"]].label, language())
        return _("not sure"), "warn", _("Perhaps “%(field)s”? Choose it if so.") % {"field": label}
    if match["role"] == "attribute":
        return _("kept"), "", _("Kept as an attribute the models may use.")
    return _("left out"), "", _("Nothing of ours has this name.")


def remembered_from(upload: Upload) -> str:
    """The file whose answers were used again, if any were."""
    return str((upload.reading.get("remembered") or {}).get("filename", ""))


def required(upload: Upload) -> list[dict[str, Any]]:
    """What the file cannot do without, and whether it was found."""
    mapping = upload.mapping
    have = {match["field"]: match["source"] for match in mapping.get("matches", []) if match["role"] == "field"}
    if mapping.get("row_number"):
        have[mapping["row_number"]] = _("the row number")
    table = TABLES[upload.kind]
    return [
        {
            "name": name,
            "label": in_language(table[name].label, language()),
            "help": in_language(table[name].help, language()),
            "source": have.get(name, ""),
        }
        for name in table.required
    ]


def words(upload: Upload) -> list[Words]:
    """What each distinct word of a choice or yes/no column is read as."""
    table = TABLES[upload.kind]
    places = {match["source"]: match["index"] for match in upload.mapping.get("matches", [])}
    found = []
    for source, told in (upload.report.get("choices") or {}).items():
        name = told.get("field", "")
        if source in places and name in table:
            values = [
                {
                    "place": place,
                    "seen": one["value"],
                    "count": one.get("count", 0),
                    "options": [(word, label, word == one.get("read_as")) for word, label in meanings(table, name)],
                }
                for place, one in enumerate(told.get("values", []))
                if one["value"].strip()
            ]
            values.sort(key=lambda one: any(chosen for _word, _label, chosen in one["options"]))  # unknown ones first
            more = max(len(values) - MOST_WORDS, 0)
            found.append(
                Words(places[source], source, in_language(table[name].label, language()), values[:MOST_WORDS], more)
            )
    return found


def meanings(table: Table, name: str) -> list[tuple[str, str]]:
    """The words a column knows, and how the page calls them."""
    if table[name].type == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    said = {
        "call": _("Call"), "email": _("E-mail"), "visit": _("Visit"), "meeting": _("Meeting"), "ticket": _("Ticket"),
        "complaint": _("Complaint"), "quote": _("Quote"), "other": _("Other"), "contacted": _("Contacted"),
        "saved": _("Saved"), "lost": _("Lost"), "not_a_risk": _("Not a risk"), "bought": _("Bought"),
        "wrong_product": _("Wrong product"), "accepted": _("Accepted"), "has_it": _("has it already"),
        "other_source": _("buys it elsewhere"), "too_dear": _("too dear"),
        "not_their_line": _("not their line of business"), "does_not_fit": _("does not fit what they use"),
    }  # fmt: skip
    return [(word, said.get(word, word)) for word in table[name].choices]
