"""A model version's card as tables and sentences; what the model recorded is data, and may be older than this code."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partner
from portal.kit.admin import Table, badge, row_link
from portal.kit.numbers import MINUS, NONE, percent, whole
from training import allowances, gates
from training.admin.words import MEASURES, family, figure, span, told
from training.ml import cards as words_of
from training.ml import grades
from training.models import ModelVersion

SLICES = 100
NOTES: dict[str, str | Promise] = {
    "rows": gettext_lazy("Rows judged"),
    "rival": gettext_lazy("Naive rival"),
    "calibration": gettext_lazy("Calibration"),
    "chances": gettext_lazy("Chances"),
    "drift": gettext_lazy("Drift"),
}


def metrics(version: ModelVersion) -> Table:
    """Every measure with its interval beside the naive rival's and the base rate's on the same rows."""
    found, rival, base = version.metrics, gates.rival_of(version), _base(version.metrics)
    lines = [
        [
            str(words),
            figure(name, found[name]),
            _interval(found, name),
            figure(name, rival.get(name)),
            _difference(found, "better", name),
            figure(name, base.get(name)),
            _difference(found, "above_base", name),
        ]
        for name, words in MEASURES.items()
        if found.get(name) is not None
    ]
    named = told(rival.get("name")) or (_("popularity") if version.kind == "recommendation" else _("naive rival"))
    heads = [
        *(_("Measure"), _("This version"), _("95 % interval"), _("Rival: %(name)s") % {"name": named}),
        *(_("Better than the rival by"), _("Base rate for everyone"), _("Better than that by")),
    ]
    shown = [place for place in range(len(heads)) if place < 4 or any(line[place] != NONE for line in lines)]
    return Table(
        caption=_("How good it was on rows it had not seen"),
        heads=[heads[place] for place in shown],
        lines=[[line[place] for place in shown] for line in lines],
        none=_("No measures: the data did not allow a judgement."),
    )


def _base(found: dict[str, Any]) -> dict[str, float]:
    """What saying the base rate of everyone would reach; empty where the version kept none."""
    rate = found.get("base_rate")
    if not isinstance(rate, (int, float)) or not isinstance(found.get("above_base"), dict):
        return {}
    same = {name: 1.0 for name in MEASURES if name.startswith("lift")}
    same |= {name: float(rate) for name in MEASURES if name.startswith("precision")}
    return {"auc": 0.5, "average_precision": rate, "brier": rate * (1 - rate), "calibration_error": 0.0, **same}


def _difference(found: dict[str, Any], against: str, name: str) -> str:
    """“+0.115 (0.102 – 0.128), beyond doubt”; the interval is that of the difference, pair by pair."""
    one = (found.get(against) or {}).get(name) if isinstance(found.get(against), dict) else None
    if not isinstance(one, dict) or one.get("value") is None or one.get("low") is None or one.get("high") is None:
        return NONE
    value, low, high = (-one[end] if name == "mae" else one[end] for end in ("value", "low", "high"))
    low, high = min(low, high), max(low, high)
    doubt = _("beyond doubt") if low > 0 else _("worse beyond doubt") if high < 0 else _("not beyond doubt")
    return f"{value:+.3f} ({low:+.3f} – {high:+.3f}), {doubt}".replace("-", MINUS)


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
    whole_weight = sum(one["weight"] for one in rows if isinstance(one.get("weight"), (int, float))) or 1.0
    lines = [
        [
            family(str(one.get("family", ""))),
            percent(one["weight"] / whole_weight) if isinstance(one.get("weight"), (int, float)) else NONE,
            *(figure(name, one.get(name)) for name in measures),
            _("%(seconds)s s") % {"seconds": one["seconds"]} if one.get("seconds") is not None else NONE,
        ]
        for one in rows
    ]
    how = version.card.get("reasons") if isinstance(version.card.get("reasons"), dict) else {}
    for line, one in zip(lines, rows, strict=True):
        line.append(told((how or {}).get(one.get("family"))) or NONE)
    heads = [_("Family"), _("Weight"), *(str(MEASURES[name]) for name in measures), _("Time"), _("Reasons by")]
    return Table(_("Families tried"), heads, lines, _("One family only; there was nothing to choose from."))


def held(version: ModelVersion, *, rights: bool) -> list[dict[str, Any]]:
    """Columns that tell the outcome too well, held back or allowed: words, whether used, where to change it."""
    found = []
    for name in ("held_back", "allowed"):
        for one in version.card.get(name) or []:
            if not isinstance(one, dict) or "column" not in one:
                continue
            column = str(one["column"])
            where = (
                reverse("admin:training_recipe_column", args=[version.recipe_id, column])
                if version.recipe_id and rights
                else ""
            )
            found.append(
                {
                    "column": column,
                    "words": told(one),
                    "used": name == "allowed",
                    "allowed_now": bool(version.recipe and allowances.declared(version.recipe, column)),
                    "url": where,
                }
            )
    return found


def slices(version: ModelVersion) -> Table:
    """Partner by partner on the judged rows; only the vendor's staff come here."""
    rows = [one for one in version.card.get("slices") or [] if isinstance(one, dict) and "partner" in one]
    known = {one.slug: one for one in Partner.objects.filter(slug__in=[row["partner"] for row in rows[:SLICES]])}
    lines = [
        [row_link(known.get(row["partner"])) if row["partner"] in known else row["partner"], *_slice(row)]
        for row in rows[:SLICES]
    ]
    heads = [
        *(_("Partner"), _("Customers judged"), _("Happened"), _("It said"), _("Level"), _("AUC"), _("95 % interval")),
        _("Calibration error"),
    ]
    return Table(_("Partner by partner"), heads, lines, _("This version kept no figures by partner."))


