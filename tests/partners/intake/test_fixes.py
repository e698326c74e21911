"""A person fixes a whole group, or one value of it, and the next check shows what became of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partners.intake.causes import CAUSES, PARSE
from partners.intake.check import Report
from partners.intake.fixes import HOWS, Fix
from partners.intake.source import Wishes
from portal.kit.errors import Refusal
from tests.partners.intake.files import canonical, causes, checked, write

HEAD = ["order id", "customer id", "date", "sku", "quantity", "price"]


def orders(folder: Path, **columns: list[Any]) -> Path:
    """As many good orders as cells are given, with these cells in their columns."""
    count = len(next(iter(columns.values())))
    good = {"order id": [f"O{n}" for n in range(count)], "customer id": ["C1"] * count, "sku": ["S1"] * count,
            "date": ["2026-01-05"] * count, "quantity": [1] * count, "price": [2.5] * count}  # fmt: skip
    cells = good | {name.replace("_", " "): listed for name, listed in columns.items()}
    return write(folder / "a.csv", [HEAD, *([cells[name][n] for name in HEAD] for n in range(count))])


def fixed(path: Path, *fixes: dict[str, str], kind: str = "orders", **more: Any) -> Report:
    return checked(path, kind, wishes=Wishes(fixes=fixes, **more))


def fix(cause: str, column: str, act: str, **more: str) -> dict[str, str]:
    return {"cause": cause, "column": column, "act": act, **more}


def test_a_group_says_what_it_saw_and_what_may_be_done(tmp_path: Path) -> None:
    report = checked(orders(tmp_path, price=["ten", "two", "ten", "1"]), "orders")
    (group,) = report.groups
    assert group["values"] == [{"value": "ten", "count": 2}, {"value": "two", "count": 1}]
    assert (group["acts"], group["hows"]) == (["skip", "replace"], [])


def test_only_the_readings_that_make_sense_of_a_value_are_offered(tmp_path: Path) -> None:
    (group,) = checked(orders(tmp_path, price=["ten", "12 pcs", "1"]), "orders").groups
    assert (group["acts"], group["hows"]) == (["skip", "replace", "parse"], ["stripped"])


def test_rows_of_a_group_are_left_out_by_choice_and_counted_as_such(tmp_path: Path) -> None:
    path = orders(tmp_path, price=["ten", "two", "3", "1"])
    report = fixed(path, fix("not_a_number", "price", "skip"))
    assert causes(report) == {"skipped_by_choice": [2, 3]}
    assert (report.good, report.rejected, report.skipped) == (2, 0, 2)


def test_one_value_is_left_out_and_the_rest_of_its_group_stays(tmp_path: Path) -> None:
    report = fixed(orders(tmp_path, price=["ten", "two", "3"]), fix("not_a_number", "price", "skip", seen="ten"))
    assert causes(report) == {"not_a_number": [3], "skipped_by_choice": [2]}


def test_a_row_left_out_by_choice_has_no_other_error(tmp_path: Path) -> None:
    path = orders(tmp_path, price=["ten", "1"], date=["soon", "2026-01-01"])
    report = fixed(path, fix("not_a_number", "price", "skip"), fix("not_a_date", "date", "skip"))
    assert causes(report) == {"skipped_by_choice": [2]}
    assert (report.good, report.skipped) == (1, 1)


def test_one_value_is_replaced_and_the_rest_of_its_group_by_another(tmp_path: Path) -> None:
    path = orders(tmp_path, price=["ten", "two", "free", "3"])
    report = fixed(
        path, fix("not_a_number", "price", "replace", value="0"),
        fix("not_a_number", "price", "replace", seen="ten", value="10"),
    )  # fmt: skip
    assert causes(report) == {}
    assert [row["price"] for row in canonical(path)] == [10, 0, 0, 3]


def test_a_replacement_is_read_like_any_other_cell_and_may_fail_again(tmp_path: Path) -> None:
    path = orders(tmp_path, date=["soon", "2026-01-05"])
    assert causes(fixed(path, fix("not_a_date", "date", "replace", value="later"))) == {"not_a_date": [2]}
    assert causes(fixed(path, fix("not_a_date", "date", "replace", value=""))) == {"missing": [2]}
    assert causes(fixed(path, fix("not_a_date", "date", "replace", value="2031-01-01"))) == {"future_date": [2]}


def test_an_empty_cell_can_be_filled(tmp_path: Path) -> None:
    path = orders(tmp_path, sku=["", "S2"])
    assert causes(fixed(path, fix("missing", "sku", "replace", value="UNKNOWN"))) == {}
    assert [row["sku"] for row in canonical(path)] == ["UNKNOWN", "S2"]


@pytest.mark.parametrize(
    ("cell", "how", "day"),
    [
        ("03.25.2026", "mdy", date(2026, 3, 25)),
        ("25032026", "dmy", date(2026, 3, 25)),
        ("2026 03 25", "ymd", date(2026, 3, 25)),
        ("260325", "compact", date(2026, 3, 25)),
        ("46106.5", "serial", date(2026, 3, 25)),
        ("2026-03", "month", date(2026, 3, 1)),
        ("1774432800", "unix", date(2026, 3, 25)),
        ("1774432800000", "unix", date(2026, 3, 25)),
    ],
)
def test_dates_of_a_group_are_read_as_told(tmp_path: Path, cell: str, how: str, day: date) -> None:
    path = orders(tmp_path, date=["2026-01-05"] * 30 + [cell, cell])
    (group,) = checked(path, "orders").groups or [{"cause": "not_a_date"}]
    report = fixed(path, fix(group["cause"], "date", "parse", how=how))
    assert causes(report) == {}
    assert canonical(path)[-1]["date"] == day


@pytest.mark.parametrize(
    ("cell", "how", "number"),
    [("12 pcs", "stripped", 12), ("ca. 3.5 kg", "stripped", 3.5), ("1.234.567,8", "comma", 1234567.8)],
)
def test_numbers_of_a_group_are_read_as_told(tmp_path: Path, cell: str, how: str, number: float) -> None:
    path = orders(tmp_path, quantity=["1.25", "2.50", "3.75", cell])
    report = fixed(path, fix("not_a_number", "quantity", "parse", how=how))
    assert causes(report) == {}
    assert canonical(path)[-1]["quantity"] == number


def test_what_no_reading_explains_stays_an_error(tmp_path: Path) -> None:
    path = orders(tmp_path, date=["03.25.2026", "soon"])
    report = fixed(path, fix("not_a_date", "date", "parse", how="mdy"))
    assert causes(report) == {"not_a_date": [3]}


def test_an_old_date_may_be_accepted(tmp_path: Path) -> None:
    path = orders(tmp_path, date=["1948-01-05", "2026-01-05"])
    assert causes(fixed(path, fix("ancient_date", "date", "accept"))) == {}
    assert canonical(path)[0]["date"] == date(1948, 1, 5)


def test_lines_that_are_no_rows_are_left_out_by_choice(tmp_path: Path) -> None:
    path = orders(tmp_path, price=["1", "2"])
    path.write_text(path.read_text() + "O9,C1\n")
    assert causes(checked(path, "orders")) == {"too_few_columns": [4]}
    report = fixed(path, fix("too_few_columns", "", "skip"))
    assert causes(report) == {"skipped_by_choice": [4]}
    assert (report.good, report.skipped, report.rejected) == (2, 1, 0)


def test_an_end_before_its_start_can_be_emptied(tmp_path: Path) -> None:
    rows = [["contract no", "customer id", "start date", "cancelled on"], ["K1", "C1", "2026-01-01", "2025-01-01"]]
    path = write(tmp_path / "a.csv", rows)
    assert (
        causes(fixed(path, fix("ends_before_start", "cancelled on", "replace", value=""), kind="subscriptions")) == {}
    )
    assert canonical(path)[0]["ended"] is None


@pytest.mark.parametrize(("act", "name"), [("first", "Bob"), ("skip", "Bob"), ("last", "Robert")])
def test_of_rows_with_one_key_the_first_or_the_last_is_kept(tmp_path: Path, act: str, name: str) -> None:
    rows = [["customer id", "name"], ["C1", "Ann"], ["C2", "Bob"], ["C1", "Ann"], ["C2", "Rob"], ["C2", "Robert"]]
    path = write(tmp_path / "a.csv", rows)
    report = fixed(path, fix("duplicate_key", "customer id", act), kind="customers")
    assert [row["name"] for row in canonical(path)] == ["Ann", name]
    assert report.errors == []
    assert (report.good, report.skipped) == (2, 3)


def test_words_nobody_knows_are_listed_and_can_be_mapped(tmp_path: Path) -> None:
    rows = [["customer id", "churned"], ["C1", "yes"], ["C2", "Kaputt "], ["C3", "kaputt"], ["C4", "läuft"], ["C5", ""]]
    path = write(tmp_path / "a.csv", rows)
    report = checked(path, "customers", "churned=churned")
    assert report.choices["churned"]["field"] == "churned"
    told = {one["value"]: (one["count"], one["read_as"]) for one in report.choices["churned"]["values"]}
    assert told == {"yes": (1, "true"), "Kaputt": (1, None), "kaputt": (1, None), "läuft": (1, None), "": (1, "")}
    mapped = Wishes(values={"churned": {"kaputt": "true", "läuft": "false"}})
    report = checked(path, "customers", "churned=churned", wishes=mapped)
    assert causes(report) == {}
    assert [row["churned"] for row in canonical(path)] == [True, True, True, False, None]
    assert {one["read_as"] for one in report.choices["churned"]["values"]} == {"true", "false", ""}


def test_a_kind_of_contact_can_be_mapped(tmp_path: Path) -> None:
    rows = [["customer id", "date", "type"], ["C1", "2026-03-01", "Hausbesuch"]]
    path = write(tmp_path / "a.csv", rows)
    report = checked(path, "interactions", "type=kind", wishes=Wishes(values={"type": {"Hausbesuch": "visit"}}))
    assert causes(report) == {}
    assert canonical(path)[0]["kind"] == "visit"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (fix("nonsense", "price", "skip"), "“nonsense” is no kind of problem"),
        (fix("totals_row", "", "skip"), "“skip” cannot be done about totals_row"),
        (fix("not_a_number", "price", "explode"), "“explode” cannot be done about not_a_number"),
        (fix("not_a_date", "date", "parse", how="backwards"), "“backwards” is no way to read"),
        (fix("not_a_number", "preis", "skip"), "The file has no column “preis”"),
        ({**fix("not_a_number", "price", "skip"), "extra": "1"}, "“extra” is no fix"),
    ],
)
def test_a_fix_that_makes_no_sense_gets_a_sentence(tmp_path: Path, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        fixed(orders(tmp_path, price=["1"]), wrong)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"price": {"a": "b"}}, "holds no words"),
        ({"nope": {"a": "b"}}, "no column “nope”"),
    ],
)
def test_a_word_that_cannot_be_mapped_gets_a_sentence(tmp_path: Path, values: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        fixed(orders(tmp_path, price=["1"]), values=values)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Price:not_a_number=replace:0", fix("not_a_number", "Price", "replace", value="0")),
        ("Tag:genau:not_a_date=parse:mdy", fix("not_a_date", "Tag:genau", "parse", how="mdy")),
        ("too_few_columns=skip", fix("too_few_columns", "", "skip")),
    ],
)
def test_a_fix_is_spoken_on_the_command_line(said: str, meant: dict[str, str]) -> None:
    assert Fix.spoken(said) == meant


def test_every_cause_that_can_be_parsed_knows_how() -> None:
    assert {code for code, cause in CAUSES.items() if PARSE in cause.acts} == set(HOWS)
