"""What a training run's child does: read datasets, train, sign and register, promote when asked and deserved."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import Partner
from portal.kit.errors import Refusal
from training import allowances, alone, erasure, events, registry
from training.gates import beats_naive
from training.models import Kind, ModelVersion, TrainingRun
from training.runs import sources

if TYPE_CHECKING:
    from training.ml.interface import PartnerData

Report = Callable[..., None]


def train(run: TrainingRun, report: Report) -> dict[str, Any]:
    """The version made, as a result for the run row. A second execution after a crash finds the first one's version."""
    from training.ml import engine
    from training.ml.interface import Task

    if run.version is not None:
        return _result(run, run.version)
    recipe = run.recipe
    partners = sources(recipe.partner)
    rival = alone.rival(recipe.kind, recipe.partner)
    task = Task(
        kind=recipe.kind,
        outcome=recipe.outcome,
        horizon=recipe.horizon,
        gap=recipe.gap,
        families=tuple(recipe.families),
        budget=float(recipe.budget),
        seed=run.seed,
        allowed=tuple(recipe.allowed),
        suspected=allowances.suspected(recipe),
        network=alone.folder(rival),
    )
    models = Path(settings.FAIRWAY_HOME) / "models"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=models) as workshop:
        out = Path(workshop) / "artefact"
        out.mkdir()
        data = _data(run, partners, Path(workshop))
        trained = engine.train(data, task=task, as_of=run.as_of, out=out, report=report)
        report(stage=_("Registering"), progress=0.97)
        with run.fenced():
            version = registry.register(
                {
                    "kind": recipe.kind,
                    "partner": recipe.partner,
                    "recipe": recipe,
                    "outcome": recipe.outcome,
                    "horizon": recipe.horizon,
                    "family": trained.family,
                    "as_of": run.as_of,
                    "rows": trained.rows,
                    "metrics": trained.metrics,
                    "card": trained.card,
                    "datasets": [one.dataset_id for one in partners],
                },
                folder=out,
            )
            assert run.started_at is not None
            erasure.mark_new(version, partners, started=run.started_at)
            TrainingRun.objects.filter(pk=run.pk).update(version=version, device=_device(trained.card))
    return _result(run, version)


def _data(run: TrainingRun, partners: list[Partner], workshop: Path) -> "list[PartnerData]":
    """Each partner's dataset and, for recommendations, what was answered to offers before the day of the training."""
    from training.ml.interface import PartnerData

    learns = run.recipe.kind == Kind.RECOMMENDATION
    return [
        PartnerData(
            key=one.slug,
            path=one.dataset.folder,
            events=events.told(one, workshop, before=run.as_of) if learns else None,
        )
        for one in partners
        if one.dataset
    ]


def _device(card: dict[str, Any]) -> str:
    """What the run computed on, in the language of the log; the card holds it in every language."""
    said = card.get("device") or ""
    return str(said.get("en", "") if isinstance(said, dict) else said)[:200]


def _result(run: TrainingRun, version: ModelVersion) -> dict[str, Any]:
    promoted = run.promote and _promote(run, version)
    if promoted:  # own models are judged against what answers
        alone.follow(run)
    words = _("%(version)s is ready.") if not promoted else _("%(version)s is ready and answers from now on.")
    return {
        "message": words % {"version": version},
        "version": str(version),
        "version_id": version.pk,
        "family": version.family,
        "metrics": version.metrics,
        "promoted": bool(promoted),
    }


def _promote(run: TrainingRun, version: ModelVersion) -> bool:
    if run.slot and not beats_naive(version):  # a schedule promotes only what earns it; a person who asks is obeyed
        return False
    if alone.kept_by_hand(run):
        return False
    try:
        registry.promote(version, by=run.requested_by, reason=_("asked for with the training run"))
    except Refusal:
        return version.alias == ModelVersion.Alias.CHAMPION
    return True
