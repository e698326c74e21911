"""Offers written to files: everything once, rules before the cut, and the same whatever the blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.training.ml.recommenders.worlds import AS_OF, partner, products
from training.ml.interface import PartnerData, Task
from training.ml.recommenders import serving
from training.ml.recommenders.engine import train
from training.ml.recommenders.pitches import Pitches
from training.ml.recommenders.rules import Rules, Scope

FAMILIES = ("popularity", "frequency", "item_knn")


class World:
    def __init__(self, root: Path) -> None:
        self.data = PartnerData("one", partner(root / "one", customers=60))
        products(self.data.path, [f"P{n:02}" for n in range(20)])
        self.artefact = root / "artefact"
        train([self.data], task=Task("recommendation", "", 60, families=FAMILIES), as_of=AS_OF, out=self.artefact)

    def offered(self, out: Path, rules: Rules | None = None, *, top: int = 5) -> dict[str, list[dict[str, Any]]]:
        made = serving.offer(self.artefact, self.data, as_of=AS_OF, top=top, rules=rules, out=out)
        json.dumps(made.evidence, allow_nan=False)
        assert set(made.evidence["white_space"]) == {"categories", "segments"}
        names = ("offers", "pitches", "prospects", "outlooks")
        return {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in names}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("serving"))


def test_the_files_hold_what_predict_tells(world: World, tmp_path: Path) -> None:
    found = world.offered(tmp_path)
    table = serving.predict(world.artefact, world.data, as_of=AS_OF, top=5)
    assert [{key: row[key] for key in table.column_names} for row in found["offers"]] == table.to_pylist()
    assert pq.read_schema(tmp_path / "offers.parquet").field("customer_id").type == pa.string()
    assert len(found["prospects"]) == 60
    assert len(found["outlooks"]) == 20


def test_shown_are_the_best_ten_five_new_ones_and_five_repeats(world: World, tmp_path: Path) -> None:
    rows = world.offered(tmp_path, top=20)["offers"]
    mine = [row for row in rows if row["customer_id"] == "c001"]
    first = {row["rank"] for kind in (True, False) for row in [row for row in mine if row["is_repeat"] == kind][:5]}
    assert {row["rank"] for row in mine if row["shown"]} == set(range(1, 11)) | first


def test_where_rules_leave_nothing_to_offer_it_is_told(world: World, tmp_path: Path) -> None:
    def told(name: str, rules: Rules) -> dict[str, Any]:
        made = serving.offer(world.artefact, world.data, as_of=AS_OF, top=5, rules=rules, out=tmp_path / name)
        return {"rows": pq.read_metadata(made.folder / "offers.parquet").num_rows, **made.evidence["answered"]}

    nothing = told("nothing", Rules(margins=((Scope(), 0.2),)))  # no cost is known
    assert (nothing["rows"], nothing["barred"]) == (0, True)
    some = told("some", Rules(excluded=(Scope(sku="P01"),)))
    assert some["rows"] > 0
    assert not some["barred"]


def test_where_nothing_is_for_sale_no_rule_is_blamed(world: World, tmp_path: Path) -> None:
    folder = partner(tmp_path / "closed", customers=10)
    listed = pq.read_table(folder / "products.parquet")
    place = listed.column_names.index("available")
    pq.write_table(listed.set_column(place, "available", pa.array([False] * 20)), folder / "products.parquet")
    made = serving.offer(
        world.artefact, PartnerData("closed", folder), as_of=AS_OF, rules=Rules(excluded=(Scope(sku="P01"),)),
        out=tmp_path / "out",
    )  # fmt: skip
    assert not made.evidence["answered"]["barred"]


def test_pitches_are_the_best_customers_that_are_not_shown_anyway(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PITCHES", 8)
    found = world.offered(tmp_path, top=20)
    shown = {(row["customer_id"], row["sku"]) for row in found["offers"] if row["shown"]}
    best: set[tuple[str, str]] = set()
    for sku in {row["sku"] for row in found["offers"]}:
        ranked = sorted((row for row in found["offers"] if row["sku"] == sku), key=lambda row: -row["probability"])
        least = np.float32(ranked[:8][-1]["probability"])
        pitched = [row for row in found["pitches"] if row["sku"] == sku]
        assert all(np.float32(row["probability"]) >= least for row in pitched)
        best |= {(row["customer_id"], sku) for row in ranked[:8] if np.float32(row["probability"]) > least}
    pitched_pairs = {(row["customer_id"], row["sku"]) for row in found["pitches"]}
    assert not pitched_pairs & shown
    assert best <= pitched_pairs | shown


def test_a_vast_partners_file_does_not_hang_on_blocks_and_threads(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "VAST", 10)
    whole = world.offered(tmp_path / "whole")
    monkeypatch.setattr(serving, "AT_ONCE", 140)
    parts = world.offered(tmp_path / "parts")
    for name in ("offers", "pitches"):
        assert len(parts[name]) == len(whole[name])
        for one, other in zip(parts[name], whole[name], strict=True):  # the last digit hangs on how a loop is cut
            assert one == {key: pytest.approx(value, rel=1e-5) if isinstance(value, float) else value
                           for key, value in other.items()}  # fmt: skip
    assert not any(row["shown"] for row in whole["offers"])
    assert all(bool(row["reason"]) == (row["rank"] <= serving.READ) for row in whole["offers"])
    assert all(row["reason"] for row in whole["pitches"])


def test_rules_come_before_the_cut(world: World, tmp_path: Path) -> None:
    rules = Rules(
        excluded=(Scope(sku="P01"),), pinned=(Scope(sku="P07"),), refused={"c000": frozenset({"P02", "P07"})},
        repeats="new",
    )  # fmt: skip
    rows = world.offered(tmp_path, rules)["offers"]
    assert not any(row["sku"] == "P01" or row["is_repeat"] for row in rows)
    assert not {"P02", "P07"} & {row["sku"] for row in rows if row["customer_id"] == "c000"}
    firsts = [row for row in rows if row["rank"] == 1]
    assert all((row["sku"] == "P07") == row["pinned"] for row in firsts)
    assert sum(row["pinned"] for row in firsts) > 30
    counts = np.unique([row["customer_id"] for row in rows], return_counts=True)[1]
    assert (counts == 5).all()


def test_ranked_by_value_the_dearest_expectation_comes_first(world: World, tmp_path: Path) -> None:
    rows = world.offered(tmp_path, Rules(rank_by="value"))["offers"]
    for name in {row["customer_id"] for row in rows}:
        values = [row["expected_value"] for row in rows if row["customer_id"] == name]
        assert values == sorted(values, reverse=True)


def test_an_empty_partner_gets_four_empty_files(world: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = PartnerData("empty", tmp_path / "empty")
    serving.offer(world.artefact, empty, as_of=AS_OF, out=tmp_path / "out")
    for name in ("offers", "pitches", "prospects", "outlooks"):
        assert pq.read_table(tmp_path / "out" / f"{name}.parquet").num_rows == 0


@pytest.mark.parametrize("seed", range(3))
def test_the_best_of_each_product_survive_however_rows_arrive(seed: int) -> None:
    draw = np.random.default_rng(seed)
    item = draw.integers(0, 7, 900).astype(np.int32)
    chance = draw.permutation(900) / 900
    found = Pitches(7, most=5)
    for start in range(0, 900, 50):
        some = slice(start, start + 50)
        wanted = found.wanted(item[some], chance[some])
        rows = np.flatnonzero(wanted) + start
        found.add(pa.table({"row": rows}), item[rows], chance[rows])
    expected = [row for one in range(7) for row in sorted(np.flatnonzero(item == one), key=lambda r: -chance[r])[:5]]
    assert found.table()["row"].to_pylist() == expected


def marked(folder: Path, word: str, *, seed: int) -> Path:
    """A partner whose names, categories, segments and one of whose products carry a word of its own."""
    partner(folder, customers=40, seed=seed, days=300)
    products(folder, [f"P{n:02}" for n in range(20)] + [f"{word}-only"])
    for name, columns in (("orders", ["product_name"]), ("products", ["name", "category"]), ("customers", ["segment"])):
        table = pq.read_table(folder / f"{name}.parquet")
        for column in columns:
            told = pa.array([f"{word} {text}" for text in table[column].to_pylist()])
            table = table.set_column(table.column_names.index(column), column, told)
        if name == "orders":
            own = [row | {"sku": f"{word}-only"} for row in table.slice(0, 60).to_pylist()]
            table = pa.concat_tables([table, pa.Table.from_pylist(own, schema=table.schema)])
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


def test_nothing_of_another_partner_is_told_by_name(tmp_path: Path) -> None:
    words = [f"secret{n}" for n in range(6)]
    data = [PartnerData(word, marked(tmp_path / word, word, seed=n)) for n, word in enumerate(words)]
    train(data, task=Task("recommendation", "", 60, families=FAMILIES), as_of=AS_OF, out=tmp_path / "model")
    for one in data[:2]:
        found = serving.offer(tmp_path / "model", one, as_of=AS_OF, out=tmp_path / f"{one.key}-out")
        told = json.dumps(found.evidence, ensure_ascii=False)
        for file in sorted(found.folder.glob("*.parquet")):
            told += json.dumps(pq.read_table(file).to_pylist(), ensure_ascii=False)
        assert one.key in told
        assert not [word for word in words if word != one.key and word in told]
