"""Reasons are grouped, truthful, and leave room for causes beside symptoms."""

import json

import numpy as np
import pandas as pd
import pytest

from training.ml import decline, reasons, symptoms
from training.ml.features.catalogue import sentence
from training.ml.interface import Columns

FACTS = {
    "silence": 80.0, "overdue": 4.0, "gap": 20.0, "active_days": 9.0, "orders_90": 2.0, "orders_before_90": 9.0,
    "orders_180": 11.0, "orders_365": 30.0, "months_365": 8.0, "spend_90": 100.0, "spend_before_90": 900.0,
    "spend_365": 3000.0, "basket": 100.0, "trouble_90": 3.0, "trouble_365": 3.0, "trouble_silence": 12.0,
    "age": 800.0,
    "orders_before_365": 24.0, "competitor_180": 0.0, "quotes_90": 0.0,
    "price_peak_180": 0.0, "shelf_rise": 0.0, "price_talk_180": 0.0,
}  # fmt: skip


def told(shares: dict[str, float], *, bad_is_up: bool = True, **changed: float) -> list[dict]:
    frame = pd.DataFrame([FACTS | changed])
    columns = Columns(tuple(shares), tuple(shares))
    return json.loads(reasons.told(frame, np.array([list(shares.values())]), columns, bad_is_up=bad_is_up)[0])


def groups(*args: object, **options: object) -> list[str]:
    return [reason["group"] for reason in told(*args, **options)]


def test_the_strongest_push_comes_first() -> None:
    assert groups({"contact": 0.3, "support": 0.9, "rhythm": 0.5}, contact_silence=90.0) == [
        "support", "rhythm", "contact",
    ]  # fmt: skip


def test_columns_of_one_group_make_one_reason() -> None:
    frame = pd.DataFrame([FACTS])
    columns = Columns(("orders_90", "orders_before_90", "trouble_90"), ("trend", "trend", "support"))
    made = json.loads(reasons.told(frame, np.array([[0.4, 0.4, 0.5]]), columns, bad_is_up=True)[0])
    assert [(one["group"], one["weight"]) for one in made] == [("trend", 0.8), ("support", 0.5)]


def test_a_reason_carries_the_customers_own_numbers() -> None:
    (reason,) = told({"trend": 0.5})
    assert reason["code"] == "orders_fell"
    assert reason["values"] == {"before": 9.0, "now": 2.0}
    assert reason["sign"] == 1


SYMPTOMS = {"rhythm": 0.9, "habit": 0.8, "trend": 0.7, "money": 0.6}


def test_symptoms_do_not_crowd_out_a_cause() -> None:
    told_of = groups({**SYMPTOMS, "support": 0.1}, orders_365=3.0)
    assert "support" in told_of
    assert len(told_of) == 3


def test_without_a_cause_symptoms_may_fill_the_list() -> None:
    assert set(groups({**SYMPTOMS, "habit": 3.0}, orders_365=4.0, orders_180=2.0, orders_90=0.0)) == {
        "rhythm", "trend", "habit",
    }  # fmt: skip


def test_beside_a_stronger_cause_one_symptom_is_enough() -> None:
    shares = {**SYMPTOMS, "support": 4.0, "contact": 0.05, "tenure": 0.04}
    made = groups(shares, contact_silence=90.0, tenure=700.0, orders_365=4.0, orders_180=2.0, orders_90=0.0)
    assert made[0] == "support"
    assert len(set(made) & set(SYMPTOMS)) == 1


def test_circumstances_take_one_place_while_anything_else_speaks() -> None:
    frame = pd.DataFrame([FACTS | {"region": "north", "country": "NL", "tenure": 300.0}])
    names = ("region", "country", "tenure", "rhythm", "trend")
    columns = Columns(names, names)
    made = json.loads(reasons.told(frame, np.array([[0.9, 0.8, 0.7, 0.4, 0.4]]), columns, bad_is_up=True)[0])
    assert sorted(one["group"] for one in made) == ["region", "rhythm", "trend"]


def test_what_symptoms_weigh_together_is_told_apart_and_nothing_is_lost() -> None:
    """A linear model may give the fall in orders a negative weight because the silence says it already."""
    made = told({"trend": -0.3, "rhythm": 1.1, "habit": 0.4}, orders_365=4.0, orders_before_365=16.0, orders_180=1.0)
    weights = {one["group"]: one["weight"] for one in made}
    assert weights["trend"] > 0 < weights["rhythm"]
    assert sum(weights.values()) == pytest.approx(1.2, abs=0.002)


def test_a_list_is_told_apart_by_what_its_own_customers_show() -> None:
    """Of one joint contribution, the part that moves with the silence is the rhythm's, not the trend's."""
    rng = np.random.default_rng(0)
    rows = 3000
    usual, kept = rng.uniform(4, 40, rows), rng.uniform(0, 1.2, rows)
    known = {
        "age": np.full(rows, 900.0), "overdue": rng.uniform(0.1, 6, rows), "active_days": np.full(rows, 9.0),
        "orders_180": usual * kept, "orders_90": usual * kept / 2, "orders_365": usual * (kept + 1),
        "orders_before_365": usual * 2, "spend_90": usual, "basket": np.ones(rows), "faded": np.zeros(rows),
        "fell": np.zeros(rows),
    }  # fmt: skip
    found = symptoms.quantities(known)
    joint = 2.0 * found["rhythm"] - 0.1 * found["trend_180"] - 1.0 * found["level"]
    parts = symptoms.parts(joint, known, bad_is_up=True)
    assert sum(parts.values()) == pytest.approx(joint)
    assert np.polyfit(found["rhythm"], parts["rhythm"], 1)[0] == pytest.approx(2.0, abs=0.2)
    assert np.abs(parts["trend"]).mean() < np.abs(parts["rhythm"]).mean() / 3


