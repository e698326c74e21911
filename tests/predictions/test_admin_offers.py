"""Offer rules in the admin: made for the network or a partner, refused in a sentence, stopped, never deleted."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from predictions import offer_rules
from predictions.models import OfferRule, OfferSettings
from tests.cast import Cast

ADD = "/admin/predictions/offerrule/add/"
LIST = "/admin/predictions/offerrule/"


@pytest.fixture
def vera(cast: Cast) -> Client:
    assert cast.customers
    assert cast.products
    return cast.browser(cast.vera)


def filled(**fields: Any) -> dict[str, Any]:
    return {"kind": "exclude", "partner": "", "sku": "", "category": "", "segment": "", "margin": "", "note": "",
            "active": "on", **fields}  # fmt: skip


def test_a_rule_without_a_partner_holds_for_everyone_in_the_name_of_who_made_it(cast: Cast, vera: Client) -> None:
    answer = vera.post(ADD, filled(category="printers", note="Recalled"))
    assert answer.status_code == 302
    rule = OfferRule._base_manager.get()
    assert (rule.partner, rule.category, rule.by, rule.active) == (None, "printers", cast.vera, True)
    assert offer_rules.in_force(cast.birch) == [rule]
    page = vera.get(LIST).content.decode()
    assert "All partners" in page
    assert "Exclusions win over pins." in page
    assert LogEntry.objects.get().user == cast.vera


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "needs a SKU or a category"),
        ({"kind": "pin", "category": "Printers"}, "needs a SKU"),
        ({"kind": "margin"}, "how large the margin must be"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_on_the_form(vera: Client, fields: dict[str, str], sentence: str) -> None:
    answer = vera.post(ADD, filled(**fields))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not OfferRule._base_manager.exists()


def test_a_rule_of_a_partner_names_what_the_partner_has(cast: Cast, vera: Client) -> None:
    answer = vera.post(ADD, filled(partner=cast.alder.pk, sku="nothing"))
    assert "No product has the SKU “nothing”." in answer.content.decode()
    assert not OfferRule._base_manager.exists()


def test_a_rule_is_stopped_and_resumed_and_never_deleted(cast: Cast, vera: Client) -> None:
    rule = offer_rules.add(None, by=None, kind="pin", sku="SKU-1")
    page = reverse("admin:predictions_offerrule_change", args=[rule.pk])
    assert "Stop this rule" in vera.get(page).content.decode()
    vera.post(reverse("admin:predictions_offerrule_do", args=[rule.pk, "stop"]))
    assert offer_rules.in_force(cast.alder) == []
    assert "Resume" in vera.get(page).content.decode()
    vera.post(reverse("admin:predictions_offerrule_do", args=[rule.pk, "resume"]))
    assert offer_rules.in_force(cast.alder) == [rule]
    assert LogEntry.objects.count() == 2
    assert vera.post(reverse("admin:predictions_offerrule_delete", args=[rule.pk])).status_code == 403


def test_the_page_of_a_pin_names_the_exclusion_that_stops_it(cast: Cast, vera: Client) -> None:
    rule = offer_rules.add(cast.alder, by=None, kind="pin", sku="SKU-1")
    offer_rules.add(None, by=None, kind="exclude", category="Printers")
    page = vera.get(reverse("admin:predictions_offerrule_change", args=[rule.pk])).content.decode()
    assert "the exclusion wins" in page


def test_a_partners_settings_are_seen_and_changed_for_it(cast: Cast, vera: Client) -> None:
    wishes = {"rank_by": "value", "repeats": "new", "diversity": "0.5", "fit_from": "0.7", "intent_from": "0.6"}
    add = "/admin/predictions/offersettings/add/"
    assert vera.post(add, {**wishes, "diversity": "2", "partner": cast.alder.pk}).status_code == 200
    assert vera.post(add, {**wishes, "partner": cast.alder.pk}).status_code == 302
    found = OfferSettings._base_manager.get()
    assert (found.partner, found.rank_by, found.diversity) == (cast.alder, "value", 0.5)
    there = reverse("admin:predictions_offersettings_change", args=[found.pk])
    assert vera.post(there, {**wishes, "diversity": "0.1"}).status_code == 302
    assert offer_rules.settings_of(cast.alder).diversity == 0.1
