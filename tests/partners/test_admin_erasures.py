"""The vendor's read-only list of erasures: when, where, by whom; never who it was."""

import pytest
from django.urls import reverse
from django_scopes import scope

from partners.models import Erasure, ErasureRun
from tests.cast import Cast
from tests.partners.erasures import erase

pytestmark = pytest.mark.django_db


def test_the_list_and_its_rows_name_nobody(cast: Cast) -> None:
    _ = cast.customers
    run = erase(cast.alder, "C-1")
    vera = cast.browser(cast.vera)
    with scope(partner=cast.alder):
        row = Erasure.objects.get(of="number")
    pages = [
        reverse("admin:partners_erasure_changelist"),
        reverse("admin:partners_erasure_change", args=[row.pk]),
        reverse("admin:partners_erasurerun_changelist"),
        reverse("admin:partners_erasurerun_change", args=[run.pk]),
    ]
    for page in pages:
        told = vera.get(page)
        assert told.status_code == 200
        for name in ("C-1", "Cyan", "hello@cyan.example", row.digest):
            assert name not in told.content.decode(), (page, name)
    assert f"{row.digest[:8]}…" in vera.get(pages[0]).content.decode()


def test_nothing_can_be_changed_or_deleted_there(cast: Cast) -> None:
    with scope(partner=cast.alder):
        run = ErasureRun.objects.create(partner=cast.alder)
    vera = cast.browser(cast.vera)
    assert vera.post(reverse("admin:partners_erasurerun_change", args=[run.pk])).status_code == 405
    assert vera.get(reverse("admin:partners_erasurerun_delete", args=[run.pk])).status_code == 403
