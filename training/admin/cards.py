"""A model version's card as tables and sentences; what the model recorded is data, and may be older than this code."""

from typing import Any

from django.utils.translation import gettext as _

from portal.kit.admin import Table
from portal.kit.numbers import NONE, percent, whole
from training import gates
from training.admin.words import MEASURES, family, figure, span, told
from training.models import ModelVersion


def metrics(version: ModelVersion) -> Table:
    """Every measure with its interval beside the naive rival's on the same rows."""
    found, rival = version.metrics, gates.rival_of(version)
    lines = [
        [str(words), figure(name, found[name]), _interval(found, name), figure(name, rival.get(name))]
        for name, words in MEASURES.items()
        if found.get(name) is not None
    ]
    named = told(rival.get("name")) or (_("popularity") if version.kind == "recommendation" else _("naive rival"))
    return Table(
        caption=_("How good it was on rows it had not seen"),
        heads=[_("Measure"), _("This version"), _("95 % interval"), _("Rival: %(name)s") % {"name": named}],
        lines=lines,
        none=_("No measures: the data did not allow a judgement."),
    )


def _interval(found: dict[str, Any], name: str) -> str:
    value = found[name]
    if isinstance(value, dict):
        return span(name, value.get("low"), value.get("high"))
    pair = (found.get("intervals") or {}).get(name)
    return span(name, *pair) if isinstance(pair, (list, tuple)) and len(pair) == 2 else NONE


def bakeoff(version: ModelVersion) -> Table:
    """All families that were tried, their share in the champion and their figures."""
    rows = [one for one in version.card.get("families") or [] if isinstance(one, dict)]
    measures = [name for name in MEASURES if any(one.get(name) is not None for one in rows)][:4]
    lines = [
        [
            family(str(one.get("family", ""))),
            percent(one.get("weight")),
            *(figure(name, one.get(name)) for name in measures),
            _("%(seconds)s s") % {"seconds": one["seconds"]} if one.get("seconds") is not None else NONE,
        ]
        for one in rows
    ]
    heads = [_("Family"), _("Weight"), *(str(MEASURES[name]) for name in measures), _("Time")]
    return Table(_("Families tried"), heads, lines, _("One family only; there was nothing to choose from."))


def calibration(version: ModelVersion) -> Table:
    """What was said against what happened, in groups of equal size."""
    rows = version.metrics.get("calibration") or version.card.get("calibration") or []
    lines = [
        [
            percent(one.get("said", one.get("predicted"))),
            percent(one.get("happened", one.get("observed"))),
            whole(one.get("n")),
        ]
        for one in rows
        if isinstance(one, dict)
    ]
    return Table(
        _("Calibration: what it said and what happened"),
        [_("Chance it said"), _("Happened"), _("Customers")],
        lines,
        _("This kind of model states no chances, or too few rows to check them."),
    )


def sentences(version: ModelVersion) -> list[str]:
    """The card's own words: the verdict first, then why, how judged, what to keep in mind."""
    card = version.card
    words = [told(card.get(name)) for name in ("summary", "why", "judged", "judged_on", "purchases", "money")]
    bands = card.get("bands")
    if isinstance(bands, dict):
        words.append(told(bands.get("rule")))
    words += [told(note) for note in card.get("notes") or [] if isinstance(note, (str, dict))]
    return [one for one in words if one]


def device(card: dict[str, Any]) -> str:
    """Where the nets were computed; a machine without a GPU is a normal state and says so."""
    return told(card.get("device")) or _("No GPU: CPU path in use")


def columns(version: ModelVersion) -> list[str]:
    found = version.card.get("columns") or version.card.get("features") or []
    return [str(one) for one in found] if isinstance(found, list) else []


def main_figure(version: ModelVersion) -> str:
    """“AUC 0.812 (0.790 – 0.834)”: the number versions are compared by."""
    name = gates.measure_of(version.kind)
    value = gates.main_value(version)
    if value is None:
        return _("not judged")
    ends = gates.interval_of(version)
    said = f"{MEASURES[name]}".split(" (")[0] + f" {figure(name, value)}"
    return f"{said} ({span(name, *ends)})" if ends else said


def rival_figure(version: ModelVersion) -> str:
    return figure(gates.measure_of(version.kind), gates.naive_value(version))
