"""Every page of the vendor's admin at once: who may see it, what it may hold, what it costs; looking is safe."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from partners import teams
from partners.models import ApiKey, Erasure, ErasureRun, Feed, Membership, Partner, Upload, UploadRun
from predictions.models import OfferRule, OfferSettings, Pointer, Publication, ScoringRun, ScoringSchedule
from tests.cast import Cast
from training.models import Champion, ModelVersion, Recipe, TrainingRun, TrainingSchedule

OURS = ("partners", "training", "predictions")
ADDABLE = (
    *("partners_partner", "partners_user", "partners_invitation", "training_recipe", "training_trainingrun"),
    *("training_trainingschedule", "predictions_scoringrun", "predictions_scoringschedule"),
    *("predictions_offerrule", "predictions_offersettings"),
)
QUERIES = 15
SESSIONS = re.compile(r'"(django_session|usersessions_usersession)"')


def registered() -> Iterator[tuple[type, Any]]:
    for model, site in admin.site._registry.items():
        if model._meta.app_label in OURS:
            yield model, site


@pytest.fixture
def world(cast: Cast) -> Cast:
    """At least one row of everything, and two states of a run."""
    with scopes_disabled():
        alder, now = cast.alder, timezone.now()
        first, second = cast.publication(alder), cast.publication(alder)
        Pointer.objects.filter(partner=alder).update(publication=second, previous=first)
        recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90", families=["logistic"])
        TrainingRun.objects.create(
            recipe=recipe, as_of="2026-10-01", state="running", started_at=now, log="10:00:00 ▸ train"
        )
        TrainingRun.objects.create(recipe=recipe, as_of="2026-10-01", state="succeeded", version=cast.champion)
        TrainingSchedule.objects.create(name="Weekly", recipe=recipe, next_at=now + timedelta(days=1))
        ScoringSchedule.objects.create(
            name="Nightly", kind="churn", next_at=now + timedelta(days=1), last_run=first.run
        )
        upload = Upload.objects.create(
            partner=alder,
            kind="orders",
            filename="o.csv",
            size=10,
            sha256="a" * 64,
            state="committed",
            created_by=cast.ada,
        )
        UploadRun.objects.create(upload=upload, step="commit", state="succeeded", requested_by=cast.ada)
        Feed.objects.create(
            partner=alder, name="Nightly", kind="orders", way="s3", place={"bucket": "b", "region": "r"}
        )
        erasure = ErasureRun.objects.create(partner=alder, state="succeeded", requested_by=cast.ada)
        Erasure.objects.create(partner=alder, of="number", digest="d" * 64, run=erasure, requested_by=cast.ada)
        OfferRule.objects.create(kind="exclude", category="Printers", by=cast.vera)
        OfferSettings.objects.create(partner=alder)
        key = ApiKey(partner=alder, name="ERP")
        key.new_secret()
        key.save()
        teams.invite(alder, "new@example.com", role="viewer", by=cast.ada, at=now)
    return cast


def addresses() -> list[str]:
    """Index, lists, forms, row pages and asking pages of everything that is registered."""
    found = [reverse("admin:index"), *(reverse("admin:app_list", args=[label]) for label in OURS)]
    for model, site in registered():
        name = f"{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
        found.append(reverse(f"admin:{name}_changelist"))
        if name in ADDABLE:
            found.append(reverse(f"admin:{name}_add"))
        with scopes_disabled():
            pks = list(model._default_manager.values_list("pk", flat=True)[:3])  # type: ignore[attr-defined]
        assert pks, f"the world has no {name}"
        for pk in pks:
            found += [reverse(f"admin:{name}_{page}", args=[pk]) for page in ("change", "history")]
            found += [reverse(f"admin:{name}_do", args=[pk, one.do]) for one in site.buttons if one.form]
    return found


class Inline(HTMLParser):
    """Collects what the content policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.found.append(f"<{tag}>")
        for name in ("src", "href", "action"):
            address = names.get(name) or ""
            if address.startswith(("javascript:", "//")) or (name == "src" and "://" in address):
                self.found.append(f"<{tag} {name}={address}>")


