"""A cron line as a sentence: the common shapes in words, the rest field by field and never wrong."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from portal.kit import cron


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 6 * * 1", "Every Monday, at 06:00"),
        ("0 6 * * mon", "Every Monday, at 06:00"),
        ("30 2 * * *", "Every day, at 02:30"),
        ("0 6 * * 1-5", "Mondays to Fridays, at 06:00"),
        ("0 6 * * 0", "Every Sunday, at 06:00"),
        ("0 6 * * 7", "Every Sunday, at 06:00"),
        ("15 8,18 * * 2,4", "Every Tuesday and Thursday, at 08:15 and 18:15"),
        ("0 4 1 * *", "On day 1 of the month, at 04:00"),
        ("0 4 1 1,7 *", "On day 1 of the month in January and July, at 04:00"),
        ("*/15 * * * *", "Every day, every 15 minutes"),
        ("5 * * * *", "Every day, every hour at minute 5"),
        ("0 */6 * * *", "Every day, every 6 hours at minute 0"),
    ],
)
def test_a_common_schedule_is_told_in_words(line: str, said: str) -> None:
    assert cron.sentence(line) == said


@pytest.mark.parametrize("line", ["0 6 1 * 1", "0 6 L * *", "0-30/7 6 * * *", "0 6 * * 1#1"])
def test_an_unusual_schedule_is_told_field_by_field(line: str) -> None:
    said = cron.sentence(line)
    assert said.startswith("Minute ")
    assert all(part in said for part in line.split())


def test_the_time_zone_is_part_of_the_sentence() -> None:
    assert cron.sentence("0 6 * * 1", "Europe/Berlin") == "Every Monday, at 06:00 (Europe/Berlin)"


def test_a_line_that_is_no_schedule_is_shown_as_it_is() -> None:
    assert cron.sentence("whenever") == "whenever"


def test_a_moment_carries_the_offset_that_holds_on_that_day() -> None:
    winter, summer = datetime(2026, 1, 5, 5, tzinfo=UTC), datetime(2026, 7, 6, 4, tzinfo=UTC)
    assert cron.moment(winter, zone="Europe/Berlin") == "Monday 5 Jan 2026, 06:00 (UTC+01:00)"
    assert cron.moment(summer, zone="Europe/Berlin") == "Monday 6 Jul 2026, 06:00 (UTC+02:00)"


def test_a_moment_far_west_shows_a_negative_offset() -> None:
    assert "(UTC-03:30)" in cron.moment(datetime(2026, 1, 5, 5, tzinfo=UTC), zone="America/St_Johns")


def test_weekdays_follow_the_language() -> None:
    with translation.override("zh-hans"):
        assert "星期一" in cron.sentence("0 6 * * 1")
