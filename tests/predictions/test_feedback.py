"""Answers to offers: refused for good, undone with one click, and told to training without the future or the erased."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from django.urls import reverse
from django_scopes import scope

from partners import erasure
from portal.kit.errors import Refusal
from predictions import deeds, feedback
from predictions.models import Outcome
from tests.cast import Cast
from training import events
from training.models import Recipe, TrainingRun

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def say(cast: Cast, verdict: str, *, customer: int = 0, product: int | None = 0, **more: Any) -> Outcome:
    at = more.pop("at", NOW)
    with scope(partner=cast.alder):
        item = None if product is None else cast.products[product]
        return deeds.judge(cast.customers[customer], verdict, by=None, at=at, product=item, **more)


def test_a_wrong_product_is_refused_with_its_reason_until_that_is_undone(cast: Cast) -> None:
    said = say(cast, "wrong_product", because="too_dear", note="Next year perhaps")
    say(cast, "wrong_product", customer=1, product=1)
    assert (said.because, said.get_because_display()) == ("too_dear", "too dear")
    assert feedback.refused(cast.alder) == {"C-1": ["SKU-1"], "C-2": ["SKU-2"]}
    with scope(partner=cast.alder):
        deeds.undo(said, at=NOW)
    assert feedback.refused(cast.alder) == {"C-2": ["SKU-2"]}
    assert feedback.refused(cast.birch) == {}


@pytest.mark.parametrize(
    ("verdict", "product", "because", "sentence"),
    [
        ("wrong_product", None, "", "which product was wrong"),
        ("accepted", None, "", "which product was accepted"),
        ("bought", 0, "too_dear", "for a wrong product only"),
        ("wrong_product", 0, "mood", "Choose one of: has_it"),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(
    cast: Cast, verdict: str, product: int | None, because: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        say(cast, verdict, product=product, because=because)


def test_an_answer_about_a_product_is_seen_in_the_list_of_offers(cast: Cast) -> None:
    offers, churn = cast.offers, cast.churn
    assert say(cast, "accepted").publication == offers
    assert say(cast, "saved", product=None).publication == churn


def told(cast: Cast, before: date, folder: Path) -> list[tuple[Any, ...]]:
    file = events.told(cast.alder, folder, before=before)
    if file is None:
        return []
    assert file.parent == folder
    return [tuple(row.values()) for row in parquet.read_table(file).to_pylist()]


def test_training_is_told_what_was_answered_before_its_day_and_nothing_later(cast: Cast, tmp_path: Path) -> None:
    day = NOW.date()
    say(cast, "accepted", at=NOW - timedelta(days=3))
    say(cast, "bought", product=1, at=NOW - timedelta(days=1))
    say(cast, "wrong_product", customer=1, at=NOW)
    say(cast, "saved", at=NOW - timedelta(days=2))  # about no offer
    say(cast, "bought", product=None, at=NOW - timedelta(days=2))  # of no product
    with scope(partner=cast.alder):
        deeds.undo(say(cast, "accepted", customer=2, at=NOW - timedelta(days=2)), at=NOW)
    taken = [
        ("C-1", "SKU-1", "accepted", day - timedelta(days=3)), ("C-1", "SKU-2", "bought", day - timedelta(days=1)),
    ]  # fmt: skip
    assert told(cast, day, tmp_path) == taken
    assert told(cast, day + timedelta(days=1), tmp_path) == [*taken, ("C-2", "SKU-1", "wrong_product", day)]
    assert told(cast, day - timedelta(days=3), tmp_path) == []
    assert events.told(cast.birch, tmp_path, before=day) is None


def test_the_events_of_a_person_to_be_erased_are_not_told_from_that_moment_on(cast: Cast, tmp_path: Path) -> None:
    say(cast, "accepted", at=NOW - timedelta(days=3))
    say(cast, "bought", customer=1, at=NOW - timedelta(days=3))
    erasure.request(cast.alder, ["C-1"], by=None)
    assert [row[0] for row in told(cast, NOW.date(), tmp_path)] == ["C-2"]
    with scope(partner=cast.alder):
        cast.customers[1].delete()
    assert told(cast, NOW.date(), tmp_path) == []


@pytest.mark.parametrize(("kind", "is_told"), [("recommendation", True), ("churn", False)])
def test_a_training_of_recommendations_gets_the_events_of_each_partner(
    cast: Cast, tmp_path: Path, kind: str, is_told: bool
) -> None:
    from training import work

    cast.dataset(cast.alder)
    say(cast, "accepted", at=datetime(2026, 9, 1, tzinfo=NOW.tzinfo))
    recipe = Recipe(name="r", kind=kind)
    data = work._data(TrainingRun(recipe=recipe, as_of=date(2026, 10, 1)), [cast.alder, cast.birch], tmp_path)
    assert [one.key for one in data] == ["alder"]  # Birch has no data
    assert (data[0].events is not None) == is_told


def test_a_persons_copy_holds_why_a_product_was_wrong(cast: Cast) -> None:
    from predictions import erasure as kept

    say(cast, "wrong_product", because="too_dear", note="Next year")
    with scope(partner=cast.alder):
        (row,) = kept.told(cast.customers[0])["outcomes"]
    assert (row["outcome"], row["because"], row["sku"], row["note"]) == (
        "wrong_product", "too_dear", "SKU-1", "Next year",
    )  # fmt: skip


def test_the_timeline_of_a_customer_says_why_a_product_was_wrong(cast: Cast) -> None:
    _ = cast.churn, cast.products
    browser, customer = cast.browser(cast.max), cast.customers[0]
    sent = {"verdict": "wrong_product", "because": "not_their_line", "sku": "SKU-1"}
    browser.post(reverse("record", args=["alder", customer.pk]), sent)
    page = browser.get(reverse("customer", args=["alder", customer.pk])).content.decode()
    assert "Wrong product · Label printer (not their line of business)" in page
