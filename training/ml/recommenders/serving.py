"""Offer: open a trained artefact and say, for every customer of one partner, what to offer, how likely, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from portal.kit.errors import Refusal
from training.ml import artefacts
from training.ml.interface import PartnerData
from training.ml.recommenders import FORMAT, blend, evidence, offers, sheets, splits
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.candidates import NAMES, Candidates, World
from training.ml.recommenders.catalogue import SAME, Shared, overlap
from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, blocks
from training.ml.recommenders.outlook import Outlooks
from training.ml.recommenders.pitches import Pitches
from training.ml.recommenders.prospects import Prospects
from training.ml.recommenders.reading import read
from training.ml.recommenders.rules import Rules
from training.ml.recommenders.screen import Screen

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

Made = TypeVar("Made")
#: Rows that become rows of the database: of each customer the best, the first new and the first repeats, of each
#: product the best.
BEST, EACH, PITCHES = 10, 5, 200
#: With more customers than this their own rows stay in the file, and reasons are worked out for the rows that are
#: read from a list: those of a product's best customers, and the first READ of every customer, as
#: many as its page names.
VAST, READ = 50_000, 5
#: Rows of products' best customers that become rows of the database, at most.
MOST_PITCHES = 500_000
#: Cells of a block (customers × products), and blocks that are worked on side by side.
AT_ONCE, THREADS = 5_000_000, 2


@dataclass(frozen=True)
class Engine:
    """A trained artefact, opened."""

    state: dict[str, Any]
    head: blend.Blend
    calibration: Calibration
    typical: Floats
    folder: Path

    @classmethod
    def load(cls, artefact: Path) -> Engine:
        state = artefacts.opened(artefact)
        if state["format"] != FORMAT or state["features"] != list(NAMES):
            raise Refusal("This recommendation model was written by another version. Train it again.")
        usual = np.array([np.nan if value is None else value for value in state["typical"]], dtype=np.float32)
        head = blend.Blend.load(artefact, state["head"])
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
        """Probability of a purchase within the asked horizon, strictly inside 0 … 1. Without dates, of the next basket
        or of a product held out by lot."""
        found, used = self.calibration.chance(logits), self.state["horizon_used"]
        if used is not None and used != self.state["horizon"]:
            found = 1 - (1 - found) ** (self.state["horizon"] / max(1, used))
        return np.clip(found, 1e-6, 1 - 1e-6)


@dataclass(frozen=True)
class Offered:
    """What `offer` wrote, and what it tells of it beside."""

    folder: Path
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """The candidates of one block that may be offered, and which of them are. rows: places among `candidates`."""

    candidates: Candidates
    chance: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    kept: Candidates
    rows: npt.NDArray[np.int64]
    rank: Ints
    score: Floats
    plain: Floats  # as the head said it, before rules and calibration
    pinned: Flags


@dataclass(frozen=True)
class Block:
    """A block worked out: its candidates, its offers, and those that may be among the best of their product."""

    made: Scored
    offers: pa.Table
    pitches: pa.Table
    item: Ints
    chance: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Desk:
    """One partner on one day with all that its offers are made from."""

    engine: Engine
    world: World
    proof: evidence.Evidence
    screen: Screen
    top: int

    @classmethod
    def of(cls, artefact: Path, data: PartnerData, *, as_of: date, top: int, rules: Rules) -> Self:
        engine = Engine.load(artefact)
        baskets = splits.dated(read(data.path, as_of=as_of), engine.state["split"])
        shared = engine.shared(data, baskets)
        families = frozenset(engine.state["families"])
        known = shared.onto(baskets.items.sku) if shared is not None else {}
        world = World.of(baskets, known, families, network=_network(shared, baskets))
        proof = evidence.Evidence.of(world, dated=engine.state["split"] == "time")
        return cls(engine, world, proof, Screen.of(rules, world), top)

    @property
    def vast(self) -> bool:
        return len(self.world.baskets.customers) > VAST

    def scored(self, customers: Ints) -> Scored:
        """The candidates of a block with their chances, ranked and cut; rules come before the cut."""
        screen, pins = self.screen, self.screen.pins(customers)
        new, repeat = (self.top, self.top) if self.vast else (max(40, 2 * self.top), max(60, 2 * self.top))
        found = self.world.candidates(customers, new=new, repeat=repeat, allowed=screen.open(customers), added=pins)
        if not screen.plain:
            found = found.take(np.flatnonzero(screen.allowed(found)))
        plain = self.engine.head.logit(found.x)
        logits = self.engine.calibration.levelled(plain, found.repeat)
        if not screen.plain:
            logits = logits - screen.demotion(found)
        chance = self.engine.chance(logits)
        value = chance * offers.worth(self.world, found)
        key = offers.keys(found, logits, value, by_value=screen.rules.rank_by == "value")
        key, pinned = offers.pinned_first(found, screen.varied(found, key, top=self.top), pins)
        rows, rank = offers.cut(found, key, top=self.top)
        return Scored(found, chance, value, found.take(rows), rows, rank, logits[rows], plain[rows], pinned[rows])

    def barred(self) -> bool:
        """Whether somebody would be offered something, were there no rules; asked where nobody is offered anything."""
        free = replace(self, screen=Screen.of(Rules(), self.world))
        return not self.screen.plain and any(len(free.scored(part).rank) for part in self.parts())

    def parts(self) -> Iterator[Ints]:
        """All customers, block by block."""
        baskets = self.world.baskets
        return blocks(np.arange(len(baskets.customers), dtype=np.int32), len(baskets.items), at_once=AT_ONCE)

    def block(self, customers: Ints, pitches: Pitches) -> Block:
        """Scored, and as tables: of a vast partner only the rows that are read have reasons."""
        import pyarrow as pa
        import pyarrow.compute as pc

        made = self.scored(customers)
        chance, rank = made.chance[made.rows], made.rank
        shown = np.full(len(rank), not self.vast)
        shown &= offers.shown(made.kept.customer, rank, made.kept.repeat, best=BEST, each=EACH)
        wanted = pitches.wanted(made.kept.item, chance)
        read = rank <= READ if self.vast else np.ones(len(rank), dtype=bool)
        table = self.table(made, shown, read | wanted)
        found = sheets.plain([table.filter(wanted)])
        if self.vast:  # what stands in the file must not hang on which block came first
            reason = pc.if_else(pa.array(read), table["reason"], pa.scalar(None, pa.string()))
            table = table.set_column(table.schema.get_field_index("reason"), "reason", reason)
        return Block(made, table, found, made.kept.item[wanted], chance[wanted])

    def table(self, made: Scored, shown: Flags, read: Flags) -> pa.Table:
        """The offers of a block as a table of `sheets.schema(coded=True)`; reasons for the rows that are `read`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        kept, baskets = made.kept, self.world.baskets
        few = np.flatnonzero(read)
        some = kept.take(few)
        fall = evidence.drops(self.engine.head, some, made.plain[few], self.engine.typical)
        told = self.proof.reasons(some, fall)
        place = np.cumsum(read) - 1
        reason = pc.take(told, pa.array(place, mask=~read))
        columns = [
            sheets.names(baskets.customers, kept.customer), sheets.names(baskets.items.sku, kept.item),
            pa.array(made.rank, pa.int32()), pa.array(made.score.astype(np.float64)),
            pa.array(made.chance[made.rows]), sheets.money(made.value[made.rows]), reason, pa.array(kept.repeat),
            pa.array(made.pinned), pa.array(shown),
        ]  # fmt: skip
        return pa.table(columns, schema=sheets.schema(coded=True))


