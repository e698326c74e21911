"""Reasons are grouped, truthful, and leave room for causes beside symptoms."""

import json

import numpy as np
import pandas as pd

from training.ml import reasons
from training.ml.interface import Columns

FACTS = {
    "silence": 80.0, "overdue": 4.0, "gap": 20.0, "active_days": 9.0, "orders_90": 2.0, "orders_before_90": 9.0,
    "orders_180": 11.0, "orders_365": 30.0, "months_365": 8.0, "spend_90": 100.0, "spend_before_90": 900.0,
    "spend_365": 3000.0, "basket": 100.0, "trouble_90": 3.0, "trouble_365": 3.0, "trouble_silence": 12.0,
    "competitor_180": 0.0, "quotes_90": 0.0, "price_peak_180": 0.0, "shelf_rise": 0.0, "price_talk_180": 0.0,
}  # fmt: skip


def told(shares: dict[str, float], *, bad_is_up: bool = True, **changed: float) -> list[dict]:
    frame = pd.DataFrame([FACTS | changed])
    columns = Columns(tuple(shares), tuple(shares))
    return json.loads(reasons.told(frame, np.array([list(shares.values())]), columns, bad_is_up=bad_is_up)[0])


def groups(*args: object, **options: object) -> list[str]:
    return [reason["group"] for reason in told(*args, **options)]


def test_the_strongest_push_comes_first() -> None:
    assert groups({"trend": 0.3, "support": 0.9, "rhythm": 0.5}) == ["support", "rhythm", "trend"]


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


def test_symptoms_do_not_crowd_out_a_cause() -> None:
    shares = {"rhythm": 0.9, "habit": 0.8, "trend": 0.7, "money": 0.6, "support": 0.1}
    assert groups(shares, orders_365=3.0) == ["rhythm", "trend", "support"]


def test_without_a_cause_symptoms_may_fill_the_list() -> None:
    assert groups({"rhythm": 0.9, "habit": 0.8, "trend": 0.7}, orders_365=3.0) == ["rhythm", "trend", "habit"]


def test_symptoms_share_their_joint_weight_when_their_facts_agree() -> None:
    """A linear model may give the fall in orders a negative weight because the silence says it already."""
    made = told({"trend": -0.3, "rhythm": 1.1})
    assert [(one["group"], one["weight"]) for one in made] == [("rhythm", 0.4), ("trend", 0.4)]


def test_no_trouble_is_never_a_reason_for_leaving() -> None:
    assert told({"support": 0.9}, trouble_90=0.0, trouble_365=0.0) == []
    (reason,) = told({"support": -0.9}, trouble_90=0.0, trouble_365=0.0)
    assert (reason["code"], reason["sign"]) == ("no_trouble", -1)


def test_rising_orders_are_never_a_reason_for_leaving() -> None:
    assert told({"trend": 0.5}, orders_90=12.0) == []
    assert told({"trend": 0.5}, bad_is_up=False, orders_90=12.0)[0]["code"] == "orders_rose"


def test_a_competitor_or_price_rise_is_named_only_where_there_was_one() -> None:
    assert told({"competitor": 1.0, "price": 1.0}) == []
    made = told({"competitor": 1.0, "price": 0.9}, competitor_180=2.0, price_peak_180=0.2)
    assert [one["code"] for one in made] == ["competitor", "price_rose"]


def test_reasons_against_come_after_reasons_for() -> None:
    made = told({"trend": 0.1, "tenure": -0.9}, tenure=900.0)
    assert [one["sign"] for one in made] == [1, -1]


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
