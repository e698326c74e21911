"""One small and one full demo world per session; nothing here touches the database."""

from datetime import date

import pandas as pd
import pytest

from portal.demo.world import World, simulate

UNTIL = date(2026, 6, 1)


@pytest.fixture(scope="session")
def small() -> World:
    return simulate(until=UNTIL, scale="small")


@pytest.fixture(scope="session")
def full() -> World:
    return simulate(until=UNTIL)


@pytest.fixture(scope="session")
def truth(full: World) -> pd.DataFrame:
    """The hidden truth of the whole world with the usual days between orders of every customer beside it."""
    frame = pd.concat([each.truth.to_pandas() for each in full.partners], ignore_index=True)
    for column in ("since", "left_on", "next_order"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.fixture(scope="session")
def orders(full: World) -> pd.DataFrame:
    """All order lines of the partners with busy customers, returns left out."""
    parts = []
    for each in full.partners:
        if each.partner.customers <= 4000:
            frame = each.tables["orders"].select(["customer_id", "date", "sku", "quantity", "price"]).to_pandas()
            parts.append(frame.assign(partner=each.partner.slug))
    frame = pd.concat(parts, ignore_index=True)
    frame["date"] = pd.to_datetime(frame["date"])
    return frame[frame["quantity"] > 0]
