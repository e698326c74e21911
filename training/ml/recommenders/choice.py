"""What serves on these very data: which head combines the evidence, and which sources are worth their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import blend
from training.ml.recommenders.candidates import COLUMN
from training.ml.recommenders.interface import Flags, Floats, Ints
from training.ml.recommenders.judge import hits_of, ndcg
from training.ml.recommenders.lessons import Stand, named_population
from training.ml.recommenders.offers import lists

Doubles = npt.NDArray[np.float64]

#: Sources asked first whether they can go, because they cost most at scoring; those not named always stay.
COSTLY = ("sequence", "user_knn", "graph_filter", "factorisation", "content", "next_basket", "item_knn")
#: A source goes while all that went cost less than this many standard errors of the difference.
NOISE = 0.5
#: With a larger standard error (as a share of NDCG@10) nothing can be said: all stay.
UNCERTAIN = 0.02
#: Candidates the head learns from while sources are tried.
TRIED_ROWS = 80_000
#: A slower head must reach this share more than a quicker one.
WORTH = 1.005
#: Heads, the quickest to score with first.
QUICK = ("prior", "linear", "shallow", "boosted")


@dataclass(frozen=True)
class Unseen:
    """Log-odds of candidates of customers the head was not fitted on, and what they bought."""

    logits: Floats
    bought: Flags
    repeat: Flags

    @classmethod
    def joined(cls, parts: Sequence[Unseen]) -> Unseen:
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("logits", "bought", "repeat")))


@dataclass(frozen=True)
class Choice:
    """The head with the best NDCG@10 for customers it was not fitted on, what each head reached there, the sources
    that serve, what leaving out each of the others cost (share of NDCG@10, about 0), and what was unseen."""

    head: str
    reached: dict[str, float]
    sources: tuple[str, ...]
    dropped: dict[str, float]
    unseen: Unseen


@dataclass(frozen=True)
class Halves:
    """Every stand with half of its customers to teach and the other half to compare on."""

    stands: Sequence[Stand]
    teach: list[blend.Lesson]
    rest: list[blend.Lesson]
    judged: list[Ints]

    @classmethod
    def of(cls, stands: Sequence[Stand], *, seed: int) -> Halves:
        halves = [half(stand, seed=seed + 1) for stand in stands]
        pairs = list(zip(stands, halves, strict=True))
        people = [(named_population(stand), mine) for stand, mine in pairs]
        return cls(
            stands, [stand.lesson.of(mine[stand.lesson.candidates.customer]) for stand, mine in pairs],
            [stand.lesson.of(~mine[stand.lesson.candidates.customer]) for stand, mine in pairs],
            [named[~mine[named]] for named, mine in people],
        )  # fmt: skip

    def narrowed(self, sources: Sequence[str]) -> Halves:
        teach, rest = ([lesson.narrowed(sources) for lesson in lessons] for lessons in (self.teach, self.rest))
        return Halves(self.stands, teach, rest, self.judged)

    def silence(self, name: str) -> list[Floats]:
        """Take away what a source says, in place; what it said. Its candidates stay: they are few, and sorting all
        others anew for every trial would cost more than the trial."""
        place = slice(COLUMN[f"{name}_score"], COLUMN[f"{name}_score"] + 2)
        said = [lesson.candidates.x[:, place].copy() for lesson in (*self.teach, *self.rest)]
        for lesson in (*self.teach, *self.rest):
            lesson.candidates.x[:, place] = np.nan
        return said

    def restore(self, name: str, said: Sequence[Floats]) -> None:
        place = slice(COLUMN[f"{name}_score"], COLUMN[f"{name}_score"] + 2)
        for lesson, values in zip((*self.teach, *self.rest), said, strict=True):
            lesson.candidates.x[:, place] = values

    def reached(self, logits: Sequence[Floats]) -> tuple[Doubles, Doubles]:
        """NDCG@10 of each customer compared on, for all products, and for those never bought (NaN: none bought)."""
        found = [_reached(*part) for part in zip(self.stands, self.rest, logits, self.judged, strict=True)]
        everything, fresh = (np.concatenate([np.zeros(0), *parts]) for parts in zip(*found, strict=True))
        return everything, fresh


def choose(stands: Sequence[Stand], *, sources: Sequence[str], seed: int) -> Choice:
    """First the sources, judged with a quick head, then the head."""
    halves = Halves.of(stands, seed=seed)
    heads = blend.suited(halves.teach)
    kept, dropped = tuple(sources), dict[str, float]()
    if "shallow" in heads:
        kept, dropped = _worth_asking(halves, sources, seed=seed)
        halves = Halves.of(stands, seed=seed).narrowed(kept)
    tried: dict[str, tuple[float, list[Floats]]] = {}
    for name in heads:
        head = blend.learn(halves.teach, name, seed=seed)
        logits = [head.logit(lesson.candidates.x) for lesson in halves.rest]
        everything, _ = halves.reached(logits)
        tried[name] = float(everything.mean()) if len(everything) else 0.0, logits
    best = _best({name: reached for name, (reached, _) in tried.items()})
    unseen = Unseen.joined(
        [Unseen(logits, lesson.bought, lesson.candidates.repeat) for logits, lesson in zip(
            tried[best][1], halves.rest, strict=True
        )]
    )  # fmt: skip
    return Choice(best, {name: reached for name, (reached, _) in tried.items()}, kept, dropped, unseen)


def half(stand: Stand, *, seed: int) -> Flags:
    """A random half of all customers of the stand, as flags by customer code."""
    return np.random.default_rng(seed).random(len(stand.world.baskets.customers)) < 0.5


def _best(reached: dict[str, float]) -> str:
    """The quickest head that no slower one beats by WORTH."""
    best = ""
    for name in QUICK:
        if name in reached and (not best or reached[name] > WORTH * reached[best]):
            best = name
    return best


def _worth_asking(halves: Halves, sources: Sequence[str], *, seed: int) -> tuple[tuple[str, ...], dict[str, float]]:
    """Leave out one costly source after the other while the lists stay as good as with all of them. The halves are
    used up."""
    kept, dropped = tuple(sources), dict[str, float]()
    full = _quickly(halves, seed=seed)
    for name in COSTLY:
        if name not in kept:
            continue
        said = halves.silence(name)
        loss, error = _loss(full, _quickly(halves, seed=seed))
        if loss < NOISE * error < NOISE * UNCERTAIN:
            kept, dropped[name] = tuple(other for other in kept if other != name), loss
        else:
            halves.restore(name, said)
    return kept, dropped


def _quickly(halves: Halves, *, seed: int) -> tuple[Doubles, Doubles]:
    head = blend.learn(halves.teach, "shallow", seed=seed, most=TRIED_ROWS)
    return halves.reached([head.logit(lesson.candidates.x) for lesson in halves.rest])


def _loss(full: tuple[Doubles, Doubles], less: tuple[Doubles, Doubles]) -> tuple[float, float]:
    """Mean share of NDCG@10 lost, all products and new ones counting alike, and its standard error."""
    parts = []
    for ours, theirs in zip(full, less, strict=True):
        known = np.isfinite(ours)
        mean = float(ours[known].mean()) if known.any() else 0.0
        parts.append(np.where(known, ours - theirs, 0.0) / max(mean, 1e-9) * len(ours) / max(1, known.sum()))
    if not len(parts[0]):
        return 0.0, 0.0
    values = (parts[0] + parts[1]) / 2
    return float(values.mean()), float(values.std() / np.sqrt(len(values)))


def _reached(stand: Stand, lesson: blend.Lesson, logits: Floats, customers: Ints) -> tuple[Doubles, Doubles]:
    basket = stand.next_basket[customers]
    everything = ndcg(*hits_of(lists(lesson.candidates, logits, customers, top=10), basket), 10)
    fresh = sp.csr_matrix(basket - basket.multiply(stand.world.baskets.owned[customers]))
    fresh.eliminate_zeros()
    rows = ~lesson.candidates.repeat
    found = lists(lesson.candidates.take(rows), logits[rows], customers, top=10)
    some = np.diff(fresh.indptr) > 0
    return everything, np.where(some, ndcg(*hits_of(found, fresh), 10), np.nan)