def test_a_steady_buyers_ups_and_downs_are_no_fall_in_orders() -> None:
    """Over steady Poisson buyers a fall is called sure about once in five, however often they buy."""
    rng = np.random.default_rng(1)
    for pace in (6.0, 30.0):
        now, before = rng.poisson(pace / 4, 4000), rng.poisson(pace * 1.75, 4000)
        sure = decline.evidence(now.astype(float), before.astype(float), 90 / 720) >= decline.SURE
        assert sure.mean() < 0.22
        halved = decline.evidence(rng.poisson(pace / 16, 4000).astype(float), before.astype(float), 90 / 720)
        assert (halved >= decline.SURE).mean() > 2 * sure.mean()


def test_a_fall_is_told_in_the_window_where_it_speaks_most() -> None:
    (reason,) = told({"trend": 0.5}, orders_90=6.0, orders_before_90=4.0, orders_180=10.0, orders_365=32.0)
    assert reason["code"] == "orders_faded"
    assert reason["values"] == {"usual": pytest.approx(15.055, abs=0.01), "now": 10.0, "days": 180.0}
    assert "10 in 180 days, where 15 would be usual" in sentence(reason, "en")


def test_a_fall_that_may_be_chance_is_not_told_beside_a_stronger_cause() -> None:
    slight = {"orders_90": 6.0, "orders_before_90": 7.0, "orders_180": 13.0, "orders_365": 30.0}
    assert "trend" not in groups({"trend": 0.5, "support": 2.0}, **slight)
    assert "trend" in groups({"trend": 0.5, "support": 0.1}, **slight)
    assert "trend" in groups({"trend": 0.5, "support": 2.0})


def test_no_trouble_is_never_a_reason_for_leaving() -> None:
    assert told({"support": 0.9}, trouble_90=0.0, trouble_365=0.0) == []
    (reason,) = told({"support": -0.9}, trouble_90=0.0, trouble_365=0.0)
    assert (reason["code"], reason["sign"]) == ("no_trouble", -1)


def test_rising_orders_are_never_a_reason_for_leaving() -> None:
    rising = {"orders_90": 12.0, "orders_180": 21.0}
    assert told({"trend": 0.5}, **rising) == []
    assert told({"trend": 0.5}, bad_is_up=False, **rising)[0]["code"] == "orders_rose"


def test_a_competitor_or_price_rise_is_named_only_where_there_was_one() -> None:
    assert told({"competitor": 1.0, "price": 1.0}) == []
    made = told({"competitor": 1.0, "price": 0.9}, competitor_180=2.0, price_peak_180=0.2)
    assert [one["code"] for one in made] == ["competitor", "price_rose"]


def test_a_price_that_rose_with_inflation_is_no_reason() -> None:
    assert told({"price": 0.9}, price_peak_180=0.03, shelf_rise=0.03) == []
    assert told({"price": 0.9}, shelf_rise=0.05)[0]["code"] == "shelf_rose"


def test_reasons_against_come_after_reasons_for() -> None:
    made = told({"trend": 0.1, "tenure": -0.9}, tenure=900.0)
    assert [one["sign"] for one in made] == [1, -1]


def test_a_rise_in_orders_may_stand_beside_a_stronger_reason_to_buy() -> None:
    rising = {"orders_90": 12.0, "orders_180": 21.0, "price_change_180": -0.1}
    assert groups({"trend": 0.3, "price": 0.9}, bad_is_up=False, **rising) == ["price", "trend"]


def test_what_speaks_against_has_places_of_its_own() -> None:
    shares = {"support": 0.9, "competitor": 0.8, "rhythm": 0.7, "contact": -0.6, "category": -0.5, "season": -0.4}
    facts = {"competitor_180": 1.0, "contacts_90": 2.0, "contact_silence": 9.0, "category_orders_365": 3.0,
             "category_silence": 20.0, "season_ahead": 4.0}  # fmt: skip
    made = told(shares, **facts)
    assert [(one["group"], one["sign"]) for one in made] == [
        ("support", 1), ("competitor", 1), ("rhythm", 1), ("contact", -1), ("category", -1),
    ]  # fmt: skip


def test_next_to_nothing_is_no_reason() -> None:
    assert told({"trend": 0.001}) == []


def test_a_fact_that_is_not_known_is_not_told() -> None:
    assert told({"tenure": 0.9, "renewal": 0.9}) == []


def test_attributes_speak_for_themselves() -> None:
    frame = pd.DataFrame({"attr_payment_method": ["card", None]})
    columns = Columns(("attr_payment_method=card",), ("attr_payment_method",))
    one, other = reasons.told(frame, np.array([[0.5], [0.5]]), columns, bad_is_up=True)
    assert json.loads(one)[0]["values"] == {"name": "Payment method", "value": "card"}
    assert json.loads(other)[0]["code"] == "attribute_missing"


def test_thousands_of_customers_take_seconds() -> None:
    frame = pd.DataFrame([FACTS] * 20_000)
    columns = Columns(tuple(reasons.RULES), tuple(reasons.RULES))
    shares = np.random.default_rng(0).normal(size=(20_000, len(reasons.RULES)))
    assert len(reasons.told(frame, shares, columns, bad_is_up=True)) == 20_000
