"""The vendor's catalogue."""

import numpy as np

from portal.demo.catalogue import catalogue
from portal.demo.goods import AFFINITIES, CATEGORIES


def test_there_are_some_three_hundred_products_in_twenty_four_categories():
    goods = catalogue(7)
    assert 300 <= len(goods) <= 350
    assert len(set(goods.sku)) == len(goods)
    assert set(goods.category) == set(range(len(CATEGORIES)))


def test_names_are_distinct_in_both_languages():
    goods = catalogue(7)
    assert len(set(goods.name)) == len(goods)
    assert len(set(goods.name_zh)) == len(goods)
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in name) for name in goods.name_zh)


def test_every_product_earns_a_margin():
    goods = catalogue(7)
    assert (goods.price > 0).all()
    assert (goods.cost < goods.price).mean() > 0.97


def test_popularity_is_a_share_of_the_category():
    goods = catalogue(7)
    totals = np.bincount(goods.category, weights=goods.popularity)
    assert np.allclose(totals, 1)


def test_every_affinity_names_a_companion_of_the_right_category_for_each_product():
    goods = catalogue(7)
    place = {shelf.code: index for index, shelf in enumerate(CATEGORIES)}
    for first, then, chance, lag in AFFINITIES:
        match = goods.companion[place[first], place[then]]
        assert len(match) == len(goods.of(place[first]))
        assert set(goods.category[match]) == {place[then]}
        assert 0 < chance < 1
        assert lag > 0


def test_each_printer_takes_its_own_toner():
    goods = catalogue(7)
    place = {shelf.code: index for index, shelf in enumerate(CATEGORIES)}
    printers, toners = goods.of(place["PRN"]), goods.companion[place["PRN"], place["TON"]]
    assert len(set(toners)) == len(printers)
