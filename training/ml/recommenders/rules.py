"""What may be offered to whom, whatever the model says: applied to the candidates, before any list is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RANKS = ("chance", "value")
REPEATS = ("both", "new", "repeat")


@dataclass(frozen=True)
class Scope:
    """Products and customers a rule speaks of: a product or a category ("" = any), a segment ("" = any)."""

    sku: str = ""
    category: str = ""
    segment: str = ""


@dataclass(frozen=True)
class Rules:
    """One partner's rules and wishes; the default changes nothing.

    excluded: never offered. pinned: offered first to whoever is in scope and has not refused it. margins: offered only
    where (price - cost) / price is known and at least so much. refused: per customer, products somebody called not
    relevant: they never return, and products like them are demoted. diversity: 0 (the best, whatever the category)
    to 1 (as many categories as possible). rank_by: one of RANKS. repeats: one of REPEATS.
    """

    excluded: tuple[Scope, ...] = ()
    pinned: tuple[Scope, ...] = ()
    margins: tuple[tuple[Scope, float], ...] = ()
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    diversity: float = 0.0
    rank_by: str = "chance"
    repeats: str = "both"
