"""Rules of offers: made with sense or refused in a sentence, told when they contradict, kept in the history."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django_scopes import scope

from partners.models import Customer, Product
from portal.kit.errors import Refusal
from predictions import deeds, offer_rules
from predictions.models import OfferRule, OfferSettings, Recommendation
from tests.cast import Cast

Kind = OfferRule.Kind
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """Alder with its customers (all SMB) and products; Birch with one customer of another segment."""
    assert cast.customers
    assert cast.products
    with scope(partner=cast.alder):
        Product.objects.filter(sku="SKU-2").update(cost=None)
    with scope(partner=cast.birch):
        Customer.objects.filter(pk=cast.foreign_customer.pk).update(segment="Enterprise")
        Product.objects.filter(pk=cast.foreign_product.pk).update(category="Cables")
    return cast


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "sometimes"}, "Choose one of: exclude, pin, unsuitable, margin."),
        ({"kind": Kind.PIN, "category": "Printers"}, "needs a SKU"),
        ({"kind": Kind.EXCLUDE}, "needs a SKU or a category"),
        ({"kind": Kind.EXCLUDE, "segment": "SMB"}, "needs a SKU or a category"),
        ({"kind": Kind.UNSUITABLE, "sku": "SKU-1"}, "for which segment"),
        ({"kind": Kind.MARGIN}, "how large the margin must be"),
        ({"kind": Kind.MARGIN, "margin": 1.5}, "from 0 to 1, not 1.5"),
        ({"kind": Kind.MARGIN, "margin": float("nan")}, "from 0 to 1, not nan"),
        ({"kind": Kind.MARGIN, "margin": 0.1, "sku": "SKU-2"}, "No product that this rule speaks of has a known cost"),
        ({"kind": Kind.MARGIN, "margin": 0.1, "category": "supplies"}, "send products with their costs first"),
        ({"kind": Kind.PIN, "sku": "SKU-1", "margin": 0.1}, "leave it out here"),
        ({"kind": Kind.EXCLUDE, "sku": "SKU"}, "No product has the SKU “SKU”. Known are, among others: SKU-1, SKU-2."),
        ({"kind": Kind.EXCLUDE, "sku": "roll"}, "among others: SKU-2."),  # its name says so
        ({"kind": Kind.EXCLUDE, "sku": "B-SKU"}, "among others: SKU-1, SKU-2."),  # another partner's
        ({"kind": Kind.EXCLUDE, "category": "Cables"}, "among others: Printers, Supplies."),
        ({"kind": Kind.UNSUITABLE, "sku": "SKU-1", "segment": "Enterprise"}, "among others: SMB."),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_what_would(shop: Cast, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        offer_rules.add(shop.alder, by=shop.ada, **fields)
    assert sentence in refused.value.sentence
    assert not OfferRule._base_manager.exists()


def test_many_values_are_named_in_part_and_none_as_none(shop: Cast) -> None:
    with scope(partner=shop.alder):
        for number in range(10):
            Product.objects.create(partner=shop.alder, sku=f"X-{number}", category=f"Kind {number}")
        with pytest.raises(Refusal, match="Kind 7 …"):
            offer_rules.add(shop.alder, by=None, kind=Kind.EXCLUDE, category="Kinds")
        Customer.objects.update(segment="")
        with pytest.raises(Refusal, match="None is known yet"):
            offer_rules.add(shop.alder, by=None, kind=Kind.UNSUITABLE, sku="X-1", segment="SMB")
        Customer.objects.update(industry="Retail")
        made = offer_rules.add(shop.alder, by=None, kind=Kind.UNSUITABLE, sku="X-1", segment="retail")
    assert made.segment == "Retail"  # without segments, the industries stand for them


def test_spellings_become_those_of_the_data_and_the_same_rule_is_made_once(shop: Cast) -> None:
    made = offer_rules.add(shop.alder, by=shop.max, kind=Kind.EXCLUDE, sku=" sku-1 ", category="printers")
    assert (made.sku, made.category, made.by) == ("SKU-1", "Printers", shop.max)
    with pytest.raises(Refusal, match="such a rule already"):
        offer_rules.add(shop.alder, by=None, kind=Kind.EXCLUDE, sku="SKU-1", category="Printers")
    offer_rules.alter(made, by=shop.max, active=False)
    assert offer_rules.add(shop.alder, by=None, kind=Kind.EXCLUDE, sku="SKU-1", category="Printers").active


def test_rules_of_the_network_hold_for_everyone_and_those_of_others_for_nobody_else(shop: Cast) -> None:
    own = offer_rules.add(shop.alder, by=None, kind=Kind.PIN, sku="SKU-2")
    everyones = offer_rules.add(None, by=shop.vera, kind=Kind.EXCLUDE, sku="B-SKU")
    birch = offer_rules.add(shop.birch, by=None, kind=Kind.EXCLUDE, category="Cables")
    off = offer_rules.add(None, by=None, kind=Kind.MARGIN, margin=0.9)
    offer_rules.alter(off, by=None, active=False)
    with scope(partner=shop.alder):
        assert offer_rules.in_force(shop.alder) == [own, everyones]
    assert offer_rules.in_force(shop.birch) == [everyones, birch]


def test_scoring_is_told_rules_wishes_and_refusals_as_plain_data(shop: Cast) -> None:
    assert offer_rules.rules_for(shop.birch) == {
        "excluded": [], "pinned": [], "margins": [], "refused": {}, "diversity": 0.0, "rank_by": "chance",
        "repeats": "both",
    }  # fmt: skip
    offer_rules.add(shop.alder, by=None, kind=Kind.PIN, sku="SKU-2", segment="SMB")
    offer_rules.add(shop.alder, by=None, kind=Kind.UNSUITABLE, category="Printers", segment="SMB")
    offer_rules.add(shop.alder, by=None, kind=Kind.MARGIN, margin=0.2)
    offer_rules.change(shop.alder, by=shop.ada, rank_by="value", repeats="new", diversity=0.5)
    with scope(partner=shop.alder):
        cyan, printer = shop.customers[0], shop.products[0]
        deeds.judge(cyan, "wrong_product", by=None, at=NOW, product=printer)
    found = offer_rules.rules_for(shop.alder)
    assert found == {
        "excluded": [{"sku": "", "category": "Printers", "segment": "SMB"}],
        "pinned": [{"sku": "SKU-2", "category": "", "segment": "SMB"}],
        "margins": [{"sku": "", "category": "", "segment": "", "margin": 0.2}],
        "refused": {"C-1": ["SKU-1"]}, "diversity": 0.5, "rank_by": "value", "repeats": "new",
    }  # fmt: skip
    from training.ml.recommenders.rules import Rules, Scope

    rules = Rules.from_data(found)
    assert rules.pinned == (Scope(sku="SKU-2", segment="SMB"),)
    assert (rules.margins, rules.refused) == (((Scope(), 0.2),), {"C-1": frozenset({"SKU-1"})})
    assert Rules.from_data({}) == Rules()


def test_an_exclusion_that_stops_a_pin_is_told(shop: Cast) -> None:
    offer_rules.add(shop.alder, by=None, kind=Kind.PIN, sku="SKU-1")
    pinned = offer_rules.in_force(shop.alder)
    assert offer_rules.conflicts(pinned, partner=shop.alder) == []
    offer_rules.add(shop.alder, by=None, kind=Kind.EXCLUDE, sku="SKU-2")
    offer_rules.add(shop.alder, by=None, kind=Kind.UNSUITABLE, category="Printers", segment="SMB")
    offer_rules.add(None, by=None, kind=Kind.EXCLUDE, category="Printers")
    assert offer_rules.conflicts(offer_rules.in_force(shop.alder), partner=shop.alder) == [
        "SKU-1 is to be offered first, but not to the segment “SMB”: there the exclusion wins.",
        "SKU-1 is to be offered first and also excluded (Never offer · Printers): the exclusion wins, it is not "
        "offered.",
    ]


def test_rules_about_other_segments_do_not_contradict_each_other(shop: Cast) -> None:
    with scope(partner=shop.alder):
        Customer.objects.filter(pk=shop.customers[0].pk).update(segment="Public")
    offer_rules.add(shop.alder, by=None, kind=Kind.PIN, sku="SKU-1", segment="Public")
    offer_rules.add(shop.alder, by=None, kind=Kind.UNSUITABLE, sku="SKU-1", segment="SMB")
    assert offer_rules.conflicts(offer_rules.in_force(shop.alder), partner=shop.alder) == []


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"sku": "SKU-1"}, {"SKU-2"}),
        ({"category": "supplies"}, {"SKU-1"}),
        ({"category": "Printers", "segment": "SMB"}, {"SKU-2"}),
        ({"category": "Printers", "segment": "Public"}, {"SKU-1", "SKU-2"}),
    ],
)
def test_what_an_exclusion_bars_leaves_the_pages_at_once(shop: Cast, fields: dict[str, str], left: set[str]) -> None:
    rule = OfferRule(partner=shop.alder, kind=Kind.EXCLUDE, **fields)
    with scope(partner=shop.alder):
        offers = Recommendation.objects.filter(publication=shop.offers)
        kept = offers.exclude(offer_rules.barred([rule])).values_list("product__sku", flat=True)
        assert set(kept) == left
        assert set(offers.exclude(offer_rules.barred([])).values_list("product__sku", flat=True)) == {"SKU-1", "SKU-2"}


@pytest.mark.parametrize(
    "wishes",
    [{"diversity": 1.2}, {"fit_from": -0.1}, {"rank_by": "luck"}, {"repeats": ""}, {"colour": "red"},
     {"intent_from": None}],
)  # fmt: skip
def test_a_wish_that_cannot_be_met_is_refused_and_nothing_changes(shop: Cast, wishes: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        offer_rules.change(shop.alder, by=None, **wishes)
    assert not OfferSettings._base_manager.exists()


def test_a_margin_rule_needs_one_known_margin_in_its_scope_to_be_made_and_none_to_be_stopped(shop: Cast) -> None:
    with pytest.raises(Refusal, match="known cost"):
        offer_rules.add(shop.birch, by=None, kind=Kind.MARGIN, margin=0.2)
    rule = offer_rules.add(shop.alder, by=None, kind=Kind.MARGIN, margin=0.2)
    with scope(partner=shop.alder):
        Product.objects.update(price=0.0)
    offer_rules.alter(rule, by=None, active=False)
    with pytest.raises(Refusal, match="known cost"):
        offer_rules.alter(rule, by=None, active=True)
    with scope(partner=shop.alder):
        Product.objects.update(price=None)  # then the price of its last orders counts
    offer_rules.alter(rule, by=None, active=True)


def test_wishes_stand_beside_those_made_before(shop: Cast) -> None:
    offer_rules.change(shop.alder, by=None, fit_from=0.8)
    offer_rules.change(shop.alder, by=None, diversity=0.3)
    found = offer_rules.settings_of(shop.alder)
    assert (found.fit_from, found.diversity, found.intent_from) == (0.8, 0.3, 0.6)


def test_who_made_changed_and_removed_what_stands_in_the_history(shop: Cast) -> None:
    rule = offer_rules.add(shop.alder, by=shop.ada, kind=Kind.EXCLUDE, sku="SKU-1")
    offer_rules.alter(rule, by=shop.max, note="Sold out for good")
    for _ in range(2):
        offer_rules.remove(rule, by=shop.ada)
    offer_rules.change(shop.alder, by=shop.ada, diversity=0.1)
    told = [(one.user.name, one.action_flag, str(one.content_type.model)) for one in LogEntry.objects.order_by("pk")]
    assert told == [
        ("Ada", 1, "offerrule"), ("Max", 2, "offerrule"), ("Ada", 3, "offerrule"), ("Ada", 2, "offersettings"),
    ]  # fmt: skip
    assert offer_rules.in_force(shop.alder) == []
