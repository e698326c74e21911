"""Rules and settings of offers over the API: made, listed with the network's, told when stopped, removed."""

from typing import Any

import pytest
from django_scopes import scope

from partners.models import Customer
from predictions import offer_rules
from predictions.models import OfferRule, Recommendation
from tests.portal.api.conftest import Keys, World
from tests.predictions.offers import put, table

pytestmark = pytest.mark.lanes


@pytest.fixture
def quiet(world: World) -> World:
    """Nobody has a rule yet."""
    OfferRule._base_manager.all().delete()
    return world


def test_a_rule_is_made_in_the_spelling_of_the_data_and_listed_with_those_of_the_network(
    quiet: World, keyring: Keys
) -> None:
    offer_rules.add(None, by=None, kind="exclude", sku="B-SKU")
    program = keyring.program()
    answer = program.post("offer-rules/", {"kind": "margin", "category": "supplies", "margin": 0.2, "note": "Thin"})
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("kind", "sku", "category", "segment", "margin", "note", "network")} == {
        "kind": "margin", "sku": "", "category": "Supplies", "segment": "", "margin": 0.2, "note": "Thin",
        "network": False,
    }  # fmt: skip
    rows = program.get("offer-rules/").json()["results"]
    assert [(row["kind"], row["network"]) for row in rows] == [("margin", False), ("exclude", True)]
    assert [row["kind"] for row in program.get("offer-rules/", kind="exclude").json()["results"]] == ["exclude"]


def test_the_rules_of_the_network_are_not_the_partners_to_remove(quiet: World, keyring: Keys) -> None:
    rule = offer_rules.add(None, by=None, kind="exclude", sku="SKU-1")
    assert keyring.program().delete(f"offer-rules/{rule.pk}/").status_code == 404
    assert offer_rules.in_force(quiet.cast.alder) == [rule]


def test_an_exclusion_that_stops_a_pin_is_told_with_the_pin(quiet: World, keyring: Keys) -> None:
    program = keyring.program()
    assert program.post("offer-rules/", {"kind": "exclude", "category": "Printers"}).json()["conflicts"] == []
    pin = program.post("offer-rules/", {"kind": "pin", "sku": "SKU-1"}).json()
    assert len(pin["conflicts"]) == 1
    assert "the exclusion wins" in pin["conflicts"][0]
    assert program.get(f"offer-rules/{pin['id']}/").json() == pin


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"kind": "sometimes"}, 400, "errors"),
        ({"kind": "margin", "margin": 2}, 400, "errors"),
        ({"kind": "margin", "margin": "nan"}, 400, "errors"),
        ({"kind": "pin", "sku": "SKU-1", "colour": "red"}, 400, "errors"),
        ({"kind": "pin"}, 422, "needs a SKU"),
        ({"kind": "exclude", "sku": "B-SKU"}, 422, "SKU-1, SKU-2"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    body: dict[str, Any], status: int, word: str, quiet: World, keyring: Keys
) -> None:
    answer = keyring.program().post("offer-rules/", body)
    assert answer.status_code == status
    assert word in answer.content.decode()
    assert not OfferRule._base_manager.exists()


def test_a_rule_sent_twice_is_made_once_even_when_it_was_removed_meanwhile(quiet: World, keyring: Keys) -> None:
    program, body = keyring.program(), {"kind": "pin", "sku": "SKU-1"}
    first = program.post("offer-rules/", body, HTTP_IDEMPOTENCY_KEY="one").json()
    assert program.post("offer-rules/", body, HTTP_IDEMPOTENCY_KEY="one").json() == first
    assert program.delete(f"offer-rules/{first['id']}/").status_code == 204
    assert program.get(f"offer-rules/{first['id']}/").status_code == 404
    again = program.post("offer-rules/", body, HTTP_IDEMPOTENCY_KEY="one")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert program.get("offer-rules/").json()["results"] == []


def test_settings_are_read_and_put_and_what_is_not_sent_is_the_default_again(world: World, keyring: Keys) -> None:
    program = keyring.program()
    usual = {"rank_by": "chance", "repeats": "both", "diversity": 0.0, "fit_from": 0.6, "intent_from": 0.6}
    assert program.get("offer-settings/").json() == usual
    wished = {**usual, "rank_by": "value", "diversity": 0.25}
    assert program.put("offer-settings/", {"rank_by": "value", "diversity": 0.25}).json() == wished
    assert program.get("offer-settings/").json() == wished
    assert program.put("offer-settings/", {}).json() == usual
    assert program.put("offer-settings/", {"diversity": 1.5}).status_code == 400
    assert program.put("offer-settings/", {"diversity": "nan"}).status_code == 400
    assert program.put("offer-settings/", {"colour": "red"}).status_code == 400
    assert program.get("offer-settings/").json() == usual


