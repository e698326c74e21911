"""Model versions in the admin: a card to read, checks with numbers, a pointer that moves only by POST with a reason."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from training import registry
from training.models import Champion, ModelVersion, Promotion

CARD: dict[str, Any] = {
    "summary": {"en": "Blend: AUC 0.846 on 4,120 customers.", "zh-hans": "混合模型：AUC 0.846。"},
    "why": {"en": "The blend beat the best single family."},
    "families": [
        {"family": "logistic", "weight": 0.4, "seconds": 1.2, "auc": {"value": 0.838}, "lift_10": 3.1},
        {"family": "churn_net", "weight": 0.0, "seconds": 31.4, "auc": {"value": 0.829}, "lift_10": 3.0},
    ],
    "notes": [{"en": "propensity_net was not tried."}, "A plain note."],
    "columns": ["days_since_last_order", "orders_90"],
    "bands": {"rule": {"en": "high from 46 %"}},
    "device": {"en": "1 GPU in use for the nets"},
    "seconds": 48.2,
}
METRICS: dict[str, Any] = {
    "auc": {"value": 0.846, "low": 0.831, "high": 0.861},
    "lift_10": 3.2,
    "intervals": {"lift_10": [3.0, 3.4]},
    "naive": {"name": "silence", "auc": 0.731, "lift_10": 2.1},
    "calibration": [{"said": 0.12, "happened": 0.14, "n": 412.0}],
}


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


def page(version: ModelVersion) -> str:
    return reverse("admin:training_modelversion_change", args=[version.pk])


def deed(version: ModelVersion, name: str) -> str:
    return reverse("admin:training_modelversion_do", args=[version.pk, name])


def shown(browser: Client, version: ModelVersion) -> str:
    return browser.get(page(version)).content.decode()


class TestTheCard:
    def test_it_tells_verdict_figures_families_data_and_device(self, vera: Client, cast: Cast) -> None:
        text = shown(vera, cast.version(card=CARD, metrics=METRICS, datasets=[cast.dataset(cast.alder).pk]))
        expected = [
            *("Blend: AUC 0.846 on 4,120 customers.", "The blend beat the best single family."),
            *("propensity_net was not tried.", "A plain note.", "high from 46 %"),
            *("0.831 – 0.861", "Rival: silence", "0.731", "3.00× – 3.40×"),
            *("Churn net (Keras)", "days_since_last_order", "1 GPU in use for the nets", "48.2 s"),
            *("1,000", "Alder Systems · 1", "0" * 64),
        ]
        assert [words for words in expected if words not in text] == []

    def test_it_speaks_the_readers_language(self, cast: Cast) -> None:
        cast.vera.language = "zh-hans"
        cast.vera.save()
        assert "混合模型" in shown(cast.browser(cast.vera), cast.version(card=CARD, metrics=METRICS))

    def test_calibration_says_what_it_said_and_what_happened(self, vera: Client, cast: Cast) -> None:
        text = shown(vera, cast.version(card=CARD, metrics=METRICS))
        assert "12.0\u202f%" in text
        assert "14.0\u202f%" in text

    @pytest.mark.parametrize("kind", ["churn", "propensity", "value", "recommendation"])
    def test_a_version_that_recorded_nothing_is_still_a_page(self, vera: Client, cast: Cast, kind: str) -> None:
        text = shown(vera, cast.version(kind, metrics={}, card={}))
        assert "No measures" in text
        assert "No GPU: CPU path in use" in text

    def test_a_card_of_another_shape_breaks_nothing(self, vera: Client, cast: Cast) -> None:
        odd = {"families": ["logistic"], "calibration": "isotonic", "columns": "many", "notes": [3], "bands": []}
        version = cast.version(metrics={"auc": "high", "naive": 0.7, "calibration": None}, card=odd)
        assert vera.get(page(version)).status_code == 200

    def test_a_recommender_is_measured_by_its_own_numbers(self, vera: Client, cast: Cast) -> None:
        metrics = {"ndcg_10": {"value": 0.21, "low": 0.2, "high": 0.22}, "popularity": {"ndcg_10": {"value": 0.1}}}
        text = shown(vera, cast.version("recommendation", metrics=metrics))
        assert "NDCG at 10" in text
        assert "Rival: popularity" in text

    def test_the_history_of_its_reign_names_people_and_reasons(self, vera: Client, cast: Cast) -> None:
        version = cast.version()
        registry.promote(version, by=cast.vera, reason="best so far")
        text = shown(vera, version)
        assert "best so far" in text
        assert "Vera" in text

    def test_it_cannot_be_edited_added_or_deleted(self, vera: Client, cast: Cast) -> None:
        version = cast.version()
        assert vera.post(page(version), {"alias": "champion"}).status_code == 405
        assert vera.get("/admin/training/modelversion/add/").status_code == 403
        assert vera.post(reverse("admin:training_modelversion_delete", args=[version.pk])).status_code == 403
        assert ModelVersion.objects.filter(pk=version.pk, alias="challenger").exists()


class TestPromoting:
    def test_asking_shows_the_checks_with_numbers_and_moves_nothing(self, vera: Client, cast: Cast) -> None:
        present, version = cast.champion, cast.version(metrics=METRICS)
        text = vera.get(deed(version, "promote")).content.decode()
        assert "AUC 0.846; the naive rival reaches 0.731 on the same rows." in text
        assert f"It replaces {present}." in text
        assert Champion.objects.get().version == present
        assert not Promotion.objects.exists()

    def test_a_reason_moves_the_pointer_and_stands_in_the_diary(self, vera: Client, cast: Cast) -> None:
        present, version = cast.champion, cast.version()
        answer = vera.post(deed(version, "promote"), {"reason": "better on all partners"}, follow=True)
        assert "is the champion now" in answer.content.decode()
        assert Champion.objects.get().version == version
        entry = Promotion.objects.get()
        assert (entry.deed, entry.version, entry.previous, entry.by, entry.reason) == (
            "promote",
            version,
            present,
            cast.vera,
            "better on all partners",
        )

    def test_without_a_reason_nothing_moves(self, vera: Client, cast: Cast) -> None:
        present, version = cast.champion, cast.version()
        answer = vera.post(deed(version, "promote"), {"reason": "  "})
        assert answer.status_code == 422
        assert Champion.objects.get().version == present

    def test_a_refusal_becomes_a_message_and_changes_nothing(self, vera: Client, cast: Cast) -> None:
        answer = vera.post(deed(cast.champion, "promote"), {"reason": "again"}, follow=True)
        assert "is the champion already" in answer.content.decode()
        assert not Promotion.objects.exists()

    def test_the_right_to_move_the_pointer_is_one_of_its_own(self, cast: Cast) -> None:
        from django.contrib.auth.models import Permission

        clerk = cast.person("Clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_modelversion"))
        browser, version = cast.browser(clerk), cast.version()
        assert "Promote…" not in shown(browser, version)
        assert browser.post(deed(version, "promote"), {"reason": "mine"}).status_code == 403
        assert not Champion.objects.exists()


class TestRollingBack:
    @pytest.fixture
    def two(self, cast: Cast) -> tuple[ModelVersion, ModelVersion]:
        first, second = cast.version(), cast.version()
        registry.promote(first, by=cast.vera)
        registry.promote(second, by=cast.vera)
        second.refresh_from_db()
        return first, second

    def test_asking_names_where_it_leads_and_moves_nothing(
        self, vera: Client, two: tuple[ModelVersion, ModelVersion]
    ) -> None:
        first, second = two
        assert f"Back to {first}." in vera.get(deed(second, "roll_back")).content.decode()
        assert Champion.objects.get().version == second

    def test_a_reason_brings_the_champion_before_back(
        self, vera: Client, cast: Cast, two: tuple[ModelVersion, ModelVersion]
    ) -> None:
        first, second = two
        vera.post(deed(second, "roll_back"), {"reason": "complaints from Birch"})
        assert Champion.objects.get().version == first
        entry = Promotion.objects.first()
        assert entry is not None
        assert (entry.deed, entry.by, entry.reason) == ("rollback", cast.vera, "complaints from Birch")

    def test_the_first_champion_refuses_in_words(self, vera: Client, cast: Cast) -> None:
        version = cast.version()
        registry.promote(version, by=cast.vera)
        answer = vera.post(deed(version, "roll_back"), {"reason": "no good"}, follow=True)
        assert "is the first champion" in answer.content.decode()
        assert Champion.objects.get().version == version

    def test_pressing_in_a_stale_tab_changes_nothing(
        self, vera: Client, cast: Cast, two: tuple[ModelVersion, ModelVersion]
    ) -> None:
        third = cast.version()
        registry.promote(third, by=cast.vera)
        answer = vera.post(deed(two[1], "roll_back"), {"reason": "seen this morning"}, follow=True)
        assert "is not the champion now" in answer.content.decode()
        assert Champion.objects.get().version == third

    def test_only_the_champion_offers_it(self, vera: Client, two: tuple[ModelVersion, ModelVersion]) -> None:
        first, second = two
        assert "Roll back…" in shown(vera, second)
        assert "Roll back…" not in shown(vera, first)


class TestTheList:
    def test_it_shows_the_main_number_with_interval_and_rival(self, vera: Client, cast: Cast) -> None:
        cast.version(metrics=METRICS)
        text = vera.get("/admin/training/modelversion/").content.decode()
        assert "AUC 0.846 (0.831 – 0.861)" in text
        assert "0.731" in text

    @pytest.mark.parametrize(
        ("asked", "found"), [("scope=network", "churn-network-1"), ("alias__exact=challenger", "churn-alder-1")]
    )
    def test_it_is_filtered_by_scope_and_standing(self, vera: Client, cast: Cast, asked: str, found: str) -> None:
        assert cast.champion
        cast.version(partner=cast.alder)
        text = vera.get(f"/admin/training/modelversion/?{asked}").content.decode()
        both = {"churn-network-1", "churn-alder-1"}
        assert found in text
        assert f">{(both - {found}).pop()}<" not in text


def test_a_version_that_learned_from_persons_erased_since_says_so_in_list_and_card(vera: Client, cast: Cast) -> None:
    clean, marked = cast.version(card=CARD), cast.version(erasure_at="2026-11-01T12:00Z", card=CARD)
    assert "train again" in vera.get(reverse("admin:training_modelversion_changelist")).content.decode()
    assert "learned from 1 person erased since" in vera.get(page(marked)).content.decode()
    assert "erased since" not in vera.get(page(clean)).content.decode()


def test_the_card_tells_what_is_borrowed_and_how_far_reasons_survive(cast: Cast) -> None:
    from training.admin import cards

    version = cast.version()
    version.card |= {name: {"en": f"About {name}.", "zh-hans": name} for name in ("pooling", "reasons_overlap")}
    version.metrics["network"] = {"better": "own", "en": "Better than the network's.", "zh-hans": "更好"}
    said = cards.sentences(version)
    assert {"About pooling.", "About reasons_overlap.", "Better than the network's."} <= set(said)


def test_the_card_shows_the_level_foreseen_the_columns_left_out_and_what_intervals_held(
    vera: Client, cast: Cast
) -> None:
    version = cast.version(kind="value")
    version.card |= {"level": {"en": "12 % are foreseen, after 14 %.", "zh-hans": "预计"}, "dropped": ["attr_contact"]}
    version.metrics["interval"] = {"asked": 0.8, "held": 0.76}
    version.save()
    text = vera.get(page(version)).content.decode()
    assert "12 % are foreseen, after 14 %." in text
    assert "shared by several customers: contact." in text
    assert "made to hold 80% of what is spent; on judged customers they held 76%." in text
