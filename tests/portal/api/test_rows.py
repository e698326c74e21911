"""What stands in the rows: names only for whom they are meant, reasons as sentences, filters that filter."""

from datetime import date
from typing import Any

import pytest
from django_scopes import scope

from partners.models import Customer
from predictions.models import OfferRule, OfferSettings, Outcome, Recommendation, Score
from tests.cast import Cast
from tests.portal.api.conftest import Keys, Program, World
from tests.predictions.offering import crowded, filled

SILENT = {"code": "overdue", "sign": 1, "weight": 1.0, "values": {"days": 74, "gap": 21}}


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["customer_id"] for row in answer.json()["results"]]


# -- me -----------------------------------------------------------------------------------------------------------


def test_a_key_is_told_whose_it_is_and_what_it_may_do(cast: Cast, keyring: Keys) -> None:
    cast.dataset(cast.alder)
    me = keyring.program(role="viewer", personal=True).get("me/").json()
    assert me["partner"]["slug"] == "alder"
    assert me["partner"]["currency"] == "EUR"
    assert me["role"] == "viewer"
    assert me["rights"] == ["personal", "see"]
    assert me["newest_fact_on"] == "2026-09-30"


def test_before_any_data_there_is_no_newest_fact(keyring: Keys) -> None:
    assert keyring.program().get("me/").json()["newest_fact_on"] is None


# -- customers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["customers/", "customers/C-1/"])
def test_personal_fields_are_null_without_the_personal_right(path: str, cast: Cast, keyring: Keys) -> None:
    assert cast.customers
    for role in ("viewer", "manager", "owner"):
        body = keyring.program(role=role, personal=False).get(path)
        row = body.json().get("results", [body.json()])[0]
        assert (row["name"], row["email"], row["phone"], row["attributes"]) == (None, None, None, None)
        assert row["segment"] == "SMB"
        assert b"Cyan" not in body.content
        assert b"cyan.example" not in body.content


def test_personal_fields_are_told_to_keys_with_the_right(cast: Cast, keyring: Keys) -> None:
    with scope(partner=cast.alder):
        Customer.objects.filter(pk=cast.customers[0].pk).update(attributes={"contract": "monthly"})
    row = keyring.program(role="viewer", personal=True).get("customers/C-1/").json()
    assert (row["name"], row["email"]) == ("Cyan Ltd", "hello@cyan.example")
    assert row["attributes"] == {"contract": "monthly"}
    assert (row["orders"], row["spend"], row["last_order_on"]) == (12, 9000.0, "2026-09-01")


def test_searching_finds_numbers_and_names_only_for_whom_they_are_meant(cast: Cast, keyring: Keys) -> None:
    assert cast.customers
    seeing, blind = keyring.program(personal=True), keyring.program(personal=False)
    assert ids(seeing.get("customers/", search="dune")) == ["C-2"]
    assert ids(blind.get("customers/", search="dune")) == []
    assert ids(blind.get("customers/", search="C-3")) == ["C-3"]


def test_customers_are_filtered_by_segment_and_region(cast: Cast, keyring: Keys) -> None:
    with scope(partner=cast.alder):
        Customer.objects.filter(pk=cast.customers[1].pk).update(region="South")
    program = keyring.program()
    assert ids(program.get("customers/", region="South")) == ["C-2"]
    assert ids(program.get("customers/", region="South", segment="Enterprise")) == []


def test_customers_who_left_the_data_are_not_there(cast: Cast, keyring: Keys) -> None:
    with scope(partner=cast.alder):
        Customer.objects.filter(pk=cast.customers[0].pk).update(is_present=False)
    program = keyring.program()
    assert ids(program.get("customers/")) == ["C-2", "C-3"]
    assert program.get("customers/C-1/").status_code == 404


@pytest.mark.parametrize("number", ["A/7", "a b", "客户-1", "50%", "..", "x?y=1", "commit"])
def test_a_customer_is_found_by_whatever_number_the_partner_gave(number: str, cast: Cast, keyring: Keys) -> None:
    from urllib.parse import quote

    with scope(partner=cast.alder):
        Customer.objects.create(partner=cast.alder, external_id=number)
    answer = keyring.program().get(f"customers/{quote(number, safe='')}/")
    assert answer.json()["customer_id"] == number


def test_a_number_with_a_null_byte_is_nobodys(keyring: Keys) -> None:
    assert keyring.program().get("customers/C%00/").status_code == 404


