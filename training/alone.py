"""Partners that keep their data alone: beside every network model each gets one of its own, and the better answers.

Their rows never teach the network's model, so it cannot be adjusted to them. Where both models exist, both are judged
on the partner's own held-out rows (`training.ml.versus`), and the one with the lower log loss answers.
"""

import logging
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from partners.models import DatasetVersion, Partner
from portal.kit import runs as kit
from portal.kit.errors import Refusal
from training import runs
from training.models import Kind, ModelVersion, TrainingRun

logger = logging.getLogger(__name__)
KINDS = (Kind.CHURN, Kind.PROPENSITY)
"""Kinds whose own and network models can be compared customer by customer."""
SLOT = "own:"


def follow(run: TrainingRun) -> list[TrainingRun]:
    """After a network training: queue one training for each partner that keeps its data, once per network run."""
    recipe = run.recipe
    if recipe.partner_id is not None or recipe.kind not in KINDS:
        return []
    rows = Partner.objects.filter(is_active=True, dataset__isnull=False, shares_data=False).order_by("slug")
    return [own for partner in rows if (own := _queued(run, partner)) is not None]


def _queued(run: TrainingRun, partner: Partner) -> TrainingRun | None:
    recipe = run.recipe
    more: dict[str, Any] = {name: getattr(recipe, name) for name in ("gap", "families", "budget", "allowed")}
    try:
        with transaction.atomic():
            own = runs.recipe_for(recipe.kind, partner=partner, outcome=recipe.outcome, horizon=recipe.horizon, **more)
            made = runs.prepare(
                own,
                by=None,
                today=max(run.as_of, run.queued_at.date()),
                promote=run.promote,
                seed=run.seed,
                slot=f"{SLOT}{run.pk}:{partner.pk}",
            )
            kit.enqueue(made)
    except (IntegrityError, Refusal) as error:
        logger.info("no training of its own for %s after %s: %s", partner.slug, run.pk, error)
        return None
    return made


def rival(kind: str, partner: Partner | None) -> ModelVersion | None:
    """The network's champion a partner's own model has to be better than; None where there is nothing to compare."""
    from training import registry

    if partner is None or partner.shares_data or kind not in KINDS:
        return None
    return registry.champion(kind, None)


def folder(version: ModelVersion | None) -> Path | None:
    """Where the rival's files lie, once they are known to be the ones that were signed."""
    from training import registry

    if version is None:
        return None
    registry.verify(version)
    return version.folder


def yields(own: ModelVersion, network: ModelVersion | None, partner: Partner) -> bool:
    """Whether the network's champion answers although the partner has a model of its own.

    Only for models that came by themselves: one that a person promoted answers. Such a model yields when the network's
    was better on the partner's own rows, and when the partner shares its data again and the network learned from it.
    """
    if network is None or not _came_by_itself(own):
        return False
    if not partner.shares_data:
        return bool((own.metrics.get("network") or {}).get("better") == "network")
    with scopes_disabled():
        return DatasetVersion.objects.filter(pk__in=network.datasets or [], partner=partner).exists()


def _came_by_itself(own: ModelVersion) -> bool:
    return TrainingRun.objects.filter(version=own, slot__startswith=SLOT).exists() and not (
        own.promotions.filter(by__isnull=False).exists()
    )
