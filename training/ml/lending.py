"""What partners lend each other: whether adjusting to partners helps on unseen rows, and who answered, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import level, pooling, splits
from training.ml.calibrate import sigmoid
from training.ml.pooling import FLOOR, Line, Pool, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from training.ml.interface import Bools, Floats, Ints

Said = dict[str, str]
SHOWN = 200
"""Partners named on a card, the largest first."""
ANSWERS: dict[str, Said] = {  # "fits" is the network's model too, where a comparison was possible
    "adjusted": {
        "en": "The network's model answers, adjusted to this partner by {customers} of its own customers; "
        "borrowed from peers: {borrowed} %.",
        "zh-hans": "由网络模型给出，并按该伙伴自己的 {customers} 位客户作了调整；借自同行的比例：{borrowed} %。",
    },
    "network": {
        "en": "The network's model answers. It has not been compared with this partner's own customers yet, "
        "so the level is borrowed from peers: {borrowed} %.",
        "zh-hans": "由网络模型给出。尚未与该伙伴自己的客户比对，水平借自同行：{borrowed} %。",
    },
    "fits": {
        "en": "The network's model answers. Compared with {customers} of this partner's own customers it needed no "
        "adjustment; borrowed from peers: {borrowed} %.",
        "zh-hans": "由网络模型给出。与该伙伴自己的 {customers} 位客户比对后无需调整；借自同行的比例：{borrowed} %。",
    },
    "peers": {
        "en": "What holds for peers answers: {customers} customers with history are fewer than the {floor} needed to "
        "be heard alone; borrowed from peers: {borrowed} %.",
        "zh-hans": "按同行规律给出：仅 {customers} 位客户有历史，不足单独判断所需的 {floor} 位；"
        "借自同行的比例：{borrowed} %。",
    },
    "own": {
        "en": "This partner's own model answers, from {customers} of its customers; borrowed from peers: 0 %.",
        "zh-hans": "由该伙伴自己的模型给出，依据其 {customers} 位客户；借自同行的比例：0 %。",
    },
    "rhythm": {
        "en": "Only the buying rhythm answers: {customers} customers with history are fewer than the {floor} a model "
        "needs; borrowed from what is usual in trade: {borrowed} %.",
        "zh-hans": "仅由购买节奏给出：{customers} 位客户有历史，不足建模所需的 {floor} 位；"
        "借自行业常态的比例：{borrowed} %。",
    },
}


@dataclass(frozen=True)
class Learned:
    """The pool to keep, the probabilities (n,) it stands for on unseen rows, and what the card tells of it."""

    pool: Pool
    said: Floats
    card: dict[str, Any]


def learned(
    said: Floats,
    y: Floats,
    *,
    partner: Sequence[str] | pd.Series,
    group: Ints,
    fold: Ints,
    moment: Ints | None = None,
    span: int = 0,
) -> Learned:
    """Adjust to partners where that helps on rows unseen by the adjustment itself.

    said (n,): calibrated probabilities for rows no model had seen; y (n,): outcomes; partner (n,): whose row; group
    (n,): whose customer; fold (n,): each fold is adjusted by what the others taught. moment (n,): the day of each row,
    whose outcome is known `span` days later: each day is adjusted by days whose outcomes do not overlap with its own,
    if there are any, for what is peculiar to one day is no use on the next. With a single partner nothing is adjusted:
    the calibration is its own.
    """
    margin, whose = _logit(said), np.asarray(partner, dtype=str)
    pool = pooling.fit(margin, y, partner=whose.tolist(), group=group)
    names = np.unique(whose)
    parts = ([] if moment is None else _days_apart(moment, span)) or splits.fold_parts(fold)
    held = np.any([here for _, here in parts], axis=0)
    adjusted = said if len(names) < 2 else _crossed(margin, y, whose, group, parts)
    plain, own = log_loss(y[held], said[held]), log_loss(y[held], adjusted[held])
    kept = own < plain
    pool = pool if kept else unmoved(pool)
    lines = sorted(((pool.line(name), name) for name in names), key=lambda one: -one[0].customers)
    card = {
        "partners": len(names),
        "kept": bool(kept),
        "between": {"level": round(pool.between[0], 3), "slope": round(pool.between[1], 3)},
        "log_loss": {"plain": round(plain, 5), "adjusted": round(own, 5), "n": int(held.sum())},
        "cover": pooling.COVER,
        "lines": [
            _told(line, name, basis(pool, partner=name, customers=line.customers)) for line, name in lines[:SHOWN]
        ],
        **_sentence(pool, len(names), kept=bool(kept), gain=plain - own, rows=int(held.sum())),
    }
    return Learned(pool, adjusted if kept else said, card)


def unmoved(pool: Pool) -> Pool:
    """The same doubt, with every probability left where the model put it."""
    still = {name: replace(line, shift=0.0, slope=0.0) for name, line in pool.partners.items()}
    return replace(pool, partners=still, common=replace(pool.common, shift=0.0, slope=0.0))


def basis(pool: Pool, *, partner: str, customers: int) -> dict[str, Any]:
    """What answers for a partner, on how many of its own customers that rests, what is borrowed, and a sentence.

    customers: how many the list is about; told where the model itself never met the partner's customers.
    """
    line, known = pool.line(partner), mark(partner) in pool.partners
    alone = known and len(pool.partners) == 1
    heard = line.customers if known else 0
    if pool.rhythm:
        name = "rhythm"
    elif alone:
        name = "own"
    elif max(heard, customers) < FLOOR:
        name = "peers"
    else:
        name = "adjusted" if known else "network"
    moved = bool(line.shift or line.slope)
    words = "fits" if name == "adjusted" and not moved else name
    name = "network" if words == "fits" else name
    told = heard if words in ("adjusted", "fits", "own") else max(heard, customers)
    numbers = {"customers": told, "borrowed": round(100 * line.borrowed), "floor": FLOOR}
    sentence = {language: text.format(**numbers) for language, text in ANSWERS[words].items()}
    return {"basis": name, "customers": told, "borrowed": line.borrowed, "cover": pooling.COVER, **sentence}


def log_loss(y: Floats, said: Floats) -> float:
    """Mean negative log-likelihood of the outcomes (n,) under the probabilities (n,)."""
    p = np.clip(said, 1e-6, 1 - 1e-6)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def moved(pool: Pool, margin: Floats, *, partner: Sequence[str] | pd.Series, rate: float) -> tuple[Pool, float, Floats]:
    """The pool for margins of another level than those it learned from, what to add to them, and what it then says.

    margin (n,): calibrated log-odds whose mean probability is meant to be `rate`, and partner (n,) whose rows they
    are. Slopes turn around the mean of these margins; adding the second result to them, all partners' lines together
    change the mean probability no more. The third is the adjusted log-odds (n,).
    """
    centre = float(margin.mean())
    found = _answered(replace(pool, centre=centre), margin, np.asarray(partner, dtype=str))
    more = level.at(rate, found, slope=1.0).intercept
    return replace(pool, centre=centre + more), more, found + more


def _crossed(margin: Floats, y: Floats, whose: Any, group: Ints, parts: Sequence[tuple[Bools, Bools]]) -> Floats:
    """Probabilities (n,) of the rows that some part holds, by what those teach that it does not; the others' as is."""
    found = sigmoid(margin)
    for teaching, here in parts:
        names = whose[teaching].tolist()
        pool = pooling.fit(margin[teaching], y[teaching], partner=names, group=group[teaching])
        found[here] = sigmoid(_answered(pool, margin[here], whose[here]))
    return found


