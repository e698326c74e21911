"""Words for what models call by code: measures, families, stages; and for texts that models carry in both languages."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.kit.numbers import NONE, percent, whole

Words = str | Promise

FAMILIES: dict[str, Words] = {
    "rhythm": _("Buying rhythm (BG/NBD)"),
    "logistic": _("Logistic regression"),
    "svm": _("Linear support vector machine"),
    "additive": _("Boosted curves (few leaves)"),
    "eager": _("Eager gradient boosting"),
    "forest": _("Random forest"),
    "boosting": _("Gradient boosting"),
    "tabm": _("Tabular net (TabM)"),
    "conv": _("Convolutional net over weeks"),
    "gru": _("Recurrent net over weeks (GRU)"),
    "attention": _("Attention net over weeks"),
    "propensity_net": _("Propensity net (Keras)"),
    "churn_net": _("Churn net (Keras)"),
    "popularity": _("Popularity"),
    "frequency": _("Purchase frequency"),
    "item_knn": _("Bought together (item neighbours)"),
    "ease": _("EASE (linear item model)"),
    "next_basket": _("Next basket by similar customers (TIFU-KNN)"),
    "user_knn": _("Customers most alike (user neighbours)"),
    "content": _("Likeness of products (name, category, price)"),
    "graph_filter": _("Graph filter"),
    "factorisation": _("Matrix factorisation (ALS)"),
    "sequence": _("Sequence net over baskets"),
}
MADE: dict[str, Words] = {
    "blend": _("Blend of families"),
    "two_parts": _("Who buys, and how much (two parts)"),
}
"""What a training may end as, beside a family; nobody can ask for it."""
RECOMMENDERS = (
    "popularity", "frequency", "next_basket", "user_knn", "content", "item_knn", "ease", "graph_filter",
    "factorisation", "sequence",
)  # fmt: skip

STAGES: dict[str, Words] = {
    "read": _("Reading the purchases"),
    "look back": _("Looking back at past dates"),
    "features": _("Preparing features"),
    "train": _("Training the families"),
    "judge": _("Judging on unseen data"),
    "learn": _("Learning from all data"),
    "done": _("Done"),
}

MEASURES: dict[str, Words] = {
    "auc": _("AUC"),
    "average_precision": _("Average precision"),
    "lift_5": _("Lift, first 5 %"),
    "lift_10": _("Lift, first 10 %"),
    "lift_20": _("Lift, first 20 %"),
    "precision_20": _("Hits among the first 20"),
    "precision_50": _("Hits among the first 50"),
    "precision_100": _("Hits among the first 100"),
    "brier": _("Brier score (lower is better)"),
    "calibration_error": _("Calibration error (lower is better)"),
    "mae": _("Mean error (lower is better)"),
    "rmse": _("Root mean squared error (lower is better)"),
    "spearman": _("Rank correlation"),
    "r2": _("Explained variance"),
    "ndcg_5": _("NDCG at 5"),
    "ndcg_10": _("NDCG at 10"),
    "ndcg_20": _("NDCG at 20"),
    "recall_5": _("Recall at 5"),
    "recall_10": _("Recall at 10"),
    "recall_20": _("Recall at 20"),
    "hit_rate_5": _("Hit rate at 5"),
    "hit_rate_10": _("Hit rate at 10"),
    "hit_rate_20": _("Hit rate at 20"),
    "mrr_5": _("MRR at 5"),
    "mrr_10": _("MRR at 10"),
    "mrr_20": _("MRR at 20"),
    "coverage_5": _("Products shown at 5"),
    "coverage_10": _("Products shown at 10"),
    "coverage_20": _("Products shown at 20"),
    "novelty_5": _("Novelty at 5 (bits)"),
    "novelty_10": _("Novelty at 10 (bits)"),
    "novelty_20": _("Novelty at 20 (bits)"),
}
SHARES = ("base_rate", "precision_20", "precision_50", "precision_100", "coverage_5", "coverage_10", "coverage_20")


def told(value: Any) -> str:
    """A text in the active language, whether it came in one language or in both."""
    if isinstance(value, dict):
        language = (get_language() or "en").lower()
        return str(value.get(language) or value.get(language.split("-")[0]) or value.get("en") or "")
    return "" if value is None else str(value)


def family(name: str) -> str:
    """“logistic+boosting” → both in words."""
    known = {**FAMILIES, **MADE}
    return " + ".join(str(known.get(part.strip(), part.strip())) for part in name.split("+"))


def figure(name: str, value: Any) -> str:
    """A measure's value as people read it."""
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return NONE
    if name in SHARES:
        return percent(value, 1)
    if name.startswith("lift"):
        return f"{value:.2f}×"
    return f"{value:.3f}" if abs(value) < 10 else whole(value)


def span(name: str, low: Any, high: Any) -> str:
    return f"{figure(name, low)} – {figure(name, high)}" if low is not None and high is not None else NONE
