"""Churn and purchases in time, end to end: what comes out, what is refused, and that nothing leaks."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import artefacts, engine, evaluate, evidence, labels, scoring
from training.ml.features.catalogue import sentence
from training.ml.interface import PartnerData, Task

AS_OF = makers.TODAY - timedelta(days=60)
QUICK = ("rhythm", "logistic", "boosting")


def task(outcome: str = "inactivity:60", kind: str = "churn", **options: object) -> Task:
    return Task(kind, outcome, 60, **{"families": QUICK, "budget": 600.0, **options})


@pytest.fixture(scope="module")
def trained(shop: PartnerData, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    out = tmp_path_factory.mktemp("model")
    said: list[dict] = []
    made = engine.train([shop], task=task(), as_of=AS_OF, out=out, report=lambda **what: said.append(what))
    return out, made, said


@pytest.fixture(scope="module")
def scored(trained: tuple, shop: PartnerData) -> pd.DataFrame:
    return engine.predict(trained[0], shop, as_of=AS_OF).to_pandas()


def truth(shop: PartnerData, customers: pd.Series) -> np.ndarray:
    lines = pd.read_parquet(shop.path / "orders.parquet")
    later = lines[(lines.date >= AS_OF) & (lines.date < AS_OF + timedelta(days=60))]
    return (~customers.isin(set(later.customer_id))).to_numpy(float)


def test_who_leaves_is_ranked_before_who_stays(scored: pd.DataFrame, shop: PartnerData) -> None:
    listed = scored[~scored.gone]
    assert evaluate.auc(truth(shop, listed.customer_id), listed.probability.to_numpy()) > 0.85


def test_the_table_keeps_its_contract(scored: pd.DataFrame) -> None:
    columns = ["customer_id", "probability", "band", "rank", "money", "low", "high", "reasons", "gone"]
    assert list(scored.columns) == columns
    assert ((scored.low <= scored.probability) & (scored.probability <= scored.high)).all()
    assert scored["rank"].tolist() == list(range(1, len(scored) + 1))
    assert scored.customer_id.is_unique
    assert scored.probability.between(0, 1).all()
    assert np.isfinite(scored.money).all()
    listed = scored[~scored.gone]
    assert listed.probability.is_monotonic_decreasing
    assert set(scored.band) <= {"high", "medium", "low"}


def test_bands_follow_the_rule_on_the_card(scored: pd.DataFrame, trained: tuple) -> None:
    rule = trained[1].card["bands"]
    assert (scored.probability[scored.band == "high"] >= rule["high"]).all()
    assert (scored.probability[scored.band == "low"] < rule["medium"]).all()
    assert "%" in rule["rule"]["en"]
    assert "%" in rule["rule"]["zh-hans"]


def test_reasons_are_few_and_readable_in_both_languages(scored: pd.DataFrame) -> None:
    for text in scored.reasons:
        told = json.loads(text)
        assert sum(reason["sign"] > 0 for reason in told) <= 3
        assert sum(reason["sign"] < 0 for reason in told) <= 2
        assert len({reason["group"] for reason in told}) == len(told)
        for reason in told:
            assert "{" not in sentence(reason, "en") + sentence(reason, "zh-hans")
            assert reason["sign"] in (1, -1)


def test_planted_causes_are_among_the_reasons(scored: pd.DataFrame, shop: PartnerData) -> None:
    talk = pd.read_parquet(shop.path / "interactions.parquet")
    recent = talk[(talk.date < AS_OF) & (talk.date >= AS_OF - timedelta(days=45))]
    listed = scored[~scored.gone].set_index("customer_id")
    hit = [
        ("support" if kind == "ticket" else "competitor") in {r["group"] for r in json.loads(listed.reasons[who])}
        for who, kind in recent.drop_duplicates("customer_id").set_index("customer_id").kind.items()
        if who in listed.index
    ]
    assert len(hit) >= 5
    assert np.mean(hit) >= 0.8


def test_money_is_probability_times_a_years_spend(scored: pd.DataFrame, shop: PartnerData) -> None:
    lines = pd.read_parquet(shop.path / "orders.parquet")
    year = lines[(lines.date < AS_OF) & (lines.date >= AS_OF - timedelta(days=365))]
    spent = year.groupby("customer_id").amount.sum()
    row = scored[~scored.gone].iloc[0]
    assert row.money == pytest.approx(row.probability * spent[row.customer_id])


def test_the_card_says_what_happened(trained: tuple) -> None:
    made = trained[1]
    metrics, card = made.metrics, made.card
    json.dumps([metrics, card], allow_nan=False)
    assert metrics["auc"]["low"] <= metrics["auc"]["value"] <= metrics["auc"]["high"]
    assert metrics["auc"]["value"] > metrics["naive"]["auc"]
    assert metrics["naive"]["name"] in ("recency", "buying rhythm (BG/NBD)")
    assert 0 < card["level"]["foreseen"] < 1
    assert max(card["dates"]) == str(AS_OF - timedelta(days=60))
    assert card["judged"]["en"].startswith("judged on")
    assert {line["family"] for line in card["families"]} == set(QUICK)
    assert card["device"]["en"]


def test_progress_only_moves_forward(trained: tuple) -> None:
    seen = [what["progress"] for what in trained[2] if "progress" in what]
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_same_seed_gives_the_same_scores(scored: pd.DataFrame, shop: PartnerData, out: Path) -> None:
    engine.train([shop], task=task(), as_of=AS_OF, out=out)
    again = engine.predict(out, shop, as_of=AS_OF).to_pandas()
    pd.testing.assert_frame_equal(again, scored)


def test_what_happens_after_the_day_changes_no_score(
    trained: tuple, scored: pd.DataFrame, shop: PartnerData, tmp_path: Path
) -> None:
    tables = {name: pd.read_parquet(shop.path / f"{name}.parquet") for name in ("customers", "products")}
    for name in ("orders", "interactions"):
        frame = pd.read_parquet(shop.path / f"{name}.parquet")
        tables[name] = pd.concat([frame[frame.date < AS_OF], frame.assign(date=AS_OF)])
    makers.write(tmp_path / "poisoned", **tables)
    poisoned = PartnerData(shop.key, tmp_path / "poisoned")
    pd.testing.assert_frame_equal(engine.predict(trained[0], poisoned, as_of=AS_OF).to_pandas(), scored)
    engine.train([poisoned], task=task(families=("logistic",)), as_of=AS_OF, out=tmp_path / "a")
    engine.train([shop], task=task(families=("logistic",)), as_of=AS_OF, out=tmp_path / "b")
    one, other = (engine.predict(tmp_path / name, shop, as_of=AS_OF).to_pandas().probability for name in ("a", "b"))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["churn", "value"])
def test_absurd_facts_dated_later_change_neither_model_nor_judgement(
    shop: PartnerData, tmp_path: Path, kind: str
) -> None:
    tables = {name: pd.read_parquet(shop.path / f"{name}.parquet") for name in ("customers", "products")}
    for name in ("orders", "interactions"):
        frame = pd.read_parquet(shop.path / f"{name}.parquet")
        later = frame[frame.date >= AS_OF].assign(sku="sku0", quantity=1e9, amount=1e15, sentiment=-99.0)
        tables[name] = pd.concat([frame[frame.date < AS_OF], *[later[frame.columns]] * 3])
    makers.write(tmp_path / "absurd", **tables)
    asked = task(families=("rhythm", "logistic")) if kind == "churn" else Task("value", "", 60, budget=20.0)
    made = [
        engine.train([one], task=asked, as_of=AS_OF, out=tmp_path / name)
        for name, one in (("a", shop), ("b", PartnerData(shop.key, tmp_path / "absurd")))
    ]
    assert made[0].metrics == made[1].metrics
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_a_sample_of_many_customers_is_told_on_the_card(shop: PartnerData, out: Path, monkeypatch) -> None:
    from training.ml import history

    whole = history.gathered

    def halved(*args, **options):
        frame, dates = whole(*args, **options)
        return frame[frame.customer_id.str[-1].isin(list("02468"))].reset_index(drop=True), dates

    monkeypatch.setattr(history, "gathered", halved)
    made = engine.train([shop], task=task(families=("logistic",)), as_of=AS_OF, out=out)
    assert any("random sample" in note["en"] for note in made.card["notes"])


def test_shuffled_outcomes_are_judged_as_worth_nothing(shop: PartnerData, out: Path, monkeypatch) -> None:
    from training.ml import history

    whole = history.gathered

    def shuffled(*args, **options):
        frame, dates = whole(*args, **options)
        frame["y"] = np.random.default_rng(0).permutation(frame["y"].to_numpy())
        return frame, dates

    monkeypatch.setattr(history, "gathered", shuffled)
    made = engine.train([shop], task=task(families=("logistic", "boosting")), as_of=AS_OF, out=out)
    assert made.metrics["auc"]["low"] < 0.5 < made.metrics["auc"]["high"] + 0.05


@pytest.mark.parametrize("allowed", [(), ("segment", "gap")])
def test_columns_that_know_the_outcome_are_held_back_until_allowed(
    shop: PartnerData, out: Path, monkeypatch: pytest.MonkeyPatch, allowed: tuple[str, ...]
) -> None:
    """A card filled in afterwards, and a feature that saw the future: at past dates nobody could know."""
    from training.ml import history

    whole = history.gathered

    def poisoned(*args, **options):
        frame, dates = whole(*args, **options)
        return frame.assign(segment=np.where(frame["y"] > 0, "lost", "active"), gap=9 * frame["y"] + 1), dates

    monkeypatch.setattr(history, "gathered", poisoned)
    made = engine.train([shop], task=task(families=("logistic",), allowed=allowed), as_of=AS_OF, out=out)
    held, let = ({one["column"] for one in made.card[name]} for name in ("held_back", "allowed"))
    assert (held, let) == ((set(), {"segment", "gap"}) if allowed else ({"segment", "gap"}, set()))
    assert ({"gap", "segment=lost"} <= set(made.card["columns"])) == bool(allowed)


def test_the_card_judges_by_money_partner_and_grade(trained: tuple) -> None:
    metrics, card = trained[1].metrics, trained[1].card
    assert metrics["better"]["auc"]["value"] == pytest.approx(metrics["auc"]["value"] - metrics["naive"]["auc"])
    assert card["money_curve"]["worth_known"] > 0.9
    assert [one["partner"] for one in card["slices"]] == ["p"]
    assert card["grade"]["letter"] in "ABCDE"
    assert card["held_back"] == []


def test_the_list_tells_for_how_many_reasons_were_worked_out(trained: tuple, shop: PartnerData) -> None:
    found = engine.predict(trained[0], shop, as_of=AS_OF)
    assert evidence.attached(found)["read"]["rows"] == found.num_rows


def test_inputs_that_moved_since_training_are_named_beside_the_scores(
    trained: tuple, shop: PartnerData, tmp_path: Path
) -> None:
    same = evidence.attached(engine.predict(trained[0], shop, as_of=AS_OF - timedelta(days=60)))["drift"]
    tables = {name: pd.read_parquet(shop.path / f"{name}.parquet") for name in ("customers", "orders", "products")}
    tables["orders"] = tables["orders"].assign(price=1e4, amount=tables["orders"].quantity * 1e4)
    makers.write(tmp_path / "dear", **tables)
    dear = engine.predict(trained[0], PartnerData(shop.key, tmp_path / "dear"), as_of=AS_OF - timedelta(days=60))
    moved = evidence.attached(dear)["drift"]
    assert same["far"] == 0
    assert {"spend_365", "basket"} & {one["name"] for one in moved["named"]}
    assert moved["psi"] > 0.25 > same["psi"]


def test_customers_silent_for_a_year_come_back_as_gone(trained: tuple, shop: PartnerData) -> None:
    day = makers.TODAY + timedelta(days=300)
    late = engine.predict(trained[0], shop, as_of=day).to_pandas().set_index("customer_id")
    last = pd.read_parquet(shop.path / "orders.parquet").groupby("customer_id").date.max()
    silent = set(last.index[last < day - timedelta(days=365)])
    assert silent
    assert silent <= set(late.index[late.gone])


def test_those_gone_rank_after_those_a_call_may_keep(scored: pd.DataFrame) -> None:
    assert scored.gone.any()
    assert not scored.gone.all()
    assert scored["rank"][scored.gone].min() > scored["rank"][~scored.gone].max()


def test_long_silent_and_near_certain_counts_as_gone_but_a_likely_return_does_not() -> None:
    frame = pd.DataFrame({"silence": [70.0, 70.0, 20.0, np.nan]})
    chance = np.array([0.95, 0.60, 0.99, 0.99])
    outcome = labels.Outcome("inactivity", 60)
    assert scoring.as_good_as_gone(frame, outcome, chance).tolist() == [True, False, False, False]
    contract = labels.Outcome("subscription", 60)
    assert not scoring.as_good_as_gone(frame, contract, chance).any()


def test_two_partners_with_the_same_ids_do_not_mix(shop: PartnerData, out: Path, tmp_path: Path) -> None:
    other = makers.partner(tmp_path / "other", key="q", customers=80, seed=9)
    made = engine.train([shop, other], task=task(families=("logistic",)), as_of=AS_OF, out=out)
    assert made.card["customers"] > 150  # the first partner alone has 150
    assert made.card["partners"] == 2
    assert engine.predict(out, other, as_of=AS_OF).num_rows <= 80


def test_buying_in_a_category_can_be_asked(shop: PartnerData, out: Path) -> None:
    made = engine.train([shop], task=task("purchase:30:lamps", "propensity"), as_of=AS_OF, out=out)
    assert made.metrics["auc"]["value"] > 0.7
    scored = engine.predict(out, shop, as_of=AS_OF).to_pandas()
    assert not scored.gone.any()
    assert {"category_silence", "category_orders_365"} <= set(made.card["columns"])


def test_contracts_that_end_can_be_foreseen(plans: PartnerData, out: Path) -> None:
    made = engine.train([plans], task=task("subscription:90"), as_of=makers.TODAY, out=out)
    assert made.metrics["auc"]["value"] > 0.65
    scored = engine.predict(out, plans, as_of=makers.TODAY).to_pandas()
    assert scored.gone.any()
    assert (~scored.gone).any()
    assert (scored.money[~scored.gone] > 0).all()


def test_four_customers_are_refused_with_what_would_do(out: Path, tmp_path: Path) -> None:
    few = makers.partner(tmp_path / "few", customers=4)
    with pytest.raises(Refusal, match="at least 30"):
        engine.train([few], task=task(), as_of=AS_OF, out=out)


def test_too_short_a_history_is_refused(shop: PartnerData, out: Path) -> None:
    with pytest.raises(Refusal, match="days of history"):
        engine.train([shop], task=task("inactivity:365"), as_of=makers.START + timedelta(days=300), out=out)


def test_no_orders_at_all_are_refused(telco: PartnerData, out: Path) -> None:
    with pytest.raises(Refusal, match="Upload orders"):
        engine.train([telco], task=task(), as_of=AS_OF, out=out)
    with pytest.raises(Refusal, match="no partner"):
        engine.train([], task=task(), as_of=AS_OF, out=out)


@pytest.mark.parametrize(
    ("kind", "outcome", "words"),
    [
        ("churn", "purchase:90", "not one of"),
        ("churn", "inactivity:soon", "number from 1"),
        ("churn", "inactivity:0", "number from 1"),
        ("divination", "labelled", "no kind of model"),
    ],
)
def test_nonsense_tasks_are_refused(shop: PartnerData, out: Path, kind: str, outcome: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        engine.train([shop], task=task(outcome, kind), as_of=AS_OF, out=out)


def test_a_short_history_is_judged_by_customers_and_says_so(shop: PartnerData, out: Path) -> None:
    early = makers.START + timedelta(days=115)
    made = engine.train([shop], task=task("inactivity:30", families=("logistic",)), as_of=early, out=out)
    assert "too short" in made.card["judged"]["en"]


def test_a_short_budget_leaves_the_nets_out_and_says_so(shop: PartnerData, out: Path) -> None:
    made = engine.train([shop], task=task(families=(), budget=30.0), as_of=AS_OF, out=out)
    assert any("tabm was not tried" in note["en"] for note in made.card["notes"])


def test_an_empty_partner_can_be_scored(trained: tuple, tmp_path: Path) -> None:
    assert engine.predict(trained[0], PartnerData("empty", tmp_path), as_of=date(2024, 1, 1)).num_rows == 0


def test_a_changed_artefact_is_not_opened(trained: tuple, shop: PartnerData) -> None:
    artefacts.opened(trained[0])
    file = trained[0] / "logistic_0.json"
    file = file if file.exists() else next(trained[0].glob("*_0.*"))
    before = file.read_bytes()
    file.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    try:
        with pytest.raises(Refusal, match="was changed"):
            engine.predict(trained[0], shop, as_of=AS_OF)
    finally:
        file.write_bytes(before)
