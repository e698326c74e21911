"""The model card as data: what was learned from what, how it was judged, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from training.ml.interface import Task
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.judge import IDEAL
from training.ml.recommenders.trial import Verdict

Said = dict[str, str]

RIVALS: dict[str, Said] = {
    "popularity": {"en": "popularity", "zh-hans": "热门产品"},
    "frequency": {"en": "own most frequent products", "zh-hans": "客户自己最常购买的产品"},
}
HEADS: dict[str, Said] = {
    "prior": {"en": "a fixed order", "zh-hans": "固定顺序"},
    "linear": {"en": "logistic regression", "zh-hans": "逻辑回归"},
    "boosted": {"en": "boosted trees", "zh-hans": "提升树"},
}
JUDGED_ON: Said = {
    "en": "Judged on the next basket of customers with two orders or more, active within 365 days, who bought within "
    f"the horizon. NDCG's ideal is {IDEAL}.",
    "zh-hans": f"评估对象：至少有两次订单、365 天内活跃并在预测期内购买的客户的下一个购物篮。NDCG 的理想值取 {IDEAL}。",
}
PURCHASES: Said = {
    "en": "Returns, cancelled orders, postage, fees and test products are no purchases.",
    "zh-hans": "退货、取消的订单、邮费、手续费和测试产品不算购买。",
}


def naive(metrics: dict[str, Any]) -> dict[str, Any]:
    """The stronger of the two rivals with all its measures; empty when nothing could be judged."""
    rivals = [name for name in RIVALS if name in metrics]
    if not rivals:
        return {}
    name = max(rivals, key=lambda rival: metrics[rival]["ndcg_10"]["value"])
    return {**metrics[name], "name": RIVALS[name]}


def card(
    task: Task, worlds: Sequence[Baskets], *, as_of: date, days: Sequence[int], state: dict[str, Any], verdict: Verdict
) -> dict[str, Any]:
    """Everything a person should know before trusting the lists; JSON-able, sentences in both languages."""
    return {
        "kind": "recommendation", "as_of": as_of.isoformat(), "horizon": task.horizon, "seed": task.seed,
        "horizon_used": state["horizon_used"], "champion": verdict.head, "sources": state["sources"],
        "heads": verdict.choice, "calibration_method": verdict.calibration.kind,
        "summary": _summary(verdict.metrics), "why": _why(verdict), "judged_on": JUDGED_ON, "purchases": PURCHASES,
        "families": _families(verdict.metrics, "+".join(state["sources"])),
        "dates": [date.fromordinal(day).isoformat() for day in days], "partners": len(worlds),
        "customers": sum(len(world.customers) for world in worlds),
        "products": sum(len(world.items) for world in worlds), "notes": _notes(task, state, verdict),
    }  # fmt: skip


def _summary(metrics: dict[str, Any]) -> Said:
    if "ndcg_10" not in metrics:
        return {
            "en": "Not judged: the history is too short, or nobody with two orders bought again.",
            "zh-hans": "未评估：历史数据太短，或没有两次以上订单的客户再次购买。",
        }
    ours, rival, n = metrics["ndcg_10"], naive(metrics), metrics["n"]
    span = f"{ours['value']:.3f} ({ours['low']:.3f}–{ours['high']:.3f})"
    theirs = f"{rival['ndcg_10']['value']:.3f}"
    return {
        "en": f"NDCG@10 {span} on {n} customers, against {theirs} for {rival['name']['en']}.",
        "zh-hans": f"在 {n} 位客户上 NDCG@10 为 {span}，基线“{rival['name']['zh-hans']}”为 {theirs}。",
    }


def _why(verdict: Verdict) -> Said:
    names, reached = HEADS[verdict.head], verdict.choice
    if len(reached) < 2:
        return {
            "en": f"Sources are combined by {names['en']}: there are too few purchases to learn more.",
            "zh-hans": f"各来源由{names['zh-hans']}组合：购买记录太少，无法学习更多。",
        }
    said = {
        language: "; ".join(f"{HEADS[name][language]} {value:.3f}" for name, value in reached.items())
        for language in ("en", "zh-hans")
    }
    return {
        "en": f"Sources are combined by {names['en']}, the best for customers it had not seen (NDCG@10: {said['en']}).",
        "zh-hans": f"各来源由{names['zh-hans']}组合，它在未见过的客户上最好（NDCG@10：{said['zh-hans']}）。",
    }


def _families(metrics: dict[str, Any], sources: str) -> list[dict[str, Any]]:
    """The blend and its rivals with their figures."""
    if "ndcg_10" not in metrics:
        return []
    rows = [(sources, 1.0, metrics), *((name, 0.0, metrics[name]) for name in RIVALS)]
    measures = ("ndcg_10", "recall_10", "hit_rate_10", "coverage_10")
    return [
        {"family": name, "weight": weight, **{measure: found[measure] for measure in measures}}
        for name, weight, found in rows
    ]


def _notes(task: Task, state: dict[str, Any], verdict: Verdict) -> list[Said]:
    notes: list[Said] = []
    used = state["horizon_used"]
    if used != task.horizon:
        notes.append(
            {
                "en": f"The history is short: learned over {used} days instead of {task.horizon}; the chances are "
                "extended to the full horizon.",
                "zh-hans": f"历史数据较短：以 {used} 天代替 {task.horizon} 天学习，概率按整个预测期推算。",
            }
        )
    if verdict.calibration.kind == "none":
        notes.append(
            {
                "en": "Too few purchases to calibrate: read the chances as an order, not as shares.",
                "zh-hans": "购买记录太少，无法校准：概率只表示先后顺序。",
            }
        )
    return notes
