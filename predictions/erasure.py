"""What publications and deeds hold of a customer: where the files lie, and what an export says about it."""

import json
from pathlib import Path
from typing import Any

from partners.models import Customer, Partner
from predictions.models import Action, Outcome, Prospect, Publication, Recommendation, Score

Rows = list[dict[str, Any]]


def folders(partner: Partner) -> list[Path]:
    """The folders of all this partner's publications, those people may go back to included."""
    return [one.folder for one in Publication.objects.filter(partner=partner)]


def told(customer: Customer) -> dict[str, Rows]:
    """Scores, offers, what the customer owns and could buy, actions and outcomes with notes, in plain ISO values."""
    return {
        "scores": [_score(one) for one in customer.scores.select_related("publication__version__partner")],
        "recommendations": [
            _offer(one) for one in customer.offers.select_related("product", "publication__version__partner")
        ],
        "prospects": [_prospect(one) for one in customer.prospects.select_related("publication__version__partner")],
        "actions": [_deed(one) | {"action": one.kind, "due_on": one.due_on} for one in _deeds(Action, customer)],
        "outcomes": [
            _deed(one) | {"outcome": one.verdict, "because": one.because} for one in _deeds(Outcome, customer)
        ],
    }


def _score(one: Score) -> dict[str, Any]:
    names = ("probability", "band", "rank", "money", "low", "high", "gone")
    return (
        _published(one.publication)
        | {name: getattr(one, name) for name in names}
        | {"reasons": json.dumps(one.reasons, ensure_ascii=False)}
    )


def _offer(one: Recommendation) -> dict[str, Any]:
    names = ("rank", "score", "probability", "expected_value", "is_repeat", "pinned")
    return (
        _published(one.publication)
        | {"sku": one.product.sku, "product": one.product.name}
        | {
            **{name: getattr(one, name) for name in names},
            "reason": json.dumps(one.reason, ensure_ascii=False),
        }
    )


def _prospect(one: Prospect) -> dict[str, Any]:
    texts = {name: json.dumps(getattr(one, name), ensure_ascii=False) for name in ("owned", "opportunities")}
    return _published(one.publication) | {
        **{name: getattr(one, name) for name in ("fit", "intent", "expected_value")},
        **texts,
    }


def _published(one: Publication) -> dict[str, Any]:
    return {"kind": one.kind, "as_of": one.as_of, "state": one.state, "model_version": str(one.version)}


def _deeds(model: Any, customer: Customer) -> Any:
    return model.objects.filter(customer=customer).select_related("product", "by").order_by("on", "pk")


def _deed(one: Any) -> dict[str, Any]:
    return {
        "on": one.on,
        "sku": one.product.sku if one.product else None,
        "note": one.note,
        "by": str(one.by or ""),
        "recorded_at": one.at,
        "undone_at": one.undone_at,
    }
