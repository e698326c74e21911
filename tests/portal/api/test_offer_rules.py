"""Rules and settings of offers over the API: made, listed with the network's, told when stopped, removed."""

from typing import Any

import pytest

from predictions import offer_rules
from predictions.models import OfferRule
from tests.portal.api.conftest import Keys, World

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
