"""Learn what to offer to whom. `serving` offers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml import artefacts
from training.ml.interface import PartnerData, Report, Task, Trained, quiet
from training.ml.recommenders import FORMAT, blend, evidence, lessons, trial
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.candidates import NAMES
from training.ml.recommenders.card import card, naive
from training.ml.recommenders.catalogue import Shared, grouped
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.reading import read
from training.ml.recommenders.sources import LOCAL, SHARED

#: Sources a task may name; all suit by default.
FAMILIES = (*LOCAL, *SHARED)
#: Fewer customers with purchases than this teach nothing about customers.
FEWEST_CUSTOMERS = 20


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report = quiet) -> Trained:
    """Learn from the purchases before `as_of`, judge on the newest past dates, and write the artefact to `out`.

    Refusal when a family is unknown or fewer than FEWEST_CUSTOMERS customers have bought anything.
    """
    families = _families(task)
    report(progress=0.02, stage="read", log=f"Reading the purchases of {len(data)} partner(s).")
    worlds = [read(partner.path, as_of=as_of) for partner in data]
    _enough(worlds, as_of=as_of)
    groups = grouped(worlds)
    days, horizon = lessons.dates(worlds, as_of=as_of.toordinal(), horizon=task.horizon)
    past = _look_back(worlds, groups, days, horizon=horizon, task=task, report=report)
    report(progress=0.6, stage="judge", log="Comparing the blends on customers they were not fitted on.")
    head, verdict = _learned(past, seed=task.seed)
    report(progress=0.85, stage="learn", log="Learning which products go together from all purchases.")
    shared = [Shared.learn([worlds[n] for n in group], families=families) for group in groups]
    state = _state(task, families, head, verdict, past)
    state["catalogues"] = {data[n].key: number for number, group in enumerate(groups) for n in group}
    state["horizon_used"], state["sources"] = horizon, _sources(families, shared)
    out.mkdir(parents=True, exist_ok=True)
    head.save(out)
    for number, catalogue in enumerate(shared):
        catalogue.save(out, number)
    artefacts.seal(out, state)
    told = card(task, worlds, as_of=as_of, days=days[: len(past)], state=state, verdict=verdict)
    report(progress=1.0, stage="done", log=told["summary"]["en"])
    metrics = verdict.metrics | ({"naive": naive(verdict.metrics)} if "ndcg_10" in verdict.metrics else {})
    return Trained("+".join(state["sources"]), metrics, told, sum(len(world.day) for world in worlds))


def _look_back(
    worlds: Sequence[Baskets], groups: Sequence[Sequence[int]], days: Sequence[int], *, horizon: int, task: Task,
    report: Report,
) -> list[list[lessons.Stand]]:  # fmt: skip
    """Every partner as it stood on each of these days; days without anything to look at are left out."""
    past: list[list[lessons.Stand]] = []
    sample = lessons.Sample.within(task.budget, seed=task.seed)
    for number, day in enumerate(days):
        said = f"Looking back from {date.fromordinal(day).isoformat()}, {horizon} days ahead."
        report(progress=0.1 + 0.15 * number, stage="look back", log=said)
        found = lessons.stands(
            worlds, groups, day=day, horizon=horizon, families=_families(task), sample=sample
        )  # fmt: skip
        if sum(len(stand.lesson.candidates) for stand in found):
            past.append(found)
    return past


def _sources(families: frozenset[str], shared: Sequence[Shared]) -> list[str]:
    """The sources that took part, in the order of the registries."""
    fitted = {name for found in shared for name in found.sources}
    return [name for name in FAMILIES if name in (families & set(LOCAL)) | fitted]


def _families(task: Task) -> frozenset[str]:
    unknown = [name for name in task.families if name not in FAMILIES]
    if unknown:
        raise Refusal(
            f'There is no recommender called "{unknown[0]}". Choose from {", ".join(FAMILIES)}, or name none for all.'
        )
    return frozenset(task.families or FAMILIES)


def _enough(worlds: Sequence[Baskets], *, as_of: date) -> None:
    buyers = sum(len(np.unique(world.customer)) for world in worlds)
    if buyers < FEWEST_CUSTOMERS:
        raise Refusal(
            f"Recommendations need purchases of at least {FEWEST_CUSTOMERS} customers before {as_of.isoformat()}; "
            f"there are {buyers}. Upload more orders, or train over several partners."
        )


def _learned(past: list[list[lessons.Stand]], *, seed: int) -> tuple[blend.Head, trial.Verdict]:
    """The head that serves, fitted on all dates, and what the bake-off on the newest date said of it."""
    if not past:
        return blend.Prior(), trial.Verdict("prior", Calibration.fit(np.zeros(0), np.zeros(0, bool)), {}, {})
    verdict = trial.hold(past, seed=seed)
    everything = [stand.lesson for stands in past for stand in stands]
    return blend.learn(everything, verdict.head, seed=seed), verdict


def _state(
    task: Task, families: frozenset[str], head: blend.Head, verdict: trial.Verdict, past: list[list[lessons.Stand]]
) -> dict[str, Any]:
    x = np.concatenate([s.lesson.candidates.x for s in past[0]]) if past else np.zeros((0, len(NAMES)), np.float32)
    usual = evidence.typical(x)
    return {
        "kind": "recommendation", "format": FORMAT, "families": sorted(families), "head": head.name,
        "features": list(NAMES), "horizon": task.horizon, "calibration": verdict.calibration.as_data(),
        "typical": [float(value) if np.isfinite(value) else None for value in usual],
    }  # fmt: skip