# -- churn scores -------------------------------------------------------------------------------------------------


def test_a_score_tells_chance_band_money_reasons_and_where_it_comes_from(world: World, keyring: Keys) -> None:
    with scope(partner=world.cast.alder):
        Score.objects.filter(publication=world.cast.churn).update(reasons=[SILENT])
    body = keyring.program(role="viewer").get("churn-scores/").json()
    row = body["results"][0]
    assert (row["customer_id"], row["probability"], row["band"], row["rank"]) == ("C-1", 0.82, "high", 1)
    assert (row["value_at_risk"], row["change"], row["gone"]) == (7380.0, 0.05, False)
    assert row["model_version"] == body["publication"]["model_version"] == "churn-network-1"
    assert row["as_of"] == body["publication"]["as_of"] == "2026-10-01"
    assert [reason["code"] for reason in row["reasons"]] == ["overdue"]
    assert row["reasons"][0]["sign"] == 1


def test_reasons_are_sentences_in_the_callers_language_and_codes_stay(world: World, keyring: Keys) -> None:
    from training.ml.features.phrases import SENTENCES

    code, told = next((code, text) for code, text in SENTENCES.items() if "{" not in text["en"])
    with scope(partner=world.cast.alder):
        Score.objects.filter(publication=world.cast.churn).update(reasons=[{"code": code, "values": {}}])
    _key, secret = keyring.make(world.cast.alder)
    for header, language in (("en-GB", "en"), ("zh-CN,zh;q=0.9", "zh-hans")):
        reason = Program(secret, HTTP_ACCEPT_LANGUAGE=header).get("churn-scores/").json()["results"][0]["reasons"][0]
        assert reason == {"code": code, "sentence": told[language], "sign": 1}


def test_those_already_gone_stay_out_unless_asked_for(world: World, keyring: Keys) -> None:
    program = keyring.program()
    assert ids(program.get("churn-scores/")) == ["C-1", "C-2"]
    assert ids(program.get("churn-scores/", gone="include")) == ["C-1", "C-2", "C-3"]
    assert ids(program.get("churn-scores/", gone="only")) == ["C-3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"band": "high"}, ["C-1"]),
        ({"band": "medium"}, []),
        ({"min_probability": "0.11"}, ["C-1", "C-2"]),
        ({"min_probability": "0.12"}, ["C-1"]),
        ({"customer_id": "C-2"}, ["C-2"]),
        ({"customer_id": "C-2", "band": "high"}, []),
        ({"min_probability": "0.9", "gone": "include"}, ["C-3"]),
    ],
)
def test_scores_are_filtered(query: dict[str, str], found: list[str], world: World, keyring: Keys) -> None:
    assert ids(keyring.program().get("churn-scores/", **query)) == found


def test_only_what_the_pointer_shows_is_told(world: World, keyring: Keys) -> None:
    with scope(partner=world.cast.alder):
        newer = world.cast.publication(world.cast.alder)
        Score.objects.create(
            partner=world.cast.alder, publication=newer, customer=world.cast.customers[1], rank=1, probability=0.5
        )
    assert ids(keyring.program().get("churn-scores/")) == ["C-2"]


# -- recommendations ----------------------------------------------------------------------------------------------


def test_an_offer_tells_product_chance_value_and_reason(world: World, keyring: Keys) -> None:
    reason = {"code": "popular_segment", "values": {"segment": "SMB", "customers": 12, "days": 90}}
    with scope(partner=world.cast.alder):
        Recommendation.objects.filter(publication=world.cast.offers).update(reason=reason)
    row = keyring.program(role="viewer").get("recommendations/").json()["results"][0]
    assert (row["customer_id"], row["sku"], row["product_name"]) == ("C-1", "SKU-1", "Label printer")
    assert (row["rank"], row["probability"], row["expected_value"], row["is_repeat"]) == (1, 0.4, 48.0, False)
    assert row["reason"]["code"] == "popular_segment"
    assert "SMB" in row["reason"]["sentence"]
    assert (row["model_version"], row["as_of"]) == ("recommendation-network-1", "2026-10-01")


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ({}, ["SKU-1", "SKU-2"]),
        ({"repeat": "include"}, ["SKU-1", "SKU-2"]),
        ({"repeat": "exclude"}, ["SKU-1"]),
        ({"repeat": "only"}, ["SKU-2"]),
        ({"customer_id": "C-1"}, ["SKU-1", "SKU-2"]),
        ({"customer_id": "C-2"}, []),
    ],
)
def test_offers_are_filtered(query: dict[str, str], skus: list[str], world: World, keyring: Keys) -> None:
    answer = keyring.program().get("recommendations/", **query)
    assert [row["sku"] for row in answer.json()["results"]] == skus


