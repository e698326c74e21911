"""Hardly anything, or something odd: a sentence or sensible offers, never a crash and never a hole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.kit.errors import Refusal
from tests.training.ml.recommenders.worlds import AS_OF
from training.ml.interface import PartnerData, Task, Trained
from training.ml.recommenders.engine import train
from training.ml.recommenders.serving import offer, predict

TASK = Task("recommendation", "", 60)
Line = tuple[str, str, int]


def folder(root: Path, lines: Iterable[Line], *, returned: bool = False) -> PartnerData:
    """(customer, product, days ago), one order per customer and day, without names or prices."""
    rows = [
        {"order_id": f"{who}-{ago}", "line": number, "customer_id": who, "date": AS_OF - timedelta(days=ago),
         "sku": sku, "quantity": -1.0 if returned else 1.0, "is_return": returned}
        for number, (who, sku, ago) in enumerate(lines)
    ]  # fmt: skip
    root.mkdir()
    pq.write_table(pa.Table.from_pylist(rows), root / "orders.parquet")
    return PartnerData("tiny", root)


WORLDS: dict[str, list[Line]] = {
    "one product": [(f"c{n:02}", "p", ago) for n in range(30) for ago in (n + 1, n + 40, n + 100)],
    "no overlap": [(f"c{n:02}", f"p{n:02}", ago) for n in range(30) for ago in (n + 1, n + 40, n + 100)],
    "one giant basket": [*((f"c{n:02}", "p", n + 1) for n in range(30)), *(("giant", f"g{n}", 20) for n in range(400))],
    "one order each": [(f"c{n:02}", f"p{n % 3}", n + 1) for n in range(30)],
    "one day, one product each": [(f"c{n:02}", f"p{n % 3}", 1) for n in range(30)],
    "one day": [(f"c{n:02}", f"p{m}", 1) for n in range(30) for m in range(n % 4 + 1)],
    "order only": [(f"c{n:02}", f"p{(n + turn) % 5}", 60 - turn) for n in range(30) for turn in range(n % 4 + 2)],
    "yesterday": [(f"c{n:02}", f"p{n % 7}", 1 + n % 2) for n in range(30)],
}


@pytest.mark.parametrize("name", WORLDS)
def test_little_or_odd_data_are_served(name: str, tmp_path: Path) -> None:
    data = folder(tmp_path / "data", WORLDS[name])
    trained: Trained = train([data], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    table = predict(tmp_path / "out", data, as_of=AS_OF, top=5)
    assert trained.card["summary"]["en"]
    assert len(set(table["customer_id"].to_pylist())) == len({who for who, _, _ in WORLDS[name]})
    assert table["score"].null_count == 0
    assert np.isfinite(table["score"].to_numpy()).all()
    chances = table["probability"].to_numpy()
    assert ((chances > 0) & (chances < 1)).all()


@pytest.mark.parametrize(("name", "split"), [("order only", "last"), ("one day", "random")])
def test_where_no_date_is_true_no_days_are_counted(name: str, split: str, tmp_path: Path) -> None:
    data = folder(tmp_path / "data", WORLDS[name])
    trained = train([data], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert trained.card["horizon_used"] is None
    assert any("Without dates" in note["en"] for note in trained.card["notes"])
    assert offer(tmp_path / "out", data, as_of=AS_OF, top=5, out=tmp_path / "offers").evidence["split"] == split
    told = {row["reason"] for row in predict(tmp_path / "out", data, as_of=AS_OF, top=5).to_pylist()}
    assert not any("days" in reason or "last" in reason for reason in told)


@pytest.mark.parametrize(("lines", "returned"), [
    ([(f"c{n}", f"p{n % 2}", 5 + 30 * turn) for n in range(3) for turn in range(5)], False),
    ([(f"c{n}", "p", 5 + n) for n in range(40)], True),
])  # fmt: skip
def test_three_customers_and_nothing_but_returns_are_told_what_is_needed(
    lines: list[Line], returned: bool, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="at least 20 customers"):
        train([folder(tmp_path / "data", lines, returned=returned)], task=TASK, as_of=AS_OF, out=tmp_path / "out")


def test_three_customers_are_served_by_a_model_of_others(tmp_path: Path) -> None:
    whole = folder(tmp_path / "whole", WORLDS["no overlap"])
    train([whole], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    few = folder(tmp_path / "few", [("x", "p01", 9), ("y", "p02", 9), ("z", "other", 9)])
    rows = predict(tmp_path / "out", PartnerData("few", few.path), as_of=AS_OF, top=3).to_pylist()
    assert {row["customer_id"] for row in rows} == {"x", "y", "z"}


def test_an_unknown_split_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", WORLDS["one product"])
    with pytest.raises(Refusal, match="time, last, random"):
        train([data], task=Task("recommendation", "", 60, split="odd"), as_of=AS_OF, out=tmp_path / "out")
