"""What a version must show before a schedule may promote it: better than its naive rival on the same rows."""

from typing import Any

from training.models import ModelVersion

MEASURES = {"churn": "auc", "propensity": "auc", "value": "mae", "recommendation": "ndcg_10"}
LOWER_IS_BETTER = {"mae"}


def beats_naive(version: ModelVersion) -> bool:
    """True only when both numbers exist and ours is better: an unreadable metric fails closed."""
    measure = MEASURES[version.kind]
    rival = version.metrics.get("popularity" if version.kind == "recommendation" else "naive") or {}
    ours, theirs = version.metric(measure), _value(rival.get(measure))
    if not isinstance(ours, (int, float)) or theirs is None:
        return False
    return ours < theirs if measure in LOWER_IS_BETTER else ours > theirs


def _value(found: Any) -> float | None:
    value = found.get("value") if isinstance(found, dict) else found
    return float(value) if isinstance(value, (int, float)) else None
