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
from training import outcomes, runs
from training.models import Champion, Kind, ModelVersion, Recipe, TrainingRun

logger = logging.getLogger(__name__)
KINDS = (Kind.CHURN, Kind.PROPENSITY)
"""Kinds whose own and network models can be compared customer by customer."""
SLOT = "own:"
FLOOR, RHYTHM = 30, 5
"""Customers a model needs, and those of whom a buying rhythm is told (`training.ml.history`, `training.ml.small`)."""


def follow(run: TrainingRun) -> list[TrainingRun]:
    """After a network training that now answers: queue one for each partner that keeps its data, once per such run.

    Partners whose files are too short for any model are left out: their run could only fail.
    """
    recipe = run.recipe
    if recipe.partner_id is not None or recipe.kind not in KINDS:
        return []
    rows = Partner.objects.filter(is_active=True, dataset__isnull=False, shares_data=False).select_related("dataset")
    keepers = [partner for partner in rows.order_by("slug") if _enough(recipe, partner)]
    return [own for partner in keepers if (own := _queued(run, partner)) is not None]


def _enough(recipe: Recipe, partner: Partner) -> bool:
    """Whether the rows on file could be those of as many customers as it takes; a row is of one customer at most."""
    counts = partner.dataset.counts if partner.dataset else {}
    shape = (recipe.outcome or outcomes.DEFAULTS[recipe.kind]).split(":")
    if shape[0] == "labelled":
        return counts.get("customers", 0) >= FLOOR
    if shape[0] == "subscription":
        return counts.get("subscriptions", 0) >= FLOOR
    return counts.get("orders", 0) >= (FLOOR if len(shape) > 2 else RHYTHM)  # of a category no rhythm is told


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
    """The network's champion a partner's own model has to be better than; None where there is nothing to compare.

    One that learned from the partner's rows, before it kept them, cannot be judged on them.
    """
    from training import registry

    if partner is None or partner.shares_data or kind not in KINDS:
        return None
    network = registry.champion(kind, None)
    return None if network is None or _taught(network, partner) else network


def folder(version: ModelVersion | None) -> Path | None:
    """Where the rival's files lie, once they are known to be the ones that were signed; None where they are not."""
    from training import registry

    if version is None:
        return None
    try:
        registry.verify(version)
    except Refusal as refusal:
        logger.warning("nothing to compare with: %s", refusal)
        return None
    return version.folder


def yields(own: ModelVersion, network: ModelVersion | None, partner: Partner) -> bool:
    """Whether the network's champion answers although the partner has a model of its own.

    Only for models that came by themselves: one that a person promoted answers. Such a model yields when the network's
    was better on the partner's own rows, when the own one is a mere rhythm that was not compared, and when the partner
    shares its data again and the network learned from it.
    """
    if network is None or not _came_by_itself(own):
        return False
    if partner.shares_data:
        return _taught(network, partner)
    better = (own.metrics.get("network") or {}).get("better")
    unjudged = better is None and bool((own.card.get("pooling") or {}).get("rhythm"))
    return better == "network" or unjudged


def kept_by_hand(run: TrainingRun) -> bool:
    """Whether this run came by itself and its scope's champion did not: such a champion stays until a person moves."""
    if not (run.slot or "").startswith(SLOT):
        return False
    present = (
        Champion.objects.filter(kind=run.recipe.kind, partner=run.recipe.partner).select_related("version").first()
    )
    return present is not None and not _came_by_itself(present.version)


def _taught(network: ModelVersion, partner: Partner) -> bool:
    """Whether the network's model learned from this partner's data."""
    with scopes_disabled():
        return DatasetVersion.objects.filter(pk__in=network.datasets or [], partner=partner).exists()


def _came_by_itself(own: ModelVersion) -> bool:
    return TrainingRun.objects.filter(version=own, slot__startswith=SLOT).exists() and not (
        own.promotions.filter(by__isnull=False).exists()
    )