def _answered(pool: Pool, margin: Floats, whose: Any) -> Floats:
    found = np.empty(len(margin))
    for name in np.unique(whose):
        rows = whose == name
        found[rows] = pool.answer(margin[rows], partner=str(name)).margin
    return found


def _days_apart(moment: Ints, span: int) -> list[tuple[Bools, Bools]]:
    """For every day the rows that may teach it: of days at least `span` away, so that no outcome is in both."""
    parts = [(np.abs(moment - day) >= span, moment == day) for day in np.unique(moment)]
    return [(teaching, here) for teaching, here in parts if teaching.any()]


def _logit(said: Floats) -> Floats:
    p = np.clip(said, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)))


def _told(line: Line, name: str, answered: dict[str, Any]) -> dict[str, Any]:
    return {
        "partner": str(name),
        "basis": answered["basis"],
        "customers": line.customers,
        "shift": round(line.shift, 3),
        "slope": round(line.slope, 3),
        "borrowed": line.borrowed,
        "width": round(float(np.ptp(sigmoid(np.array([-1.0, 1.0]) * pooling.QUANTILE * line.cov[0] ** 0.5))), 4),
    }


def _sentence(pool: Pool, partners: int, *, kept: bool, gain: float, rows: int) -> Said:
    if partners < 2:
        return {
            "en": "One partner taught this model: nothing is borrowed from peers, and nothing is adjusted.",
            "zh-hans": "该模型只由一位伙伴的数据训练：不借用同行，也不作调整。",
        }
    if not kept:
        return {
            "en": f"Adjusting to {partners} partners gained nothing on {rows} unseen rows, so all are answered alike.",
            "zh-hans": f"在 {rows} 行未见数据上，按 {partners} 位伙伴调整并无增益，因此统一作答。",
        }
    return {
        "en": f"Adjusted to {partners} partners; levels differ by {pool.between[0]:.2f} log-odds (standard deviation). "
        f"Log loss falls by {gain:.4f} on {rows} unseen rows.",
        "zh-hans": f"按 {partners} 位伙伴调整；各伙伴水平的标准差为 {pool.between[0]:.2f}（对数几率）。"
        f"在 {rows} 行未见数据上对数损失降低 {gain:.4f}。",
    }
