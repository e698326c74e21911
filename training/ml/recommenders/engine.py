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
from training.ml.recommenders import FORMAT, blend, evidence, importance, lessons, splits, trial
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.candidates import NAMES
from training.ml.recommenders.card import card, naive
from training.ml.recommenders.catalogue import Shared, grouped
from training.ml.recommenders.events import Events
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.reading import read
from training.ml.recommenders.sources import LOCAL, ON_REQUEST, SHARED

#: Sources a task may name; by default all but those of ON_REQUEST.
FAMILIES = (*LOCAL, *SHARED)
#: Fewer customers with purchases than this teach nothing about customers.
FEWEST_CUSTOMERS = 20
#: Purchases that the sources learn from in the end; of more, a sample of whole customers teaches as well.
MOST_LINES = 2_000_000
#: What is said of a look back where no day stands behind it.
SAID = {
    "last": "Looking back by one more order of every customer.",
    "random": "Holding out a fifth of every customer's products by lot.",
}


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report = quiet) -> Trained:
    """Learn from the purchases before `as_of`, judge on the newest past dates, and write the artefact to `out`.

    Refusal when a family is unknown or fewer than FEWEST_CUSTOMERS customers have bought anything.
    """
    families = _families(task)
    report(progress=0.02, stage="read", log=f"Reading the purchases of {len(data)} partner(s).")
    worlds = [read(partner.path, as_of=as_of) for partner in data]
    _enough(worlds, as_of=as_of)
    split = _split(task, worlds)
    worlds = [splits.dated(world, split) for world in worlds]
    groups = grouped(worlds)
    most = lessons.looks_within(task.budget, sum(len(world.day) for world in worlds))
    days, horizon = lessons.dates(worlds, as_of=as_of.toordinal(), horizon=task.horizon, split=split, most=most)
    looks = splits.looks(
        lessons.thinned(worlds, seed=task.seed), days, horizon=horizon, split=split, seed=task.seed
    )  # fmt: skip
    events = [Events.read(partner.events, world) for partner, world in zip(data, worlds, strict=True)]
    past = _look_back(looks, groups, events, horizon=horizon, task=task, split=split, report=report)
    report(progress=0.6, stage="judge", log="Comparing the blends on customers they were not fitted on.")
    head, verdict = _learned(past, families, seed=task.seed)
    report(progress=0.85, stage="learn", log="Learning which products go together from all purchases.")
    taught = lessons.thinned(worlds, seed=task.seed, most=MOST_LINES)
    shared = [Shared.learn([taught[n] for n in group], families=frozenset(verdict.sources)) for group in groups]
    state = _state(task, head, verdict, past) | {"split": split}
    state["catalogues"] = {data[n].key: number for number, group in enumerate(groups) for n in group}
    state["horizon_used"] = horizon if split == "time" else None  # no days were counted
    state["sources"] = _sources(frozenset(verdict.sources), shared)
    state["left_out"] = _left_out(families, state["sources"], verdict)
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
    looks: Sequence[splits.Look], groups: Sequence[Sequence[int]], events: Sequence[Events], *, horizon: int,
    task: Task, split: str, report: Report,
) -> list[list[lessons.Stand]]:  # fmt: skip
    """Every partner as it stood at each look; looks without anything to look at are left out."""
    past: list[list[lessons.Stand]] = []
    sample = lessons.Sample.within(task.budget, seed=task.seed)
    strengths: list[dict[str, float]] = [{} for _ in groups]
    for number, look in enumerate(looks):
        said = f"Looking back from {date.fromordinal(look.day).isoformat()}, {horizon} days ahead."
        report(progress=0.05 + 0.5 * number / len(looks), stage="look back", log=SAID.get(split, said))
        answered = [found.between(look.day, look.day + horizon) for found in events] if split == "time" else ()
        found = lessons.stands(
            look, groups, families=_families(task), sample=sample if not number else sample.lesser(), events=answered,
            split=split, strengths=strengths,
        )  # fmt: skip
        if sum(len(stand.lesson.candidates) for stand in found):
            past.append(found)
    return past


def _sources(families: frozenset[str], shared: Sequence[Shared]) -> list[str]:
    """The sources that took part, in the order of the registries."""
    fitted = {name for found in shared for name in found.sources}
    return [name for name in FAMILIES if name in (families & set(LOCAL)) | fitted]


def _left_out(asked: frozenset[str], sources: Sequence[str], verdict: trial.Verdict) -> dict[str, str]:
    """Why each source that does not serve does not."""
    silent = {name: "unasked" if name not in asked else "few" for name in FAMILIES if name not in sources}
    return silent | dict.fromkeys(verdict.dropped, "no_gain")


def _families(task: Task) -> frozenset[str]:
    unknown = [name for name in task.families if name not in FAMILIES]
    if unknown:
        raise Refusal(
            f'There is no recommender called "{unknown[0]}". Choose from {", ".join(FAMILIES)}, or name none for all.'
        )
    return frozenset(task.families) or frozenset(FAMILIES) - ON_REQUEST


def _enough(worlds: Sequence[Baskets], *, as_of: date) -> None:
    buyers = sum(len(np.unique(world.customer)) for world in worlds)
    if buyers < FEWEST_CUSTOMERS:
        raise Refusal(
            f"Recommendations need purchases of at least {FEWEST_CUSTOMERS} customers before {as_of.isoformat()}; "
            f"there are {buyers}. Upload more orders, or train over several partners."
        )


def _split(task: Task, worlds: Sequence[Baskets]) -> str:
    if task.split not in ("", *splits.SPLITS):
        raise Refusal(f'There is no split called "{task.split}". Choose from {", ".join(splits.SPLITS)}, or name none.')
    return task.split or splits.split_of(worlds)


def _learned(
    past: list[list[lessons.Stand]], families: frozenset[str], *, seed: int
) -> tuple[blend.Blend, trial.Verdict]:
    """The head that serves, fitted on all dates, and what the bake-off on the newest date said of it."""
    if not past:
        none = Calibration("none", np.zeros(0), np.zeros(0))
        return blend.Blend(blend.Prior()), trial.Verdict("prior", none, {}, {}, tuple(sorted(families)))
    fitted = {name for stands in past for stand in stands for name in stand.world.sources}
    verdict = trial.hold(past, sources=[name for name in FAMILIES if name in fitted], seed=seed)
    everything = [stand.lesson.narrowed(verdict.sources) for stands in past for stand in stands]
    return blend.learn(everything, verdict.head, seed=seed), verdict


def _state(task: Task, head: blend.Blend, verdict: trial.Verdict, past: list[list[lessons.Stand]]) -> dict[str, Any]:
    seen = [s.lesson.narrowed(verdict.sources).candidates.x for s in past[0]] if past else []
    x = np.concatenate([np.zeros((0, len(NAMES)), np.float32), *seen])
    usual = evidence.typical(x)
    return {
        "kind": "recommendation", "format": FORMAT, "families": sorted(verdict.sources), "head": head.name,
        "features": list(NAMES), "horizon": task.horizon, "calibration": verdict.calibration.as_data(),
        "importance": importance.importance(head, x, verdict.sources, usual),
        "typical": [float(value) if np.isfinite(value) else None for value in usual],
    }  # fmt: skip
