"""Whether this process lives (`/livez`), and whether it can serve (`/readyz`).

For load balancers and supervisors: plain JSON, no session, no language, nothing worth hiding. A broker that is away
only delays new work, so the process stays ready and says it is degraded.
"""

from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis.backoff import NoBackoff
from redis.retry import Retry

BROKER_SECONDS = 1.0
# The library would try four times and wait seconds between: a probe asks once.
PATIENCE: dict[str, Any] = {"socket_timeout": BROKER_SECONDS, "retry": Retry(NoBackoff(), 0)}


def livez(request: HttpRequest) -> JsonResponse:
    """Touches nothing: a process that can answer this need not be restarted."""
    return JsonResponse({"status": "alive"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    needed = {"database": _ask(database), "migrations": _ask(migrations)}
    broker_says = _ask(broker)
    ready = all(answer == "ok" for answer in needed.values())
    status = "unready" if not ready else "ready" if broker_says == "ok" else "degraded"
    return JsonResponse({"status": status, "checks": {**needed, "broker": broker_says}}, status=200 if ready else 503)


def _ask(check: Callable[[], str]) -> str:
    """The check's answer; when it breaks, the kind of error only: the text could hold an address or a password."""
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError, ValueError) as error:
        return type(error).__name__


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


_migrated = False


def migrations() -> str:
    """Whether every migration is applied. Asked until the answer is yes: a running process cannot lose one."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return f"{len(waiting)} to apply"
        _migrated = True
    return "ok"


def broker() -> str:
    """Whether the Redis server answers, within a second."""
    with client() as found:
        found.ping()
    return "ok"


def client() -> "redis.Redis":
    """A short-lived client for REDIS_URL, in the form Celery writes (`redis+socket://`) or the usual ones."""
    address = settings.REDIS_URL
    if address.startswith("redis+socket://"):
        path, _, options = address.removeprefix("redis+socket://").partition("?")
        number = dict(pair.partition("=")[::2] for pair in options.split("&")).get("virtual_host") or 0
        return redis.Redis(unix_socket_path=path, db=int(number), **PATIENCE)
    return redis.Redis.from_url(address, socket_connect_timeout=BROKER_SECONDS, **PATIENCE)