def _slice(row: dict[str, Any]) -> list[Any]:
    if row.get("few") or row.get("base_rate") is None:
        return [whole(row.get("n")), _("too few to tell"), *([NONE] * 5)]
    low, high, said, area = row.get("low"), row.get("high"), row.get("said"), row.get("auc")
    level: Any = NONE
    if low is not None and high is not None and said is not None:
        inside = low <= said <= high
        level = (
            badge(_("as it was"), look="good")
            if inside
            else badge(_("too high") if said > high else _("too low"), look="bad")
        )
    return [
        whole(row.get("n")),
        f"{percent(row['base_rate'], 1)} ({percent(low, 1)} – {percent(high, 1)})",
        percent(said, 1),
        level,
        figure("auc", area),
        span("auc", area.get("low"), area.get("high")) if isinstance(area, dict) else NONE,
        figure("calibration_error", row.get("calibration_error")),
    ]


def grade(version: ModelVersion, *, drift: float | None) -> Table:
    """The notes behind the grade, each with its rule."""
    measure = gates.measure_of(version.kind)
    lines = [
        [NOTES[note.name], note.letter, _noted(note), told(grades.RULE[note.name])]
        for note in grades.notes(version.metrics, drift=drift, measure=measure)
        if note.name in NOTES
    ]
    return Table(
        _("Where the grade comes from: the worst of these notes"),
        [_("Note on"), _("Letter"), _("Number"), _("Rule")],
        lines if letter(version, drift=drift) else [],
        _("No grade: there is no number to grade."),
    )


def letter(version: ModelVersion, *, drift: float | None) -> str:
    """A to E, or nothing."""
    return grades.grade(version.metrics, drift=drift, measure=gates.measure_of(version.kind))


def stamp(version: ModelVersion, *, drift: float | None) -> SafeString | str:
    """The grade as a badge: the letter is the word, the colour repeats it."""
    found = letter(version, drift=drift)
    return badge(found, look={"A": "good", "B": "good", "C": "note"}.get(found, "bad")) if found else NONE


def _noted(note: grades.Note) -> str:
    if note.value is None:
        return _("not known")
    return whole(note.value) if note.name == "rows" else f"{note.value:.3f}".replace("-", MINUS)


def sentences(version: ModelVersion) -> list[str]:
    """The card's own words: the verdict first, then why, how judged, what to keep in mind."""
    card = version.card
    words = [told(card.get(name)) for name in ("summary", "why", "judged", "judged_on", "purchases", "money")]
    bands = card.get("bands")
    if isinstance(bands, dict):
        words.append(told(bands.get("rule")))
    words += [told(card.get("pooling")), told(version.metrics.get("network"))]
    words += [told(card.get("reasons_overlap")), told(card.get("reasons_told"))]
    words += [told(card.get("level")), told(words_of.dropped(card.get("dropped")))]
    words += [told(words_of.interval(version.metrics.get("interval")))]
    words += [told(one) for one in card.get("trust_told") or [] if isinstance(one, dict)]
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
