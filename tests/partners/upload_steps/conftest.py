"""Uploads of Alder's with reports made by hand, as if a worker had just left them."""

from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from partners.models import Upload
from tests.cast import Cast
from tests.partners.upload_steps.reports import SOURCE, Made, mapping


@pytest.fixture
def made(cast: Cast) -> Made:
    """An upload of Alder's with this report, as if a worker had just left it."""

    def make(
        report: dict[str, Any], *, state: str = "checked", wishes: dict[str, Any] | None = None, **more: Any
    ) -> Upload:
        reading = {"source": SOURCE, "wishes": wishes or {}, "plan": {"date_orders": {"date": "dmy"}, "decimals": {}}}
        with scope(partner=cast.alder):
            return Upload.objects.create(
                partner=cast.alder, kind="orders", filename="orders.csv", size=900, state=state, report=report,
                reading=reading, mapping=mapping(), rows=report.get("good", 0), **more,
            )  # fmt: skip

    return make


@pytest.fixture
def max_browser(cast: Cast) -> Client:
    return cast.browser(cast.max)
