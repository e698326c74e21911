"""The partner's files as tables: all of the customers, a share of them, or one shard."""

from datetime import date, timedelta

import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.interface import PartnerData

DAYS = [makers.TODAY - timedelta(days=back) for back in (200, 60, 0)]


def told(data: PartnerData, days: list[date] = DAYS, **options: object) -> pd.DataFrame:
    with facts.opened(data, **options) as con:
        return build.features(con, as_of=days, category="lamps")


def test_shards_hold_every_customer_once_and_tell_the_same_of_each(shop: PartnerData) -> None:
    shards = [told(shop, shard=(number, 3)) for number in range(3)]
    assert all(len(shard) for shard in shards)
    together = pd.concat(shards).sort_values(["as_of", "customer_id"], ignore_index=True)
    pd.testing.assert_frame_equal(together, told(shop))


def test_one_connection_can_go_from_shard_to_shard(shop: PartnerData) -> None:
    with facts.opened(shop, shard=(0, 2)) as con:
        first = build.features(con, as_of=DAYS, category="lamps")
        facts.narrow(con, shop, shard=(1, 2))
        second = build.features(con, as_of=DAYS, category="lamps")
    together = pd.concat([first, second]).sort_values(["as_of", "customer_id"], ignore_index=True)
    pd.testing.assert_frame_equal(together, told(shop))


def test_a_share_is_always_the_same_customers_and_tells_the_same_of_each(shop: PartnerData) -> None:
    some, all_ = told(shop, share=0.4), told(shop)
    assert 0 < some.customer_id.nunique() < all_.customer_id.nunique()
    expected = all_[all_.customer_id.isin(set(some.customer_id))].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected)


def test_a_share_is_cut_across_the_shards(shop: PartnerData) -> None:
    parts = [told(shop, share=0.5, shard=(number, 2)).customer_id.nunique() for number in range(2)]
    assert all(parts)
    assert sum(parts) == told(shop, share=0.5).customer_id.nunique()


@pytest.mark.parametrize("shard", [(2, 2), (-1, 2), (0, 0)])
def test_a_shard_that_is_not_there_is_refused(shop: PartnerData, shard: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="there is no shard"), facts.opened(shop, shard=shard):
        pass
