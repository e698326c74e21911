"""What speaks for a version before it may answer: each gate names its numbers, and an unreadable number never passes.

A schedule promotes only what passes `beats_naive`; a person sees the whole `checklist` and decides.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Partner
from portal.kit.errors import Refusal
from training import registry
from training.ml import grades
from training.models import Champion, ModelVersion

MEASURES = {"churn": "auc", "propensity": "auc", "value": "mae", "recommendation": "ndcg_10"}
LOWER_IS_BETTER = {"mae"}
FEWEST_ROWS = 200


@dataclass(frozen=True)
class Gate:
    """`passed` is None when it cannot be told: neither for nor against."""

    name: str
    passed: bool | None
    sentence: str


def beats_naive(version: ModelVersion) -> bool:
    """True only when both numbers exist and ours is better: an unreadable metric fails closed."""
    ours, theirs = main_value(version), naive_value(version)
    return ours is not None and theirs is not None and better(version.kind, ours, theirs)


def checklist(version: ModelVersion) -> list[Gate]:
    """Everything worth knowing before this version answers, in the order a person should read it."""
    found = [_files(version), _naive(version), _interval(version), _present(version), _rows(version)]
    return [*found, _columns(version)] if "held_back" in version.card else found


def measure_of(kind: str) -> str:
    return MEASURES[kind]


def main_value(version: ModelVersion) -> float | None:
    """The number versions of this kind are compared by."""
    return _number(version.metrics.get(MEASURES[version.kind]))


def rival_of(version: ModelVersion) -> dict[str, Any]:
    """The naive rival's figures on the same rows; empty when the version has none. Recommenders name the strongest."""
    named = (version.metrics.get("naive"), version.metrics.get("popularity"))
    return next((one for one in named if isinstance(one, dict) and MEASURES[version.kind] in one), {})


def naive_value(version: ModelVersion) -> float | None:
    return _number(rival_of(version).get(MEASURES[version.kind]))


def interval_of(version: ModelVersion) -> tuple[float, float] | None:
    """The 95 % interval of the main number, low end first."""
    found = version.metrics.get(MEASURES[version.kind])
    if not isinstance(found, dict):
        return None
    low, high = _number(found.get("low")), _number(found.get("high"))
    return (low, high) if low is not None and high is not None else None


def better(kind: str, ours: float, theirs: float) -> bool:
    return ours < theirs if MEASURES[kind] in LOWER_IS_BETTER else ours > theirs


def present_champion(kind: str, partner: Partner | None) -> ModelVersion | None:
    """The champion of exactly this scope, not of the network behind it."""
    found = Champion.objects.filter(kind=kind, partner=partner).select_related("version__partner").first()
    return found.version if found else None


def _files(version: ModelVersion) -> Gate:
    try:
        registry.verify(version)
    except Refusal as refusal:
        return Gate(_("Files"), False, refusal.sentence)
    return Gate(_("Files"), True, _("The files are the ones that were registered and signed."))


def _naive(version: ModelVersion) -> Gate:
    ours, theirs = main_value(version), naive_value(version)
    if ours is None or theirs is None:
        return Gate(_("Naive rival"), False, _("There is no number to compare with the naive rival."))
    said = _("%(measure)s %(ours)s; the naive rival reaches %(theirs)s on the same rows.")
    return Gate(
        _("Naive rival"),
        better(version.kind, ours, theirs),
        said % {"measure": _word(version), "ours": _said(ours), "theirs": _said(theirs)},
    )


def _interval(version: ModelVersion) -> Gate:
    """The difference to the rival, pair by pair, where the version kept it; else its own interval and their number."""
    name, measure = _("Certainty"), MEASURES[version.kind]
    if isinstance(version.metrics.get("better"), dict) and isinstance(version.metrics["better"].get(measure), dict):
        return _paired(version, name, measure)
    span, theirs = interval_of(version), naive_value(version)
    if span is None or theirs is None:
        return Gate(name, None, _("The number has no interval: too few rows, or a kind that is judged without one."))
    worst = span[1] if measure in LOWER_IS_BETTER else span[0]
    words = {"low": _said(span[0]), "high": _said(span[1]), "theirs": _said(theirs)}
    if better(version.kind, worst, theirs):
        return Gate(
            name, True, _("The whole 95 %% interval, %(low)s to %(high)s, beats the rival's %(theirs)s.") % words
        )
    return Gate(name, False, _("The 95 %% interval, %(low)s to %(high)s, includes the rival's %(theirs)s.") % words)


def _paired(version: ModelVersion, name: str, measure: str) -> Gate:
    found = grades.difference(version.metrics, measure)
    if found is None:
        return Gate(name, None, _("The number has no interval: too few rows, or a kind that is judged without one."))
    value, low, high = found
    words = {"value": _said(value), "low": _said(low), "high": _said(high), "measure": _word(version)}
    if low > 0:
        said = _(
            "%(measure)s is better than the rival's by %(value)s; the whole 95 %% interval of the difference on the"
            " same customers, %(low)s to %(high)s, is above zero."
        )
    else:
        said = _(
            "%(measure)s differs from the rival's by %(value)s; the 95 %% interval of the difference on the same"
            " customers, %(low)s to %(high)s, is not all above zero."
        )
    return Gate(name, low > 0, said % words)


def _columns(version: ModelVersion) -> Gate:
    """Columns that alone tell the outcome: held back is safe, used is for a person to judge."""
    name = _("Columns that tell too much")
    held, used = (
        ", ".join(
            str(one["column"]) for one in version.card.get(key) or [] if isinstance(one, dict) and "column" in one
        )
        for key in ("held_back", "allowed")
    )
    if used:
        said = _("%(columns)s alone nearly tells the outcome and is used, because somebody declared it legitimate.")
        return Gate(name, None, said % {"columns": used})
    if held:
        return Gate(name, True, _("%(columns)s alone nearly tells the outcome and is not used.") % {"columns": held})
    return Gate(name, True, _("No column alone tells the outcome too well."))


def _present(version: ModelVersion) -> Gate:
    name, champion = _("Present champion"), present_champion(version.kind, version.partner)
    if champion is None or champion == version:
        return Gate(name, None, _("No other version answers for this scope now: there is nothing to compare with."))
    ours, theirs = main_value(version), main_value(champion)
    if ours is None or theirs is None:
        return Gate(name, None, _("%(champion)s has no number to compare with.") % {"champion": champion})
    said = _(
        "%(measure)s %(ours)s; %(champion)s reached %(theirs)s. Each was judged on its own rows,"
        " so small differences mean little."
    )
    words = {"measure": _word(version), "ours": _said(ours), "champion": champion, "theirs": _said(theirs)}
    return Gate(name, not better(version.kind, theirs, ours), said % words)


def _rows(version: ModelVersion) -> Gate:
    said = _("Learned from %(rows)s rows; below %(fewest)s the numbers above are luck.")
    return Gate(
        _("Enough rows"), version.rows >= FEWEST_ROWS, said % {"rows": f"{version.rows:,}", "fewest": FEWEST_ROWS}
    )


def _word(version: ModelVersion) -> str:
    return {
        "auc": _("AUC"),
        "mae": _("Mean error"),
        "ndcg_10": _("NDCG at 10"),
    }[MEASURES[version.kind]]


def _said(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _number(found: Any) -> float | None:
    value = found.get("value") if isinstance(found, dict) else found
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
