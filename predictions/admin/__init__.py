"""The vendor's desk for scores: runs, publications and schedules."""

from predictions.admin import drift as drift
from predictions.admin.offers import OfferRuleAdmin, OfferSettingsAdmin
from predictions.admin.publications import PublicationAdmin
from predictions.admin.runs import ScoringRunAdmin
from predictions.admin.schedules import ScoringScheduleAdmin

__all__ = ["OfferRuleAdmin", "OfferSettingsAdmin", "PublicationAdmin", "ScoringRunAdmin", "ScoringScheduleAdmin"]
