"""A handful of customers gets the answer of its buying rhythm, labelled as such; fewer get the plain refusal."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import engine, evidence, pooling, rhythm
from training.ml.interface import PartnerData, Task

AS_OF = makers.TODAY - timedelta(days=60)


def task(outcome: str = "inactivity:60", kind: str = "churn") -> Task:
    return Task(kind, outcome, 60, families=("logistic",))


@pytest.fixture(scope="module")
def dozen(tmp_path_factory: pytest.TempPathFactory) -> PartnerData:
    return makers.partner(tmp_path_factory.mktemp("dozen"), key="dozen", customers=12)


@pytest.mark.parametrize(("kind", "outcome"), [("churn", "inactivity:60"), ("propensity", "purchase:60")])
def test_twelve_customers_get_a_list_that_says_it_is_the_rhythms(
    dozen: PartnerData, out: Path, kind: str, outcome: str
) -> None:
    made = engine.train([dozen], task=task(outcome, kind), as_of=AS_OF, out=out)
    table = engine.predict(out, dozen, as_of=AS_OF)
    basis = evidence.attached(table)["basis"]
    assert (made.family, basis["basis"]) == ("rhythm", "rhythm")
    assert 0 < basis["borrowed"] < 1
    assert f"{basis['customers']} customers with history are fewer than the 30" in basis["en"]
    assert f"{round(100 * basis['borrowed'])} %" in basis["zh-hans"]
    scored = table.to_pandas()
    assert len(scored) >= 10
    assert (scored.low < scored.probability).all()
    assert (scored.probability < scored.high).all()
    json.dumps([made.metrics, made.card], allow_nan=False)
    assert "Only the buying rhythm answers" in made.card["summary"]["en"]


def test_those_long_silent_are_ranked_before_those_who_just_bought(dozen: PartnerData, out: Path) -> None:
    engine.train([dozen], task=task(), as_of=AS_OF, out=out)
    scored = engine.predict(out, dozen, as_of=AS_OF).to_pandas().set_index("customer_id")
    lines = pd.read_parquet(dozen.path / "orders.parquet")
    silence = (
        pd.Timestamp(AS_OF) - pd.to_datetime(lines[lines.date < AS_OF].groupby("customer_id").date.max())
    ).dt.days
    assert scored.probability.corr(silence, method="spearman") > 0.3


def test_more_customers_borrow_less_and_know_more(out: Path, tmp_path: Path) -> None:
    widths, borrowed = [], []
    for count in (6, 25):
        data = makers.partner(tmp_path / str(count), customers=count)
        engine.train([data], task=task(), as_of=AS_OF, out=out / str(count))
        line = pooling.load(out / str(count)).line("p")
        widths.append(line.cov[0])
        borrowed.append(line.borrowed)
    assert widths[1] < widths[0]
    assert borrowed[1] < borrowed[0]


def test_the_rhythm_is_judged_against_the_networks_model(dozen: PartnerData, out: Path, shop: PartnerData) -> None:
    engine.train([shop], task=task(), as_of=AS_OF, out=out / "network")
    made = engine.train([dozen], task=replace(task(), network=out / "network"), as_of=AS_OF, out=out / "own")
    told = made.metrics["network"]
    assert told["n"] == made.metrics["n"]
    assert told["own"]["brier"] == pytest.approx(made.metrics["brier"], abs=1e-4)
    assert told["better"] == min(("own", "network"), key=lambda one: told[one]["log_loss"])


def test_four_customers_are_refused_with_what_would_do(out: Path, tmp_path: Path) -> None:
    few = makers.partner(tmp_path / "few", customers=4)
    with pytest.raises(Refusal, match="at least 30"):
        engine.train([few], task=task(), as_of=AS_OF, out=out)


def test_contracts_have_no_rhythm_and_are_refused(out: Path, tmp_path: Path) -> None:
    few = makers.subscribers(tmp_path / "plans", customers=12)
    with pytest.raises(Refusal, match="at least 30"):
        engine.train([few], task=task("subscription:60"), as_of=makers.TODAY, out=out)


def test_what_happens_after_the_day_changes_no_answer(dozen: PartnerData, out: Path, tmp_path: Path) -> None:
    tables = {name: pd.read_parquet(dozen.path / f"{name}.parquet") for name in ("customers", "products")}
    for name in ("orders", "interactions"):
        frame = pd.read_parquet(dozen.path / f"{name}.parquet")
        tables[name] = frame[frame.date < AS_OF]
    makers.write(tmp_path / "past", **tables)
    past = PartnerData("dozen", tmp_path / "past")
    for name, data in (("whole", dozen), ("past", past)):
        engine.train([data], task=task(), as_of=AS_OF, out=out / name)
    one, other = (engine.predict(out / name, past, as_of=AS_OF).to_pandas() for name in ("whole", "past"))
    pd.testing.assert_frame_equal(one, other)


def test_the_leaning_rhythm_is_the_usual_one_for_nobody_and_the_fitted_one_for_many() -> None:
    nobody = pd.DataFrame({"active_days": [], "span": [], "age": []}, dtype=float)
    assert list(rhythm.lean(nobody).as_dict().values()) == pytest.approx(rhythm.USUAL[0], rel=1e-3)
    rng = np.random.default_rng(0)
    pace, age = rng.gamma(4, 1 / 80, 800), rng.uniform(200, 600, 800)
    bought = rng.poisson(pace * age)
    span = np.where(bought > 0, age * (1 - rng.beta(1, np.maximum(bought, 1))), 0.0)
    many = pd.DataFrame({"active_days": bought + 1.0, "span": span, "age": age})
    leaning, free = rhythm.lean(many), rhythm.fit(many)
    assert free is not None
    apart = np.abs(leaning.silent(many, days=60) - free.silent(many, days=60))
    assert apart.mean() < 0.02
