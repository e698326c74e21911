"""Models that learned from persons erased since say so until they are trained again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from partners import erasure as erasing
from partners.models import Erasure, ErasureRun
from tests.cast import Cast
from training import erasure
from training.models import ModelVersion

pytestmark = pytest.mark.lanes


def an_erasure(cast: Cast, *numbers: str) -> ErasureRun:
    _ = cast.customers
    return erasing.prepare(cast.alder, numbers, by=None)


def test_every_version_that_learned_from_one_of_the_datasets_is_marked_once(cast: Cast) -> None:
    theirs, other = cast.dataset(cast.alder), cast.dataset(cast.birch)
    learned, free = cast.version(datasets=[other.pk, theirs.pk]), cast.version(datasets=[other.pk])
    now = timezone.now()
    erasure.before(cast.alder, {theirs.pk}, at=now)
    erasure.before(cast.alder, {theirs.pk}, at=now + timedelta(days=1))
    learned.refresh_from_db()
    free.refresh_from_db()
    assert learned.erasure_at == now
    assert free.erasure_at is None
    assert erasure.persons(free) == 0


def test_it_says_how_many_persons_were_erased_since_it_was_marked(cast: Cast) -> None:
    version = cast.version(datasets=[cast.dataset(cast.alder).pk])
    an_erasure(cast, "C-3")
    ErasureRun.rows().update(queued_at=timezone.now() - timedelta(days=3))
    run = an_erasure(cast, "C-1", "C-2")
    ModelVersion.objects.filter(pk=version.pk).update(erasure_at=run.queued_at)
    version.refresh_from_db()
    assert erasure.persons(version) == 2


@pytest.mark.parametrize(
    ("ended", "is_marked"), [(None, True), (timedelta(hours=1), True), (timedelta(hours=-1), False)]
)
def test_a_training_that_read_its_data_before_an_erasure_was_complete_is_marked(
    cast: Cast, ended: timedelta | None, is_marked: bool
) -> None:
    started = timezone.now()
    an_erasure(cast, "C-1")
    with scope(partner=cast.alder):
        Erasure.objects.update(erased_at=started - timedelta(hours=2))
        ErasureRun.objects.update(ended_at=started + ended if ended else None)
    version = cast.version()
    erasure.mark_new(version, [cast.alder], started=started)
    assert (version.erasure_at is not None) is is_marked


def test_another_partners_erasure_marks_nothing(cast: Cast) -> None:
    an_erasure(cast, "C-1")
    version = cast.version()
    erasure.mark_new(version, [cast.birch], started=timezone.now() - timedelta(hours=1))
    assert version.erasure_at is None
