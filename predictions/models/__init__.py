"""Scores and offers people see, published per partner by moving one pointer; and what people did about them."""

from predictions.models.deeds import Action, Deed, DeedQuerySet, Outcome
from predictions.models.offers import OfferRule, OfferSettings, Outlook, Prospect, Recommendation
from predictions.models.scores import (
    Band,
    Pointer,
    Publication,
    Score,
    ScoreQuerySet,
    ScoringRun,
    ScoringSchedule,
)

__all__ = [
    "Action", "Band", "Deed", "DeedQuerySet", "OfferRule", "OfferSettings", "Outcome", "Outlook", "Pointer", "Prospect",
    "Publication", "Recommendation", "Score", "ScoreQuerySet", "ScoringRun", "ScoringSchedule",
]  # fmt: skip
