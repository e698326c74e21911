"""Lists: pages without gaps or repeats, filters, and as many queries for two hundred rows as for one."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from partners.models import Customer, Product, Upload, UploadRun
from predictions.models import Outcome, Publication, Recommendation, Score
from tests.cast import Cast
from tests.portal.api.conftest import Keys, Program, World

pytestmark = pytest.mark.lanes

LISTS = ["uploads/", "customers/", "churn-scores/", "recommendations/", "outcomes/"]
MANY = 210


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """Alder with 210 of everything."""
    alder, churn, offers = cast.alder, cast.publication(cast.alder), cast.publication(cast.alder, "recommendation")
    reason = {"code": "recency", "sign": 1, "weight": 1, "values": {"silence": 3, "gap": 2}}
    with scope(partner=alder):
        product = Product.objects.create(partner=alder, sku="S")
        made = [Customer(partner=alder, external_id=f"K-{n:04}", name=f"Name {n}") for n in range(MANY)]
        customers = Customer.objects.bulk_create(made)
        about = [{"partner": alder, "customer": one} for one in customers]
        Score.objects.bulk_create(
            Score(publication=churn, rank=n, probability=1 - n / 300, band="high", reasons=[reason], **one)
            for n, one in enumerate(about, 1)
        )
        Recommendation.objects.bulk_create(
            Recommendation(publication=offers, product=product, rank=1, score=1.0, reason={"code": "rhythm"}, **one)
            for one in about
        )
        Outcome.objects.bulk_create(Outcome(verdict="saved", on=date(2026, 10, 1), **one) for one in about)
        uploads = Upload.objects.bulk_create(
            Upload(partner=alder, kind="orders", filename=f"{n}.csv", size=1, sha256="") for n in range(MANY)
        )
        UploadRun.objects.bulk_create(
            UploadRun(upload=one, step=step) for one in uploads for step in ("check", "commit")
        )
    return cast


def identity(row: dict[str, Any]) -> Any:
    return row.get("id") or (row["customer_id"], row.get("sku"))


def follow(program: Program, address: str | None, way: str = "next") -> list[Any]:
    seen = []
    while address:
        page = program.client.get(address, **program.headers)
        assert page.status_code == 200, page.content
        seen += [identity(row) for row in page.json()["results"]]
        address = page.json()[way]
    return seen


@pytest.mark.parametrize("path", LISTS)
def test_following_next_reads_every_row_once(path: str, crowd: Cast, keyring: Keys) -> None:
    seen = follow(keyring.program(), f"/api/v1/{path}?page_size=60")
    assert len(seen) == len(set(seen)) == MANY


@pytest.mark.parametrize("path", LISTS)
def test_previous_leads_back_over_the_same_rows(path: str, crowd: Cast, keyring: Keys) -> None:
    program = keyring.program()
    first = program.get(path, page_size=100).json()
    second = program.client.get(first["next"], **program.headers).json()
    back = program.client.get(second["previous"], **program.headers).json()
    assert [identity(row) for row in back["results"]] == [identity(row) for row in first["results"]]
    assert first["previous"] is None


@pytest.mark.parametrize("path", LISTS)
def test_links_are_absolute_and_keep_the_question(path: str, crowd: Cast, keyring: Keys) -> None:
    link = keyring.program().get(path, page_size=7).json()["next"]
    assert link.startswith(f"http://testserver/api/v1/{path}?")
    assert "page_size=7" in link


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_fifty_rows_unless_told_and_never_more_than_two_hundred(
    path: str, crowd: Cast, keyring: Keys
) -> None:
    program = keyring.program()
    assert len(program.get(path).json()["results"]) == 50
    assert len(program.get(path, page_size=200).json()["results"]) == 200
    assert program.get(path, page_size=201).status_code == 400


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("customers/", "search"), ("customers/", "segment"), ("customers/", "region"), ("customers/", "cursor"),
        ("uploads/", "kind"), ("uploads/", "state"), ("uploads/", "sha256"), ("churn-scores/", "customer_id"),
        ("churn-scores/", "band"), ("recommendations/", "customer_id"), ("outcomes/", "customer_id"),
    ],
)  # fmt: skip
def test_a_question_with_a_nul_is_refused_by_name(path: str, name: str, keyring: Keys) -> None:
    answer = keyring.program().get(path, **{name: "a\x00b"})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize("path", LISTS)
def test_a_long_page_asks_the_database_no_more_than_a_short_one(path: str, crowd: Cast, keyring: Keys) -> None:
    program = keyring.program()
    program.get(path)  # the first use of a key writes when it was used
    counts = []
    for size in (1, 200):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert len(program.get(path, page_size=size).json()["results"]) == size
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_rows_that_come_between_two_pages_neither_repeat_nor_hide_others(crowd: Cast, keyring: Keys) -> None:
    program = keyring.program()
    first = program.get("outcomes/", page_size=100).json()
    with scope(partner=crowd.alder):
        customer = Customer.objects.get(external_id="K-0000")
        Outcome.objects.create(partner=crowd.alder, customer=customer, verdict="lost", on=date(2026, 10, 2))
    seen = [row["id"] for row in first["results"]] + follow(program, first["next"])
    assert len(seen) == len(set(seen)) == MANY


def test_a_publication_in_the_middle_of_reading_mixes_nothing_up(crowd: Cast, keyring: Keys) -> None:
    program = keyring.program()
    first = program.get("churn-scores/", page_size=100).json()
    with scope(partner=crowd.alder):
        Publication.objects.filter(pk=first["publication"]["id"]).update(state="retired")
    newer = crowd.publication(crowd.alder)
    assert program.get("churn-scores/").json()["publication"]["id"] == newer.pk
    second = program.client.get(first["next"], **program.headers).json()
    assert second["publication"] == first["publication"]
    assert len(second["results"]) == 100


@pytest.mark.parametrize("state", ["staged", "refused"])
def test_what_was_never_published_cannot_be_asked_for(state: str, world: World, keyring: Keys) -> None:
    with scope(partner=world.cast.alder):
        Publication.objects.filter(pk=world.cast.churn.pk).update(state=state)
    answer = keyring.program().get("churn-scores/", publication=world.cast.churn.pk)
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["churn-scores/", "recommendations/"])
def test_before_anything_is_published_the_list_is_empty_and_says_so(path: str, cast: Cast, keyring: Keys) -> None:
    body = keyring.program(cast.alder).get(path).json()
    assert body == {"publication": None, "next": None, "previous": None, "results": []}
