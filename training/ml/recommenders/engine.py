"""The two deeds of this room: learn what to offer to whom, and offer it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml import artefacts
from training.ml.interface import PartnerData, Report, Task, Trained, quiet
from training.ml.recommenders import blend, evidence, lessons, offers, trial
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.candidates import NAMES, Candidates, World
from training.ml.recommenders.card import card, naive
from training.ml.recommenders.catalogue import COMPANY, SAME, Shared, grouped, overlap
from training.ml.recommenders.interface import Baskets, Floats, Ints, blocks
from training.ml.recommenders.reading import read

if TYPE_CHECKING:
    import pyarrow as pa

#: Sources a task may name; all suit by default.
FAMILIES = ("popularity", "frequency", "ease", "item_knn")
#: Fewer customers with purchases than this teach nothing about customers.
FEWEST_CUSTOMERS = 20
FORMAT = 1


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
    """The sources that took part: of the two that know what goes together, the one that was fitted."""
    fitted = {found.together.name for found in shared if found.together is not None}
    return [name for name in FAMILIES if name in (families - set(COMPANY)) | fitted]


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


@dataclass(frozen=True)
class Engine:
    """A trained artefact, opened."""

    state: dict[str, Any]
    head: blend.Head
    calibration: Calibration
    typical: Floats
    folder: Path

    @classmethod
    def load(cls, artefact: Path) -> Engine:
        state = artefacts.opened(artefact)
        if state["format"] != FORMAT or state["features"] != list(NAMES):
            raise Refusal("This recommendation model was written by another version. Train it again.")
        usual = np.array([np.nan if value is None else value for value in state["typical"]], dtype=np.float32)
        head = blend.HEADS[state["head"]].load(artefact)
        return cls(state, head, Calibration.from_data(state["calibration"]), usual, artefact)

    def shared(self, partner: PartnerData, baskets: Baskets) -> Shared | None:
        """The catalogue the partner was trained in; for a newcomer the one its codes overlap with most, if enough."""
        catalogues: dict[str, int] = self.state["catalogues"]
        if partner.key in catalogues:
            return Shared.load(self.folder, catalogues[partner.key])
        mine = set(baskets.items.sku)
        known = [Shared.load(self.folder, number) for number in sorted(set(catalogues.values()))]
        nearest = max(known, key=lambda shared: overlap(mine, set(shared.skus)), default=None)
        return nearest if nearest is not None and overlap(mine, set(nearest.skus)) >= SAME else None

    def chance(self, logits: Floats) -> np.ndarray:
        """Probability of a purchase within the asked horizon, strictly inside 0 … 1."""
        found = self.calibration.chance(logits)
        if self.state["horizon_used"] != self.state["horizon"]:
            found = 1 - (1 - found) ** (self.state["horizon"] / max(1, self.state["horizon_used"]))
        return np.clip(found, 1e-6, 1 - 1e-6)


def predict(artefact: Path, data: PartnerData, *, as_of: date, top: int = 20) -> pa.Table:
    """Offers for every customer of one partner, from what was known before `as_of`.

    Rows per customer: the best `top` of all products, the best `top` never bought and the best `top` repeats, ranked
    together. Columns: customer_id, sku, rank (1 = best), score (log-odds), probability (of a purchase within the
    horizon), expected_value (probability × usual price or margin × usual quantity, null without a price), reason
    (JSON, see `reasons`), is_repeat.
    """
    engine = Engine.load(artefact)
    baskets = read(data.path, as_of=as_of)
    shared = engine.shared(data, baskets)
    families = frozenset(engine.state["families"])
    together = shared.together.onto(baskets.items.sku) if shared is not None and shared.together is not None else None
    world = World.of(baskets, together, families, network=_network(shared, baskets))
    proof = evidence.Evidence.of(world)
    customers = np.arange(len(baskets.customers), dtype=np.int32)
    parts = [_offers(engine, world, proof, block, top=top) for block in blocks(customers, len(baskets.items))]
    import pyarrow as pa

    return pa.concat_tables([_schema().empty_table(), *parts])


def _network(shared: Shared | None, baskets: Baskets) -> tuple[Floats, Floats]:
    """Per item of the partner: how it sells across the network, and at how many partners; zero where untold."""
    popular, sellers = np.zeros(len(baskets.items), np.float32), np.zeros(len(baskets.items), np.float32)
    if shared is not None and len(shared.skus):
        place = np.minimum(np.searchsorted(shared.skus, baskets.items.sku), len(shared.skus) - 1)
        known = shared.skus[place] == baskets.items.sku
        popular[known], sellers[known] = shared.popular[place[known]], shared.sellers[place[known]]
    return popular, sellers


def _offers(engine: Engine, world: World, proof: evidence.Evidence, customers: Ints, *, top: int) -> pa.Table:
    import pyarrow as pa

    candidates: Candidates = world.candidates(customers, new=max(40, 2 * top), repeat=max(60, 2 * top))
    scores = engine.head.logit(candidates.x)
    rows, rank = offers.cut(candidates, scores, top=top)
    kept, scores = candidates.take(rows), scores[rows]
    chance = engine.chance(scores)
    value = chance * offers.worth(world, kept)
    reasons = proof.reasons(kept, evidence.drops(engine.head, kept, scores, engine.typical))
    baskets = world.baskets
    columns = [
        pa.array(baskets.customers[kept.customer], pa.string()), pa.array(baskets.items.sku[kept.item], pa.string()),
        pa.array(rank, pa.int32()), pa.array(scores.astype(np.float64)), pa.array(chance),
        pa.array([None if math.isnan(v) else v for v in value.tolist()], pa.float64()), pa.array(reasons, pa.string()),
        pa.array(kept.repeat),
    ]  # fmt: skip
    return pa.table(columns, schema=_schema())


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([
        ("customer_id", pa.string()), ("sku", pa.string()), ("rank", pa.int32()), ("score", pa.float64()),
        ("probability", pa.float64()), ("expected_value", pa.float64()), ("reason", pa.string()),
        ("is_repeat", pa.bool_()),
    ])  # fmt: skip
