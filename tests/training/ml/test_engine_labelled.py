"""Labels on file: out-of-fold honesty, leaks named, blanks scored."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import engine, evaluate, evidence
from training.ml.features.catalogue import sentence
from training.ml.interface import PartnerData, Task, Trained

DAY = date(2024, 6, 1)
TASK = Task("churn", "labelled", 90, ("logistic", "boosting"), 25.0)


def fit(data: PartnerData, out: Path, task: Task = TASK) -> tuple[Trained, pd.DataFrame]:
    made = engine.train([data], task=task, as_of=DAY, out=out)
    return made, engine.predict(out, data, as_of=DAY).to_pandas().set_index("customer_id")


def file(data: PartnerData) -> pd.DataFrame:
    return pd.read_parquet(data.path / "customers.parquet").set_index("customer_id")


def truth(data: PartnerData) -> pd.Series:
    frame = pd.read_json(data.path / "truth.json").set_index("customer_id")
    return frame["truth"].astype(float)


@pytest.fixture(scope="module")
def done(telco: PartnerData, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    out = tmp_path_factory.mktemp("labelled")
    return out, *fit(telco, out)


def test_blank_labels_are_foretold(done: tuple, telco: PartnerData) -> None:
    blank = file(telco).index[file(telco).churned.isna()]
    assert evaluate.auc(truth(telco)[blank].to_numpy(), done[2].probability[blank].to_numpy()) > 0.72


def test_every_customer_comes_back_and_the_churned_as_gone(done: tuple, telco: PartnerData) -> None:
    assert len(done[2]) == 600
    assert set(done[2].index[done[2].gone]) == set(file(telco).index[file(telco).churned.fillna(False).astype(bool)])


def test_customers_that_trained_are_scored_out_of_fold(tmp_path: Path) -> None:
    """On pure noise, models remember their rows: only a customer's own fold has not seen it."""
    noise = makers.labelled(tmp_path / "noise", noise=True)
    _, scored = fit(noise, tmp_path / "out", Task("churn", "labelled", 90, ("boosting",), 25.0))
    known = file(noise).index[file(noise).churned.notna()]
    assert 0.4 < evaluate.auc(truth(noise)[known].to_numpy(), scored.probability[known].to_numpy()) < 0.6


def test_noise_is_judged_as_noise(tmp_path: Path) -> None:
    made, _ = fit(makers.labelled(tmp_path / "noise", noise=True), tmp_path / "out")
    assert made.metrics["auc"]["low"] < 0.5 < made.metrics["auc"]["high"] + 0.03


def test_a_column_that_gives_the_answer_away_is_named_and_held_back(tmp_path: Path) -> None:
    made, _ = fit(makers.labelled(tmp_path / "leak", leak=True), tmp_path / "out")
    assert [one["column"] for one in made.card["held_back"]] == ["attr_cancelled_on_file"]
    assert not any("cancelled" in name for name in made.card["columns"])
    assert made.metrics["auc"]["value"] < 0.95


def test_a_column_a_person_allowed_is_used_and_the_card_says_so(tmp_path: Path) -> None:
    leaky = makers.labelled(tmp_path / "leak", leak=True)
    task = Task("churn", "labelled", 90, ("logistic",), 25.0, allowed=("cancelled_on_file",))
    made, _ = fit(leaky, tmp_path / "out", task)
    assert made.card["held_back"] == []
    assert [one["column"] for one in made.card["allowed"]] == ["attr_cancelled_on_file"]
    assert made.metrics["auc"]["value"] > 0.99


def test_a_column_held_back_before_stays_so_until_it_is_allowed(telco: PartnerData, tmp_path: Path) -> None:
    task = Task("churn", "labelled", 90, ("logistic",), 25.0, suspected=("attr_calls",))
    made, _ = fit(telco, tmp_path / "out", task)
    assert [one["column"] for one in made.card["held_back"]] == ["attr_calls"]
    assert not any("calls" in name for name in made.card["columns"])


def test_columns_like_ids_are_dropped(done: tuple) -> None:
    assert done[1].card["dropped"] == ["attr_serial"]
    assert not any("serial" in name for name in done[1].card["columns"])


def test_the_rival_is_the_best_single_column(done: tuple) -> None:
    naive = done[1].metrics["naive"]
    assert naive["name"].startswith("best single column")
    assert naive["auc"] < done[1].metrics["auc"]["value"]


def test_reasons_speak_of_the_attributes(done: tuple) -> None:
    top = json.loads(done[2].reasons.iloc[0])
    assert top[0]["code"] == "attribute"
    assert sentence(top[0], "en").split(":")[0] in {"Plan", "Calls", "Age"}


def test_a_missing_value_is_said_to_be_missing(done: tuple) -> None:
    told = [reason for text in done[2].reasons for reason in json.loads(text)]
    missing = [reason for reason in told if reason["code"] == "attribute_missing"]
    assert all(sentence(reason, "en") == "Calls is not filled in" for reason in missing)


def test_the_same_seed_gives_the_same_scores(done: tuple, telco: PartnerData, out: Path) -> None:
    pd.testing.assert_frame_equal(fit(telco, out)[1], done[2])


