"""What training and scoring agree on: tasks, partner data, results, and what a family of models must offer.

Everything below `training.ml` is pure: it knows no Django, no settings, no clock and no network. Dates come in
as arguments, files come in as paths, and the outcome is a folder of plain files plus JSON-able dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PartnerData:
    """One partner's dataset folder. `key` keeps the customers of two partners apart when data are pooled.

    events: a Parquet file with what was answered to offers (customer_id, sku, verdict, on), or None: `events.py` among
    the recommenders reads it.
    """

    key: str
    path: Path
    events: Path | None = None


@dataclass(frozen=True)
class Task:
    """What to learn.

    kind: churn, propensity, value or recommendation.
    outcome: churn "inactivity:90", "subscription:30" or "labelled"; propensity "purchase:90",
        "purchase:90:CATEGORY" or "labelled"; value and recommendation "".
    horizon: days ahead (an outcome that names its own days wins).
    families: names of model families; empty means all that suit.
    budget: seconds the whole training may take.
    allowed: columns a person has declared legitimate although they tell the label too well.
    suspected: columns an earlier training held back for that; they stay so until they are allowed.
    network: artefact folder of the network's model, to be judged on the same held-out rows; None: no comparison.
    gap: days between what is known and the first day of the outcome, for outcomes in time.
    split: recommendations only: how the past is parted from what came after it, by "time", by each customer's "last"
        order, or "random" (a fifth of each customer's products); empty: found out by the dates.
    """

    kind: str
    outcome: str
    horizon: int
    families: tuple[str, ...] = ()
    budget: float = 600.0
    seed: int = 7
    allowed: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    network: Path | None = None
    gap: int = 0
    split: str = ""


@dataclass
class Trained:
    """The result of one training: the champion's family, its measured quality, and the model card as data."""

    family: str
    metrics: dict[str, Any]
    card: dict[str, Any]
    rows: int


class Report(Protocol):
    """How a long computation says where it stands. Every argument is optional."""

    def __call__(
        self, *, progress: float | None = None, stage: str | None = None, log: str | None = None
    ) -> object: ...


def quiet(*, progress: float | None = None, stage: str | None = None, log: str | None = None) -> None:
    """The report of someone who does not want to hear."""


@dataclass(frozen=True)
class Limits:
    """What one fit may cost: seconds for the nets, rows beyond which they learn from a sample, and most epochs."""

    seconds: float = 60.0
    net_rows: int = 20_000
    net_epochs: int = 100
    threads: int = 1  # small fits on a shared machine lose more to waiting for each other than threads give


WEEK = "week:"
SEES = ("columns", "weeks")


@dataclass(frozen=True)
class Columns:
    """The design matrix's columns: a name and the reason group each belongs to, in order."""

    names: tuple[str, ...]
    groups: tuple[str, ...]

    def weekly(self) -> list[int]:
        """Positions of the weekly activity, `week:CHANNEL:K` with K = 0 the newest week: always the last columns."""
        return [place for place, name in enumerate(self.names) if name.startswith(WEEK)]

    def plain(self) -> list[int]:
        """Positions of all other columns."""
        return [place for place, name in enumerate(self.names) if not name.startswith(WEEK)]

    def seen(self, sees: str) -> slice:
        """What a family that sees "columns" or "weeks" is shown: a slice, so that x is looked at, not copied.

        ValueError where weekly columns do not come last, or `sees` is neither.
        """
        if sees not in SEES:
            raise ValueError(f"a family sees one of {SEES}, not {sees!r}")
        first = len(self.plain())
        if any(place < first for place in self.weekly()):
            raise ValueError("weekly columns must be the last ones")
        return slice(0, first) if sees == "columns" else slice(first, len(self.names))

    def positions(self) -> dict[str, list[int]]:
        """Column numbers of every group, groups in order of first appearance."""
        found: dict[str, list[int]] = {}
        for position, group in enumerate(self.groups):
            found.setdefault(group, []).append(position)
        return found


@dataclass
class Examples:
    """Training rows: x (n × m, NaN = missing), y (n, 0/1), weight (n, mean about 1), columns of x.

    group (n, integers): rows of one customer share a group, and are never parted by a split. moment (n, days):
    when each row was looked at; all the same where there is no time.
    """

    x: Floats
    y: Floats
    weight: Floats
    group: Ints
    moment: Ints
    columns: Columns

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: Ints | Bools) -> Examples:
        """The same columns, only these rows."""
        return Examples(
            self.x[rows], self.y[rows], self.weight[rows], self.group[rows], self.moment[rows], self.columns
        )

    def seen(self, sees: str) -> Examples:
        """The same rows with only the columns a family sees; x is a view."""
        part = self.columns.seen(sees)
        if part == slice(0, len(self.columns.names)):
            return self
        columns = Columns(self.columns.names[part], self.columns.groups[part])
        return Examples(self.x[:, part], self.y, self.weight, self.group, self.moment, columns)

    def parted(self, *, share: float, seed: int) -> tuple[Ints, Ints]:
        """Row numbers (kept, held out) for choices inside a fit: about `share` of the groups are held out.

        Where rows come from three moments or more, the newest third of the moments is held out as well: what
        is chosen must hold for other customers later, not only for other customers on the same days.
        """
        import numpy as np

        names, place = np.unique(self.group, return_inverse=True)
        moments = np.unique(self.moment)
        late = len(moments) >= 3
        held = (np.random.default_rng(seed).random(len(names)) < (2 * share if late else share))[place]
        if not late:
            return np.flatnonzero(~held), np.flatnonzero(held)
        newer = self.moment >= moments[-(len(moments) // 3)]
        return np.flatnonzero(~held & ~newer), np.flatnonzero(held & newer)


class Model(Protocol):
    """A fitted family member."""

    def margin(self, x: Floats) -> Floats:
        """Log-odds of the outcome, shape (n,), finite."""
        ...

    def contributions(self, x: Floats) -> Floats:
        """What every column adds to the log-odds against an average customer, shape (n, m)."""
        ...

    def save(self, folder: Path, stem: str) -> None:
        """Write plain files beginning with `stem` into the folder. No pickle."""
        ...


class Family(Protocol):
    """A way of learning. `tests/training/ml/test_families.py` holds the contract all families pass.

    sees: "columns" (all but the weekly ones) or "weeks" (only those): what x and the examples hold when it is asked.
    """

    name: str
    sees: str

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> Model: ...

    def load(self, folder: Path, stem: str) -> Model: ...