def predict(
    artefact: Path, data: PartnerData, *, as_of: date, top: int = 20, rules: Rules | None = None
) -> pa.Table:  # fmt: skip
    """Offers for every customer of one partner, from what was known before `as_of`.

    Rows per customer: the best `top` of all products, the best `top` never bought and the best `top` repeats, ranked
    together. Columns: customer_id, sku, rank (1 = best), score (log-odds), probability (of a purchase within the
    horizon), expected_value (probability × usual price or margin × usual quantity, null without a price), reason
    (JSON, see `reasons`), is_repeat, pinned (by a rule).
    """
    desk = Desk.of(artefact, data, as_of=as_of, top=top, rules=rules or Rules())
    parts = []
    for made in _side_by_side(desk, desk.scored):
        everything = np.ones(len(made.rank), dtype=bool)
        parts.append(desk.table(made, everything, everything))
    return sheets.plain(parts).drop_columns(["shown"])


def offer(
    artefact: Path, data: PartnerData, *, as_of: date, top: int = 20, rules: Rules | None = None, out: Path
) -> Offered:  # fmt: skip
    """Write the offers for every customer of one partner into the folder `out`.

    Memory for offers grows with a block and with the products, not with the customers. What does grow with them: the
    baskets themselves, 16 bytes per customer and 16 per opportunity (customer × category not owned) in `Prospects`, and
    the text of the opportunities while prospects.parquet is written.

    offers.parquet: the columns of `predict` and `shown` (to become a row of the database), by customer and rank; the
    reason is null where nobody reads it, see VAST. pitches.parquet: rows of the same columns, by product and falling
    chance, of those among the best PITCHES customers of a product that are not `shown`. prospects.parquet: one row per
    customer, see `Prospects`. outlooks.parquet: one row per product, see `Outlooks`.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    desk = Desk.of(artefact, data, as_of=as_of, top=top, rules=rules or Rules())
    items = len(desk.world.baskets.items)
    prospects, outlooks = Prospects.of(desk.world), Outlooks.of(desk.world)
    pitches = Pitches(items, most=max(1, min(PITCHES, MOST_PITCHES // max(1, items))))
    out.mkdir(parents=True, exist_ok=True)
    sheet, offered = sheets.Sheet(out / "offers.parquet"), 0
    for block in _side_by_side(desk, lambda customers: desk.block(customers, pitches)):
        prospects.add(block.made.candidates, block.made.chance, block.made.value)
        outlooks.add(block.made.candidates, block.made.chance)
        sheet.add(block.offers)
        offered += block.offers.num_rows
        pitches.add(block.pitches, block.item, block.chance)
    sheet.close()
    best = sheets.plain([pitches.table()])
    pq.write_table(best.filter(pc.invert(best["shown"])), out / "pitches.parquet")
    pq.write_table(prospects.table(), out / "prospects.parquet")
    pq.write_table(outlooks.table(), out / "outlooks.parquet")
    answered = _answered(desk, offers=offered)
    told = {"white_space": prospects.white_space(), "answered": answered, "split": desk.engine.state["split"]}
    return Offered(out, told)


def _answered(desk: Desk, *, offers: int) -> dict[str, Any]:
    """barred: nobody is offered anything, and without rules somebody would be."""
    baskets = desk.world.baskets
    return {"sources": list(desk.world.sources), "customers": len(baskets.customers), "products": len(baskets.items),
            "lines": len(baskets.day), "vast": desk.vast, "barred": not offers and desk.barred()}  # fmt: skip


def _side_by_side(desk: Desk, work: Callable[[Ints], Made]) -> Iterator[Made]:
    """`work` done on every block of customers, in order; on the first by itself, since it fills what all share."""
    parts = desk.parts()
    if (first := next(parts, None)) is None:
        return
    yield work(first)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[Made]] = deque()
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _network(shared: Shared | None, baskets: Baskets) -> tuple[Floats, Floats]:
    """Per item of the partner: how it sells across the network, and at how many partners; zero where untold."""
    popular, sellers = np.zeros(len(baskets.items), np.float32), np.zeros(len(baskets.items), np.float32)
    if shared is not None and len(shared.skus):
        place = np.minimum(np.searchsorted(shared.skus, baskets.items.sku), len(shared.skus) - 1)
        known = shared.skus[place] == baskets.items.sku
        popular[known], sellers[known] = shared.popular[place[known]], shared.sellers[place[known]]
    return popular, sellers
