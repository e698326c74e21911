"""What was answered to offers, in the codes of the baskets."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from tests.training.ml.recommenders.worlds import AS_OF, TODAY, baskets
from training.ml.recommenders.events import Events

WORLD = baskets([("ann", "A", 5), ("bob", "B", 9)], items=["C"])


def written(folder: Path, rows: list[tuple[str, str, str, int]]) -> Path:
    """(customer, product, verdict, days ago) as the file a training is given."""
    kinds = {"customer_id": pa.string(), "sku": pa.string(), "verdict": pa.string(), "on": pa.date32()}
    told: list[tuple[str, str, str, date]] = [(*row[:3], AS_OF - timedelta(days=row[3])) for row in rows]
    columns = list(zip(*told, strict=True)) or [(), (), (), ()]
    arrays = {name: pa.array(values, kind) for (name, kind), values in zip(kinds.items(), columns, strict=True)}
    parquet.write_table(pa.table(arrays), folder / "events.parquet")
    return folder / "events.parquet"


def listed(found: Events) -> list[tuple[str, str, int, bool]]:
    names = zip(WORLD.customers[found.customer], WORLD.items.sku[found.item], strict=True)
    rest = zip((TODAY - found.day).tolist(), found.taken.tolist(), strict=True)
    return [(*who, *what) for who, what in zip(names, rest, strict=True)]


def test_answers_come_in_the_order_of_their_days_with_what_they_mean(tmp_path: Path) -> None:
    rows = [("bob", "C", "wrong_product", 2), ("ann", "B", "bought", 3), ("ann", "A", "accepted", 7)]
    found = Events.read(written(tmp_path, rows), WORLD)
    assert listed(found) == [("ann", "A", 7, True), ("ann", "B", 3, True), ("bob", "C", 2, False)]
    assert listed(found.between(TODAY - 7, TODAY - 2)) == listed(found)[:2]


def test_poison_dated_on_or_after_the_day_is_never_seen(tmp_path: Path) -> None:
    rows = [("ann", "B", "bought", 1), ("ann", "C", "bought", 0), ("bob", "C", "wrong_product", -1)]
    file = written(tmp_path, rows)
    assert listed(Events.read(file, WORLD)) == [("ann", "B", 1, True)]
    assert listed(Events.read(file, WORLD.before(TODAY - 1))) == []


def test_strangers_and_unknown_products_are_passed_over_and_no_file_is_fine(tmp_path: Path) -> None:
    rows = [("zoe", "A", "bought", 1), ("ann", "Z", "bought", 1)]
    assert len(Events.read(written(tmp_path, rows), WORLD)) == 0
    assert len(Events.read(written(tmp_path, []), WORLD)) == 0
    assert len(Events.read(None, WORLD)) == len(Events.none()) == 0
