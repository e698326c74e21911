"""What people see when something goes wrong: a page, or at the very least a sentence, with a number to quote."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal import errors, urls
from portal.requestlog import HEADER


def fail(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the reason, not for visitors")


@pytest.fixture(autouse=True)
def a_broken_page(settings: Any) -> Iterator[None]:
    settings.DEBUG = False
    urls.urlpatterns[:0] = [path("broken", fail), path("api/broken", fail)]
    from django.urls import clear_url_caches

    clear_url_caches()
    yield
    del urls.urlpatterns[:2]
    clear_url_caches()


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(raise_request_exception=False)


def test_the_page_of_an_error_shows_the_number_that_is_in_the_log(visitor: Client) -> None:
    response = visitor.get("/broken")
    assert response.status_code == 500
    assert response[HEADER] in response.content.decode()
    assert "the reason" not in response.content.decode()


def test_a_missing_page_shows_its_number_too(visitor: Client) -> None:
    response = visitor.get("/nowhere/")
    assert response.status_code == 404
    assert response[HEADER] in response.content.decode()


def test_when_even_the_error_page_breaks_a_sentence_with_the_number_is_left(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_database(*_args: object, **_kwargs: object) -> HttpResponse:
        raise DatabaseError("gone")

    monkeypatch.setattr(errors, "render", no_database)
    response = visitor.get("/broken")
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/plain")
    assert response[HEADER] in response.content.decode()


def test_a_program_gets_a_problem_and_not_a_page(visitor: Client) -> None:
    response = visitor.get("/api/broken")
    assert response.status_code == 500
    assert response["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("page", [errors.bad_request, errors.forbidden])
def test_every_kind_of_refusal_has_its_page(page: Callable[..., HttpResponse], rf: Any) -> None:
    request = rf.get("/")
    response = page(request, PermissionError("You may look, but not change."))
    assert response.status_code in (400, 403)
    assert response.content
