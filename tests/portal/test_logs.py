"""Logs: one JSON object a line, found by the request's id, and naming nobody."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from portal import logs
from portal.requestlog import HEADER, RequestLog
from tests.cast import Cast

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written(settings: Any) -> Iterator[Lines]:
    """Logs set up as in production, caught; answers what has been written so far."""
    out = io.StringIO()
    found = logs.config(debug=False)
    found["handlers"]["stderr"]["stream"] = out
    before = logging.root.handlers[:]
    logging.config.dictConfig(found)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.root.handlers[:] = before


def test_each_line_is_one_json_object_with_moment_level_and_logger(written: Lines) -> None:
    logging.getLogger("partners.uploads").warning("line %s of %s", 3, 9)
    structlog.get_logger("training").info("trained", rows=40)
    first, second = written()
    assert first["event"] == "line 3 of 9"
    assert first["level"] == "warning"
    assert first["logger"] == "partners.uploads"
    assert second["event"] == "trained"
    assert second["rows"] == 40
    assert {"timestamp", "level"} <= second.keys()


def test_line_breaks_in_a_message_cannot_forge_a_line(written: Lines) -> None:
    logging.getLogger("x").warning('one\n{"event": "forged"}')
    assert len(written()) == 1


@pytest.mark.parametrize(
    "speak",
    [
        lambda log: log.info("sent to ada@alder.example"),
        lambda log: log.info("sent", to="ada@alder.example"),
        lambda log: log.info("sent", detail={"to": ["ada@alder.example"]}),
        lambda log: logging.getLogger("x").warning("sent to %s", "ada@alder.example"),
    ],
)
def test_e_mail_addresses_are_struck_out_wherever_they_stand(speak: Callable[[Any], None], written: Lines) -> None:
    speak(structlog.get_logger("x"))
    (line,) = written()
    assert "alder" not in json.dumps(line)
    assert "[email]" in json.dumps(line)


def test_an_exception_is_written_without_the_values_of_its_variables(written: Lines) -> None:
    secret = "Meier & Sons"  # noqa: F841 - must not be written
    try:
        raise ValueError("key (email)=(ada@alder.example) exists")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    (line,) = written()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "Meier" not in json.dumps(line)
    assert "alder" not in json.dumps(line)


def test_network_addresses_and_browsers_are_dropped(written: Lines) -> None:
    structlog.get_logger("x").info("seen", ip="203.0.113.9", user_agent="Firefox")
    (line,) = written()
    assert not {"ip", "user_agent"} & line.keys()


def test_while_developing_lines_are_for_reading() -> None:
    found = logs.config(debug=True)
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    formatter = found["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "plain words", (), None))
    assert "plain words" in out.getvalue()
    assert not out.getvalue().startswith("{")


# -- Requests ---------------------------------------------------------------------------------------------------


def test_an_answer_carries_the_id_its_log_line_has(client: Client, db: None, written: Lines) -> None:
    response = client.get("/accounts/login/?next=/p/alder/customers/?q=Meier")
    (line,) = [line for line in written() if line["event"] == "request_finished"]
    assert line["request_id"] == response[HEADER]
    assert line["code"] == 200
    assert "Meier" not in json.dumps(line)


def test_a_callers_own_id_is_not_believed(client: Client, db: None) -> None:
    response = client.get("/accounts/login/", headers={"x-request-id": "mine"})
    assert response[HEADER] != "mine"


def test_refusals_and_redirects_carry_an_id_too(client: Client, db: None) -> None:
    assert client.get("/p/nobody/")[HEADER]
    assert client.get("/livez", headers={"host": "evil.example"})[HEADER]


def test_healthy_probes_write_nothing(client: Client, written: Lines) -> None:
    client.get("/livez")
    assert written() == []


def test_static_files_that_are_there_write_nothing_and_carry_an_id(client: Client, db: None, written: Lines) -> None:
    response = client.get("/static/css/tokens.css")
    response.close()
    assert response.status_code == 200
    assert response[HEADER]
    assert written() == []


def test_a_static_file_that_is_missing_writes_a_line(client: Client, written: Lines, db: None) -> None:
    client.get("/static/css/nothing.css")
    assert [line["code"] for line in written()] == [404]


def test_the_route_is_written_and_not_the_path(written: Lines) -> None:
    request = RequestFactory().get("/invitations/SECRET-TOKEN/?q=Meier")
    request.resolver_match = ResolverMatch(print, (), {}, route="invitations/<str:token>/")
    RequestLog(answering(HttpResponse(status=200)))(request)
    (line,) = written()
    assert line["request"] == "GET /invitations/<str:token>/"
    assert "SECRET-TOKEN" not in json.dumps(line)


def test_the_partner_is_named_by_its_short_name(written: Lines) -> None:
    request = RequestFactory().get("/p/alder/churn/")
    request.resolver_match = ResolverMatch(print, (), {"slug": "alder"}, route="p/<slug:slug>/churn/")
    RequestLog(answering(HttpResponse()))(request)
    (line,) = written()
    assert line["partner"] == "alder"


def test_a_user_is_a_number_and_only_when_a_view_asked(cast: Cast, written: Lines) -> None:
    request = RequestFactory().get("/")
    request.user = cast.ada  # type: ignore[attr-defined]
    RequestLog(answering(HttpResponse()))(request)
    request._cached_user = cast.ada  # type: ignore[attr-defined]
    RequestLog(answering(HttpResponse()))(request)
    quiet, known = written()
    assert "user_id" not in quiet
    assert known["user_id"] == str(cast.ada.pk)


def test_the_next_request_starts_with_a_clean_slate(written: Lines) -> None:
    for _turn in range(2):
        RequestLog(answering(HttpResponse()))(RequestFactory().get("/"))
    first, second = written()
    assert first["request_id"] != second["request_id"]
    assert structlog.contextvars.get_contextvars() == {}


def answering(response: HttpResponse) -> Callable[[HttpRequest], HttpResponse]:
    return lambda _request: response
