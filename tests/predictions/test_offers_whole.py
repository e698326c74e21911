"""From answers and rules to the next list, the whole way: trained, scored and published by the verbs."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from partners.models import Customer, Product
from predictions import deeds, following, offer_rules, scoring
from predictions.boards.offers import standing
from predictions.models import Publication, ScoringRun
from predictions.publications import shown
from tests.cast import Cast
from tests.training.ml.recommenders.worlds import AS_OF, partner
from training import registry, work
from training.models import Recipe, TrainingRun

pytestmark = pytest.mark.lanes


def quiet(**told: Any) -> None:
    pass


@pytest.fixture
def trained(cast: Cast) -> Iterator[Cast]:
    """Alder with 40 customers and 20 products, and a model of its own that answers."""
    dataset = cast.dataset(cast.alder)
    partner(dataset.folder, customers=40)
    families = ["popularity", "frequency", "item_knn"]
    recipe = Recipe.objects.create(
        name="r", kind="recommendation", partner=cast.alder, horizon=60, budget=20, families=families
    )
    run = TrainingRun.objects.create(recipe=recipe, as_of=AS_OF)
    run.claim(worker="w", at=timezone.now())
    registry.promote(registry.ModelVersion.objects.get(pk=work.train(run, quiet)["version_id"]), by=None)
    with scope(partner=cast.alder):
        yield cast


def score(cast: Cast, run: ScoringRun | None = None) -> Publication:
    run = run or ScoringRun.objects.create(kind="recommendation", partner=cast.alder, as_of=AS_OF)
    run.claim(worker="w", at=timezone.now())
    scoring.work(run, quiet)
    ScoringRun.objects.filter(pk=run.pk).update(state="succeeded")
    found = shown(cast.alder, "recommendation")
    assert found is not None
    assert found.run == run
    return found


def first(publication: Publication, customer: Customer) -> list[str]:
    rows = standing(publication).filter(customer=customer).order_by("rank")
    return list(rows.values_list("product__sku", flat=True))


def test_refused_products_stay_away_pins_lead_and_other_rules_bring_another_list(trained: Cast) -> None:
    before = score(trained)
    ann, bob = Customer.objects.filter(external_id__in=["c000", "c001"]).order_by("external_id")
    best, second = first(before, ann)[:2]
    pinned = next(sku for sku in ("P18", "P19") if sku not in (best, second))
    at = datetime.combine(AS_OF, time(12), UTC)
    said = deeds.judge(ann, "wrong_product", by=None, at=at, because="has_it", product=Product.objects.get(sku=best))
    assert best not in first(before, ann), "gone from the page at once"
    assert following.follow() == [], "a refusal alone makes no new list"
    offer_rules.add(trained.alder, by=None, kind="exclude", sku=second)
    offer_rules.add(trained.alder, by=None, kind="pin", sku=pinned)
    assert second not in first(before, ann), "so is what a new rule excludes"
    (asked,) = following.follow()
    ScoringRun.objects.filter(pk=asked.pk).update(as_of=AS_OF)
    asked.refresh_from_db()
    after = score(trained, asked)
    for customer in (ann, bob):
        offered = after.offers.filter(customer=customer).order_by("rank")
        skus = [one.product.sku for one in offered.select_related("product")]
        assert (skus[0], offered[0].pinned) == (pinned, True)
        assert second not in skus
        assert (best in skus) == (customer == bob)
    assert following.follow() == []
    deeds.undo(said, at=at + timedelta(hours=1))
    assert best in first(score(trained), ann), "taken back, it may be offered again"
