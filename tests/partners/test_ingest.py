"""`manage.py ingest` as scripts meet it: one JSON line, one sentence on stderr, and nothing changed on a refusal."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope

from partners.models import Customer, DatasetVersion, Partner, Upload
from portal.kit import runs
from tests.cast import Cast
from tests.partners.conftest import settle
from tests.worlds import orders_csv

HEAD = "order id,customer id,date,sku,quantity,price\n"
GOOD = "O1,C1,2026-01-05,S1,1,100\n"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's work in this process: the child's own story is told in tests/portal/kit."""
    monkeypatch.setattr(runs, "run_here", lambda run, **_more: settle(run))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def ingest(*words: Any) -> tuple[list[str], dict[str, Any]]:
    out = io.StringIO()
    call_command("ingest", *map(str, words), "--json", stdout=out)
    lines = out.getvalue().splitlines()
    return lines, json.loads(lines[-1])


def state(partner: Partner) -> tuple[int, int, int]:
    with scope(partner=partner):
        return Upload.objects.count(), DatasetVersion.objects.count(), Customer.objects.count()


def test_a_good_file_is_taken_and_counted(cast: Cast, file: Path) -> None:
    orders_csv(file, customers=5)
    lines, told = ingest(cast.alder.slug, "orders", file)
    assert lines[0] == "100 rows are in use: 100 new, 0 changed, 0 unchanged."
    assert (told["rows"], told["lines"], told["skipped"]) == (100, 100, 0)
    assert (told["created"], told["updated"], told["unchanged"]) == (100, 0, 0)
    assert (told["dataset"], told["warnings"], told["same"]) == (1, [], False)


