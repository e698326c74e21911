"""The clock's tick for scoring schedules."""

from celery import shared_task
from django.utils import timezone

from predictions import schedules


@shared_task(name="predictions.schedules")
def tick() -> None:
    schedules.start_due(at=timezone.now())
