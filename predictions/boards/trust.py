"""Why a reader may believe the numbers: the model's own record on rows it had not learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.kit import charts
from portal.kit.numbers import percent
from predictions.models import Publication, Score
from training.registry import ModelVersion

ENOUGH = 20  # test rows below which a group says nothing
NEAR = 0.1  # how far a group's mean may be from the chance it speaks for
Z = 1.96


@dataclass(frozen=True)
class Group:
    """Test rows of about the same chance: what was said on average, the share it came true for, how many."""

    said: float
    seen: float
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share seen (Wilson 1927, score interval for a proportion)."""
        spread = Z**2 / self.n
        middle = (self.seen + spread / 2) / (1 + spread)
        half = Z * sqrt(self.seen * (1 - self.seen) / self.n + Z**2 / (4 * self.n**2)) / (1 + spread)
        return max(middle - half, 0.0), min(middle + half, 1.0)


def groups(version: ModelVersion) -> list[Group]:
    found = version.metrics.get("calibration") or version.card.get("calibration") or []
    return [
        Group(said=float(group.get("said", group.get("predicted"))), seen=float(seen), n=int(group["n"]))
        for group in found
        if (seen := group.get("happened", group.get("observed"))) is not None and group.get("n")
    ]


def calibration_line(version: ModelVersion, chance: float | None) -> str:
    """How often the model was right about customers like this one."""
    known = [group for group in groups(version) if group.n >= ENOUGH]
    if chance is None or not known:
        return ""
    top = max(known, key=lambda group: group.said)
    nearest = min(known, key=lambda group: abs(group.said - chance))
    if chance > top.said:
        told = _("Of 100 customers this model put highest, %(said)s on average, %(seen)d did leave.")
    elif abs(nearest.said - chance) <= NEAR:
        told = _("Of 100 customers this model put near %(said)s, %(seen)d did leave.")
    else:
        return _("Too few customers in the test stood near this chance to say how often it comes true.")
    return told % {"said": percent(nearest.said), "seen": round(nearest.seen * 100)}


def basis(publication: Publication) -> str:
    """Who answered for this partner, on how many customers that rests and what is borrowed from peers."""
    return _in_language(publication.evidence.get("basis"))


def interval_line(publication: Publication, score: Score) -> str:
    """Between which chances customers like this one lie; the span narrows as the partner's data grow."""
    cover = (publication.evidence.get("basis") or {}).get("cover")
    if score.low is None or score.high is None or not cover:
        return ""
    said = _("For customers like this one the chance lies between %(low)s and %(high)s, with %(cover)s certainty.")
    return said % {"low": percent(score.low), "high": percent(score.high), "cover": percent(cover)}


def record(version: ModelVersion) -> charts.Chart | None:
    """Said against seen, drawn; None when the model brought no record."""
    known = [group for group in groups(version) if group.n >= ENOUGH]
    if not known:
        return None
    wrong = sum(abs(group.said - group.seen) * group.n for group in known) / sum(group.n for group in known)
    return charts.calibration(
        [(group.said, group.seen, *group.interval, group.n) for group in known],
        title=_("What the model said, and what came true"),
        takeaway=_("On customers it had not learnt from, the chance was off by %(off)s on average.")
        % {"off": percent(wrong, 1)},
        columns=[_("Said"), _("Came true"), _("Interval"), _("Customers")],
    )


def notes(version: ModelVersion) -> Sequence[str]:
    """How bands and money are made, in the reader's language, as the model's card says it."""
    card = version.card
    told = [card.get("summary"), (card.get("bands") or {}).get("rule"), card.get("money")]
    texts = [_in_language(one) for one in told]
    return [text[:1].upper() + text[1:] for text in texts if text]


def _in_language(told: object) -> str:
    return str(told.get(get_language() or "en", told.get("en", ""))) if isinstance(told, dict) else ""
