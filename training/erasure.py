"""What models keep of persons who were erased: nothing that names them, but what they learned, until trained again."""

from collections.abc import Collection
from datetime import datetime

from django_scopes import scopes_disabled

from partners import erasure
from partners.models import DatasetVersion, Erasure, Partner
from training.models import ModelVersion


def before(partner: Partner, datasets: Collection[int], *, at: datetime) -> None:
    """Mark every version that learned from one of these datasets; the first mark stays."""
    wanted = set(datasets)
    rows = ModelVersion.objects.filter(erasure_at=None).values_list("pk", "datasets")
    learned = [pk for pk, made_of in rows if wanted.intersection(made_of or [])]
    ModelVersion.objects.filter(pk__in=learned).update(erasure_at=at)


def mark_new(version: ModelVersion, partners: list[Partner], *, started: datetime) -> None:
    """A version whose training read its data before an erasure was complete is marked from the start."""
    with scopes_disabled():
        version.erasure_at = erasure.since(partners, started)
    version.save(update_fields=["erasure_at"])


def persons(version: ModelVersion) -> int:
    """How many customers of the partners it learned from were erased since it was marked."""
    if version.erasure_at is None:
        return 0
    with scopes_disabled():
        partners = DatasetVersion.objects.filter(pk__in=version.datasets or []).values("partner")
        return Erasure.objects.filter(
            partner__in=partners, of=Erasure.Of.NUMBER, run__queued_at__gte=version.erasure_at
        ).count()