def inline(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


def test_the_policy_reader_sees_what_is_forbidden() -> None:
    bad = '<p style="x" onclick="y"></p><style></style><script>z</script><img src="https://elsewhere.example/a.png">'
    assert len(inline(bad)) == 5
    assert inline('<script src="/static/a.js"></script><a href="https://example.com">b</a>') == []


def test_every_page_answers_staff_holds_no_inline_code_and_writes_nothing(world: Cast) -> None:
    browser = world.browser(world.vera)
    browser.get("/admin/")
    for address in addresses():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = browser.get(address)
        assert answer.status_code == 200, address
        assert inline(answer.content.decode()) == [], address
        assert "'unsafe" not in answer["Content-Security-Policy"], address
        writes = [one["sql"] for one in asked if re.match(r"(INSERT|UPDATE|DELETE)", one["sql"])]
        assert [sql for sql in writes if not SESSIONS.search(sql)] == [], address


def test_partners_people_find_no_admin_and_strangers_are_asked_to_sign_in(world: Cast) -> None:
    owner, stranger = world.browser(world.ada), world.browser()
    for address in addresses():
        assert owner.get(address).status_code == 404, address
        assert owner.post(address, {"reason": "x"}).status_code == 404, address
        sent = stranger.get(address)
        assert sent.status_code == 302, address
        assert "/login/" in sent["Location"], address


def test_a_signed_in_stranger_is_not_sent_round_in_circles(cast: Cast) -> None:
    assert cast.browser(cast.noel).get("/admin/", follow=True).status_code == 404


def test_staff_without_any_right_see_an_empty_overview_and_no_pages(world: Cast) -> None:
    clerk = world.browser(world.person("Clerk", is_staff=True))
    overview = clerk.get("/admin/")
    assert overview.status_code == 200
    assert "Runs now and last" not in overview.content.decode()
    for address in addresses():
        if address not in ("/admin/",):
            assert clerk.get(address).status_code in (403, 404), address


def test_a_deactivated_staff_account_finds_no_admin(world: Cast) -> None:
    browser = world.browser(world.vera)
    world.vera.is_active = False
    world.vera.save()
    assert browser.get("/admin/").status_code == 302


def many_partners(cast: Cast, count: int) -> list[Partner]:
    made = [Partner.objects.create(slug=f"p{number}", name=f"Partner {number}") for number in range(count)]
    for partner in made:
        cast.dataset(partner)
        OfferRule.objects.create(partner=partner, kind="pin", sku="SKU-1", by=cast.ada)
        OfferSettings.objects.create(partner=partner)
        Membership.objects.create(partner=partner, user=cast.person(f"m{partner.pk}"), role="owner")
        Upload.objects.create(partner=partner, kind="orders", filename="o.csv", size=1, sha256="", created_by=cast.ada)
        key = ApiKey(partner=partner, name="ERP", created_by=cast.ada)
        key.new_secret()
        key.save()
        teams.invite(partner, "x@example.com", role="viewer", by=cast.ada, at=timezone.now())
    return made


def crowd(cast: Cast, count: int = 8) -> None:
    with scopes_disabled():
        for partner in many_partners(cast, count):
            version = cast.version(partner=partner)
            Champion.objects.create(kind="churn", partner=partner, version=version)
            recipe = Recipe.objects.create(name=f"R{partner.pk}", kind="churn", outcome="labelled", partner=partner)
            ModelVersion.objects.filter(pk=version.pk).update(recipe=recipe)
            run = TrainingRun.objects.create(
                recipe=recipe, as_of="2026-10-01", requested_by=cast.ada, version=version, ended_at=timezone.now()
            )
            TrainingSchedule.objects.create(name="S", recipe=recipe, last_run=run, next_at=timezone.now())
            scored = ScoringRun.objects.create(kind="churn", partner=partner, requested_by=cast.ada)
            ScoringSchedule.objects.create(name="S", kind="churn", partner=partner, last_run=scored)
            Publication.objects.create(
                partner=partner,
                kind="churn",
                run=scored,
                version=version,
                dataset=partner.dataset,
                as_of=date(2026, 10, 1),
            )


def test_lists_and_the_overview_cost_the_same_for_few_rows_and_for_many(world: Cast) -> None:
    browser = world.browser(world.vera)
    lists = [
        "/admin/",
        *(reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m, _s in registered()),
    ]  # type: ignore[attr-defined]
    crowd(world)
    for address in lists:
        cost = queries(lambda at=address: browser.get(at))
        assert cost <= QUERIES, f"{address}: {cost} queries"


def queries(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        do()
    return len(asked)


def test_the_overview_puts_what_is_urgent_first(world: Cast) -> None:
    text = world.browser(world.vera).get("/admin/").content.decode()
    places = [text.index(words) for words in ("Runs now and last", "Who answers", "Partners with the oldest data")]
    assert places == sorted(places)
    assert "No data yet" not in text
    assert world.birch.dataset is None
    assert "No data yet" in world.browser(world.vera).get("/admin/").content.decode()


def test_our_subjects_come_before_those_of_the_libraries(world: Cast) -> None:
    text = world.browser(world.vera).get("/admin/").content.decode()
    order = [text.index(f'href="/admin/{label}/"') for label in ("partners", "training", "predictions", "auth")]
    assert order == sorted(order)


def test_a_deed_needs_the_forms_token(world: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.vera)
    for model, site in registered():
        with scopes_disabled():
            pk = model._default_manager.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
        name = f"{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
        for button in site.buttons:
            answer = strict.post(reverse(f"admin:{name}_do", args=[pk, button.do]), {"reason": "x"})
            assert answer.status_code == 403, f"{name} {button.do}"
