"""When the next scores are due, for pages of the storeys below."""

from datetime import datetime

from django import template

from partners.models import Partner
from predictions.boards.freshness import next_run

register = template.Library()


@register.simple_tag
def next_scoring(partner: Partner) -> datetime | None:
    return next_run(partner, "churn")
