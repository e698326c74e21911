"""What the recommendation engine achieves, beside its peers, in one run: `make bench-recommend`.

Four protocols (`next`, `new`, `heldout`, `topn`) on real orders and on a made-up market, and two measures of speed
(`vast`, `training`). Peers run here, on the same rows, at their best quick settings, which are chosen on an earlier
date or on rows held out of the training part; nothing is asserted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """What to measure. day: where `next` and `new` stand; cache: a folder for the peers' figures, None = measure."""

    day: date = date(2011, 3, 1)
    quick: bool = False
    cache: Path | None = None
    worlds: tuple[str, ...] = ("retail", "services")


@dataclass(frozen=True)
class Line:
    """One figure. peers: name to figure; factor: what ours must reach times the best peer; `at_most` turns it round.

    met: where the bar is not a factor; n: customers judged; limit: that bar as a person reads it.
    """

    what: str
    ours: float
    peers: Mapping[str, float] = field(default_factory=dict)
    factor: float | None = None
    n: int = 0
    limit: str = ""
    met: bool | None = None
    at_most: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the best peer: of the largest, or of the smallest where little is good."""
        if not self.peers:
            return None
        best = (min if self.at_most else max)(self.peers.values())
        return self.ours / best if best else None

    def verdict(self) -> bool | None:
        """Whether the bar is met; None where nothing is asked."""
        if self.factor is None or self.ratio is None:
            return self.met
        return self.ratio <= self.factor if self.at_most else self.ratio >= self.factor

    def row(self) -> str:
        """The line as a row of a Markdown table."""
        beside = ", ".join(f"{name} {value:.4g}" for name, value in self.peers.items()) or "–"
        ratio = "–" if self.ratio is None else f"{self.ratio:.3f}"
        bar = self.limit or ("–" if self.factor is None else f"{'≤' if self.at_most else '≥'} {self.factor:g} × best")
        word = {True: "met", False: "**missed**", None: "–"}[self.verdict()]
        return f"| {self.what} | {self.n:,} | {self.ours:.4g} | {beside} | {ratio} | {bar} | {word} |"
