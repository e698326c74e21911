"""Train and predict over dataset folders."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.kit.errors import Refusal
from tests.training.ml.recommenders.worlds import AS_OF, partner, products
from training.ml import artefacts
from training.ml.interface import PartnerData, Task, Trained
from training.ml.recommenders.engine import train
from training.ml.recommenders.reasons import sentence
from training.ml.recommenders.serving import predict

TASK = Task("recommendation", "", 60)
SCHEMA = {
    "customer_id": "string", "sku": "string", "rank": "int32", "score": "double", "probability": "double",
    "expected_value": "double", "reason": "string", "is_repeat": "bool", "pinned": "bool",
}  # fmt: skip


class World:
    """One partner with planted habits, trained once for all tests that only look."""

    def __init__(self, root: Path) -> None:
        self.data = PartnerData("one", partner(root / "one"))
        self.artefact = root / "artefact"
        self.said: list[dict[str, Any]] = []
        self.trained: Trained = train(
            [self.data], task=TASK, as_of=AS_OF, out=self.artefact, report=lambda **told: self.said.append(told)
        )
        self.table = predict(self.artefact, self.data, as_of=AS_OF, top=5)
        self.rows: list[dict[str, Any]] = self.table.to_pylist()

    def of(self, customer: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["customer_id"] == customer]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("recommend"))


def test_the_table_has_the_promised_columns_and_no_holes(world: World) -> None:
    assert {field.name: str(field.type) for field in world.table.schema} == SCHEMA
    assert all(world.table[name].null_count == 0 for name in SCHEMA)
    keys = [(row["customer_id"], row["sku"]) for row in world.rows]
    assert len(keys) == len(set(keys))
    assert all(0 < row["probability"] < 1 and np.isfinite(row["score"]) for row in world.rows)


def test_the_staple_comes_first_and_the_planted_partner_is_among_the_next(world: World) -> None:
    regulars = [f"c{number:03}" for number in range(87)]
    firsts = [world.of(name)[0]["sku"] for name in regulars]
    staples = [f"P{number % 10:02}" for number in range(87)]
    assert sum(a == b for a, b in zip(firsts, staples, strict=True)) >= 80
    seconds = [[row["sku"] for row in world.of(name)[:2]] for name in regulars]
    among = [f"P{number % 10 + 10}" in listed for number, listed in enumerate(seconds)]
    assert sum(among) >= 70


def test_ranks_run_without_gaps_in_the_order_of_the_score(world: World) -> None:
    for name in {row["customer_id"] for row in world.rows}:
        mine = world.of(name)
        assert [row["rank"] for row in mine] == list(range(1, len(mine) + 1))
        assert [row["score"] for row in mine] == sorted((row["score"] for row in mine), reverse=True)
        assert [row["probability"] for row in mine] == sorted((row["probability"] for row in mine), reverse=True)


def test_full_lists_of_new_and_of_repeats_can_be_cut(world: World) -> None:
    mine = world.of("c000")
    orders = pq.read_table(world.data.path / "orders.parquet", filters=[("customer_id", "=", "c000")])
    owned = set(orders["sku"].to_pylist())
    assert {row["sku"] for row in mine if row["is_repeat"]} <= owned
    assert not {row["sku"] for row in mine if not row["is_repeat"]} & owned
    assert sum(not row["is_repeat"] for row in mine) == 5
    assert sum(row["is_repeat"] for row in mine) >= min(5, len(owned))


def test_newcomers_are_offered_what_sells(world: World) -> None:
    for name in ("c087", "c088", "c089"):
        mine = world.of(name)
        assert len(mine) == 5
        assert not any(row["is_repeat"] for row in mine)
        assert {json.loads(row["reason"])["code"] for row in mine} <= {"popular", "popular_segment"}


def test_every_offer_says_why_in_both_languages(world: World) -> None:
    for row in world.rows:
        reason = json.loads(row["reason"])
        assert sentence(reason, "en")
        assert sentence(reason, "zh-hans")
        if reason["code"].startswith("bought"):
            assert row["is_repeat"]
    codes = {json.loads(row["reason"])["code"] for row in world.rows}
    assert {"bought_every", "also_bought"} <= codes


def test_the_rhythm_told_is_the_planted_one(world: World) -> None:
    first = world.of("c011")[0]
    reason = json.loads(first["reason"])
    assert first["sku"] == "P01"
    assert reason["code"] == "bought_every"
    assert reason["values"]["every"] == 30


def test_expected_value_is_chance_times_usual_price_times_usual_quantity(world: World) -> None:
    for row in world.rows:
        price = 10 + int(row["sku"][1:])
        assert row["expected_value"] == pytest.approx(row["probability"] * price * 2, rel=1e-4)


def test_the_blend_beats_both_rivals_where_habits_are_planted(world: World) -> None:
    metrics = world.trained.metrics
    assert metrics["ndcg_10"]["value"] > metrics["popularity"]["ndcg_10"]["value"] + 0.2
    assert metrics["ndcg_10"]["value"] >= metrics["frequency"]["ndcg_10"]["value"] - 0.02
    assert metrics["n"] > 50
    assert set(metrics) >= {"recall_10", "hit_rate_10", "coverage_10", "new", "repeat", "naive", "calibration", "brier"}
    assert metrics["naive"]["name"]["en"]


def test_card_and_metrics_are_plain_json(world: World) -> None:
    json.dumps(world.trained.card, allow_nan=False)
    json.dumps(world.trained.metrics, allow_nan=False)
    assert world.trained.family == "+".join(world.trained.card["sources"])
    assert {"popularity", "frequency", "ease"} <= set(world.trained.card["sources"])
    assert world.trained.rows == pq.read_metadata(world.data.path / "orders.parquet").num_rows
    assert world.trained.card["summary"]["zh-hans"]


def test_progress_only_rises_and_ends_at_one(world: World) -> None:
    shown = [told["progress"] for told in world.said if told.get("progress") is not None]
    assert shown == sorted(shown)
    assert shown[-1] == 1.0
    assert {told["stage"] for told in world.said} >= {"read", "look back", "judge", "learn", "done"}


def test_the_artefact_is_sealed_and_holds_no_pickle(world: World) -> None:
    assert artefacts.opened(world.artefact)["kind"] == "recommendation"
    assert {file.suffix for file in world.artefact.iterdir()} <= {".json", ".npz", ".txt"}


def test_the_same_seed_gives_the_same_bytes_and_the_same_offers(world: World, tmp_path: Path) -> None:
    train([world.data], task=TASK, as_of=AS_OF, out=tmp_path / "again")
    for file in world.artefact.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    assert predict(tmp_path / "again", world.data, as_of=AS_OF, top=5).equals(world.table)


def test_what_lies_in_the_future_changes_nothing(world: World, tmp_path: Path) -> None:
    folder = partner(tmp_path / "poisoned")
    table = pq.read_table(folder / "orders.parquet")
    bait = {"sku": "P19", "price": 1e6, "amount": 1e6}
    lines = [
        {**row, **bait, "order_id": f"future {n}", "date": AS_OF + timedelta(days=n % 30)}
        for n, row in enumerate(table.slice(0, 200).to_pylist())
    ]
    later = pa.Table.from_pylist(lines, schema=table.schema)
    pq.write_table(pa.concat_tables([table, later]), folder / "orders.parquet")
    data = PartnerData("one", folder)
    train([data], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert predict(tmp_path / "out", data, as_of=AS_OF, top=5).equals(world.table)


def test_more_asked_than_exists_is_fine(world: World) -> None:
    table = predict(world.artefact, world.data, as_of=AS_OF, top=500)
    counts = np.unique(table["customer_id"].to_pylist(), return_counts=True)[1]
    assert counts.max() <= 20


def test_an_earlier_day_can_be_scored_again(world: World) -> None:
    earlier = predict(world.artefact, world.data, as_of=AS_OF - timedelta(days=100), top=3)
    assert 0 < earlier.num_rows <= world.table.num_rows


def test_unavailable_products_are_not_offered_and_cost_turns_value_into_margin(world: World, tmp_path: Path) -> None:
    folder = partner(tmp_path / "margin")
    products(folder, [f"P{n:02}" for n in range(20)], cost=4.0, unavailable="P01")
    rows = predict(world.artefact, PartnerData("one", folder), as_of=AS_OF, top=5).to_pylist()
    assert "P01" not in {row["sku"] for row in rows}
    row = rows[0]
    assert row["expected_value"] == pytest.approx(row["probability"] * (6 + int(row["sku"][1:])) * 2, rel=1e-4)


def test_a_partner_the_model_never_saw_is_served(world: World, tmp_path: Path) -> None:
    data = PartnerData("stranger", partner(tmp_path / "stranger", customers=12, seed=5))
    rows = predict(world.artefact, data, as_of=AS_OF, top=4).to_pylist()
    assert {row["customer_id"] for row in rows} == {f"c{n:03}" for n in range(12)}


def test_a_partner_with_other_codes_gets_habits_and_popularity_only(world: World, tmp_path: Path) -> None:
    data = PartnerData("other", partner(tmp_path / "other", customers=12, prefix="Q"))
    rows = predict(world.artefact, data, as_of=AS_OF, top=4).to_pylist()
    assert {row["sku"][0] for row in rows} == {"Q"}
    assert "also_bought" not in {json.loads(row["reason"]).get("code") for row in rows}


def test_an_empty_partner_gets_an_empty_table(world: World, tmp_path: Path) -> None:
    table = predict(world.artefact, PartnerData("empty", tmp_path), as_of=AS_OF)
    assert table.num_rows == 0
    assert {field.name: str(field.type) for field in table.schema} == SCHEMA


def test_partners_are_pooled_and_newcomers_live_on_what_five_of_them_sell(tmp_path: Path) -> None:
    data = [PartnerData(f"p{n}", partner(tmp_path / f"p{n}", customers=25, seed=n, days=300)) for n in range(5)]
    trained = train(data, task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert trained.card["partners"] == 5
    empty = tmp_path / "new"
    empty.mkdir()
    products(empty, [f"P{n:02}" for n in range(20)])
    pq.write_table(pa.table({"customer_id": ["x", "y"]}), empty / "customers.parquet")
    rows = predict(tmp_path / "out", PartnerData("new", empty), as_of=AS_OF, top=3).to_pylist()
    assert [row["customer_id"] for row in rows] == ["x"] * 3 + ["y"] * 3
    assert {json.loads(row["reason"])["code"] for row in rows} == {"popular_network"}
    assert all(json.loads(row["reason"])["values"]["partners"] == 5 for row in rows)


@pytest.mark.parametrize(("families", "shown"), [
    (("popularity",), "popularity"), (("frequency",), "frequency"), (("item_knn",), "item_knn"),
    (("popularity", "ease"), "popularity+ease"),
])  # fmt: skip
def test_families_can_be_chosen(world: World, tmp_path: Path, families: tuple[str, ...], shown: str) -> None:
    task = Task("recommendation", "", 60, families=families)
    assert train([world.data], task=task, as_of=AS_OF, out=tmp_path / "out").family == shown
    assert predict(tmp_path / "out", world.data, as_of=AS_OF, top=3).num_rows > 0


def test_an_unknown_family_is_refused_with_the_known_ones(world: World, tmp_path: Path) -> None:
    task = Task("recommendation", "", 60, families=("magic",))
    with pytest.raises(Refusal, match=r"magic.*popularity, frequency.*ease, item_knn"):
        train([world.data], task=task, as_of=AS_OF, out=tmp_path / "out")


def test_too_few_customers_are_refused_with_what_is_needed(tmp_path: Path) -> None:
    data = PartnerData("tiny", partner(tmp_path / "tiny", customers=13))
    with pytest.raises(Refusal, match="at least 20 customers before 2026-06-01; there are 10"):
        train([data], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_history_of_one_day_is_judged_by_lot(tmp_path: Path) -> None:
    data = PartnerData("young", partner(tmp_path / "young", customers=40, days=36))
    lines = pq.read_table(data.path / "orders.parquet").to_pylist()
    one_day = [{**line, "date": AS_OF - timedelta(days=1)} for line in lines]
    pq.write_table(pa.Table.from_pylist(one_day), data.path / "orders.parquet")
    trained = train([data], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert trained.metrics["n"] > 0
    rows = predict(tmp_path / "out", data, as_of=AS_OF, top=3).to_pylist()
    assert all(0 < row["probability"] < 1 for row in rows)


def test_single_orders_only_are_served_but_not_judged(tmp_path: Path) -> None:
    folder = tmp_path / "once"
    folder.mkdir()
    line = {"line": 1, "quantity": 1.0, "price": 5.0, "amount": 5.0, "is_return": False, "product_name": "P"}
    rows = [
        {**line, "order_id": f"{c}", "customer_id": f"c{c}", "date": AS_OF - timedelta(days=10 * c), "sku": sku}
        for c in range(1, 41)
        for sku in (f"S{c % 4}", "S9")
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    trained = train([PartnerData("once", folder)], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    assert "ndcg_10" not in trained.metrics
    assert "naive" not in trained.metrics
    assert "Not judged" in trained.card["summary"]["en"]
    assert predict(tmp_path / "out", PartnerData("once", folder), as_of=AS_OF, top=2).num_rows >= 80


def test_one_product_and_one_giant_basket_do_not_crash(tmp_path: Path) -> None:
    folder = tmp_path / "flat"
    folder.mkdir()
    line = {"line": 1, "quantity": 1.0, "price": 5.0, "amount": 5.0, "is_return": False, "product_name": "P"}
    rows = [
        {**line, "order_id": f"{c}-{n}", "customer_id": f"c{c}", "date": AS_OF - timedelta(days=30 * n + c), "sku": "P"}
        for c in range(1, 25)
        for n in range(9)
    ]
    rows += [{**line, "order_id": "giant", "customer_id": "g", "date": AS_OF - timedelta(days=9), "sku": f"S{n}"}
             for n in range(300)]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    train([PartnerData("flat", folder)], task=TASK, as_of=AS_OF, out=tmp_path / "out")
    table = predict(tmp_path / "out", PartnerData("flat", folder), as_of=AS_OF, top=4)
    assert {row["sku"] for row in table.to_pylist() if row["customer_id"] == "c3"} >= {"P"}
    assert table["score"].null_count == 0