def test_an_offer_without_a_reason_says_nothing_rather_than_something_made_up(world: World, keyring: Keys) -> None:
    with scope(partner=world.cast.alder):
        Recommendation.objects.filter(publication=world.cast.offers).update(reason={})
    row = keyring.program().get("recommendations/").json()["results"][0]
    assert row["reason"] == {"code": "", "sentence": ""}


# -- outcomes -----------------------------------------------------------------------------------------------------


def test_an_outcome_is_recorded_with_its_key_and_what_was_shown(world: World, keyring: Keys) -> None:
    key, secret = keyring.make(world.cast.alder)
    told = {"customer_id": "C-2", "verdict": "bought", "on": "2026-10-03", "note": "Took two", "sku": "SKU-1"}
    answer = Program(secret).post("outcomes/", told)
    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in told} == told
    with scope(partner=world.cast.alder):
        kept = Outcome.objects.get(pk=body["id"])
        assert kept.on == date(2026, 10, 3)
        assert kept.product == world.cast.products[0]
        assert kept.publication == world.cast.offers
        assert kept.source == f"key:{key.prefix}"


def test_an_outcome_without_a_day_is_of_today_at_the_partner(world: World, keyring: Keys, time_machine: Any) -> None:
    time_machine.move_to("2026-11-22 22:30:00+00:00", tick=False)
    type(world.cast.alder).objects.filter(pk=world.cast.alder.pk).update(time_zone="Asia/Shanghai")
    body = keyring.program().post("outcomes/", {"customer_id": "C-1", "verdict": "contacted"}).json()
    assert body["on"] == "2026-11-23"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Pago_Pago"])
def test_the_day_told_is_the_day_kept_wherever_the_partner_is(world: World, keyring: Keys, zone: str) -> None:
    type(world.cast.alder).objects.filter(pk=world.cast.alder.pk).update(time_zone=zone)
    told = {"customer_id": "C-1", "verdict": "contacted", "on": "2026-10-03"}
    assert keyring.program().post("outcomes/", told).json()["on"] == "2026-10-03"


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"customer_id": ""}, "customer_id", "blank"),
        ({"customer_id": "nobody"}, "customer_id", "customers file"),
        ({"customer_id": None}, "customer_id", "null"),
        ({"customer_id": ["C-1"]}, "customer_id", "string"),
        ({"customer_id": "C\x00"}, "customer_id", "ull"),
        ({"customer_id": "\ud800"}, "customer_id", "urrogate"),
        ({"verdict": "married"}, "verdict", "married"),
        ({"on": "2999-01-01"}, "on", "today"),
        ({"on": "1066-10-14"}, "on", "1990"),
        ({"on": "yesterday"}, "on", "YYYY"),
        ({"note": "x" * 501}, "note", "500"),
        ({"sku": "nothing"}, "sku", "products file"),
        ({"verdit": "lost"}, "verdit", "verdict"),
        ({"id": 7}, "id", "Known are"),
    ],
)
def test_what_cannot_be_recorded_is_named_with_what_it_needs(
    change: dict[str, Any], field: str, word: str, world: World, keyring: Keys
) -> None:
    answer = keyring.program().post("outcomes/", {"customer_id": "C-1", "verdict": "lost", **change})
    assert answer.status_code == 400
    assert word in str(answer.json()["errors"][field])
    with scope(partner=world.cast.alder):
        assert Outcome.objects.count() == 1, "only the one that was there"


def test_a_wrong_product_needs_the_product(world: World, keyring: Keys) -> None:
    answer = keyring.program().post("outcomes/", {"customer_id": "C-1", "verdict": "wrong_product"})
    assert answer.status_code == 422
    assert "product" in answer.json()["detail"]


