"""The clock's ticks for what partners sent."""

from celery import shared_task
from django.utils import timezone

from partners import erasure, feeds, persons, retention


@shared_task(name="partners.retention")
def sweep() -> None:
    retention.sweep(at=timezone.now())


@shared_task(name="partners.feeds")
def pull() -> None:
    feeds.start_due(at=timezone.now())


@shared_task(name="partners.persons")
def persons_due() -> None:
    now = timezone.now()
    persons.tidy(at=now)
    erasure.again(at=now)
