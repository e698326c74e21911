"""How well a published list finds what was planted: AUC against recency, and how many reasons hit the cause."""

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

# Which groups of reasons name which planted cause.
NAMED_BY = {
    "price_rise": {"price"},
    "support_trouble": {"support"},
    "competitor_offer": {"competitor"},
    "slow_fade": {"trend", "money"},
}
SEEN_FOR_DAYS = 14  # a cause younger than this at the anchor has hardly left a trace


def auc(score: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve by ranks, ties counted half; nan without both classes."""
    rank = pd.Series(score).rank().to_numpy()
    hits, misses = int(positive.sum()), int((~positive).sum())
    if not hits or not misses:
        return float("nan")
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))


def interval(score: np.ndarray, positive: np.ndarray, *, seed: int = 7, draws: int = 200) -> tuple[float, float]:
    """95 % bootstrap interval of the AUC over customers; nan without both classes."""
    if positive.all() or not positive.any():
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = rng.integers(len(score), size=len(score))
        found.append(auc(score[rows], positive[rows]))
    return float(np.nanquantile(found, 0.025)), float(np.nanquantile(found, 0.975))


def joined(scores: pd.DataFrame, truth: pd.DataFrame, last_order: pd.Series) -> pd.DataFrame:
    """Scores (customer_id, probability, reasons, gone) of one partner with its truth; those already gone left out."""
    frame = scores[~scores["gone"].astype(bool)].merge(truth, on="customer_id", how="inner")
    frame["last_order"] = pd.to_datetime(frame["customer_id"].map(last_order))
    return frame


def leaving(frame: pd.DataFrame, *, until: date, days: int = 90, fresh: int = 30) -> pd.Series:
    """The planted leavers a list should find: gone `fresh` days ago at most, or about to go, and ordering no more."""
    left, now = pd.to_datetime(frame["left_on"]), pd.Timestamp(until)
    about = (left >= now - pd.Timedelta(days=fresh)) & (left < now + pd.Timedelta(days=days))
    return about & (frame["orders_90"] == 0)


def leavers(frame: pd.DataFrame, *, until: date) -> dict[str, Any]:
    """Does the list rank the planted leavers before those who go on ordering? Recency is the naive rival."""
    positive = leaving(frame, until=until)
    asked = frame[positive | (frame["orders_90"] > 0)]
    silence = (pd.Timestamp(until) - asked["last_order"]).dt.days.fillna(9999).to_numpy(float)
    return _compared(asked["probability"].to_numpy(float), silence, positive[asked.index].to_numpy())


def silent(frame: pd.DataFrame, *, until: date) -> dict[str, Any]:
    """Does the list rank those first who order nothing in the 90 days after the anchor (gone already included)?"""
    silence = (pd.Timestamp(until) - frame["last_order"]).dt.days.fillna(9999).to_numpy(float)
    return _compared(frame["probability"].to_numpy(float), silence, (frame["orders_90"] == 0).to_numpy())


def _compared(chance: np.ndarray, silence: np.ndarray, positive: np.ndarray) -> dict[str, Any]:
    low, high = interval(chance, positive)
    return {
        "n": len(positive),
        "positive": int(positive.sum()),
        "auc": auc(chance, positive),
        "low": low,
        "high": high,
        "recency": auc(silence, positive),
    }


def reasons(frame: pd.DataFrame, *, until: date) -> dict[str, dict[str, Any]]:
    """Per planted cause that left a trace: how many of its leavers have it among their three reasons.

    `falsely` is the share of leavers with another cause who have it too: a reason told to everyone explains nobody.
    """
    old = pd.to_datetime(frame["since"]) <= pd.Timestamp(until) - pd.Timedelta(days=SEEN_FOR_DAYS)
    asked = frame[leaving(frame, until=until) & old & frame["visible"]]
    found = {}
    for cause, groups in NAMED_BY.items():
        told = [_groups(raw) for raw in asked.loc[asked["cause"] == cause, "reasons"]]
        others = [_groups(raw) for raw in asked.loc[asked["cause"] != cause, "reasons"]]
        found[cause] = {
            "n": len(told),
            "named": sum(bool(groups & each) for each in told),
            "share": _share(told, groups),
            "falsely": _share(others, groups),
        }
    return found


def _share(told: list[set[str]], groups: set[str]) -> float:
    return sum(bool(groups & each) for each in told) / len(told) if told else float("nan")


def seasonal(frame: pd.DataFrame, *, until: date) -> dict[str, Any]:
    """Among seasonal buyers, who only look gone between seasons: does the list know who orders in the next 90 days?"""
    return silent(frame[frame["cause"] == "seasonal"], until=until)


def _groups(raw: Any) -> set[str]:
    """The groups of the reasons that speak for leaving."""
    listed = json.loads(raw) if isinstance(raw, str) else raw
    return {str(each.get("group", each.get("code"))) for each in listed[:3] if each.get("sign", 1) > 0}