def test_a_refusal_of_an_offer_has_its_reason_and_an_acceptance_its_product(world: World, keyring: Keys) -> None:
    program = keyring.program()
    wrong = {"customer_id": "C-1", "verdict": "wrong_product", "sku": "SKU-1", "because": "has_it"}
    answer = program.post("outcomes/", wrong)
    assert answer.status_code == 201
    assert answer.json()["because"] == "has_it"
    assert program.post("outcomes/", {**wrong, "because": "mood"}).status_code == 400
    assert program.post("outcomes/", {**wrong, "verdict": "accepted"}).status_code == 422
    assert program.post("outcomes/", {"customer_id": "C-1", "verdict": "accepted"}).status_code == 422
    taken = program.post("outcomes/", {"customer_id": "C-1", "verdict": "accepted", "sku": "SKU-2"})
    assert (taken.status_code, taken.json()["because"]) == (201, "")


def test_taking_an_outcome_back_hides_it_and_keeps_it_as_undone(world: World, keyring: Keys) -> None:
    program, pk = keyring.program(), world.ours["outcome"].pk
    assert program.delete(f"outcomes/{pk}/").status_code == 204
    assert program.get("outcomes/").json()["results"] == []
    assert program.get(f"outcomes/{pk}/").status_code == 404
    assert program.delete(f"outcomes/{pk}/").status_code == 404
    with scope(partner=world.cast.alder):
        assert Outcome.objects.get(pk=pk).undone_at is not None


def test_outcomes_are_newest_first_and_filtered(world: World, keyring: Keys) -> None:
    program = keyring.program()
    program.post("outcomes/", {"customer_id": "C-2", "verdict": "lost"})
    assert ids(program.get("outcomes/")) == ["C-2", "C-1"]
    assert ids(program.get("outcomes/", verdict="saved")) == ["C-1"]
    assert ids(program.get("outcomes/", customer_id="C-2")) == ["C-2"]
    assert ids(program.get("outcomes/", customer_id="C-2", verdict="saved")) == []


# -- white space and products -------------------------------------------------------------------------------------


def test_a_prospect_says_where_it_stands_and_what_it_could_buy(cast: Cast, keyring: Keys) -> None:
    filled(cast)
    row = keyring.program(role="viewer").get("prospects/").json()["results"][0]
    assert (row["customer_id"], row["band"], row["fit"], row["intent"]) == ("C-1", "act", 0.9, 0.8)
    assert row["owned"] == ["Supplies"]
    assert {"category": "Printers", "probability": 0.4, "expected_value": 48.0} in row["opportunities"]
    assert ids(keyring.program().get("prospects/", band="nurture")) == ["C-2"]
    assert ids(keyring.program().get("prospects/", customer_id="C-3")) == ["C-3"]


def test_the_bands_of_prospects_follow_the_partners_thresholds(cast: Cast, keyring: Keys) -> None:
    filled(cast)
    with scope(partner=cast.alder):
        OfferSettings.objects.create(partner=cast.alder, fit_from=0.95, intent_from=0.05)
    assert ids(keyring.program().get("prospects/", band="evaluate")) == ["C-1", "C-2", "C-3"]


def test_an_outlook_says_who_would_buy_and_what_it_goes_with(cast: Cast, keyring: Keys) -> None:
    filled(cast)
    rows = keyring.program(role="viewer").get("outlooks/", sku="SKU-1").json()["results"]
    assert [(row["sku"], row["expected"], row["candidates"], row["owners"]) for row in rows] == [("SKU-1", 21, 100, 12)]
    assert rows[0]["goes_with"][0] == {"sku": "SKU-2", "both": 34, "buyers": 120}


def test_a_product_ranking_starts_with_the_likeliest_buyer(cast: Cast, keyring: Keys) -> None:
    filled(cast)
    crowded(cast, 30)
    program = keyring.program(role="viewer")
    chances = [row["probability"] for row in program.get("product-ranking/", sku="SKU-1").json()["results"]]
    assert len(chances) == 31
    assert chances == sorted(chances, reverse=True)
    assert program.get("product-ranking/").status_code == 400


def test_what_somebody_refused_or_a_rule_forbids_is_no_recommendation(cast: Cast, keyring: Keys) -> None:
    assert cast.offers
    with scope(partner=cast.alder):
        Outcome.objects.create(
            partner=cast.alder, customer=cast.customers[0], product=cast.products[0], verdict="wrong_product",
            on=date(2026, 10, 5),
        )  # fmt: skip
    program = keyring.program()
    assert [row["sku"] for row in program.get("recommendations/").json()["results"]] == ["SKU-2"]
    with scope(partner=cast.alder):
        OfferRule.objects.create(partner=cast.alder, kind="exclude", category="Supplies")
    assert program.get("recommendations/").json()["results"] == []
