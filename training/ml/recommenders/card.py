"""The model card as data: what was learned from what, how it was judged, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from training.ml import grades
from training.ml.interface import Task
from training.ml.recommenders import card_words as words
from training.ml.recommenders.card_words import RIVALS, Said, filled
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.sources import LOCAL, ON_REQUEST, SHARED
from training.ml.recommenders.trial import Verdict

#: Fewer judged customers than this deserve a word of caution: the grade calls it D or worse.
SMALL = grades.ROWS[2]


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
    """Everything a person should know before trusting the lists; JSON-able, sentences in both languages.

    state: "sources", "horizon_used" (None without dates), "split" and, where it is known, "importance": source to share
    of the movement.
    """
    split, metrics = state.get("split", "time"), verdict.metrics
    rated = metrics | {"naive": naive(metrics)}
    return {
        "kind": "recommendation", "as_of": as_of.isoformat(), "horizon": task.horizon, "seed": task.seed,
        "budget": task.budget, "horizon_used": state["horizon_used"], "champion": verdict.head, "split": split,
        "sources": state["sources"], "sources_told": _sources(task, state, verdict.dropped),
        "heads": verdict.choice, "calibration_method": verdict.calibration.kind,
        "summary": _summary(metrics), "why": _why(verdict), "judged": words.SPLITS[split],
        "judged_on": words.JUDGED_ON[split], "purchases": words.PURCHASES, "trust_told": _trust(metrics.get("trust")),
        "families": _families(metrics, "+".join(state["sources"])), "grade": grades.told(rated, measure="ndcg_10"),
        "dates": [date.fromordinal(day).isoformat() for day in days] if split == "time" else [],
        "partners": len(worlds), "customers": sum(len(world.customers) for world in worlds),
        "products": sum(len(world.items) for world in worlds), "notes": _notes(task, state, verdict, split),
    }  # fmt: skip


def _summary(metrics: dict[str, Any]) -> Said:
    if "ndcg_10" not in metrics:
        return words.NOT_JUDGED
    ours, rival, n = metrics["ndcg_10"], naive(metrics), metrics["n"]
    span = f"{ours['value']:.3f} ({ours['low']:.3f}–{ours['high']:.3f})"
    theirs = f"{rival['ndcg_10']['value']:.3f}"
    return {
        "en": f"NDCG@10 {span} on {n} customers, against {theirs} for {rival['name']['en']}.",
        "zh-hans": f"在 {n} 位客户上 NDCG@10 为 {span}，基线“{rival['name']['zh-hans']}”为 {theirs}。",
    }


def _why(verdict: Verdict) -> Said:
    names, reached = words.HEADS[verdict.head], verdict.choice
    if len(reached) < 2:
        return {
            "en": f"Sources are combined by {names['en']}: there are too few purchases to learn more.",
            "zh-hans": f"各来源由{names['zh-hans']}组合：购买记录太少，无法学习更多。",
        }
    said = {
        language: "; ".join(f"{words.HEADS[name][language]} {value:.3f}" for name, value in reached.items())
        for language in ("en", "zh-hans")
    }
    return {
        "en": f"Sources are combined by {names['en']}, chosen on customers it had not seen (NDCG@10: {said['en']}).",
        "zh-hans": f"各来源由{names['zh-hans']}组合，依据其未见过的客户选定（NDCG@10：{said['zh-hans']}）。",
    }


def _sources(task: Task, state: dict[str, Any], dropped: Mapping[str, float]) -> list[dict[str, Any]]:
    """Every source there is: its share of what moves the blend, largest first; then those left out, each with why.

    cost: what leaving it out cost, as a share of NDCG@10, where that was tried.
    """
    taken, shares = list(state["sources"]), state.get("importance") or {}
    told: list[dict[str, Any]] = [
        {"source": name, "taken": True, "share": shares.get(name)}
        for name in sorted(taken, key=lambda name: -shares.get(name, 0.0))
    ]
    for name in (name for name in (*LOCAL, *SHARED) if name not in taken):
        unasked = name not in (task.families or {*LOCAL, *SHARED} - ON_REQUEST)
        code = "unasked" if unasked else "no_gain" if name in dropped else "few"
        told.append(
            {"source": name, "taken": False, "why": words.LEFT_OUT[code], "code": code, "cost": dropped.get(name)}
        )
    return told


def _trust(trust: Mapping[str, Any] | None) -> list[Said]:
    """How far the chances held, repeats and new products apart, with counts."""
    found: list[Said] = []
    for kind, one in (trust or {}).items():
        if one["n"]:
            sentence = words.UNTOLD if one["ratio"] is None else words.TRUST
            found.append(filled(sentence, n=one["n"], kind=words.KINDS[kind], said=one["said"], was=one["was"]))
    return found


def _families(metrics: dict[str, Any], sources: str) -> list[dict[str, Any]]:
    """The blend and its rivals with their figures."""
    if "ndcg_10" not in metrics:
        return []
    rows = [(sources, 1.0, metrics), *((name, 0.0, metrics[name]) for name in RIVALS)]
    measures = ("ndcg_10", "recall_10", "hit_rate_10", "mrr_10", "coverage_10", "novelty_10")
    return [
        {"family": name, "weight": weight, **{measure: found.get(measure) for measure in measures}}
        for name, weight, found in rows
    ]


def _notes(task: Task, state: dict[str, Any], verdict: Verdict, split: str) -> list[Said]:
    notes: list[Said] = []
    used, metrics = state["horizon_used"], verdict.metrics
    if split != "time":
        notes.append(words.NO_HORIZON[split])
    elif used != task.horizon:
        notes.append(filled(words.SHORT, used=used, asked=task.horizon))
    if verdict.calibration.kind == "none":
        notes.append(words.NO_CHANCES)
    if 0 < metrics.get("n", 0) < SMALL:
        notes.append(filled(words.SMALL, n=metrics["n"]))
    if metrics.get("n") and not metrics["new"]["n"]:
        notes.append(words.NOTHING_NEW)
    return notes
