"""Every refusal is a problem document with a sentence, whatever went wrong and wherever."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from partners.keys import KeyThrottle
from portal.api.me import Me
from tests.cast import Cast
from tests.portal.api.conftest import PROBLEM, Keys, Program, World


def is_problem(answer: HttpResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body: dict[str, Any] = json.loads(answer.content)
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    assert len(body["detail"]) > 10
    return body


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_unknown_address_is_a_problem_that_names_the_docs(method: str, db: None) -> None:
    for path in ("/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/me/", "/api/v1/me/more/", "/api/x"):
        body = is_problem(getattr(Client(), method)(path), 404)
        assert "/api/docs/" in body["detail"]


def test_an_address_without_its_last_slash_is_the_same_address(keyring: Keys, world: World) -> None:
    program = keyring.program()
    assert program.get("me").json() == program.get("me/").json()
    assert program.get("customers/C-1").json()["customer_id"] == "C-1"
    assert program.post("outcomes", {"customer_id": "C-1", "verdict": "lost"}).status_code == 201
    assert program.get("me").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path"),
    [("put", "me/"), ("post", "me/"), ("patch", "customers/"), ("post", "customers/C-1/"), ("options", "uploads/")],
)
def test_a_method_an_address_does_not_have_is_a_problem_that_says_which_it_has(
    method: str, path: str, keyring: Keys
) -> None:
    program = keyring.program(role="owner")
    answer = getattr(program.client, method)(f"/api/v1/{path}", **program.headers)
    is_problem(answer, 405)
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("body", ["{", "[1,", "nope", '{"a": NaN}', "[" * 100_000, "\x00", '{"customer_id": 1e999'])
def test_malformed_json_is_a_problem(body: str, keyring: Keys) -> None:
    program = keyring.program()
    is_problem(program.client.post("/api/v1/outcomes/", body, content_type="application/json", **program.headers), 400)


@pytest.mark.parametrize("body", [[], 3, "text", None, [{"customer_id": "C-1"}]])
def test_json_that_is_no_object_is_a_problem(body: Any, keyring: Keys) -> None:
    program = keyring.program()
    answer = program.client.post(
        "/api/v1/outcomes/", json.dumps(body), content_type="application/json", **program.headers
    )
    assert is_problem(answer, 400)["errors"]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("outcomes/", "text/plain"),
        ("outcomes/", "multipart/form-data; boundary=x"),
        ("uploads/", "application/json"),
        ("uploads/", "text/csv"),
        ("outcomes/", "nonsense"),
    ],
)
def test_a_body_of_another_media_type_is_a_problem(path: str, content_type: str, keyring: Keys) -> None:
    program = keyring.program()
    answer = program.client.post(f"/api/v1/{path}", b"abc", content_type=content_type, **program.headers)
    is_problem(answer, 415)


def test_a_body_beyond_the_limit_is_refused_by_its_announced_length(keyring: Keys, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    program = keyring.program()
    assert "2 MB" in is_problem(program.send(b"x" * (2 * 2**20 + 1)), 413)["detail"]
    huge = {"customer_id": "C-1", "verdict": "lost", "note": "x" * (2 * 2**20)}
    is_problem(program.post("outcomes/", huge), 413)


def test_fields_beyond_the_limit_are_a_problem(keyring: Keys, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    program = keyring.program()
    is_problem(program.send(b"a\n1\n", mapping="x" * 2000), 413)
    is_problem(program.send(b"a\n1\n", **{f"field{n}": "x" for n in range(9)}), 400)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"min_probabilty": "0.5"}, "min_probability"),
        ({"band": "terrible"}, "terrible"),
        ({"min_probability": "often"}, "number"),
        ({"min_probability": "1.5"}, "1"),
        ({"page_size": "0"}, "1"),
        ({"page_size": "201"}, "200"),
        ({"page_size": "many"}, "integer"),
        ({"cursor": "made-up"}, "cursor"),
        ({"cursor": "cD1hYmM="}, "cursor"),
        ({"cursor": "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="}, "cursor"),
        ({"publication": "-1"}, "1"),
        ({"gone": "maybe"}, "maybe"),
    ],
)
def test_a_question_that_cannot_be_answered_is_named_with_what_it_needs(
    query: dict[str, str], word: str, keyring: Keys, world: World
) -> None:
    body = is_problem(keyring.program().get("churn-scores/", **query), 400)
    assert list(body["errors"]) == list(query)
    assert word in str(body["errors"])


def test_too_many_requests_say_how_long_to_wait(keyring: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", "3/min", raising=False)
    program, other = keyring.program(), keyring.program()
    assert [program.get("me/").status_code for _ in range(3)] == [200, 200, 200]
    answer = program.get("me/")
    is_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get("me/").status_code == 200, "the limit is each key's own"


def test_our_own_failure_is_a_problem_that_tells_nothing_of_the_inside(
    keyring: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(Me, "get", broken)
    answer = keyring.program().get("me/")
    assert "secret" not in json.dumps(is_problem(answer, 500))


def test_sentences_come_in_the_callers_language_or_else_the_partners(cast: Cast, keyring: Keys) -> None:
    _key, secret = keyring.make(cast.birch, "viewer")
    asked = Program(secret, HTTP_ACCEPT_LANGUAGE="zh-CN").get("me/", oops="1")
    silent = Client().get("/api/v1/me/?oops=1", headers={"authorization": f"Bearer {secret}"})
    english = Program(secret, HTTP_ACCEPT_LANGUAGE="en").get("me/", oops="1")
    assert asked["Content-Language"] == silent["Content-Language"] == "zh-hans"
    assert english["Content-Language"] == "en"


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Basic abc", "Bearer \xff\xfe", "", "fw_abc"])
def test_an_odd_authorization_header_is_a_problem(header: str, db: None) -> None:
    answer = Client().get("/api/v1/me/", HTTP_AUTHORIZATION=header)
    is_problem(answer, 401)


def test_answers_are_never_kept_by_a_cache(keyring: Keys) -> None:
    assert keyring.program().get("me/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense", "image/png;q=0.1"])
def test_whatever_a_client_accepts_it_gets_json(accept: str, keyring: Keys) -> None:
    answer = keyring.program().client.get("/api/v1/nothing/", HTTP_ACCEPT=accept)
    is_problem(answer, 404)
    program = keyring.program()
    answer = program.client.get("/api/v1/me/", **program.headers, HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_asking_only_for_the_head_of_an_answer_is_allowed_to_whom_the_answer_is(keyring: Keys, world: World) -> None:
    program = keyring.program(role="viewer")
    for path in ("me/", "customers/", "customers/C-1/", "uploads/"):
        answer = program.client.head(f"/api/v1/{path}", **program.headers)
        assert (answer.status_code, answer.content) == (200, b"")
    assert program.client.head("/api/v1/me/").status_code == 401
