"""S14: whatever customers are called, nothing in a file that leaves Fairway runs when a spreadsheet opens it."""

import csv
import io
import itertools
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from partners import persons, uploads
from partners.models import Customer, Product, Upload, UploadRun
from predictions import exports, publications
from predictions.models import ScoringRun
from tests.cast import Cast
from tests.partners.conftest import TODAY, settle
from tests.predictions import offers
from tests.predictions.test_publications import churn_table

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ENDS = ("cmd|' /C calc'!A0", 'HYPERLINK("http://x.example","y")', "1+1", "SUM(A1:A9)")
PAYLOADS = [start + end for start, end in itertools.product(("=", "+", "-", "@", "＝"), ENDS)]

pytestmark = pytest.mark.django_db


def live(cell: str) -> bool:
    """Would a spreadsheet take this cell for a formula? A plain negative number is none."""
    return cell.startswith(STARTS) and not cell[1:].replace(".", "", 1).replace(",", "").isdigit()


def cells(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def body(browser: Client, name: str, *arguments: object) -> bytes:
    answer = browser.get(reverse(name, args=arguments))
    assert answer.status_code == 200, name
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def dangerous(found: list[str]) -> list[str]:
    assert any("HYPERLINK" in cell or "cmd" in cell for cell in found), "the planted cells are in the file"
    return [cell for cell in found if live(cell)]


@pytest.fixture
def armed(cast: Cast) -> Cast:
    """Customers, products and reasons' values whose texts are formulas, on both published lists."""
    ids = [f"{payload}#{number}" for number, payload in enumerate(PAYLOADS)]
    with scope(partner=cast.alder):
        Customer.objects.bulk_create(
            Customer(partner=cast.alder, external_id=one, name=one, segment=one) for one in ids
        )
        Product.objects.bulk_create(Product(partner=cast.alder, sku=one, name=one, category=one) for one in ids)
    cast.dataset(cast.alder)
    run = ScoringRun.objects.create(kind="churn")
    run.claim(worker="w", at=timezone.now())
    table = churn_table({one: 0.2 + index / 40 for index, one in enumerate(ids)})
    with scope(partner=cast.alder):
        made = publications.stage(run, cast.alder, cast.champion, table, as_of=timezone.localdate())
        assert publications.publish(made, run=run, at=timezone.now())
    assert offers.put(cast, offers.table([(one, one, 1, False) for one in sorted(ids)]))[1]
    return cast


@pytest.mark.parametrize("page", ["churn-csv", "recommendations-csv"])
def test_lists_taken_from_pages_hold_no_live_formula(armed: Cast, page: str) -> None:
    assert dangerous(cells(body(armed.browser(armed.ada), page, "alder"))) == []


@pytest.mark.parametrize("what", ["churn", "recommendations"])
def test_lists_taken_by_command_hold_no_live_formula(armed: Cast, what: str, tmp_path: Path) -> None:
    exports.export(armed.alder, what, tmp_path / "out.csv", form="csv", top=None, repeat="include")
    assert dangerous(cells((tmp_path / "out.csv").read_bytes())) == []
    exports.export(armed.alder, what, tmp_path / "out.xlsx", form="xlsx", top=None, repeat="include")
    assert formulas((tmp_path / "out.xlsx").read_bytes()) == 0


def formulas(workbook: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/" in name]
    assert sheets
    return sum(sheet.count(b"<f>") + sheet.count(b"<f ") for sheet in sheets)


def test_failing_rows_and_the_problem_list_hold_no_live_formula(cast: Cast, tmp_path: Path) -> None:
    head = ["customer id", "name", "=evil header", "customer since"]
    rows = [head, *([f"C{number}", payload, payload, payload] for number, payload in enumerate(PAYLOADS))]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    browser = cast.browser(cast.ada)
    for name, content in {"a.csv": text.getvalue().encode(), "a.xlsx": (tmp_path / "a.xlsx").read_bytes()}.items():
        with scope(partner=cast.alder):
            upload = uploads.receive(cast.alder, kind="customers", filename=name, chunks=[content], by=cast.ada)
            columns = ["customer since=since"]
            settle(uploads.prepare(upload, UploadRun.Step.CHECK, by=cast.ada, at=TODAY, columns=columns))
            upload.refresh_from_db()
            assert upload.state == Upload.State.REFUSED
        assert dangerous(cells(body(browser, "upload-problems", "alder", upload.pk))) == []
        failing = body(browser, "upload-failing", "alder", upload.pk)
        if name.endswith("csv"):
            assert dangerous(cells(failing)) == []
        else:
            assert formulas(failing) == 0


def test_what_a_customer_is_handed_holds_no_live_formula(armed: Cast) -> None:
    with scope(partner=armed.alder):
        for customer in Customer.objects.filter(external_id__contains="HYPERLINK"):
            held = persons.packed({"customer": {"name": customer.name, "attributes": {"=a": customer.name}}})
            with zipfile.ZipFile(io.BytesIO(held)) as packed:
                assert dangerous(cells(packed.read("customer.csv"))) == []
