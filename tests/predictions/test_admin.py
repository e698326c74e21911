"""Scores in the admin: score now, see what each partner is shown and why, and take it back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from predictions.models import Pointer, Publication, ScoringRun, ScoringSchedule
from tests.cast import Cast

ADD = "/admin/predictions/scoringrun/add/"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def ready(cast: Cast) -> Cast:
    cast.dataset(cast.alder)
    assert cast.champion
    return cast


@pytest.fixture
def two(cast: Cast) -> tuple[Publication, Publication]:
    """What Alder saw before, and what it sees now."""
    first, second = cast.publication(cast.alder), cast.publication(cast.alder)
    with scope(partner=cast.alder):
        Publication.objects.filter(pk=first.pk).update(state="retired")
        Pointer.objects.update(publication=second, previous=first)
    return first, second


def page(row: Any) -> str:
    return reverse(f"admin:predictions_{row._meta.model_name}_change", args=[row.pk])


def deed(row: Any, name: str) -> str:
    return reverse(f"admin:predictions_{row._meta.model_name}_do", args=[row.pk, name])


def pointed() -> Publication:
    with scopes_disabled():
        return Pointer.objects.select_related("publication").get().publication


class TestScoreNow:
    def test_one_partner_is_scored_and_published_in_my_name(self, vera: Client, ready: Cast) -> None:
        answer = vera.post(ADD, {"kind": "churn", "partner": ready.alder.pk, "publish": "on"})
        run = ScoringRun.objects.get()
        assert (run.kind, run.partner, run.publish, run.requested_by) == ("churn", ready.alder, True, ready.vera)
        assert answer["Location"] == page(run)

    def test_without_a_partner_all_are_scored(self, vera: Client, ready: Cast) -> None:
        vera.post(ADD, {"kind": "churn", "as_of": "2026-03-01"})
        run = ScoringRun.objects.get()
        assert (run.partner, run.publish, str(run.as_of)) == (None, False, "2026-03-01")

    def test_kind_and_partner_may_come_with_the_address(self, vera: Client, ready: Cast) -> None:
        form = vera.get(f"{ADD}?kind=churn&partner={ready.alder.pk}").content.decode()
        assert f'<option value="{ready.alder.pk}" selected>Alder Systems</option>' in form
        assert not ScoringRun.objects.exists()

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"kind": "value"}, "There is no champion for value yet: train a model and promote it first."),
            ({"kind": "churn", "as_of": "2999-01-01"}, "lies in the future"),
        ],
    )
    def test_a_refusal_becomes_a_message_and_queues_nothing(
        self, vera: Client, ready: Cast, asked: dict[str, str], sentence: str
    ) -> None:
        assert sentence in vera.post(ADD, asked).content.decode()
        assert not ScoringRun.objects.exists()

    def test_a_kind_nobody_knows_is_refused_beside_its_field(self, vera: Client, ready: Cast) -> None:
        assert vera.post(ADD, {"kind": "weather"}).status_code == 422
        assert not ScoringRun.objects.exists()

    def test_staff_without_the_right_cannot(self, ready: Cast) -> None:
        clerk = ready.browser(ready.person("Clerk", is_staff=True))
        assert clerk.post(ADD, {"kind": "churn"}).status_code == 403
        assert not ScoringRun.objects.exists()


class TestRuns:
    def test_the_page_lists_what_became_of_each_partner(self, vera: Client, cast: Cast) -> None:
        made = cast.publication(cast.alder)
        ScoringRun.objects.filter(pk=made.run_id).update(result={"refused": ["Birch: no champion."]})
        text = vera.get(page(made.run)).content.decode()
        assert page(made) in text
        assert "Birch: no champion." in text

    def test_a_waiting_run_can_be_cancelled_and_an_ended_one_repeated(self, vera: Client, ready: Cast) -> None:
        run = ScoringRun.objects.create(kind="churn", partner=ready.alder)
        vera.post(deed(run, "cancel"))
        run.refresh_from_db()
        assert run.state == "cancelled"
        vera.post(deed(run, "again"))
        again = ScoringRun.objects.exclude(pk=run.pk).get()
        assert (again.kind, again.partner, again.requested_by) == ("churn", ready.alder, ready.vera)

    def test_its_state_is_told_as_data(self, vera: Client, cast: Cast) -> None:
        run = ScoringRun.objects.create(kind="churn", state="running", progress=0.5, stage="Scoring Alder Systems")
        said = vera.get(reverse("admin:predictions_scoringrun_state", args=[run.pk])).json()
        assert (said["progress"], said["stage"]) == (0.5, "Scoring Alder Systems")


class TestPublications:
    def test_the_page_names_every_check_with_its_number(self, vera: Client, cast: Cast) -> None:
        made = cast.publication(cast.alder)
        made.gates = [
            {"name": "rows", "passed": True, "seen": 1204},
            {"name": "range", "passed": False, "seen": 3},
            {"name": "brand new", "passed": True, "seen": 7},
        ]
        made.save()
        text = vera.get(page(made)).content.decode()
        assert "1,204 rows; an empty list is never shown." in text
        assert "3 chances lie outside 0 to 1; none may." in text
        assert "brand new" in text

    def test_asking_names_what_would_be_shown_again_and_moves_nothing(
        self, vera: Client, two: tuple[Publication, Publication]
    ) -> None:
        text = vera.get(deed(two[1], "roll_back")).content.decode()
        assert "Back to the list of 1 Oct 2026 by churn-network-1" in text
        assert pointed() == two[1]

    def test_a_reason_shows_the_list_before_again_and_stands_in_the_history(
        self, vera: Client, two: tuple[Publication, Publication]
    ) -> None:
        vera.post(deed(two[1], "roll_back"), {"reason": "wrong prices in the upload"})
        assert pointed() == two[0]
        history = vera.get(reverse("admin:predictions_publication_history", args=[two[1].pk])).content.decode()
        assert "wrong prices in the upload" in history

    def test_without_a_reason_nothing_moves(self, vera: Client, two: tuple[Publication, Publication]) -> None:
        assert vera.post(deed(two[1], "roll_back"), {"reason": ""}).status_code == 422
        assert pointed() == two[1]

    def test_without_an_earlier_list_there_is_no_way_back(self, vera: Client, cast: Cast) -> None:
        made = cast.publication(cast.alder)
        assert "Roll back…" not in vera.get(page(made)).content.decode()
        said = vera.post(deed(made, "roll_back"), {"reason": "no good"}, follow=True).content.decode()
        assert "no earlier publication" in said
        assert pointed() == made

    def test_pressing_on_a_list_that_is_not_shown_changes_nothing(
        self, vera: Client, two: tuple[Publication, Publication]
    ) -> None:
        said = vera.post(deed(two[0], "roll_back"), {"reason": "a stale tab"}, follow=True).content.decode()
        assert "is not what" in said
        assert pointed() == two[1]

    def test_a_publication_cannot_be_edited_or_deleted(self, vera: Client, cast: Cast) -> None:
        made = cast.publication(cast.alder)
        assert vera.post(page(made), {"state": "retired"}).status_code == 405
        assert vera.post(reverse("admin:predictions_publication_delete", args=[made.pk])).status_code == 403
        with scopes_disabled():
            assert Publication.objects.filter(pk=made.pk, state="published").exists()


class TestSchedules:
    def test_a_schedule_is_made_in_words_and_run_by_hand(self, vera: Client, ready: Cast) -> None:
        asked = {
            "name": "Nightly",
            "kind": "churn",
            "partner": ready.alder.pk,
            "cron": "30 2 * * *",
            "time_zone": "UTC",
        }
        vera.post("/admin/predictions/scoringschedule/add/", asked)
        schedule = ScoringSchedule.objects.get()
        text = vera.get(page(schedule)).content.decode()
        assert "Every day, at 02:30 (UTC)" in text
        assert text.count("(UTC+00:00)</li>") == 5
        vera.post(deed(schedule, "run_now"))
        assert ScoringRun.objects.get().requested_by == ready.vera

    def test_the_list_says_for_whom_and_what_came_of_it(self, vera: Client, ready: Cast) -> None:
        run = ScoringRun.objects.create(kind="churn", state="failed", message="No dataset.")
        ScoringSchedule.objects.create(name="Nightly", kind="churn", last_run=run)
        text = vera.get("/admin/predictions/scoringschedule/").content.decode()
        assert all(words in text for words in ("All partners with data", "No dataset.", "Every day, at 04:00"))
