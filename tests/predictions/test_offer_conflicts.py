"""Pins that have no effect though nothing excludes them are told."""

from typing import Any

import pytest
from django_scopes import scope

from partners.models import Product
from predictions import offer_rules
from tests.cast import Cast


def told(cast: Cast) -> list[str]:
    return offer_rules.conflicts(offer_rules.in_force(cast.alder), partner=cast.alder)


@pytest.fixture
def pinned(cast: Cast) -> Cast:
    """Alder's printer, which costs 80 of its 100, is to be offered first to everybody."""
    assert cast.products
    assert cast.customers
    with scope(partner=cast.alder):
        Product.objects.filter(sku="SKU-1").update(price=100.0, cost=80.0)
    offer_rules.add(cast.alder, by=None, kind="pin", sku="SKU-1")
    return cast


def test_a_pin_that_nothing_is_in_the_way_of_is_not_spoken_of(pinned: Cast) -> None:
    offer_rules.add(pinned.alder, by=None, kind="margin", margin=0.2)
    assert told(pinned) == []


def test_a_pinned_product_that_cannot_be_offered_is_told(pinned: Cast) -> None:
    with scope(partner=pinned.alder):
        Product.objects.filter(sku="SKU-1").update(is_available=False)
    assert told(pinned) == ["SKU-1 is to be offered first, but cannot be offered now: it is not offered."]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"margin": 0.3}, "smaller than a rule asks for"),
        ({"margin": 0.3, "category": "printers"}, "smaller than a rule asks for"),
        ({"margin": 0.3, "segment": "SMB"}, "too small for the segment “SMB”"),
        ({"margin": 0.3, "category": "Supplies"}, ""),
    ],
)
def test_a_pin_below_the_least_margin_is_told(pinned: Cast, rule: dict[str, Any], words: str) -> None:
    with scope(partner=pinned.alder):
        Product.objects.filter(sku="SKU-2").update(price=10.0, cost=1.0)
    offer_rules.add(pinned.alder, by=None, kind="margin", **rule)
    assert [words in sentence for sentence in told(pinned)] == [True] * bool(words)


def test_a_pin_whose_margin_nobody_knows_is_told_where_one_is_asked_for(pinned: Cast) -> None:
    offer_rules.add(pinned.alder, by=None, kind="margin", margin=0.1)
    with scope(partner=pinned.alder):
        Product.objects.filter(sku="SKU-1").update(cost=None)
    (sentence,) = told(pinned)
    assert "its margin is not known" in sentence


@pytest.mark.parametrize(("repeats", "words"), [("new", "only new products"), ("repeat", "only repeats")])
def test_a_pin_against_the_wish_for_repeats_is_told(pinned: Cast, repeats: str, words: str) -> None:
    offer_rules.change(pinned.alder, by=None, repeats=repeats)
    (sentence,) = told(pinned)
    assert words in sentence


def test_what_is_unavailable_at_one_partner_is_not_told_of_a_networks_rule(pinned: Cast) -> None:
    offer_rules.add(None, by=None, kind="pin", sku="SKU-1")
    with scope(partner=pinned.alder):
        Product.objects.filter(sku="SKU-1").update(is_available=False)
    assert offer_rules.conflicts(offer_rules.in_force(None), partner=None) == []
