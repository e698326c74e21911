"""Files by API: sent once, watched, taken into use, taken back; each refusal with a sentence and nothing changed."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from partners import originals
from partners.models import Customer, Upload, UploadRun
from portal.api.idempotency import KEPT, Repeated
from portal.models import IdempotentRequest
from predictions.models import Outcome
from tests.cast import Cast
from tests.partners.conftest import settle
from tests.portal.api.conftest import Keys, Program, World

pytestmark = pytest.mark.lanes

ORDERS = b"order id,customer id,date,sku,quantity,price\nO1,K1,2026-03-14,S1,2,10.5\nO2,K2,2026-04-14,S2,1,7\n"
WRONG = b"order id,customer id,date,sku,quantity,price\nO1,K1,2026-03-14,S1,two,10.5\nO2,K2,2026-04-14,S2,1,7\n"


@pytest.fixture
def program(keyring: Keys) -> Program:
    return keyring.program(role="manager")


def work(cast: Cast) -> None:
    """Do what is queued, as a worker would."""
    with scope(partner=cast.alder):
        for run in UploadRun.objects.filter(state="queued"):
            settle(run)


def test_a_file_is_sent_checked_taken_into_use_and_taken_back(cast: Cast, program: Program) -> None:
    sent = program.send(ORDERS)
    assert sent.status_code == 202
    body = sent.json()
    assert (body["state"], body["run"]["step"], body["run"]["state"]) == ("received", "check", "queued")
    assert body["report"] is None
    address = sent["Location"].removeprefix("http://testserver/api/v1/")
    work(cast)
    checked = program.get(address).json()
    assert checked["state"] == "checked"
    assert checked["run"]["state"] == "succeeded"
    assert (checked["report"]["good"], checked["report"]["created"], checked["report"]["problems"]) == (2, 2, [])
    assert {column["column"]: column["field"] for column in checked["columns"]}["customer id"] == "customer_id"
    committing = program.post(f"{address}commit/")
    assert committing.status_code == 202
    assert committing.json()["run"]["step"] == "commit"
    work(cast)
    assert program.get(address).json()["state"] == "committed"
    assert [row["customer_id"] for row in program.get("customers/").json()["results"]] == ["K1", "K2"]
    assert program.post(f"{address}withdraw/").status_code == 202
    work(cast)
    asked = program.get(address).json()
    assert (asked["state"], asked["run"]["state"], asked["run"]["confirm"]) == ("committed", "failed", 2)
    assert program.post(f"{address}withdraw/", {"confirm": 2}).status_code == 202
    work(cast)
    assert program.get(address).json()["state"] == "withdrawn"
    assert program.get("customers/").json()["results"] == []


def test_a_worker_is_woken_once_the_row_stands(
    cast: Cast, program: Program, no_broker: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        program.send(ORDERS)
    with scope(partner=cast.alder):
        assert no_broker == [("partners.UploadRun", UploadRun.objects.get().pk)]


def test_columns_and_dates_can_be_told_with_the_file(cast: Cast, program: Program) -> None:
    strange = b"a,b,c,d,e\nO1,K1,03/04/2026,S1,9\nO2,K2,05/06/2026,S2,8\n"
    mapping = {"a": "order_id", "b": "customer_id", "c": "date", "d": "sku", "e": "amount"}
    sent = program.send(strange, mapping=json.dumps(mapping), date_order="mdy")
    work(cast)
    checked = program.get(f"uploads/{sent.json()['id']}/").json()
    assert checked["state"] == "checked", checked["report"]
    assert {column["column"]: column["field"] for column in checked["columns"]} == mapping
    with scope(partner=cast.alder):
        assert Upload.objects.get().reading["wishes"]["date_order"] == "mdy"


def test_errors_come_with_row_column_and_a_sentence_and_block_the_commit(cast: Cast, program: Program) -> None:
    sent = program.send(WRONG)
    work(cast)
    address = f"uploads/{sent.json()['id']}/"
    checked = program.get(address).json()
    assert checked["state"] == "refused"
    problem = checked["report"]["problems"][0]
    assert (problem["code"], problem["column"], problem["field"]) == ("not_a_number", "quantity", "quantity")
    assert (problem["level"], problem["count"], problem["rows"]) == ("error", 1, [2])
    assert "“two”" in problem["sentence"]
    refused = program.post(f"{address}commit/")
    assert refused.status_code == 422
    assert "Row 2" in refused.json()["detail"]
    assert program.post(f"{address}commit/", {"skip_bad": True}).status_code == 202


def test_a_cells_value_is_told_only_to_keys_that_see_personal_data(cast: Cast, program: Program, keyring: Keys) -> None:
    sent = program.send(WRONG)
    work(cast)
    seen = keyring.program(role="viewer", personal=False).get(f"uploads/{sent.json()['id']}/")
    assert "Row 2" in seen.json()["report"]["problems"][0]["sentence"]
    assert "two" not in seen.content.decode()


def test_a_file_without_names_of_columns_is_quoted_only_to_keys_that_see_personal_data(
    cast: Cast, program: Program, keyring: Keys
) -> None:
    sent = program.send(b"1,2026-01-01,5\n2,2026-01-02,jo@smith.example\n")
    address = f"uploads/{sent.json()['id']}/"
    work(cast)
    assert "2026-01-01" in program.get(address).json()["report"]["refusal"]
    told = keyring.program(personal=False).get(address)
    assert "has no row of column names" in told.json()["report"]["refusal"]
    assert "has no row of column names" in told.json()["run"]["message"]
    assert "2026-01-01" not in told.content.decode()


def test_reports_come_in_the_callers_language(cast: Cast, keyring: Keys) -> None:
    _key, secret = keyring.make(cast.alder)
    sent = Program(secret).send(WRONG)
    work(cast)
    told = Program(secret, HTTP_ACCEPT_LANGUAGE="zh-CN").get(f"uploads/{sent.json()['id']}/").json()
    assert "不是数字" in told["report"]["problems"][0]["title"]


def test_what_is_no_table_at_all_is_refused_by_its_check_with_a_sentence(cast: Cast, program: Program) -> None:
    sent = program.send(b"\x00\x01\x02\x03" * 50, name="x.xlsx")
    work(cast)
    body = program.get(f"uploads/{sent.json()['id']}/").json()
    assert body["state"] == "refused"
    assert len(body["report"]["refusal"]) > 20
    assert program.post(f"uploads/{body['id']}/commit/").status_code == 422


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "poems"}, "kind"),
        ({"mapping": "not json"}, "mapping"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"a": 1}'}, "mapping"),
        ({"mapping": '{"a": "x\\u0000"}'}, "mapping"),
        ({"mapping": '{"\\ud800": "sku"}'}, "mapping"),
        ({"mapping": "[" * 50_000}, "mapping"),
        ({"date_order": "ydm"}, "date_order"),
        ({"decimal": "dot"}, "decimal"),
        ({"header_row": "0"}, "header_row"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_kept(
    fields: dict[str, str], field: str, cast: Cast, program: Program
) -> None:
    answer = program.send(ORDERS, **fields)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    with scope(partner=cast.alder):
        assert not Upload.objects.exists()


def test_a_file_must_be_there_and_hold_something(program: Program) -> None:
    assert "empty" in program.send(b"").json()["errors"]["file"][0]
    without = program.client.post("/api/v1/uploads/", {"kind": "orders"}, **program.headers)
    assert without.status_code == 400
    assert "file" in without.json()["errors"]


def test_a_file_name_is_only_a_name(cast: Cast, program: Program) -> None:
    body = program.send(ORDERS, name="../../etc/passwd").json()
    assert body["filename"] == "passwd"


def test_steps_out_of_turn_are_refused_with_a_sentence(program: Program) -> None:
    address = f"uploads/{program.send(ORDERS).json()['id']}/"
    for step in ("commit", "withdraw"):
        refused = program.post(f"{address}{step}/")
        assert refused.status_code == 422
        assert "orders.csv" in refused.json()["detail"]
    assert program.post(f"{address}commit/", {"skip": True}).status_code == 400


def test_files_are_listed_newest_first_and_filtered(program: Program) -> None:
    first, second = program.send(ORDERS).json(), program.send(b"sku\nS1\n", kind="products").json()
    found = [row["id"] for row in program.get("uploads/").json()["results"]]
    assert found == [second["id"], first["id"]]
    for query in ({"kind": "orders"}, {"sha256": first["sha256"]}):
        assert [row["id"] for row in program.get("uploads/", **query).json()["results"]] == [first["id"]]
    assert program.get("uploads/", state="committed").json()["results"] == []


# -- Idempotency-Key ----------------------------------------------------------------------------------------------


def count(cast: Cast) -> int:
    with scope(partner=cast.alder):
        return Upload.objects.count()


def test_the_same_key_and_body_give_the_same_upload(cast: Cast, program: Program) -> None:
    answers = [program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="night-1") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert count(cast) == 1


@pytest.mark.parametrize(
    "other",
    [{"content": ORDERS + b"O3,K3,2026-05-01,S1,1,1\n"}, {"kind": "customers"}, {"name": "other.csv"},
     {"mapping": '{"sku": "ignore"}'}, {"date_order": "dmy"}],
)  # fmt: skip
def test_the_same_key_with_another_body_is_refused(other: dict[str, Any], cast: Cast, program: Program) -> None:
    program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="night-1")
    answer = program.send(other.pop("content", ORDERS), HTTP_IDEMPOTENCY_KEY="night-1", **other)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]
    assert count(cast) == 1


def test_without_a_key_or_with_another_every_request_makes_one(cast: Cast, program: Program) -> None:
    for headers in ({}, {}, {"HTTP_IDEMPOTENCY_KEY": "a"}, {"HTTP_IDEMPOTENCY_KEY": "b"}):
        assert program.send(ORDERS, **headers).status_code == 202
    assert count(cast) == 4


def test_two_programs_may_use_the_same_words(cast: Cast, keyring: Keys) -> None:
    ours, others = keyring.program(), keyring.program(cast.birch)
    assert ours.send(ORDERS, HTTP_IDEMPOTENCY_KEY="1").json()["id"] != others.send(
        ORDERS, HTTP_IDEMPOTENCY_KEY="1"
    ).json().get("id")
    assert count(cast) == 1


def test_a_key_that_outcomes_used_is_not_free_for_files(world: World, program: Program) -> None:
    told = {"customer_id": "C-1", "verdict": "saved"}
    first = program.post("outcomes/", told, HTTP_IDEMPOTENCY_KEY="k").json()
    again = program.post("outcomes/", told, HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert program.post("outcomes/", {**told, "verdict": "lost"}, HTTP_IDEMPOTENCY_KEY="k").status_code == 422
    assert program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="k").status_code == 422
    with scope(partner=world.cast.alder):
        assert Outcome.objects.filter(source__startswith="key:").count() == 1


@pytest.mark.parametrize("value", ["x" * 201, "tab\tin it"])
def test_a_key_that_cannot_be_kept_is_refused(value: str, cast: Cast, program: Program) -> None:
    answer = program.send(ORDERS, HTTP_IDEMPOTENCY_KEY=value)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["errors"]
    assert count(cast) == 0


def test_an_upload_says_when_its_file_is_deleted_and_that_it_was(cast: Cast, program: Program, settings: Any) -> None:
    settings.ORIGINAL_DAYS = 7
    made = program.send(ORDERS, complete="true").json()
    assert made["complete"] is True
    assert datetime.fromisoformat(made["original_until"]) - datetime.fromisoformat(made["created_at"]) == timedelta(
        days=7
    )
    assert made["original_deleted_at"] is None
    with scope(partner=cast.alder):
        originals.shred(Upload.objects.get(), at=timezone.now())
    assert program.get(f"uploads/{made['id']}/").json()["original_deleted_at"]


def test_what_was_refused_does_not_use_up_its_key(cast: Cast, program: Program, monkeypatch: Any) -> None:
    from portal.kit.errors import Refusal

    def full(*_args: Any, **_more: Any) -> None:
        raise Refusal("The server has no room.")

    with monkeypatch.context() as patch:
        patch.setattr(originals, "adopt", full)
        assert program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="k").status_code == 422
    assert count(cast) == 0
    assert program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="k").status_code == 202


def test_who_comes_second_at_the_same_moment_gets_the_firsts_object(
    cast: Cast, program: Program, monkeypatch: Any
) -> None:
    """Both looked before either wrote: the unique row decides."""
    first = program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="k").json()
    look, looks = Repeated._known, []

    def late(self: Repeated, *arguments: Any) -> Any:
        looks.append(1)
        return None if len(looks) == 1 else look(self, *arguments)

    monkeypatch.setattr(Repeated, "_known", late)
    second = program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="k")
    assert (second.status_code, second.json()["id"]) == (202, first["id"])
    assert count(cast) == 1
    assert len(looks) == 2


def test_keys_are_forgotten_after_a_week(cast: Cast, program: Program) -> None:
    program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="old")
    IdempotentRequest.objects.update(at=timezone.now() - KEPT * 1.01)
    program.send(ORDERS, HTTP_IDEMPOTENCY_KEY="new")
    assert list(IdempotentRequest.objects.values_list("value", flat=True)) == ["new"]


def test_customers_of_others_stay_untouched_by_a_file(world: World, program: Program) -> None:
    program.send(b"customer id,name\nB-1,Stolen\n", kind="customers", name="customers.csv")
    work(world.cast)
    with scope(partner=world.cast.birch):
        assert Customer.objects.get(external_id="B-1").name != "Stolen"
