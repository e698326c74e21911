"""The clock's tick for training schedules."""

from celery import shared_task
from django.utils import timezone

from training import schedules


@shared_task(name="training.schedules")
def tick() -> None:
    schedules.start_due(at=timezone.now())
