"""The outcome as people write it: read the same everywhere, refused with an example."""

import pytest

from portal.kit.errors import Refusal
from training.outcomes import Outcome, read, read_gap


@pytest.mark.parametrize(
    ("kind", "text", "horizon", "found"),
    [
        ("churn", "inactivity:90", None, Outcome("inactivity:90", 90)),
        ("churn", "subscription:30", None, Outcome("subscription:30", 30)),
        ("churn", "labelled", None, Outcome("labelled", 90)),
        ("churn", "labelled", 60, Outcome("labelled", 60)),
        ("churn", "", None, Outcome("inactivity:90", 90)),
        ("churn", "  inactivity:45 ", None, Outcome("inactivity:45", 45)),
        ("churn", "inactivity", 120, Outcome("inactivity:120", 120)),
        ("propensity", "", None, Outcome("purchase:90", 90)),
        ("propensity", "purchase:30:Toner", None, Outcome("purchase:30:Toner", 30)),
        ("propensity", "purchase:30:Paper: A4", None, Outcome("purchase:30:Paper: A4", 30)),
        ("value", "", 365, Outcome("", 365)),
        ("recommendation", "", None, Outcome("", 90)),
    ],
)
def test_an_outcome_is_read_with_its_days(kind: str, text: str, horizon: int | None, found: Outcome) -> None:
    assert read(kind, text, horizon) == found


def test_days_written_in_the_outcome_rule_the_horizon() -> None:
    assert read("churn", "inactivity:30", 90).horizon == 30


@pytest.mark.parametrize(
    ("kind", "text", "horizon", "sentence"),
    [
        ("weather", "", None, "not a kind of model: choose churn, propensity, value, recommendation"),
        ("churn", "purchase:90", None, "not an outcome of churn: write inactivity:90 or subscription:30 or labelled"),
        ("propensity", "inactivity:90", None, "not an outcome of propensity: write purchase:90"),
        ("churn", "inactivity:soon", None, "lacks a number of days: write inactivity:90"),
        ("churn", "inactivity:90:Toner", None, "lacks a number of days"),
        ("churn", "inactivity:0", None, "0 days is out of range: give 1 to 3650"),
        ("churn", "inactivity:99999", None, "out of range"),
        ("churn", "inactivity:-5", None, "lacks a number of days"),
        ("churn", "labelled", 9999, "out of range"),
        ("value", "purchase:90", None, "takes no outcome: leave it out"),
        ("recommendation", "labelled", None, "takes no outcome"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_do(
    kind: str, text: str, horizon: int | None, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        read(kind, text, horizon)


@pytest.mark.parametrize(
    ("kind", "text", "days"),
    [("churn", "inactivity:90", 365), ("propensity", "purchase:30", 14), ("value", "", 7), ("churn", "labelled", 0)],
)
def test_a_gap_goes_with_every_outcome_in_time(kind: str, text: str, days: int) -> None:
    assert read_gap(kind, text, days) == days


@pytest.mark.parametrize(
    ("kind", "text", "days", "sentence"),
    [
        ("churn", "inactivity:90", -1, "A gap of -1 days is out of range: give 0 to 365 days"),
        ("value", "", 366, "A gap of 366 days is out of range"),
        ("churn", "labelled", 7, "A label has no gap"),
        ("recommendation", "", 7, "Recommendations have no gap"),
    ],
)
def test_a_gap_that_makes_no_sense_is_refused(kind: str, text: str, days: int, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_gap(kind, text, days)
