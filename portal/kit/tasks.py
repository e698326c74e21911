"""The tasks every run shares. A task takes an id and calls one verb."""

from celery import shared_task
from django.utils import timezone

from portal.kit import runs
from portal.kit.runs.supervisor import TASK, find


@shared_task(name=TASK)
def run(label: str, pk: int) -> None:
    found = find(label, pk)
    if found is not None:
        runs.supervise(found)


@shared_task(name="fairway.tick")
def tick() -> None:
    now = timezone.now()
    runs.reap(at=now)
    runs.relay(at=now)
