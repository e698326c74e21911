"""Rules and wishes for offers: who may make them, what they say, and what they do to the pages at once."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled
from pytest_django import DjangoAssertNumQueries

from predictions.models import OfferRule, OfferSettings
from tests.cast import CANARY, Cast
from tests.predictions.offering import filled


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def at(name: str, *more: Any) -> str:
    return reverse(name, args=["alder", *more])


@pytest.fixture
def ada(cast: Cast) -> Any:
    filled(cast)
    return cast.browser(cast.ada)


def test_a_rule_is_added_listed_and_removed(cast: Cast, ada: Any) -> None:
    added = {"kind": "unsuitable", "category": "supplies", "segment": "SMB", "note": "They make their own"}
    answer = ada.post(at("offer-rule-add"), added, follow=True)
    shown = text(answer)
    assert "They make their own" in shown
    assert "Not for this segment" in shown
    with scope(partner=cast.alder):
        rule = OfferRule.objects.get()
        assert (rule.category, rule.by) == ("Supplies", cast.ada)
    answer = ada.post(at("offer-rule-remove", rule.pk), follow=True)
    assert "No rule of your own" in text(answer)
    assert "A new list is being made." in text(answer)
    assert answer.context["own"] == []


def test_what_a_rule_bars_leaves_the_list_at_once(cast: Cast, ada: Any) -> None:
    ada.post(at("offer-rule-add"), {"kind": "exclude", "sku": "SKU-1"})
    assert [row.offer.product.sku for row in ada.get(at("recommendations")).context["rows"]] == ["SKU-2"]
    assert ada.get(at("offer-product", cast.products[0].pk)).context["rows"] == []


def test_a_rule_that_cannot_work_says_why_and_keeps_what_was_written(ada: Any) -> None:
    answer = ada.post(at("offer-rule-add"), {"kind": "exclude", "sku": "NO-SUCH", "note": "mine"})
    assert answer.status_code == 422
    shown = text(answer)
    assert "No product has the SKU “NO-SUCH”" in shown
    assert 'value="NO-SUCH"' in shown
    assert 'value="mine"' in shown


def test_rules_that_stop_each_other_are_told(cast: Cast, ada: Any) -> None:
    ada.post(at("offer-rule-add"), {"kind": "pin", "sku": "SKU-1"})
    ada.post(at("offer-rule-add"), {"kind": "exclude", "category": "Printers"})
    assert "the exclusion wins" in text(ada.get(at("offer-rules")))


def test_rules_of_the_vendor_are_shown_but_not_removed(cast: Cast, ada: Any) -> None:
    rule = OfferRule._base_manager.create(partner=None, kind="exclude", category="Printers", note="Discontinued")
    shown = text(ada.get(at("offer-rules")))
    assert "Set by the vendor for everybody" in shown
    assert "Discontinued" in shown
    assert ada.post(at("offer-rule-remove", rule.pk)).status_code == 404
    with scopes_disabled():
        assert OfferRule._base_manager.filter(pk=rule.pk).exists()


def test_wishes_are_saved_and_rank_the_list(cast: Cast, ada: Any) -> None:
    answer = ada.post(at("offer-wishes"), {"rank_by": "chance", "repeats": "new", "diversity": "0.4"}, follow=True)
    assert "Saved. A new list is being made." in text(answer)
    with scope(partner=cast.alder):
        saved = OfferSettings.objects.get()
    assert (saved.rank_by, saved.repeats, saved.diversity) == ("chance", "new", 0.4)
    assert ada.get(at("recommendations")).context["sort"] == "-chance"


def test_a_wish_that_cannot_be_is_told_beside_its_field(ada: Any) -> None:
    answer = ada.post(at("offer-wishes"), {"rank_by": "chance", "repeats": "new", "diversity": "7"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)


def test_thresholds_are_written_of_a_hundred_and_hold_at_once(cast: Cast, ada: Any) -> None:
    there = at("white-space")
    answer = ada.post(at("offer-thresholds"), {"fit_from": "10", "intent_from": "25", "next": there}, follow=True)
    assert answer.redirect_chain == [(there, 302)]
    assert {field.key: field.customers for field in answer.context["fields"]}["act"] == 2
    with scope(partner=cast.alder):
        saved = OfferSettings.objects.get()
    assert (saved.fit_from, saved.intent_from) == (0.1, 0.25)


def test_saving_thresholds_leaves_the_order_of_the_list_as_it_was(cast: Cast, ada: Any) -> None:
    before = ada.get(at("recommendations")).context["sort"]
    ada.post(at("offer-thresholds"), {"fit_from": "10", "intent_from": "25"})
    assert ada.get(at("recommendations")).context["sort"] == before == "-chance"
    ada.post(at("offer-wishes"), {"rank_by": "value", "repeats": "both", "diversity": "0"})
    assert ada.get(at("recommendations")).context["sort"] == "-value"


@pytest.mark.parametrize("wrong", ["", "x", "101", "-1", "0.5", "%00"])
def test_a_threshold_that_cannot_be_changes_nothing(cast: Cast, ada: Any, wrong: str) -> None:
    answer = ada.post(at("offer-thresholds"), {"fit_from": wrong, "intent_from": "50"}, follow=True)
    assert "Write whole numbers from 0 to 100." in text(answer)
    with scope(partner=cast.alder):
        assert not OfferSettings.objects.exists()


def test_a_viewer_reads_the_rules_and_changes_none(cast: Cast, ada: Any) -> None:
    ada.post(at("offer-rule-add"), {"kind": "exclude", "sku": "SKU-1"})
    vic = cast.browser(cast.vic)
    shown = text(vic.get(at("offer-rules")))
    assert "SKU-1" in shown
    assert "Add the rule" not in shown
    assert "Remove" not in shown
    assert vic.post(at("offer-rule-add"), {"kind": "exclude", "sku": "SKU-2"}).status_code == 403
    assert "Change where high begins" not in text(vic.get(at("white-space")))


def test_rules_can_be_made_before_there_are_offers(cast: Cast) -> None:
    assert cast.products
    browser = cast.browser(cast.ada)
    assert browser.get(at("offer-rules")).status_code == 200
    answer = browser.post(at("offer-rule-add"), {"kind": "exclude", "sku": "SKU-1"}, follow=True)
    assert "The rule stands" in text(answer)
    assert "The first list will be made this way." in text(answer)


def test_a_rule_of_another_partner_is_missing(cast: Cast, ada: Any) -> None:
    with scope(partner=cast.birch):
        rule = OfferRule.objects.create(partner=cast.birch, kind="exclude", sku="B-SKU", note=CANARY)
    assert ada.post(at("offer-rule-remove", rule.pk)).status_code == 404
    assert CANARY not in text(ada.get(at("offer-rules")))


def test_the_page_of_rules_costs_few_queries(ada: Any, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ada.get(at("offer-rules"))
    with django_assert_max_num_queries(15):
        ada.get(at("offer-rules"))
