"""A committed upload is followed by a fresh list, once per dataset."""

from datetime import date

import pytest
from django_scopes import scope

from partners.models import DatasetVersion
from predictions import following, offer_rules
from predictions.models import Pointer, Publication, ScoringRun
from tests.cast import Cast
from training.models import Champion

pytestmark = pytest.mark.lanes


def next_dataset(cast: Cast) -> DatasetVersion:
    with scope(partner=cast.alder):
        made = DatasetVersion.objects.create(partner=cast.alder, number=2, last_on=date(2026, 10, 31))
    cast.alder.dataset = made
    cast.alder.save()
    return made


def test_a_new_dataset_asks_for_one_scoring_run_of_each_kind_with_a_champion(cast: Cast) -> None:
    _ = cast.churn
    assert following.follow() == []
    made = next_dataset(cast)
    (run,) = following.follow()
    assert (run.kind, run.partner, run.slot) == ("churn", cast.alder, f"dataset:churn:{cast.alder.pk}:{made.pk}")
    assert following.follow() == []


def test_a_partner_shown_nothing_yet_gets_its_first_list(cast: Cast) -> None:
    cast.dataset(cast.alder)
    assert following.follow() == []
    _ = cast.champion
    assert [run.partner for run in following.follow()] == [cast.alder]


def test_nothing_is_asked_for_while_a_run_of_the_kind_is_open(cast: Cast) -> None:
    _ = cast.churn
    next_dataset(cast)
    ScoringRun.objects.create(kind="churn", partner=None)
    assert following.follow() == []


def test_a_failed_run_is_not_asked_for_again_until_the_data_change(cast: Cast) -> None:
    _ = cast.churn
    next_dataset(cast)
    following.follow()
    ScoringRun.objects.filter(slot__isnull=False).update(state="failed")
    assert following.follow() == []


def test_a_closed_partner_is_left_alone(cast: Cast) -> None:
    _ = cast.churn
    next_dataset(cast)
    cast.alder.is_active = False
    cast.alder.save()
    assert following.follow() == []


def offers_made_under(cast: Cast, mark: str | None) -> None:
    """Alder is shown offers made of its present data, under the rules with this mark."""
    shown = cast.offers
    with scope(partner=cast.alder):
        told = {} if mark is None else {"rules": mark}
        Publication.objects.filter(pk=shown.pk).update(evidence=told, dataset=cast.dataset(cast.alder))
        Pointer.objects.filter(publication=shown).update(previous=None)


def test_other_rules_or_wishes_are_followed_by_a_fresh_list_of_offers_once(cast: Cast) -> None:
    assert cast.products
    offers_made_under(cast, offer_rules.mark(offer_rules.rules_for(cast.alder)))
    cast.version("recommendation", alias="champion")
    Champion.objects.update_or_create(kind="recommendation", partner=None, defaults={"version": cast.offers.version})
    assert following.follow() == []
    rule = offer_rules.add(cast.alder, by=None, kind="pin", sku="SKU-1")
    (run,) = following.follow()
    assert (run.kind, run.partner) == ("recommendation", cast.alder)
    assert run.slot is not None
    assert run.slot.startswith(f"rules:{cast.alder.pk}:")
    ScoringRun.objects.update(state="failed")
    assert following.follow() == [], "asked for once"
    offer_rules.remove(rule, by=None)
    assert following.follow() == [], "the list shown was made under these"
    offer_rules.change(cast.alder, by=None, fit_from=0.9)
    assert following.follow() == [], "thresholds only sort what is shown"
    offer_rules.change(cast.alder, by=None, diversity=0.5)
    assert len(following.follow()) == 1


def test_lists_from_before_rules_were_noted_are_left_alone(cast: Cast) -> None:
    assert cast.products
    offers_made_under(cast, None)
    Champion.objects.update_or_create(kind="recommendation", partner=None, defaults={"version": cast.offers.version})
    offer_rules.add(cast.alder, by=None, kind="pin", sku="SKU-1")
    assert following.follow() == []
