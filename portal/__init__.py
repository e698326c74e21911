"""The roof: settings, addresses, the worker application and the tools every storey shares."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
