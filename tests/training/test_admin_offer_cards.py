"""The card of a recommender as a page: where offers come from, repeats and new products apart, how far chances held."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from training.admin.words import FAMILIES, RECOMMENDERS
from training.ml.recommenders.sources import LOCAL, SHARED
from training.models import ModelVersion


def spread(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


def measured(value: float, **more: Any) -> dict[str, Any]:
    names = ("ndcg_10", "recall_10", "hit_rate_10", "mrr_10", "novelty_10")
    return {**{name: spread(value) for name in names}, "coverage_10": 0.4, **more}


METRICS = measured(
    0.3, n=400, popularity=measured(0.1), frequency=measured(0.2),
    better={"ndcg_10": {"value": 0.1, "low": 0.08, "high": 0.12}},
    repeat=measured(0.35, n=350, popularity=measured(0.15), frequency=measured(0.25)),
    new=measured(0.12, n=300, popularity=measured(0.05), frequency=measured(0.04)),
    trust={
        "repeat": {"n": 4000, "said": 620.0, "was": 500, "ratio": 1.24},
        "new": {"n": 2000, "said": 11.0, "was": 9, "ratio": None},
    },
)  # fmt: skip
CARD: dict[str, Any] = {
    "summary": {"en": "NDCG@10 0.300 on 400 customers.", "zh-hans": "在 400 位客户上 NDCG@10 为 0.300。"},
    "sources_told": [
        {"source": "frequency", "taken": True, "share": 0.62},
        {"source": "ease", "taken": True, "share": 0.38},
        {
            "source": "sequence", "taken": False, "code": "no_gain",
            "why": {"en": "the lists are as good without it, and quicker", "zh-hans": "没有它名单同样好"},
        },
    ],
    "trust_told": [{"en": "Of the 4000 repeats shown, …", "zh-hans": "…"}],
}  # fmt: skip


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


def shown(browser: Client, version: ModelVersion) -> str:
    answer = browser.get(reverse("admin:training_modelversion_change", args=[version.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u202f", " "))


def table(text: str, caption: str) -> str:
    found = text[text.index(f"<caption>{caption}") :]
    return found[: found.index("</table>")]


@pytest.fixture
def version(cast: Cast) -> ModelVersion:
    return cast.version("recommendation", metrics=METRICS, card=CARD)


def test_sources_stand_with_their_share_or_why_they_are_out(vera: Client, version: ModelVersion) -> None:
    found = table(shown(vera, version), "Where offers come from")
    assert "62.0 %" in found or "62 %" in found
    assert found.index("Purchase frequency") < found.index("EASE")
    assert "the lists are as good without it, and quicker" in found
    assert "left out" in found


def test_repeats_and_new_products_are_judged_apart_beside_both_rivals(vera: Client, version: ModelVersion) -> None:
    text = shown(vera, version)
    repeat, new = table(text, "Only products bought before"), table(text, "Only products never bought before")
    assert "350 customers" in repeat
    assert "0.350 (0.340 – 0.360)" in repeat
    assert "0.120 (0.110 – 0.130)" in new
    for found in (repeat, new):
        assert "Popularity" in found
        assert "Purchase frequency" in found
        assert "MRR at 10" in found
        assert "Novelty at 10 (bits)" in found


def test_chances_are_held_against_what_was_bought_with_counts(vera: Client, version: ModelVersion) -> None:
    found = table(shown(vera, version), "How far its chances held")
    assert "4,000" in found
    assert "1.24×" in found
    assert "too few to tell" in found


def test_the_grade_names_the_note_on_chances_with_its_rule(vera: Client, version: ModelVersion) -> None:
    text = shown(vera, version)
    assert re.search(r'Grade <span class="state-word[^"]*">A</span>', text)
    assert "how many times too high or too low" in text


def test_other_kinds_show_none_of_it(vera: Client, cast: Cast) -> None:
    assert "Where offers come from" not in shown(vera, cast.version())


def test_a_card_of_another_shape_breaks_nothing(vera: Client, cast: Cast) -> None:
    odd = {"sources_told": ["ease", {"source": 3}, {}], "trust_told": ["high"]}
    metrics = {"ndcg_10": 0.2, "new": {"n": 3, "popularity": 1}, "repeat": "many", "trust": {"new": 2, "repeat": {}}}
    shown(vera, cast.version("recommendation", metrics=metrics, card=odd))


def test_an_old_card_says_what_it_kept_no_figures_of(vera: Client, cast: Cast) -> None:
    text = shown(vera, cast.version("recommendation", metrics={"ndcg_10": spread(0.2)}))
    assert "This version kept no words about its sources." in text
    assert "Nobody judged bought such a product." in text
    assert "This version kept no figures of its chances." in text


def test_every_source_there_is_can_be_asked_for_by_name() -> None:
    assert {*LOCAL, *SHARED} <= set(RECOMMENDERS)
    assert all(FAMILIES[name] for name in (*LOCAL, *SHARED))
