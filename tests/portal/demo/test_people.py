"""The customers: attributes that fit together, names that fit the place, and habits that follow the segment."""

from dataclasses import replace

import numpy as np
import pytest

from portal.demo import names
from portal.demo.partners import PARTNERS
from portal.demo.people import CONTRACTS, LOYALTY, MIX, SEGMENTS, people
from portal.demo.randomness import stream

HARBOUR = next(each for each in PARTNERS if each.slug == "harbour")
HUAXIN = next(each for each in PARTNERS if each.slug == "huaxin")


@pytest.fixture(scope="module")
def crowd():
    return people(7, HARBOUR, days=913)


def test_every_array_has_one_entry_per_customer(crowd):
    assert {len(getattr(crowd, name)) for name in crowd.__dataclass_fields__} == {HARBOUR.customers} == {len(crowd)}


def test_customer_numbers_are_distinct_and_have_gaps(crowd):
    numbers = [int(each[1:]) for each in crowd.id]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    assert max(np.diff(numbers)) > 1


def test_the_mix_of_segments_sums_to_one_for_each_kind_of_partner():
    for kind, shares in MIX.items():
        assert sum(shares) == pytest.approx(1), kind
        assert len(shares) == len(SEGMENTS)


def test_enterprises_are_larger_order_more_often_and_buy_dearer(crowd):
    small, large = crowd.segment == 0, crowd.segment == 2
    assert np.median(crowd.staff[large]) > 10 * np.median(crowd.staff[small])
    assert np.median(crowd.interval[large]) < np.median(crowd.interval[small])
    assert crowd.taste[large].mean() > crowd.taste[small].mean() + 0.5


def test_schools_are_in_education_and_councils_in_public_services(crowd):
    assert set(crowd.industry[crowd.segment == 4]) == {"education"}
    assert set(crowd.industry[crowd.segment == 3]) == {"public services"}
    assert "education" not in set(crowd.industry[crowd.segment == 0])


def test_schools_buy_in_seasons_more_often_than_others(crowd):
    assert crowd.seasonal[crowd.segment == 4].mean() > 2 * crowd.seasonal[crowd.segment != 4].mean()


def test_most_customers_were_there_before_the_history_and_some_join_in_it(crowd):
    assert 0.5 < (crowd.joined < 0).mean() < 0.66
    assert crowd.joined.max() < 913


def test_looser_contracts_are_easier_to_leave():
    assert len(CONTRACTS) == len(LOYALTY)
    assert list(LOYALTY) == sorted(LOYALTY, reverse=True)


def test_cities_lie_in_the_regions_of_the_partners_country(crowd):
    known = {(region, city) for region, cities in names.PLACES["GB"] for city in cities.split()}
    assert set(zip(crowd.region, crowd.city, strict=True)) <= known
    assert (crowd.city == "Bristol").mean() > 0.1


def test_chinese_companies_are_named_after_their_city_and_trade():
    crowd = people(7, HUAXIN, days=913)
    assert all(name.startswith(city) for name, city in zip(crowd.name, crowd.city, strict=True))
    law = crowd.name[crowd.industry == "legal"]
    assert all(any(word in name for word in names.INDUSTRY_ZH["legal"][1]) for name in law)


def test_every_industry_is_known_in_both_languages():
    assert set(names.ENDING) == set(names.INDUSTRY_ZH)


def test_every_partner_of_the_cast_has_places_for_its_customers():
    for partner in PARTNERS:
        region, city = names.places(stream(1, partner.slug), partner, 50)
        assert len(region) == len(city) == 50
        assert partner.city in set(city)


def test_twenty_thousand_names_are_still_distinct():
    big = next(each for each in PARTNERS if each.customers == 20_000)
    crowd = people(3, big, days=913)
    assert len(set(crowd.name)) == 20_000


def test_a_larger_partner_begins_with_the_same_rules_not_the_same_people():
    few, many = (people(7, replace(HARBOUR, customers=count), days=913) for count in (20, 40))
    assert len(few) == 20
    assert len(many) == 40
