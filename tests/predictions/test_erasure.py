"""Publications shown, staged or gone back to hold nobody who was erased."""

from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from django_scopes import scope

from partners import erasure as erasing
from partners.models import ApiKey, Customer
from portal.models import IdempotentRequest
from predictions import erasure, publications
from predictions.models import Action, Outcome, Score
from tests.cast import Cast
from tests.partners.erasures import erase
from tests.predictions.test_publications import alder, churn_table, put, running  # noqa: F401 - a fixture

CHANCES = {"C-1": 0.9, "C-2": 0.4, "C-3": 0.2}


def numbers(cast: Cast) -> set[str]:
    files = [file for folder in erasure.folders(cast.alder) for file in folder.glob("*.parquet")]
    return {number for file in files for number in pq.read_table(file)["customer_id"].to_pylist()}


def test_scores_rows_and_files_of_all_publications_lose_them(alder: Cast) -> None:  # noqa: F811
    put(alder, churn_table(CHANCES))
    put(alder, churn_table(CHANCES))
    publications.stage(running(), alder.alder, alder.champion, churn_table(CHANCES), as_of=alder.churn.as_of)
    erase(alder.alder, "C-2")
    assert numbers(alder) == {"C-1", "C-3"}
    assert not Score.objects.filter(customer__external_id="C-2").exists()
    publications.rollback(alder.alder, "churn", by=None, at=timezone.now())
    assert numbers(alder) == {"C-1", "C-3"}


def test_a_scoring_under_way_does_not_bring_them_back(alder: Cast, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    real, asked = publications._counts, []

    def counts(*given: Any) -> Any:
        if not asked:
            asked.append(erase(alder.alder, "C-2"))
        return real(*given)

    monkeypatch.setattr(publications, "_counts", counts)
    made, is_shown = put(alder, churn_table(CHANCES))
    assert is_shown
    assert made.counts["customers"] == 2
    assert not Customer.objects.filter(external_id="C-2").exists()
    assert numbers(alder) == {"C-1", "C-3"}


def test_deeds_and_remembered_requests_go_with_their_customer(alder: Cast) -> None:  # noqa: F811
    common = {"partner": alder.alder, "on": timezone.localdate()}
    first, second, _third = alder.customers
    Action.objects.create(customer=first, kind="called", note="asked for Cyan Ltd", **common)
    about = Outcome.objects.create(customer=first, verdict="saved", **common)
    other = Outcome.objects.create(customer=second, verdict="saved", note="knows Cyan Ltd well", **common)
    key = ApiKey.objects.create(partner=alder.alder, name="nightly", digest="d")
    for value, outcome in (("1", about), ("2", other), ("for hello@cyan.example", other)):
        IdempotentRequest.objects.create(api_key=key, value=value, digest="0", made="outcome", made_id=outcome.pk)
    erase(alder.alder, "C-1")
    assert not Action.objects.exists()
    assert list(Outcome.objects.values_list("note", flat=True)) == ["knows … well"]
    assert list(IdempotentRequest.objects.values_list("value", flat=True)) == ["2"]


def test_an_export_tells_scores_offers_and_deeds_of_one_customer(alder: Cast) -> None:  # noqa: F811
    _ = alder.churn, alder.offers
    Outcome.objects.create(
        partner=alder.alder, customer=alder.customers[0], verdict="saved", note="kept", on=timezone.localdate()
    )
    with scope(partner=alder.alder):
        told = erasure.told(alder.customers[0])
    assert [row["probability"] for row in told["scores"]] == [0.82]
    assert [row["sku"] for row in told["recommendations"]] == ["SKU-1", "SKU-2"]
    assert [row["note"] for row in told["outcomes"]] == ["kept"]
    assert erasing.KEEPERS == ["portal.erasure", "training.erasure", "predictions.erasure"]