def listed(keyring: Keys, **asked: str) -> list[tuple[str, str]]:
    answer = keyring.program().get("recommendations/", **asked)
    assert answer.status_code == 200, answer.content
    return [(row["customer_id"], row["sku"]) for row in answer.json()["results"]]


def test_offers_are_filtered_by_category_and_segment_and_ranked_by_chance_or_value(quiet: World, keyring: Keys) -> None:
    cast = quiet.cast
    with scope(partner=cast.alder):
        offers = Recommendation.objects.filter(publication=cast.offers)
        offers.filter(product__sku="SKU-1").update(probability=0.1, expected_value=9.0)
        offers.filter(product__sku="SKU-2").update(probability=0.3, expected_value=2.0)
    printer, roll = ("C-1", "SKU-1"), ("C-1", "SKU-2")
    assert listed(keyring) == listed(keyring, rank_by="customer") == [printer, roll]
    assert listed(keyring, rank_by="chance") == [roll, printer]
    assert listed(keyring, rank_by="value") == [printer, roll]
    assert listed(keyring, category="Supplies") == [roll]
    assert listed(keyring, segment="SMB", category="Printers") == [printer]
    assert listed(keyring, segment="Public") == []
    with scope(partner=cast.alder):
        offers.filter(product__sku="SKU-2").update(expected_value=None)
    assert listed(keyring, rank_by="value") == [printer]


def test_who_has_no_segment_is_found_by_industry_and_who_has_one_is_not(quiet: World, keyring: Keys) -> None:
    with scope(partner=quiet.cast.alder):
        Customer.objects.filter(external_id="C-1").update(segment="SMB", industry="Mining")
        assert listed(keyring, segment="Mining") == []
        Customer.objects.filter(external_id="C-1").update(segment="")
    assert listed(keyring, segment="Mining") == [("C-1", "SKU-1"), ("C-1", "SKU-2")]


def test_of_a_vast_partner_one_customers_offers_come_from_the_file(quiet: World, keyring: Keys) -> None:
    cast = quiet.cast
    rows = [("C-1", "SKU-2", 1, False), ("C-1", "SKU-1", 2, True), ("C-2", "SKU-1", 1, True)]
    made, published = put(cast, table(rows), answered={"vast": True})
    assert published, made.gates
    with scope(partner=cast.alder):
        made.offers.exclude(customer__external_id="C-2").delete()
    assert listed(keyring) == [("C-2", "SKU-1")], "the database has those a product is best pitched to"
    roll, printer = ("C-1", "SKU-2"), ("C-1", "SKU-1")
    assert listed(keyring, customer_id="C-1") == [roll, printer]
    assert listed(keyring, customer_id="C-1", rank_by="value") == [roll, printer]
    assert listed(keyring, customer_id="C-1", repeat="only") == [printer]
    assert listed(keyring, customer_id="C-1", repeat="exclude") == [roll]
    assert listed(keyring, customer_id="C-1", sku="SKU-1", segment="SMB") == [printer]
    assert listed(keyring, customer_id="C-1", category="Printers") == [printer]
    assert listed(keyring, customer_id="C-1", segment="Public") == listed(keyring, customer_id="B-1") == []
    answer = keyring.program().get("recommendations/", customer_id="C-1").json()
    assert (answer["next"], answer["previous"], answer["publication"]["id"]) == (None, None, made.pk)
    offer_rules.add(cast.alder, by=None, kind="exclude", sku="SKU-2")
    assert listed(keyring, customer_id="C-1") == [printer]


def test_an_exclusion_and_a_refusal_leave_the_list_at_once_and_come_back_when_taken_back(
    quiet: World, keyring: Keys
) -> None:
    program = keyring.program()
    rule = program.post("offer-rules/", {"kind": "unsuitable", "category": "Printers", "segment": "SMB"}).json()
    assert listed(keyring) == [("C-1", "SKU-2")]
    wrong = {"customer_id": "C-1", "verdict": "wrong_product", "sku": "SKU-2", "because": "too_dear"}
    told = program.post("outcomes/", wrong).json()
    assert listed(keyring) == []
    program.delete(f"outcomes/{told['id']}/")
    program.delete(f"offer-rules/{rule['id']}/")
    assert listed(keyring) == [("C-1", "SKU-1"), ("C-1", "SKU-2")]
