"""The clock's ticks for scoring: what a schedule says is due, and what a new dataset asks for."""

from celery import shared_task
from django.utils import timezone

from predictions import following, schedules


@shared_task(name="predictions.schedules")
def tick() -> None:
    schedules.start_due(at=timezone.now())


@shared_task(name="predictions.follow")
def follow() -> None:
    following.follow()
