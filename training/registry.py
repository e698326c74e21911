"""The registry: which model versions exist, which one answers, and the only way predictions reach a model."""

import shutil
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partners.models import Partner, User
from portal.kit.errors import Refusal
from training import alone
from training.models import Champion, Kind, ModelVersion, Promotion

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "Kind",
    "ModelVersion",
    "before",
    "champion",
    "evidence",
    "offer",
    "offer_sentence",
    "predict",
    "promote",
    "register",
    "rollback",
    "sentence",
]


def champion(kind: str, partner: Partner | None) -> ModelVersion | None:
    """The version that answers for this partner: its own champion, else the network's (see `training.alone`)."""
    found = Champion.objects.filter(kind=kind, partner=partner).select_related("version__partner").first()
    if partner is None:
        return found.version if found else None
    network = champion(kind, None)
    return network if found is None or alone.yields(found.version, network, partner) else found.version


def answered() -> set[tuple[str, int | None]]:
    """The kinds and scopes that have a champion; scope None is the network's."""
    return set(Champion.objects.values_list("kind", "partner_id"))


def register(fields: dict[str, Any], *, folder: Path) -> ModelVersion:
    """Sign a finished artefact folder and give it a number; the files move in before the row becomes visible."""
    from training.ml import artefacts

    kind, partner = fields["kind"], fields.get("partner")
    with transaction.atomic():
        newest = ModelVersion.objects.for_scope(kind, partner).aggregate(n=Max("number"))["n"] or 0
        version = ModelVersion.objects.create(number=newest + 1, digest="", signature="", **fields)
        home = version.folder
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(home, ignore_errors=True)
        shutil.move(folder, home)
        version.signature = artefacts.sign(home, key=settings.ARTEFACT_KEY.encode())
        version.digest = sha256((home / artefacts.MANIFEST).read_bytes()).hexdigest()
        version.size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
        version.save()
    return version


def promote(version: ModelVersion, *, by: User | None, reason: str = "") -> Promotion:
    """Make a version the champion of its scope; the one before it is archived and can be rolled back to."""
    return _point(version, Promotion.Deed.PROMOTE, by=by, reason=reason)


def rollback(kind: str, partner: Partner | None, *, by: User | None, reason: str = "") -> Promotion:
    """Return to the champion before the present one. Raises Refusal when there was none."""
    present = Champion.objects.filter(kind=kind, partner=partner).first()
    if present is None:
        raise Refusal(_("There is no champion to roll back: promote a version first."))
    earlier = before(present.version)
    if earlier is None:
        raise Refusal(
            _("%(version)s is the first champion: there is nothing to go back to.") % {"version": present.version}
        )
    return _point(earlier, Promotion.Deed.ROLLBACK, by=by, reason=reason)


def before(version: ModelVersion) -> ModelVersion | None:
    """What rolling this champion back leads to; None when it was the first."""
    return next(_earlier(version), None)


def _earlier(version: ModelVersion) -> Iterator[ModelVersion]:
    """Champions before this one, latest first: each promotion names what it replaced; rollbacks are skipped over."""
    entered = Promotion.objects.filter(version=version, deed=Promotion.Deed.PROMOTE).first()
    while entered is not None and entered.previous is not None:
        yield entered.previous
        entered = Promotion.objects.filter(version=entered.previous, deed=Promotion.Deed.PROMOTE).first()


@transaction.atomic
def _point(version: ModelVersion, deed: str, *, by: User | None, reason: str) -> Promotion:
    scope: dict[str, Any] = {"kind": version.kind, "partner": version.partner}
    present = Champion.objects.select_for_update().filter(**scope).first()
    before = present.version if present else None
    if before == version:
        raise Refusal(_("%(version)s is the champion already.") % {"version": version})
    ModelVersion.objects.for_scope(version.kind, version.partner).filter(alias=ModelVersion.Alias.CHAMPION).update(
        alias=ModelVersion.Alias.ARCHIVED
    )
    ModelVersion.objects.filter(pk=version.pk).update(alias=ModelVersion.Alias.CHAMPION)
    version.refresh_from_db()
    Champion.objects.update_or_create(**scope, defaults={"version": version})
    return Promotion.objects.create(deed=deed, version=version, previous=before, by=by, reason=reason)


def predict(version: ModelVersion, partner: Partner, *, as_of: date, top: int = 20) -> "pyarrow.Table":
    """Score one partner with one version; in a run's child only. Raises Refusal when the files were altered."""
    from training.ml import engine
    from training.ml.interface import PartnerData

    assert partner.dataset is not None
    verify(version)
    data = PartnerData(key=partner.slug, path=partner.dataset.folder)
    return engine.predict(version.folder, data, as_of=as_of, top=top)


def offer(
    version: ModelVersion, partner: Partner, *, as_of: date, top: int, rules: dict[str, Any], out: Path
) -> dict[str, Any]:  # fmt: skip
    """Write one partner's offers into the folder `out`, in a run's child only, and tell what goes with them.

    rules: as `training.ml.recommenders.rules.Rules.from_data` reads them. The files are those of
    `training.ml.recommenders.serving.offer`. Raises Refusal when the version's files were altered.
    """
    from training.ml.interface import PartnerData
    from training.ml.recommenders.rules import Rules
    from training.ml.recommenders.serving import offer as write

    assert partner.dataset is not None
    verify(version)
    data = PartnerData(key=partner.slug, path=partner.dataset.folder)
    return write(version.folder, data, as_of=as_of, top=top, rules=Rules.from_data(rules), out=out).evidence


def evidence(table: "pyarrow.Table") -> dict[str, Any]:
    """What a table of `predict` tells beside its rows: what answered, and how far the inputs have moved."""
    from training.ml.evidence import attached

    return attached(table)


def verify(version: ModelVersion) -> None:
    """Refusal unless the files are the ones that were registered: signed by us, and signed for this very row."""
    from training.ml import artefacts

    artefacts.verify(version.folder, key=settings.ARTEFACT_KEY.encode())
    if sha256((version.folder / artefacts.MANIFEST).read_bytes()).hexdigest() != version.digest:
        raise Refusal(_("The files of %(version)s belong to another version: train it again.") % {"version": version})


def sentence(reason: dict[str, Any], language: str) -> str:
    """A churn, propensity or value reason in words; light enough for the web process."""
    from training.ml.features.catalogue import sentence as words

    return words(reason, language)


def offer_sentence(reason: dict[str, Any], language: str) -> str:
    """A recommendation's reason in words."""
    from training.ml.recommenders.reasons import sentence as words

    return words(reason, language)
