"""The customers of one partner: what they are (attributes) and how they buy (habits)."""

from dataclasses import dataclass

import numpy as np

from portal.demo import names
from portal.demo.partners import Partner
from portal.demo.randomness import pick, stream


@dataclass(frozen=True)
class Segment:
    name: str
    name_zh: str
    staff: float  # median number of employees
    pace: float  # orders per year against the partner's median
    pieces: float  # pieces per line against the category's usual
    taste: float  # -1 buys the cheapest of a shelf, 1 the dearest
    likes: str  # category codes bought more than by others
    months: tuple[int, ...] = ()  # months in which members with a season buy


# fmt: off
SEGMENTS = (
    Segment("Small office", "小型办公室", 8, 0.8, 0.6, -0.6, "PAP TON INP PRN CLN", (11, 12)),
    Segment("Mid-size company", "中型企业", 60, 1.2, 1.4, 0.0, "LAP DOC MON HED SWI", (3, 9)),
    Segment("Enterprise", "大型企业", 400, 1.9, 3.2, 0.6, "SRV STO FWL VID SWI", (6, 12)),
    Segment("Public sector", "公共部门", 120, 0.9, 2.0, 0.1, "DSK MON PRN TON PAP", (11, 12)),
    Segment("Education", "教育机构", 90, 0.9, 2.4, -0.3, "LAP WAP VID HED BAT", (7, 8, 9)),
    Segment("Retail chain", "零售连锁", 45, 1.3, 1.2, -0.2, "PAP BAT CAB WAP UPS", (10, 11)),
)
MIX = {  # share of each segment by kind of partner
    "msp": (0.34, 0.36, 0.10, 0.06, 0.06, 0.08), "reseller": (0.30, 0.30, 0.10, 0.10, 0.10, 0.10),
    "agent": (0.55, 0.25, 0.02, 0.06, 0.06, 0.06), "distributor": (0.46, 0.20, 0.04, 0.08, 0.09, 0.13),
}
# fmt: on

CONTRACTS = (("no contract", "无合同"), ("monthly", "按月"), ("12 months", "一年期"), ("36 months", "三年期"))
LOYALTY = np.array([1.35, 1.25, 0.85, 0.55])  # how readily each kind of contract is left
TERMS = (("30 days", "30天账期"), ("prepaid", "预付"), ("60 days", "60天账期"))


@dataclass(frozen=True)
class People:
    """Arrays with one entry per customer. Days count from the first simulated day; joined < 0 means before it."""

    id: np.ndarray
    name: np.ndarray
    contact: np.ndarray
    segment: np.ndarray  # index into SEGMENTS
    industry: np.ndarray  # English key, see names.ENDING
    region: np.ndarray
    city: np.ndarray
    staff: np.ndarray
    contract: np.ndarray  # index into CONTRACTS
    terms: np.ndarray
    manager: np.ndarray
    joined: np.ndarray
    interval: np.ndarray  # usual days between orders
    rhythm: np.ndarray  # gamma shape of the gaps: 1 erratic, 6 regular
    pieces: np.ndarray
    taste: np.ndarray
    discount: np.ndarray
    seasonal: np.ndarray  # bool: buys in its segment's months only
    subscriber: np.ndarray

    def __len__(self) -> int:
        return len(self.id)


def people(seed: int, partner: Partner, *, days: int) -> People:
    """Draw the customers of one partner; `days` is the length of the history they may join in."""
    rng = stream(seed, partner.slug, "people")
    count = partner.customers
    segment = pick(rng, np.tile(MIX[partner.kind], (count, 1)), np.arange(count))
    column = {
        each: np.array([getattr(s, each) for s in SEGMENTS])[segment] for each in ("staff", "pace", "pieces", "taste")
    }
    staff = np.maximum(1, np.round(column["staff"] * rng.lognormal(0, 0.7, count))).astype(np.int64)
    industry = _industries(rng, segment)
    region, city = names.places(rng, partner, count)
    managers = names.people(rng, partner, max(2, min(9, count // 60)))
    old = rng.random(count) < 0.58
    joined = np.where(old, -rng.integers(20, 1500, count), rng.integers(0, max(days - 10, 1), count))
    return People(
        id=_ids(rng, partner),
        name=names.companies(rng, partner, industry, city),
        contact=names.people(rng, partner, count),
        segment=segment,
        industry=industry,
        region=region,
        city=city,
        staff=staff,
        contract=rng.choice(4, size=count, p=(0.35, 0.2, 0.33, 0.12)),
        terms=rng.choice(3, size=count, p=(0.6, 0.25, 0.15)),
        manager=managers[rng.integers(len(managers), size=count)],
        joined=joined,
        interval=np.clip(partner.interval / column["pace"] * rng.lognormal(0, 0.45, count), 6, 240),
        rhythm=1 + rng.gamma(2.0, 1.2, count),
        pieces=column["pieces"] * rng.lognormal(0, 0.3, count),
        taste=column["taste"] + rng.normal(0, 0.35, count),
        discount=rng.uniform(0.0, 0.12, count),
        seasonal=rng.random(count) < np.where(segment == 4, 0.22, 0.05),
        subscriber=rng.random(count) < partner.subscribed,
    )


def _ids(rng: np.random.Generator, partner: Partner) -> np.ndarray:
    """Customer numbers of the kind the partner's own system gives out: a prefix and a number with gaps."""
    prefix = {"msp": "M", "reseller": "C", "agent": "A", "distributor": "D"}[partner.kind]
    numbers = 10000 + np.cumsum(rng.integers(1, 4, partner.customers))
    return np.array([f"{prefix}{number}" for number in numbers], dtype=object)


def _industries(rng: np.random.Generator, segment: np.ndarray) -> np.ndarray:
    trades = np.array([each for each in names.ENDING if each not in ("education", "public services")], dtype=object)
    drawn = trades[rng.integers(len(trades), size=len(segment))]
    drawn[segment == 4] = "education"
    drawn[segment == 3] = "public services"
    drawn[segment == 5] = rng.choice(np.array(["retail", "hospitality"], dtype=object), size=int((segment == 5).sum()))
    return drawn