def test_the_identical_file_is_recognised(cast: Cast, file: Path) -> None:
    file.write_text(HEAD + GOOD)
    ingest(cast.alder.slug, "orders", file)
    before = state(cast.alder)
    lines, told = ingest(cast.alder.slug, "orders", file)
    assert "already in use" in lines[0]
    assert (told["same"], told["created"], told["updated"], told["dataset"]) == (True, 0, 0, 1)
    assert state(cast.alder) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "orders.csv is empty: it has 0 bytes"),
        (HEAD, "no rows below it"),
        ("a,b\n1,2\n", "no column we recognise as order_id, customer_id, date, sku"),
        (HEAD + GOOD + "O2,C1,2026-01-05,S1,1,ten\n", "orders.csv: Row 3, column “price”: “ten”: not a number"),
        (HEAD + "O1,C1,2999-01-05,S1,1,1\n", "Row 2, column “date”: “2999-01-05”: date in the future"),
        (HEAD + "O1,C1,03/04/2020,S1,1,1\n", "Add --date-order dmy or --date-order mdy"),
        (HEAD + "O1,C1,2026-01-05\n", "too few columns in the row"),
        (HEAD + 'O1,C1,2026-01-05,"S1,1,1\n', "a quotation mark that is never closed"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(cast: Cast, file: Path, content: str, words: str) -> None:
    file.write_text(content)
    with pytest.raises(CommandError) as refused:
        ingest(cast.alder.slug, "orders", file)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert state(cast.alder) == (0, 0, 0)
    assert not list((cast.alder.folder / "uploads").iterdir())


def test_a_missing_file_an_unknown_partner_and_an_unknown_kind_are_named(cast: Cast, file: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*orders\.csv"):
        ingest(cast.alder.slug, "orders", file)
    file.write_text(HEAD + GOOD)
    with pytest.raises(CommandError, match="There is no partner “nobody”"):
        ingest("nobody", "orders", file)
    with pytest.raises(CommandError, match="“invoices” is not a kind of file"):
        ingest(cast.alder.slug, "invoices", file)


def test_bad_rows_are_left_out_only_on_request(cast: Cast, file: Path) -> None:
    file.write_text(HEAD + GOOD + "O2,C1,2026-01-05,S1,1,ten\n")
    _, told = ingest(cast.alder.slug, "orders", file, "--skip-bad")
    assert (told["rows"], told["skipped"], told["rejected"]) == (1, 1, 1)
    assert told["warnings"] == ["Not a number in column “price”: 1 rows (row 3)."]


def test_answers_on_the_command_line_are_obeyed(cast: Cast, file: Path) -> None:
    file.write_text("Nr;Wer;Tag;Artikelnr;Menge;Preis\n1;K1;03/04/2020;S1;1;1.234\n")
    _, told = ingest(
        cast.alder.slug, "orders", file, "--map", "Nr=order_id", "--map", "Wer=customer_id", "--map", "Tag=date",
        "--date-order", "mdy", "--decimal", "comma",
    )  # fmt: skip
    assert told["rows"] == 1
    with scope(partner=cast.alder):
        one = Customer.objects.get()
        assert (str(one.last_order_on), one.spend) == ("2020-03-04", 1234.0)


def test_the_row_number_may_be_the_customer(cast: Cast, file: Path) -> None:
    file.write_text("visits,Revenue\n3,TRUE\n4,FALSE\n")
    _, told = ingest(cast.alder.slug, "customers", file, "--map", "#row=customer_id", "--map", "Revenue=purchased")
    assert told["rows"] == 2
    with scope(partner=cast.alder):
        assert set(Customer.objects.values_list("external_id", flat=True)) == {"1", "2"}


def test_columns_left_out_are_said(cast: Cast, file: Path) -> None:
    file.write_text(HEAD.strip() + ",Country\n" + GOOD.strip() + ",France\n")
    lines, told = ingest(cast.alder.slug, "orders", file)
    assert told["warnings"] == ["Columns not used: Country."]
    assert "  Columns not used: Country." in lines


def test_problems_are_fixed_on_the_command_line(cast: Cast, file: Path) -> None:
    file.write_text(HEAD + GOOD + "O2,C1,2026-01-05,S1,1,ten\nO3,C1,01.25.2026,S1,1,2\nO4,C1,2026-01-05,S1,x,2\n")
    lines, told = ingest(
        cast.alder.slug, "orders", file, "--fix", "price:not_a_number=replace:10",
        "--fix", "date:not_a_date=parse:mdy", "--fix", "quantity:not_a_number=skip",
    )  # fmt: skip
    assert (told["rows"], told["skipped"], told["rejected"]) == (3, 1, 0)
    assert "  Left out by choice in column “quantity”: 1 rows (row 5)." in lines


def test_words_and_fixes_come_from_a_file_too(cast: Cast, file: Path, tmp_path: Path) -> None:
    file.write_text("customer id,date,type\nC1,2026-03-01,Hausbesuch\nC1,soon,Anruf\n")
    said = tmp_path / "fixes.json"
    fix = {"cause": "not_a_date", "column": "date", "act": "skip"}
    said.write_text(json.dumps({"fixes": [fix], "values": {"type": {"Hausbesuch": "visit"}}}))
    _, told = ingest(
        cast.alder.slug, "interactions", file, "--map", "type=kind", "--fixes", said, "--value", "type:Anruf=call"
    )
    assert (told["rows"], told["skipped"]) == (1, 1)
    assert told["warnings"] == ["Left out by choice in column “date”: 1 rows (row 3)."]


def test_each_column_of_dates_has_its_own_order(cast: Cast, file: Path) -> None:
    file.write_text("contract no,customer id,start date,cancelled on\nK1,C1,03/04/2026,05/06/2026\n")
    with pytest.raises(CommandError, match=r'2 columns.*--date-order "start date=dmy" for each'):
        ingest(cast.alder.slug, "subscriptions", file)
    words = ["--date-order", "start date=dmy", "--date-order", "cancelled on=mdy"]
    assert ingest(cast.alder.slug, "subscriptions", file, *words)[1]["rows"] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--fix", "price"], "“price” is no fix we understand"),
        (["--fix", "price:nonsense=skip"], "“nonsense” is no kind of problem"),
        (["--fix", "Preis:not_a_number=skip"], "The file has no column “Preis”"),
        (["--value", "price"], "does not say which word means what"),
        (["--value", "price:a=b"], "holds no words"),
        (["--fixes", "/nowhere.json"], "cannot be read as JSON"),
        (["--date-order", "ymd"], "is no order of day and month"),
    ],
)
def test_a_correction_that_makes_no_sense_gets_a_sentence(cast: Cast, file: Path, words: list[str], told: str) -> None:
    file.write_text(HEAD + GOOD)
    with pytest.raises(CommandError, match=told):
        ingest(cast.alder.slug, "orders", file, *words)
    assert state(cast.alder) == (0, 0, 0)
