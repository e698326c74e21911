"""/livez touches nothing; /readyz says what is missing, and stays ready without its broker."""

from typing import Any

import pytest
import redis
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import health

pytestmark = pytest.mark.django_db
NOWHERE = "redis+socket:///nonexistent/valkey.sock?virtual_host=0"


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


@pytest.fixture
def broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "broker", lambda: "ok")


def test_livez_asks_nobody_not_even_for_a_session(client: Client) -> None:
    client.cookies["sessionid"] = "stale"
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/livez")
    assert response.json() == {"status": "alive"}
    assert len(queries) == 0


def test_readyz_is_ready_when_everything_answers(client: Client, broker_answers: None) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok"},
    }
    assert "no-store" in response["Cache-Control"]


def test_a_broker_that_is_away_only_degrades(client: Client, settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["broker"] == "ConnectionError"


def test_a_database_that_is_away_makes_it_unready_and_tells_no_secrets(
    client: Client, broker_answers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise DatabaseError("password=hunter2 host=db.internal")

    monkeypatch.setattr(health, "database", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "DatabaseError"
    assert "hunter2" not in response.content.decode()


def test_waiting_migrations_make_it_unready(
    client: Client, broker_answers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = "django.db.migrations.executor.MigrationExecutor.migration_plan"
    monkeypatch.setattr(plan, lambda *_args, **_kwargs: [object(), object()])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "2 to apply"


def test_migrations_once_applied_are_not_asked_for_again(client: Client, broker_answers: None) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz")
    assert [query["sql"] for query in queries] == ["SELECT 1"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_need_no_sign_in_and_are_not_sent_to_https(path: str, client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200


def test_both_forms_of_the_brokers_address_are_understood(settings: Any) -> None:
    settings.REDIS_URL = "redis+socket:///run/x/valkey.sock?virtual_host=3"
    with health.client() as client:
        assert client.connection_pool.connection_kwargs["path"] == "/run/x/valkey.sock"
        assert client.connection_pool.connection_kwargs["db"] == 3
    settings.REDIS_URL = "redis://:secret@host:6380/2"
    with health.client() as client:
        assert client.connection_pool.connection_kwargs["host"] == "host"
        assert client.connection_pool.connection_kwargs["db"] == 2


def test_a_broker_that_hangs_is_given_up_after_a_second() -> None:
    """`redis.Redis` defaults to waiting for ever; a probe must not."""
    with health.client() as client:
        assert client.connection_pool.connection_kwargs["socket_timeout"] == health.BROKER_SECONDS
    assert issubclass(redis.exceptions.TimeoutError, redis.RedisError)
