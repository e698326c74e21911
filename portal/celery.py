"""The worker application. Tasks carry a run's label and id; the database decides what is done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("fairway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal.kit", "training", "predictions", "partners"])