def test_an_artefact_names_no_customer(done: tuple) -> None:
    for path in done[0].iterdir():
        assert b"c123" not in path.read_bytes(), path.name


def test_names_of_forty_five_persons_are_in_no_artefact_file(tmp_path: Path) -> None:
    small = makers.labelled(tmp_path / "small", customers=45)
    rng = np.random.default_rng(0)
    names = [f"Person{n}" for n in range(45)]
    frame = file(small).reset_index().drop(columns="attr_serial")
    frame = frame.assign(
        churned=rng.random(45) < 0.4,
        attr_contact=names,  # all their own
        attr_owner=[f"Owner{n // 4}" for n in range(45)],  # shared by four: still too few
        attr_partly=[name.replace("Person", "Partly") if n < 19 else None for n, name in enumerate(names)],
    )
    makers.write(tmp_path / "small", customers=frame)
    made, scored = fit(small, tmp_path / "out")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"crew.json", "state.json", "drift.json"} <= kept.keys()
    found = [(name, word) for name, text in kept.items() for word in (b"Person", b"Owner", b"Partly") if word in text]
    assert found == []
    assert made.card["dropped"] == ["attr_contact", "attr_owner"]
    assert not any("Person" in name or "Owner" in name for name in made.card["columns"])
    assert len(scored) == 45


def test_an_endless_value_is_read_as_not_filled_in(done: tuple, telco: PartnerData, tmp_path: Path) -> None:
    frame = file(telco).reset_index()
    frame.loc[:2, "attr_calls"] = [np.inf, -np.inf, np.nan]
    frame.loc[:2, ["attr_plan", "attr_age"]] = ["year", 30.0]
    frame.loc[:2, "customer_id"] = ["new1", "new2", "new3"]
    frame.loc[3, "monthly_value"] = np.inf
    makers.write(tmp_path / "endless", customers=frame)
    data = PartnerData("l", tmp_path / "endless")
    scored = engine.predict(done[0], data, as_of=DAY).to_pandas().set_index("customer_id")
    assert np.isfinite(scored[["probability", "money"]]).all(axis=None)
    assert scored.probability[["new1", "new2"]].tolist() == [scored.probability["new3"]] * 2
    made, scored = fit(data, tmp_path / "out", Task("churn", "labelled", 90, ("logistic",), 25.0))
    assert np.isfinite(scored.probability).all()
    assert np.isfinite(made.metrics["auc"]["value"])


def test_families_that_look_at_weeks_alone_are_refused_with_what_fits(telco: PartnerData, out: Path) -> None:
    with pytest.raises(Refusal, match=r"gru: needs weekly activity.* have none. Choose others: logistic"):
        fit(telco, out, Task("churn", "labelled", 90, ("gru",), 25.0))


def test_everybodys_reasons_are_said_to_be_worked_out(done: tuple, telco: PartnerData) -> None:
    found = engine.predict(done[0], telco, as_of=DAY)
    assert evidence.attached(found)["read"]["rows"] == found.num_rows == 600


def test_copies_of_a_row_never_sit_on_both_sides(telco: PartnerData, tmp_path: Path) -> None:
    frame = file(telco).reset_index().drop(columns="attr_serial")
    noise = np.random.default_rng(0).random(len(frame)) < 0.5
    frame["churned"] = pd.array(noise, dtype="boolean")
    twins = frame.assign(customer_id="twin" + frame.customer_id).iloc[:250]
    makers.write(tmp_path / "twins", customers=pd.concat([frame, twins]))
    made, _ = fit(PartnerData("t", tmp_path / "twins"), tmp_path / "out", Task("churn", "labelled", 90, ("boosting",)))
    assert made.metrics["auc"]["value"] < 0.58  # remembering twins would give far more


def test_purchases_work_the_same_and_leave_buyers_out(tmp_path: Path) -> None:
    visits = makers.labelled(tmp_path / "visits", label="purchased")
    task = Task("propensity", "labelled", 30, ("logistic",), 25.0)
    made, scored = fit(visits, tmp_path / "out", task)
    bought = file(visits).index[file(visits).purchased.fillna(False).astype(bool)]
    assert made.metrics["auc"]["value"] > 0.7
    assert not set(bought) & set(scored.index)


def test_attributes_unseen_or_absent_at_scoring_are_no_error(done: tuple, telco: PartnerData, tmp_path: Path) -> None:
    frame = file(telco).reset_index().drop(columns=["attr_calls", "churned"]).assign(attr_plan="brand new")
    makers.write(tmp_path / "later", customers=frame)
    scored = engine.predict(done[0], PartnerData("l", tmp_path / "later"), as_of=DAY).to_pandas()
    assert np.isfinite(scored.probability).all()


def test_too_few_labels_are_refused_with_what_would_do(tmp_path: Path, shop: PartnerData) -> None:
    with pytest.raises(Refusal, match="At least 30"):
        fit(makers.labelled(tmp_path / "few", customers=20), tmp_path / "out")
    with pytest.raises(Refusal, match="map the column"):
        fit(shop, tmp_path / "out")
