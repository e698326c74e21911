"""The worker application. Tasks carry a run's label and id; the database decides what is done."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("fairway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal.kit", "training", "predictions", "partners"])


@signals.setup_logging.connect
def write_the_same_logs(**_kwargs: Any) -> None:
    """Workers and the scheduler write the JSON lines the web process writes, not Celery's own format beside them."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
