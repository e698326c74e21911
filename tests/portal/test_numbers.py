"""Numbers as people read them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.kit import numbers

THIN = numbers.THIN


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.824, f"82{THIN}%"),
        (0, f"0{THIN}%"),
        (1, f"100{THIN}%"),
        (0.001, f"<{THIN}1{THIN}%"),
        (0.9991, f">{THIN}99{THIN}%"),
        (-0.12, f"−12{THIN}%"),
        (None, "–"),
    ],
)
def test_a_share_is_written_in_percent_and_never_rounds_to_certainty(value: float | None, text: str) -> None:
    assert numbers.percent(value) == text


def test_a_share_may_have_places() -> None:
    assert numbers.percent(0.8249, 1) == f"82.5{THIN}%"


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (48200.4, "EUR", "€48,200"),
        (12.5, "GBP", "£12.50"),
        (12, "USD", "$12"),
        (0, "EUR", "€0"),
        (-480, "CNY", "−¥480"),
        (1200, "CHF", "CHF\u00a01,200"),
        (None, "EUR", "–"),
    ],
)
def test_money_names_its_currency(value: float | None, currency: str, text: str) -> None:
    assert numbers.money(value, currency) == text


def test_whole_numbers_are_grouped() -> None:
    assert numbers.whole(12418) == "12,418"
    assert numbers.whole(-3) == "−3"
    assert numbers.whole(None) == "–"
    assert numbers.decimal(3.14159, 2) == "3.14"
    assert numbers.decimal(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"), [(0.17, "+17 points"), (-0.01, "−1 point"), (0.001, "±0 points"), (None, "–")]
)
def test_differences_are_signed_points(value: float | None, text: str) -> None:
    assert numbers.points(value) == text


def test_dates_follow_the_language() -> None:
    day = date(2026, 11, 22)
    assert numbers.day(day) == "22 Nov 2026"
    with translation.override("zh-hans"):
        assert numbers.day(day) == "2026年11月22日"
    assert numbers.day(None) == "–"


def test_moments_carry_the_time() -> None:
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    assert numbers.moment(at) == "22 Nov 2026, 14:05"
    assert numbers.moment(None) == "–"
    assert numbers.day(at) == "22 Nov 2026"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "yesterday"),
        (date(2026, 11, 10), "12 days ago"),
        (date(2026, 8, 1), "3 months ago"),
        (date(2024, 11, 1), "2 years ago"),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), "yesterday"),
    ],
)
def test_age_is_told_in_the_coarsest_honest_unit(then: date, text: str) -> None:
    assert numbers.age(then, at=date(2026, 11, 22)) == text


def test_axis_dates_are_short() -> None:
    assert numbers.brief(date(2026, 3, 4)) == "4 Mar"
    assert numbers.month(date(2026, 3, 4)) == "Mar 2026"
    with translation.override("zh-hans"):
        assert numbers.brief(date(2026, 3, 4)) == "3月4日"
        assert numbers.month(date(2026, 3, 4)) == "2026年3月"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (0.01, f"<{THIN}0.1"),
        (3.44, "3.4"),
        (3.0, "3"),
        (9.97, "10"),
        (12.4, "12"),
        (1840.0, "1,840"),
        (None, "–"),
    ],
)
def test_people_to_be_expected_are_never_nobody_of_somebody(count: float | None, text: str) -> None:
    assert numbers.people(count) == text
