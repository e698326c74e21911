"""Offer: open a trained artefact and say, for every customer of one partner, what to offer, how likely, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml import artefacts
from training.ml.interface import PartnerData
from training.ml.recommenders import FORMAT, blend, evidence, offers
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.candidates import NAMES, Candidates, World
from training.ml.recommenders.catalogue import SAME, Shared, overlap
from training.ml.recommenders.interface import Baskets, Floats, Ints, blocks
from training.ml.recommenders.reading import read

if TYPE_CHECKING:
    import pyarrow as pa


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
    known = shared.onto(baskets.items.sku) if shared is not None else {}
    world = World.of(baskets, known, families, network=_network(shared, baskets))
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
