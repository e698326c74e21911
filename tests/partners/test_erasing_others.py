"""Erasing one person leaves alone what others have in common with them: a name, an address, a word."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partners.erasing import parquet, quoted
from partners.erasing.persons import Persons
from partners.models import Customer, Partner, Product, UploadRun
from tests.partners.conftest import Send
from tests.partners.erasures import erase

pytestmark = pytest.mark.django_db
CUSTOMERS = """customer_id,name,email,phone,country,city,segment,industry
E0001,Peter Becker,shop@mail.example,+49 555 0001,DE,Ulm,Becker,Steel
E0002,Peter Becker,other@x.example,+49 555 0002,DE,Bonn,Retail,Steel
E0003,Maria Becker,shop@mail.example,+49 555 0003,DE,Gold,Gold,Peter Becker
E0004,Gold,gold@x.example,+49 555 0004,DE,Ulm,Gold,Steel
E0005,Rare Bird Ltd,rare@bird.example,+49 555 0005,DE,Ulm,Retail,Steel
"""
INTERACTIONS = """customer_id,date,type,notes
E0001,2026-01-05,call,mine
E0002,2026-01-05,call,Peter Becker of E0001 called from +49 555 0001 and shop@mail.example
E0003,2026-01-06,call,Rare Bird Ltd (Rare@Bird.example) bought Gold in Ulm
"""
ORDERS = """order id,customer id,date,sku,description,quantity,price
O1,E0002,2026-01-05,Gold,Rare Bird Ltd,1,10
O2,E0003,2026-02-05,S1,Gold,2,10
O3,E0001,2026-02-05,S1,Ring,2,10
"""


def cells(partner: Partner, number: str) -> set[str]:
    """Every row of this customer in any table, as text."""
    rows: set[str] = set()
    for names in parquet.files([partner.folder]):
        table = pq.read_table(names[0])
        if "customer_id" in table.column_names:
            rows |= {str(sorted(row.items(), key=str)) for row in table.to_pylist() if row["customer_id"] == number}
    return rows


def people(*numbers: str) -> list[dict[str, Any]]:
    return [dict(row) for row in Customer.objects.filter(external_id__in=numbers).order_by("external_id").values()]


def texts(partner: Partner) -> dict[str, str]:
    found: dict[str, str] = {}
    for names in parquet.files([partner.folder]):
        table = pq.read_table(names[0])
        if "text" in table.column_names:
            found |= dict(zip(table["customer_id"].to_pylist(), table["text"].to_pylist(), strict=True))
    return found


def test_a_namesake_and_one_who_shares_the_address_keep_all_they_have(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    others = ("E0002", "E0003", "E0004", "E0005")
    held, rows = {one: cells(inside, one) for one in others}, people(*others)
    erase(inside, "E0001")
    assert {one: cells(inside, one) for one in others} == held
    assert people(*others) == rows
    assert cells(inside, "E0001") == set()
    assert people("E0001") == []


def test_a_name_that_is_a_segment_a_city_and_a_product_stays_there(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    send(ORDERS)
    Product.objects.create(partner=inside, sku="G2", name="Gold Ring", category="Gold")
    held = {one: cells(inside, one) for one in ("E0002", "E0003")}
    UploadRun.objects.update(log="Gold looks odd")
    erase(inside, "E0004")
    assert {one: cells(inside, one) for one in held} == held
    assert {row["segment"] for row in people("E0003")} == {"Gold"}
    assert Product.objects.get(sku="G2").category == "Gold"
    assert set(UploadRun.objects.values_list("log", flat=True)) == {"Gold looks odd"}
    assert cells(inside, "E0004") == set()


def test_a_free_text_loses_what_names_them_alone(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    send(INTERACTIONS, "interactions")
    erase(inside, "E0001")
    told = texts(inside)
    assert told["E0002"] == "Peter Becker of … called from … and shop@mail.example", "the name and address are others'"
    assert "E0001" not in told
    erase(inside, "E0005")
    assert texts(inside)["E0003"] == "… (…) bought Gold in Ulm"


def test_a_name_shared_so_far_is_struck_when_its_last_bearer_goes(send: Send, inside: Partner) -> None:
    send(CUSTOMERS.replace("Gold,Gold,Peter Becker", "Gold,Gold,Steel"), "customers")
    for last, left in (("E0001", "Peter Becker looks odd"), ("E0002", "… looks odd")):
        UploadRun.objects.update(log="Peter Becker looks odd")
        erase(inside, last)
        assert set(UploadRun.objects.values_list("log", flat=True)) == {left}


def test_a_name_that_is_a_product_is_not_altered_in_orders(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    send(ORDERS)
    held = cells(inside, "E0002")
    UploadRun.objects.update(message="Rare Bird Ltd is odd, rare@bird.example too")
    erase(inside, "E0005")
    assert cells(inside, "E0002") == held
    assert set(UploadRun.objects.values_list("message", flat=True)) == {"Rare Bird Ltd is odd, … too"}


def test_a_report_loses_their_rows_and_keeps_those_of_others(send: Send, inside: Partner) -> None:
    upload = send(CUSTOMERS, "customers")
    was = upload.report["first_rows"]["rows"]
    erase(inside, "E0001")
    upload.refresh_from_db()
    rows = upload.report["first_rows"]["rows"]
    assert set(rows[0]) == {"…"}
    assert rows[1:] == was[1:]
    samples = {one["field"]: one["samples"] for one in upload.mapping["matches"]}
    assert samples["customer_id"] == ["…", "E0002", "E0003"]
    assert samples["email"][:2] == ["shop@mail.example", "other@x.example"]
    changes = {one["key"]["customer_id"]: one["columns"] for one in upload.report["preview"]["sample"]}
    assert changes["E0002"]["name"] == [None, "Peter Becker"]
    assert set(map(str, changes["…"].values())) == {"[None, '…']"}


def test_a_short_number_is_theirs_only_where_numbers_of_customers_stand() -> None:
    row = {
        "mapping": {"matches": [{"source": "id", "field": "customer_id", "samples": ["7", "8"]},
                                {"source": "n", "field": "quantity", "samples": ["7"]}]},
        "report": {"first_rows": {"columns": ["id", "n"], "rows": [["7", "1"], ["8", "7"]]},
                   "groups": [{"field": "quantity", "values": [{"value": "7"}]}]},
    }  # fmt: skip
    left = quoted.scrubbed(row, Persons(frozenset({"7"})))
    assert [one["samples"] for one in left["mapping"]["matches"]] == [["…", "8"], ["7"]]
    assert left["report"]["first_rows"]["rows"] == [["…", "…"], ["8", "7"]]
    assert left["report"]["groups"] == row["report"]["groups"]  # type: ignore[index]


def test_a_word_of_the_language_is_no_name(send: Send, inside: Partner) -> None:
    send("customer_id,name\nE0001,Order\nE0002,Steel\n", "customers")
    send("customer_id,date,type,notes\nE0002,2026-01-05,call,an order came. Order again\n", "interactions")
    erase(inside, "E0001")
    assert texts(inside)["E0002"] == "an order came. Order again"


@pytest.mark.parametrize("other", ["2026-01-05", "12,2026", "my.rare@bird.example", "gold and Golden"])
def test_parts_of_dates_numbers_addresses_and_words_are_not_them(other: str) -> None:
    persons = Persons(frozenset({"2026"}), frozenset({"rare@bird.example"}), frozenset({"Gold"}))
    assert persons.without(other) == other
    assert persons.without("2026: GOLD, Gold (Rare@bird.example).") == "…: …, … (…)."


def test_a_table_without_texts_is_written_only_when_it_holds_their_rows(tmp_path: Path) -> None:
    file = tmp_path / "one.parquet"
    pq.write_table(pa.table({"customer_id": ["E0002"], "segment": ["Becker"]}), file)
    assert not parquet.rewrite([file], Persons(frozenset({"E0001"}), words=frozenset({"Becker"})))
