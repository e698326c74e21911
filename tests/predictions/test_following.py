"""A committed upload is followed by a fresh list, once per dataset."""

from datetime import date

import pytest
from django_scopes import scope

from partners.models import DatasetVersion
from predictions import following
from predictions.models import ScoringRun
from tests.cast import Cast

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
