"""What may be offered to whom, whatever the model says: applied to the candidates, before any list is cut.

Plain data that say what a partner wants; `screen.Screen` applies them to the products and customers of a dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from portal.kit.errors import Refusal

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

    Refusal where a wish cannot be met by anything: another word, another number, a pin that names no product.
    """

    excluded: tuple[Scope, ...] = ()
    pinned: tuple[Scope, ...] = ()
    margins: tuple[tuple[Scope, float], ...] = ()
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    diversity: float = 0.0
    rank_by: str = "chance"
    repeats: str = "both"

    def __post_init__(self) -> None:
        if not all(scope.sku for scope in self.pinned):
            raise Refusal("A product that is always offered first needs its code (SKU).")
        if not 0.0 <= self.diversity <= 1.0:  # also refuses what is no number
            raise Refusal(f"Variety is a number from 0 to 1, not {self.diversity}.")
        for name, value, known in (("rank_by", self.rank_by, RANKS), ("repeats", self.repeats, REPEATS)):
            if value not in known:
                raise Refusal(f'{name} is one of {", ".join(known)}, not "{value}".')

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Rules as they come from outside: scopes as {"sku", "category", "segment"}, those of margins with "margin"
        beside, refused as {customer: [SKU, …]}; whatever is missing changes nothing."""

        def scope(one: Mapping[str, Any]) -> Scope:
            return Scope(**{name: one.get(name) or "" for name in ("sku", "category", "segment")})

        more = {name: data[name] for name in ("diversity", "rank_by", "repeats") if name in data}
        return cls(
            excluded=tuple(scope(one) for one in data.get("excluded", ())),
            pinned=tuple(scope(one) for one in data.get("pinned", ())),
            margins=tuple((scope(one), float(one["margin"])) for one in data.get("margins", ())),
            refused={customer: frozenset(skus) for customer, skus in data.get("refused", {}).items()},
            **more,
        )
