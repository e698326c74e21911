"""The outcome a model predicts, as people write it: `inactivity:90`, `purchase:30:Toner`, `labelled`."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.kit.errors import Refusal

DEFAULTS = {"churn": "inactivity:90", "propensity": "purchase:90", "value": "", "recommendation": ""}
SHAPES = {"churn": ("inactivity", "subscription", "labelled"), "propensity": ("purchase", "labelled")}
LONGEST = 3650
LONGEST_GAP = 365


@dataclass(frozen=True)
class Outcome:
    text: str
    horizon: int


def read(kind: str, outcome: str, horizon: int | None = None) -> Outcome:
    """Check an outcome against its kind; days written in the outcome rule the horizon. Raises Refusal."""
    if kind not in DEFAULTS:
        raise Refusal(
            _("“%(kind)s” is not a kind of model: choose %(kinds)s.") % {"kind": kind, "kinds": ", ".join(DEFAULTS)}
        )
    text = (outcome or DEFAULTS[kind]).strip()
    if kind not in SHAPES:
        if text:
            raise Refusal(_("A %(kind)s model takes no outcome: leave it out.") % {"kind": kind})
        return Outcome("", _days(horizon or 90))
    shape, _colon, rest = text.partition(":")
    if shape not in SHAPES[kind]:
        raise Refusal(
            _("“%(text)s” is not an outcome of %(kind)s: write %(shapes)s.")
            % {"text": text, "kind": kind, "shapes": _(" or ").join(_example(one) for one in SHAPES[kind])}
        )
    if shape == "labelled":
        return Outcome(text, _days(horizon or 90))
    days, _colon, category = rest.partition(":")
    if not days:
        return Outcome(f"{shape}:{_days(horizon or 90)}", _days(horizon or 90))
    if not days.isdecimal() or (category and shape != "purchase"):
        raise Refusal(
            _("“%(text)s” lacks a number of days: write %(shape)s.") % {"text": text, "shape": _example(shape)}
        )
    return Outcome(text, _days(int(days)))


def read_gap(kind: str, outcome: str, days: int = 0) -> int:
    """Check the days between what is known and the days that count, for this outcome. Raises Refusal."""
    if not 0 <= days <= LONGEST_GAP:
        raise Refusal(
            _("A gap of %(days)s days is out of range: give 0 to %(most)s days.") % {"days": days, "most": LONGEST_GAP}
        )
    if days and kind == "recommendation":
        raise Refusal(_("Recommendations have no gap: leave it out."))
    if days and outcome.strip() == "labelled":
        raise Refusal(_("A label has no gap, since it has no days to wait for: leave it out."))
    return days


def _days(days: int) -> int:
    if not 1 <= days <= LONGEST:
        raise Refusal(_("%(days)s days is out of range: give 1 to %(most)s days.") % {"days": days, "most": LONGEST})
    return days


def _example(shape: str) -> str:
    return {
        "inactivity": "inactivity:90",
        "subscription": "subscription:30",
        "purchase": "purchase:90[:CATEGORY]",
    }.get(shape, shape)
