"""Reasons and calibration in the reader's language, and who a customer is to this reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.models import Customer
from portal.kit.numbers import percent
from training import registry
from training.registry import ModelVersion

ENOUGH = 20  # test rows below which a group says nothing
NEAR = 0.1  # how far a group's mean may be from the chance it speaks for


@dataclass(frozen=True)
class Reason:
    text: str
    sign: str  # "+" raises the chance, "-" lowers it


def reasons(found: Sequence[dict[str, Any]]) -> list[Reason]:
    """In words; what raises the chance first, each group strongest first as the model gave them."""
    language = get_language() or "en"
    told = [Reason(_capital(registry.sentence(one, language)), _sign(one.get("sign", 1))) for one in found]
    return sorted(told, key=lambda one: one.sign == "-")


def offer_reason(found: dict[str, Any]) -> str:
    return _capital(registry.offer_sentence(found, get_language() or "en")) if found else ""


def _sign(sign: Any) -> str:
    return "-" if sign == "-" or (isinstance(sign, int | float) and sign < 0) else "+"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def shown_name(customer: Customer, *, personal: bool) -> str:
    return customer.shown_name(personal=personal)


def calibration_line(version: ModelVersion, chance: float | None) -> str:
    """How often the model was right about customers like this one, from its own test rows."""
    groups = calibration_groups(version)
    if chance is None or not groups:
        return ""
    nearest = min(groups, key=lambda group: abs(group.said - chance))
    if nearest.n < ENOUGH or abs(nearest.said - chance) > NEAR:
        return _("Too few customers in the test stood near this chance to say how often it comes true.")
    return _("Of 100 customers this model put near %(said)s, %(seen)d did leave.") % {
        "said": percent(nearest.said),
        "seen": round(nearest.seen * 100),
    }


@dataclass(frozen=True)
class Group:
    """Test rows of about the same chance: what was said on average, the share it came true for, how many."""

    said: float
    seen: float
    n: int


def calibration_groups(version: ModelVersion) -> list[Group]:
    found = version.metrics.get("calibration") or version.card.get("calibration") or []
    return [
        Group(said=float(group.get("said", group.get("predicted"))), seen=float(seen), n=int(group["n"]))
        for group in found
        if (seen := group.get("happened", group.get("observed"))) is not None
    ]
