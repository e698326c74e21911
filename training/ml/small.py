"""Below the floor: too few customers for a model, so their buying rhythm answers, and says so.

BG/NBD needs no labels and four numbers for everybody; with a handful of customers those lean on what is usual in
trade. What happened after the newest past date moves its level by as much as so few customers can say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import artefacts, bands, facts, history, inputs, judgement, labels, lending, pooling, rhythm, versus
from training.ml.calibrate import sigmoid
from training.ml.committee import Committee
from training.ml.families.rhythm import COLUMN, RhythmModel
from training.ml.features import build
from training.ml.interface import PartnerData, Task, Trained

if TYPE_CHECKING:
    from training.ml.interface import Floats

LEAST = 5
"""Customers with history below which not even a rhythm is told."""
SPREAD = (0.5, 0.2)
"""How far the rhythm's level and slope may be off for one partner: standard deviations, log-odds."""
FAMILY = "rhythm"


def train(
    few: history.TooFew, data: Sequence[PartnerData], *, task: Task, outcome: labels.Outcome, as_of: date, out: Path
) -> Trained:
    """A labelled, rhythm-only artefact in `out`; the refusal itself where there is no rhythm to tell."""
    if outcome.mode not in ("inactivity", "purchase") or outcome.category:
        raise few
    now = _today(data, outcome, as_of=as_of)
    if len(now) < LEAST or few.frame.empty:
        raise few
    past = few.frame[few.frame["as_of"] == few.frame["as_of"].max()].reset_index(drop=True)
    y, group = past["y"].to_numpy(np.float64), history.customer_groups(past)
    margin = _margin(rhythm.lean(past), past, outcome)
    pool = pooling.leaning(margin, y, partner=past["partner"].tolist(), group=group, spread=SPREAD)
    pool = replace(pool, rhythm=True)
    recipe = inputs.Inputs(["expected"], {}, rhythm.lean(now), outcome.days, gap=outcome.gap)
    sign = -1.0 if outcome.mode == "purchase" else 1.0
    usual = float(np.median(sign * _margin(recipe.pace, now, outcome)))
    columns = recipe.columns()
    model = RhythmModel(columns.names.index(COLUMN), sign, 0.0, usual)
    Committee(columns, {FAMILY: 1.0}, {FAMILY: [model]}).save(out)
    pool.save(out)
    rule = bands.thresholds(float(np.clip(sigmoid(_margin(recipe.pace, now, outcome)).mean(), 0.02, 0.95)))
    artefacts.seal(
        out,
        {
            "kind": task.kind, "outcome": task.outcome, "mode": outcome.mode, "days": outcome.days,
            "gap": outcome.gap, "category": None, "inputs": recipe.as_dict(), "bands": rule,
        },
    )  # fmt: skip
    recency = past["silence"].fillna(10_000).to_numpy(np.float64) * sign
    metrics, told = judgement.of(
        y, sigmoid(margin), score=margin, naive=("recency", recency), partner=past["partner"],
        worth=np.zeros(len(y)), seed=task.seed, group=group,
    )  # fmt: skip
    if len(past) >= LEAST:  # of fewer the network's model, where there is one, needs no judgement to answer
        about = {"kind": task.kind, **vars(outcome)}
        metrics |= versus.compared(task.network, past, y, sigmoid(margin), about=about)
    return Trained(
        FAMILY, metrics, _card(task, pool, past, now, rule, as_of=as_of, partners=len(data)) | told, len(past)
    )


def _today(data: Sequence[PartnerData], outcome: labels.Outcome, *, as_of: date) -> pd.DataFrame:
    """Who the question is about today and has bought at all: what the rhythm is fitted to, without any label."""
    frames = []
    for partner in data:
        with facts.opened(partner) as con:
            frame = build.features(con, as_of=[as_of])
        frame["partner"] = partner.key
        frames.append(frame[history.population(frame, outcome) & (frame["active_days"] > 0)])
    return pd.concat(frames, ignore_index=True)


def _margin(pace: rhythm.Rhythm | None, frame: pd.DataFrame, outcome: labels.Outcome) -> Floats:
    """Log-odds of the outcome by the rhythm alone; who never bought is taken for the median customer."""
    recipe = inputs.Inputs([], {}, pace, outcome.days, gap=outcome.gap)
    silent = np.asarray(recipe.enriched(frame)["expected"], dtype=np.float64)
    known = silent[~np.isnan(silent)]
    filled = np.where(np.isnan(silent), np.median(known) if len(known) else 0.0, silent)
    return -filled if outcome.mode == "purchase" else filled


def _card(
    task: Task, pool: pooling.Pool, past: pd.DataFrame, now: pd.DataFrame, rule: dict[str, Any], *, as_of: date,
    partners: int,
) -> dict[str, Any]:  # fmt: skip
    whom = sorted(set(past["partner"].astype(str)))
    customers = len(now)
    lines = [
        {"partner": name, **lending.basis(pool, partner=name, customers=pool.line(name).customers)} for name in whom
    ]
    said = {
        "en": f"Only the buying rhythm answers: {customers} customers with history, and a model needs "
        f"{history.FLOOR}. Its four numbers lean on what is usual in trade.",
        "zh-hans": f"仅由购买节奏作答：{customers} 位客户有历史，建模需要 {history.FLOOR} 位；其四个参数参照行业常态。",
    }
    day = past["as_of"].max().date()
    return {
        "kind": task.kind, "outcome": task.outcome, "horizon": task.horizon, "gap": task.gap, "seed": task.seed,
        "budget": task.budget, "champion": FAMILY, "why": said, "summary": said, "notes": [said], "bands": rule,
        "families": [{"family": FAMILY, "weight": 1.0}],
        "reasons": {FAMILY: {"en": "exact: a single column", "zh-hans": "精确：单一变量"}},
        "judged": {
            "en": f"judged on {len(past)} customers at {day}: the rhythm learns from no outcome",
            "zh-hans": f"在 {day} 的 {len(past)} 位客户上评估：购买节奏不从结果学习",
        },
        "pooling": {
            "partners": len(whom), "kept": True, "rhythm": True, "cover": pooling.COVER, "lines": lines, **said,
        },
        "dates": [str(day)], "partners": partners, "customers": customers, "rows": len(past),
        "columns": [COLUMN], "as_of": str(as_of), "seconds": 0.0,
    }  # fmt: skip
