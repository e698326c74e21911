"""What the engine for churn, propensity and value achieves, beside its peers, in one run: `make bench-models`.

Each module of this package measures one row of bars: `measure(quick: bool) -> Iterator[Line]`. Peers run here, on the
same rows and folds, at their best quick settings; nothing is asserted.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One figure. bar: what is asked, as a person reads it; met: None where nothing is asked; n: rows judged."""

    what: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    bar: str = ""
    met: bool | None = None
    n: int = 0

    def row(self) -> str:
        """The line as a row of a Markdown table."""
        beside = "–" if self.peer is None else f"{self.peer:.4g} ({self.peer_name})"
        word = {True: "met", False: "**missed**", None: "–"}[self.met]
        return f"| {self.what} | {self.n:,} | {self.ours:.4g} | {beside} | {self.bar or '–'} | {word} |"
