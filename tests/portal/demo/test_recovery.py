"""The measuring rules, on tables small enough to check by hand; then the real question: does the engine recover?"""

import json
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest

from portal.demo import recovery

NOW = date(2026, 6, 1)


def score(customer, chance, groups=("rhythm",), gone=False):
    told = json.dumps([{"code": group, "group": group, "sign": 1} for group in groups])
    return {"customer_id": customer, "probability": chance, "reasons": told, "gone": gone}


def fact(customer, cause="none", since=None, left_on=None, orders_90=3, visible=True):
    return {
        "customer_id": customer,
        "cause": cause,
        "since": since,
        "left_on": left_on,
        "orders_90": orders_90,
        "visible": visible,
    }


def frame(scores, facts):
    last = pd.Series({row["customer_id"]: date(2026, 5, 1) for row in facts})
    return recovery.joined(pd.DataFrame(scores), pd.DataFrame(facts), last)


def test_auc_is_one_for_a_perfect_order_half_for_none_and_undefined_without_both_classes():
    positive = np.array([True, True, False, False])
    assert recovery.auc(np.array([0.9, 0.8, 0.2, 0.1]), positive) == 1.0
    assert recovery.auc(np.array([0.5, 0.5, 0.5, 0.5]), positive) == 0.5
    assert recovery.auc(np.array([0.1, 0.2, 0.8, 0.9]), positive) == 0.0
    assert np.isnan(recovery.auc(np.array([0.1, 0.2]), np.array([True, True])))
    assert np.isnan(recovery.interval(np.array([0.1, 0.2]), np.array([True, True]))).all()


def test_the_interval_holds_the_auc_and_shrinks_with_more_customers():
    rng = np.random.default_rng(1)
    widths = []
    for count in (100, 2000):
        positive = rng.random(count) < 0.4
        chance = positive + rng.normal(0, 1, count)
        low, high = recovery.interval(chance, positive)
        assert low < recovery.auc(chance, positive) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_customers_already_gone_are_left_out():
    found = frame([score("A", 0.5), score("B", 0.9, gone=True)], [fact("A"), fact("B")])
    assert list(found["customer_id"]) == ["A"]


def test_a_leaver_has_just_left_or_is_about_to_and_orders_no_more():
    facts = [
        fact("about", "price_rise", date(2026, 4, 1), date(2026, 6, 20), orders_90=0),
        fact("just", "price_rise", date(2026, 3, 1), date(2026, 5, 20), orders_90=0),
        fact("long", "price_rise", date(2025, 3, 1), date(2025, 12, 1), orders_90=0),
        fact("later", "price_rise", date(2026, 5, 1), date(2026, 9, 20), orders_90=1),
        fact("still", "price_rise", date(2026, 5, 1), date(2026, 8, 1), orders_90=2),
        fact("slow", orders_90=0),
    ]
    found = frame([score(row["customer_id"], 0.5) for row in facts], facts)
    assert list(found.loc[recovery.leaving(found, until=NOW), "customer_id"]) == ["about", "just"]


def test_leavers_are_compared_with_those_who_go_on_ordering_only():
    facts = [
        fact("about", "price_rise", date(2026, 4, 1), date(2026, 6, 20), orders_90=0),
        fact("buys"),
        fact("slow", orders_90=0),
    ]
    told = recovery.leavers(frame([score("about", 0.9), score("buys", 0.1), score("slow", 0.99)], facts), until=NOW)
    assert (told["n"], told["positive"], told["auc"], told["recency"]) == (2, 1, 1.0, 0.5)


def test_silence_counts_everyone_who_orders_nothing():
    facts = [fact("buys"), fact("slow", orders_90=0)]
    told = recovery.silent(frame([score("buys", 0.2), score("slow", 0.7)], facts), until=NOW)
    assert (told["positive"], told["auc"]) == (1, 1.0)


def leaver(name, **more):
    return fact(name, "price_rise", date(2026, 4, 1), date(2026, 6, 20), orders_90=0, **more)


def test_a_reason_hits_when_its_group_names_the_planted_cause():
    facts = [leaver("hit"), leaver("miss")]
    scores = [score("hit", 0.9, ["rhythm", "price"]), score("miss", 0.9, ["rhythm", "support"])]
    assert recovery.reasons(frame(scores, facts), until=NOW)["price_rise"] == {
        "n": 2,
        "named": 1,
        "share": 0.5,
        "falsely": pytest.approx(np.nan, nan_ok=True),
    }


def test_only_the_first_three_reasons_and_only_those_for_leaving_count():
    facts = [leaver("late"), leaver("against")]
    scores = [score("late", 0.9, ["a", "b", "c", "price"]), score("against", 0.9)]
    scores[1]["reasons"] = json.dumps([{"code": "price", "group": "price", "sign": -1}])
    assert recovery.reasons(frame(scores, facts), until=NOW)["price_rise"]["named"] == 0


def test_a_reason_told_to_leavers_of_another_cause_is_counted_against_it():
    other = fact("other", "support_trouble", date(2026, 4, 1), date(2026, 6, 20), orders_90=0)
    scores = [score("hit", 0.9, ["price"]), score("other", 0.9, ["price"])]
    found = recovery.reasons(frame(scores, [leaver("hit"), other]), until=NOW)
    assert (found["price_rise"]["share"], found["price_rise"]["falsely"]) == (1.0, 1.0)
    assert (found["support_trouble"]["share"], found["support_trouble"]["falsely"]) == (0.0, 0.0)


def test_seasonal_buyers_are_judged_among_themselves():
    facts = [fact("back", "seasonal"), fact("off", "seasonal", orders_90=0), fact("calm")]
    told = recovery.seasonal(frame([score("back", 0.2), score("off", 0.8), score("calm", 0.9)], facts), until=NOW)
    assert (told["n"], told["positive"], told["auc"]) == (2, 1, 1.0)


def test_causes_too_young_or_without_a_trace_are_not_asked_for():
    young = fact("young", "price_rise", date(2026, 5, 25), date(2026, 6, 20), orders_90=0)
    facts = [young, leaver("hidden", visible=False)]
    found = recovery.reasons(frame([score("young", 0.9), score("hidden", 0.9)], facts), until=NOW)
    assert found["price_rise"]["n"] == 0
    assert np.isnan(found["price_rise"]["share"])


@pytest.mark.slow
def test_the_engine_finds_planted_leavers_better_than_recency_and_names_causes(full, tmp_path, capsys):
    """Trained on three partners of the full world. The figures are printed; the bars are what must never be missed."""
    from tests.portal.demo.canonical import judged

    found = judged(full, ["harbour", "lindqvist", "shenlan"], tmp_path, budget=40.0)
    silent, leavers = recovery.silent(found, until=full.until), recovery.leavers(found, until=full.until)
    named = recovery.reasons(found, until=full.until)
    with capsys.disabled():
        said = [f"{cause}: {told['named']} of {told['n']}" for cause, told in named.items()]
        sys.stdout.write("\n".join(["", f"silent {silent}", f"leavers {leavers}", *said, ""]))
    assert silent["auc"] > silent["recency"] + 0.01
    assert leavers["auc"] > leavers["recency"]
    hits, asked = (sum(told[name] for told in named.values()) for name in ("named", "n"))
    assert hits / asked > 0.6
    assert named["support_trouble"]["share"] > 0.8
