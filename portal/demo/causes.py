"""What happens to customers: the planted causes of leaving, the hidden truth that lists and reasons are tested against.

Every customer meets at most one trouble. A trouble has a strength (`dose`), and the stronger it is, and the looser the
contract, the likelier the customer leaves: price rises and support trouble that customers forgive are in the data too.
"""

from dataclasses import dataclass

import numpy as np

from portal.demo.partners import Partner
from portal.demo.people import LOYALTY, SEGMENTS, People
from portal.demo.randomness import stream

NEVER = 1_000_000  # a day that does not come
CAUSES = ("none", "price_rise", "support_trouble", "competitor_offer", "slow_fade", "unplanned", "seasonal")
NONE, PRICE, SUPPORT, RIVAL, FADE, UNPLANNED, SEASONAL = range(len(CAUSES))
TROUBLES_PER_YEAR = 0.6
SHARES = (0.26, 0.26, 0.22, 0.14, 0.12)  # of PRICE … UNPLANNED among troubles


@dataclass(frozen=True)
class Fates:
    """One entry per customer; days as in People."""

    cause: np.ndarray  # index into CAUSES
    since: np.ndarray  # day the cause began (NEVER without one)
    left: np.ndarray  # first day after the relation ended (NEVER if it did not)
    dose: np.ndarray  # 0 … 1
    raised: np.ndarray  # factor on all prices from `since` on
    season: np.ndarray  # first month (0 … 11) of the two in which a seasonal customer buys, -1 for others


def fates(seed: int, partner: Partner, people: People, *, horizon: int) -> Fates:
    """Draw who meets which trouble when and who leaves over it, up to day `horizon`."""
    rng = stream(seed, partner.slug, "causes")
    count = len(people)
    begin = np.maximum(people.joined, 0) + 45
    since = (begin + rng.exponential(365 / TROUBLES_PER_YEAR, count)).astype(np.int64)
    cause = rng.choice(np.arange(PRICE, SEASONAL), size=count, p=SHARES)
    dose = rng.beta(1.6, 1.4, count)
    met = (since < horizon) & ~people.seasonal
    cause = np.where(people.seasonal, SEASONAL, np.where(met, cause, NONE))
    since = np.where(met, since, NEVER)
    leaves = met & (rng.random(count) < _willing(cause, dose, people))
    left = np.where(leaves, since + _patience(rng, cause, people.interval), NEVER)
    return Fates(
        cause=cause,
        since=since,
        left=left,
        dose=dose,
        raised=np.where(cause == PRICE, 1.05 + 0.30 * dose, 1.0),
        season=_seasons(rng, people),
    )


def _willing(cause: np.ndarray, dose: np.ndarray, people: People) -> np.ndarray:
    """Chance to leave: by strength and contract; who fades or goes unplanned leaves by definition."""
    chance = (0.05 + 0.75 * dose) * LOYALTY[people.contract]
    return np.where((cause == FADE) | (cause == UNPLANNED), LOYALTY[people.contract] / 1.35, np.minimum(chance, 0.95))


def _patience(rng: np.random.Generator, cause: np.ndarray, interval: np.ndarray) -> np.ndarray:
    """Days from the cause to the end: most order once or twice more."""
    count = len(cause)
    wait = np.select(
        [cause == PRICE, cause == SUPPORT, cause == RIVAL, cause == FADE],
        [
            25 + np.minimum(interval, 120) * rng.uniform(0.8, 2.2, count),
            30 + 22 * rng.gamma(2, 1, count),
            25 + 25 * rng.gamma(2, 1, count),
            130 + np.minimum(interval, 100) * rng.uniform(0.5, 2.0, count),
        ],
        default=0.0,
    )
    return wait.astype(np.int64)


def _seasons(rng: np.random.Generator, people: People) -> np.ndarray:
    """Half of the seasonal customers buy in their segment's months, the others in months of their own."""
    months = np.array([(segment.months[0] - 1) for segment in SEGMENTS])[people.segment]
    own = rng.integers(0, 12, len(people))
    start = np.where(rng.random(len(people)) < 0.5, months, own)
    return np.where(people.seasonal, start, -1)


def activity(people: People, fate: Fates, *, weeks: int) -> np.ndarray:
    """Customers × weeks: how much of its usual custom each still brings; 0 before joining and after leaving."""
    day = np.arange(weeks)[None, :] * 7 + 3.5
    since, left = fate.since[:, None], fate.left[:, None]
    level = np.ones((len(people), weeks))
    along = np.clip((day - since) / np.maximum(left - since, 1), 0, 1)
    start = np.array([1, 0.95, 0.85, 0.75, 1.0, 1, 1])[fate.cause][:, None]
    end = np.array([1, 0.45, 0.40, 0.30, 0.10, 1, 1])[fate.cause][:, None]
    leaving = (day >= since) & (left < NEVER)
    level = np.where(leaving, start + (end - start) * along, level)
    sulking = (day >= since) & (day < since + 50) & (left == NEVER)
    level = np.where(sulking, 0.85, level)
    return level * (day >= people.joined[:, None]) * (day < left)
