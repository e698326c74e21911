"""Top-20 for a vast partner end to end, beside bare matrix-factorisation scoring by the library; and the memory.

Ours is the real thing: a scoring run claimed and done by its limited child, from the dataset's files to Parquet files
with every offer, rows of the database for the lists, and the pointer moved. The rival is implicit's own `recommend` on
finished factors for as many customers and products: matrix product and top-k alone, nothing read and nothing written.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import house
from tests.bench.recommend import Line, market
from tests.bench.watch import Measured, watched

CUSTOMERS, FEW = 1_000_000, 60_000
PRODUCTS, LINES = 5_000, 10
TAUGHT, TAUGHT_FEW = 20_000, 3_000
FAMILIES = ("popularity", "frequency", "item_knn")
TOP, FACTORS, BATCH = 20, 64, 10_000
FACTOR = 3.0
GIB = 1024.0


def measure(*, quick: bool) -> Iterator[Line]:
    customers = FEW if quick else CUSTOMERS
    with tempfile.TemporaryDirectory() as home, house.database(Path(home)) as where:
        world = World(Path(home), where, customers=customers, taught=TAUGHT_FEW if quick else TAUGHT)
        seen, told = world.scored()
        bare, processor = rival(customers)
        what = f"top-{TOP} of {PRODUCTS:,} products, {'+'.join(world.sources)}, into Parquet and {where.name}"
        yield Line(f"{what}: end to end, s", seen.seconds, {"implicit recommend": bare}, FACTOR, n=customers,
                   at_most=True)  # fmt: skip
        yield Line("the same in processor seconds", seen.processor, {"implicit recommend": processor}, n=customers,
                   at_most=True)  # fmt: skip
        yield Line("offers in Parquet; rows in the database", told["rows"],
                   {name: told[name] for name in ("shown", "prospects", "outlooks")}, n=customers)  # fmt: skip
        yield Line("most memory while scoring, GiB", seen.child / GIB, n=customers)


def rival(customers: int) -> tuple[float, float]:
    """Seconds, and processor seconds, of implicit's recommend in batches on two threads."""
    import numpy as np
    import scipy.sparse as sp
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    draw = np.random.default_rng(7)
    with threadpool_limits(1, "blas"):  # as the library asks for: its own threads share the work
        model = AlternatingLeastSquares(factors=FACTORS, num_threads=2)
        model.item_factors = draw.standard_normal((PRODUCTS, FACTORS), dtype=np.float32)
        model.user_factors = draw.standard_normal((customers, FACTORS), dtype=np.float32)
        nothing = sp.csr_matrix((BATCH, PRODUCTS), dtype=np.float32)
        started, used = time.perf_counter(), time.process_time()
        for start in range(0, customers, BATCH):
            who = np.arange(start, min(customers, start + BATCH))
            model.recommend(who, nothing[: len(who)], N=TOP, filter_already_liked_items=False)
        return time.perf_counter() - started, time.process_time() - used


class World:
    """One partner with a dataset, its customers and products in the database, and a champion taught on a sample."""

    def __init__(self, home: Path, where: house.Where, *, customers: int, taught: int) -> None:
        house.begin(home, where)
        from django_scopes import scopes_disabled

        from partners.models import Product

        crowd = house.Crowd(customers, LINES, market.TODAY, market.number, market.NUMBER)
        with scopes_disabled():
            self.partner = house.vast_partner(
                crowd, lambda folder: market.write(folder, customers=customers, products=PRODUCTS, lines=LINES)
            )
            groups = [(f"S{n}", f"Group {n // market.GROUP}") for n in range(PRODUCTS)]
            Product.objects.bulk_create(
                [Product(partner=self.partner, sku=sku, category=group) for sku, group in groups]
            )
            self._champion(home, taught)

    def _champion(self, home: Path, taught: int) -> None:
        from training import registry
        from training.ml.interface import PartnerData, Task
        from training.ml.recommenders import engine

        sample, folder = home / "sample", home / "model"
        market.write(sample, customers=taught, products=PRODUCTS, lines=LINES)
        task = Task("recommendation", "", 90, families=FAMILIES)
        trained = engine.train([PartnerData("vast", sample)], task=task, as_of=market.TODAY, out=folder)
        self.sources = trained.family.split("+")
        fields = {"kind": "recommendation", "partner": self.partner, "outcome": "", "family": trained.family,
                  "as_of": market.TODAY}  # fmt: skip
        version = registry.register(fields, folder=folder)
        registry.promote(version, by=None)

    def scored(self) -> tuple[Measured, dict[str, Any]]:
        """A run done by its child; what it took, and how many rows were written."""
        from django_scopes import scope, scopes_disabled

        from portal.kit import runs
        from predictions import publications, scoring

        with scopes_disabled():
            run = scoring.prepare("recommendation", by=None, partner=self.partner, as_of=market.TODAY)
            with watched() as seen:
                ended = runs.run_here(run)
        assert ended.state == ended.State.SUCCEEDED, ended.message
        with scope(partner=self.partner):
            shown = publications.shown(self.partner, "recommendation")
        assert shown is not None
        return seen, shown.counts
