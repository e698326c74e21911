"""A heartbeat through the whole line: the scheduler sends it, the broker carries it, a worker notes its moment."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from portal import health

KEY = "fairway:pulse"
EVERY = timedelta(seconds=30)
KEEP = timedelta(days=1)


@shared_task(name="fairway.pulse")
def pulse() -> None:
    note(at=timezone.now())


def note(*, at: datetime) -> None:
    with health.client() as client:
        client.set(KEY, at.isoformat(), ex=KEEP)


def last() -> datetime | None:
    """When the last heartbeat arrived; None when none did within a day. Raises redis.RedisError without a broker."""
    with health.client() as client:
        found = client.get(KEY)
    return datetime.fromisoformat(found.decode()) if isinstance(found, bytes) else None
