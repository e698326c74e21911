"""Reasons in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from training import registry


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
