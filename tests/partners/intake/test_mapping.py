"""Header matching on the museum: at least 97 % right, nothing wrong; and what a person may override.

Three rooms measured how far matching reaches beyond its lists, before they became part of the museum. Words of all
three were chosen by the author of the reader, not drawn from partners' files:
- hold, ten sets held back with headers chosen to be on no list, written before the reader of headers: 6 of 70 columns
  before it, 65 of 70 after it, none wrong either time; its misses were not looked at;
- tune, ten sets that the reader was made with: 16 of 68 before, 1 wrong (the total of an order); 67 of 68 after;
- fresh, seventeen sets written when the reader was done, as their systems spell them. The first eleven: 55 of 74 by
  lists alone, 62 with the reader; the last six, after its misses in those were mended: 19 of 43 by lists alone, 33
  with the reader; none wrong. Since the misses in all of them were looked at: 112 of 117.
"""

import sys

import pyarrow as pa
import pytest

from partners.columns import KINDS, TABLES
from partners.intake import headers, mapping
from partners.intake.mapping import Mapping
from partners.intake.templates import template
from portal.demo.dresses import DRESSES
from portal.kit.errors import Refusal
from tests.partners.intake.museum import MUSEUM, Piece


def matched(piece: Piece) -> Mapping:
    longest = max(len(samples) for _, _, samples in piece.columns)
    cells = [list(samples) + [""] * (longest - len(samples)) for _, _, samples in piece.columns]
    return mapping.suggest(
        piece.kind,
        [header for header, _, _ in piece.columns],
        pa.table([pa.array(column) for column in cells], names=[f"c{n}" for n in range(len(cells))]),
    )


def suggest(kind: str, **columns: list[str]) -> Mapping:
    return mapping.suggest(kind, list(columns), pa.table({name: pa.array(cells) for name, cells in columns.items()}))


@pytest.mark.parametrize("piece", MUSEUM, ids=lambda piece: piece.name)
def test_no_museum_piece_is_matched_wrongly(piece: Piece) -> None:
    wrong = [
        (match.source, match.field, expected)
        for match, (_, expected, _) in zip(matched(piece).matches, piece.columns, strict=True)
        if match.role == "field" and expected != "?" and match.field != expected
    ]
    assert wrong == []


def test_at_least_97_percent_of_the_museums_columns_are_matched(capsys: pytest.CaptureFixture[str]) -> None:
    found = total = columns = 0
    missed = []
    for piece in MUSEUM:
        for match, (header, expected, _) in zip(matched(piece).matches, piece.columns, strict=True):
            columns += 1
            if expected not in ("-", "?"):
                total += 1
                found += match.field == expected and match.role == "field"
                if match.field != expected or match.role != "field":
                    missed.append((piece.name, header, expected))
    with capsys.disabled():
        told = f"{len(MUSEUM)} header sets, {columns} columns, {found} of {total} matched ({found / total:.1%})"
        sys.stdout.write(f"\nmuseum: {told}\n")
    assert len(MUSEUM) >= 120
    assert total >= 750
    assert found / total >= 0.97, missed


@pytest.mark.parametrize("dress", DRESSES)
def test_every_demo_system_is_understood_without_help(dress: str) -> None:
    personal = {"email": "a@example.com", "phone": "+44 113 496 0000"}
    samples = {"date": "2026-01-05", "number": "12.5", "integer": "3", "boolean": "yes", "choice": "call"}
    for kind, names in DRESSES[dress].headers.items():
        listed = list(names.items())
        cells = [
            pa.array([samples.get(TABLES[kind][field].type, "A1") if field in TABLES[kind] else "x"])
            for field, _ in listed
        ]
        cells = [
            pa.array([personal[field]]) if field in personal else cell
            for (field, _), cell in zip(listed, cells, strict=True)
        ]
        table = pa.table(cells, names=[f"c{number}" for number in range(len(cells))])
        found = mapping.suggest(kind, [header for _, header in listed], table)
        for (field, header), match in zip(listed, found.matches, strict=True):
            assert match.field == (field if field in TABLES[kind] else ""), (dress, kind, header)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_in_template_needs_no_question(kind: str, language: str) -> None:
    head, example = template(kind, language).decode("utf-8-sig").splitlines()
    table = pa.table(
        [pa.array([cell]) for cell in example.split(",")], names=[f"c{n}" for n in range(head.count(",") + 1)]
    )
    found = mapping.suggest(kind, head.split(","), table)
    assert [match.field for match in found.matches] == TABLES[kind].names


@pytest.mark.parametrize(
    ("one", "other"),
    [("CustomerID", "customer_id"), ("Customer ID *", "customer id"), ("InvoiceNo.", "invoice no"),
     ("客户编号（必填）", "客户编号"),
     ("Stückpreis", "stueckpreis"), ("ＳＫＵ", "sku"), ("Menge [Stk]", "menge"), ("numéro client", "numero client")],
)  # fmt: skip
def test_spelling_does_not_matter(one: str, other: str) -> None:
    assert headers.key(one) == headers.key(other)


def test_a_label_with_a_few_odd_words_keeps_its_field_and_a_count_does_not() -> None:
    many = [str(n) for n in range(40)]
    assert "churned" in suggest("customers", customer_id=many, churned=["no"] * 38 + ["perhaps", "?"]).fields()
    assert "churned" not in suggest("customers", customer_id=many, churned=["no"] * 30 + ["perhaps"] * 10).fields()
    assert "is_return" not in suggest("orders", order=many, returned=["0"] * 37 + ["2", "3", "5"]).fields()


def test_names_are_no_numbers_of_customers() -> None:
    found = suggest(
        "orders",
        order=["1", "2"],
        Customer=["Harbour Office Ltd", "Calder & Fox"],
        date=["2026-01-01"] * 2,
        sku=["A", "B"],
    )
    assert found.missing() == ["customer_id"]
    assert [match.field for match in found.matches if match.role == "suggested"] == ["customer_id"]


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("orders", "Unit Price (excl. VAT)", "price"),
        ("orders", "Line Amount EUR", "amount"),
        ("subscriptions", "subscriptions.plan_id", "sku"),
        ("customers", "Company - City", "city"),
        ("customers", "Member phone", "phone"),
        ("orders", "Customer name", ""),
        ("orders", "Order total", ""),
        ("products", "Company name", ""),
    ],
)
def test_what_goes_without_saying_may_stand_beside_a_name(kind: str, header: str, field: str) -> None:
    found = suggest(kind, **{header: ["12345", "67890"]})
    assert list(found.fields()) == ([field] if field else [])


def test_a_type_of_document_tells_returns_when_all_its_words_are_understood() -> None:
    base = {"order": ["1", "2"], "customer id": ["1", "2"], "date": ["2026-01-01"] * 2, "sku": ["A", "B"]}
    assert "is_return" in suggest("orders", **base, Type=["Invoice", "Credit Note"]).fields()
    assert "is_return" in suggest("orders", **base, 单据类型=["销售", "退货"]).fields()
    assert "is_return" not in suggest("orders", **base, Type=["Invoice", "Journal"]).fields()
    assert "is_return" not in suggest("orders", **base, Type=["Invoice", "Invoice"]).fields()


def test_a_monthly_charge_is_a_field_and_stays_an_attribute() -> None:
    found = suggest("customers", customerID=["A", "B"], MonthlyCharges=["29.85", "70"])
    assert found.fields()["monthly_value"].source == "MonthlyCharges"
    assert list(found.attributes()) == ["attr_monthly_charges"]


def test_attributes_of_the_same_name_are_kept_apart() -> None:
    table = pa.table([pa.array(["1"]), pa.array(["x"]), pa.array(["y"])], names=["c0", "c1", "c2"])
    found = mapping.suggest("customers", ["customer id", "Plan type", "plan_type"], table)
    assert list(found.attributes()) == ["attr_plan_type", "attr_plan_type_2"]


def test_what_tells_the_outcome_is_no_attribute_unless_asked_for() -> None:
    found = suggest("customers", id=["1"], Churn=["Yes"], churn_score=["80"], churn_reason=["price"])
    assert [(match.source, match.why) for match in found.ignored()] == [
        ("churn_score", "tells_outcome"),
        ("churn_reason", "tells_outcome"),
    ]
    kept = mapping.override(found, ["churn_score=attribute"])
    assert "attr_churn_score" in kept.attributes()


def test_a_status_is_a_label_only_when_its_words_say_so() -> None:
    sure = suggest("customers", customer_id=["1", "2"], Customer_Status=["Churned", "Stayed"])
    assert sure.fields()["churned"].source == "Customer_Status"
    unsure = suggest("customers", customer_id=["1", "2"], Status=["Active", "Inactive"])
    assert "churned" not in unsure.fields()


def test_a_lone_id_column_is_the_key_and_two_candidates_are_asked() -> None:
    assert suggest("customers", id=["1", "2"], name=["a", "b"]).fields()["customer_id"].source == "id"
    two = suggest("orders", id=["1"], date=["2026-01-01"], sku=["A"])
    assert two.missing() == ["order_id", "customer_id"]


def test_a_column_that_does_not_tell_rows_apart_is_no_key() -> None:
    found = suggest(
        "subscriptions",
        contract=["Monthly", "Monthly", "Yearly"],
        customer_id=["1", "2", "3"],
        start=["2026-01-01"] * 3,
    )
    assert found.missing() == ["subscription_id"]


def test_values_that_cannot_be_read_speak_against_a_vague_header() -> None:
    found = suggest(
        "orders", invoice=["1"], customer_id=["1"], date=["2026-01-01"], sku=["A"], position=["left"], total=["a"]
    )
    assert "line" not in found.fields()
    assert "amount" not in found.fields()


def test_a_plain_header_keeps_its_field_so_that_its_errors_show() -> None:
    found = suggest("orders", invoice=["1"], customer_id=["1"], date=["soon"], sku=["A"], price=["ten"])
    assert found.fields()["price"].source == "price"
    assert found.fields()["date"].source == "date"


def test_a_header_on_no_list_is_read_word_by_word_and_counts_for_less() -> None:
    found = suggest("orders", **{"Distributor Invoice Nbr": ["SO-1", "SO-2"], "Sold-To Acct": ["100234", "100377"]})
    assert [(match.field, match.why) for match in found.matches] == [
        ("order_id", "says: order number"),
        ("customer_id", "says: customer account"),
    ]
    assert {match.confidence for match in found.matches} == {mapping.READ}
    exact = suggest("orders", **{"Distributor Invoice Nbr": ["SO-1", "SO-2"], "Invoice no": ["1", "2"]})
    assert exact.fields()["order_id"].source == "Invoice no"


def test_the_total_of_an_order_is_no_amount_of_its_lines() -> None:
    named = suggest("orders", **{"Total": ["35.00", "9.50"], "Lineitem quantity": ["1", "2"]})
    assert [(match.role, match.field) for match in named.matches] == [("suggested", "amount"), ("field", "quantity")]
    order = ["1", "1", "2", "2", "3"]
    again = suggest("orders", order=order, total=["35.00", "35.00", "13.50", "13.50", "8.00"])
    once = suggest("orders", order=order, total=["35.00", "", "13.50", "", "8.00"])
    lines = suggest("orders", order=order, total=["20.00", "15.00", "13.50", "13.50", "8.00"])
    assert ["amount" in one.fields() for one in (again, once, lines)] == [False, False, True]


def test_what_is_decided_to_be_offered_only_is_not_read_as_more() -> None:
    assert suggest("customers", **{"Created on": ["2024-01-01", "2024-02-01"]}).fields() == {}
    assert suggest("customers", **{"churned on": ["2024-01-01", "2024-02-01"]}).fields() == {}


def test_wishes_override_and_free_what_they_replace() -> None:
    found = suggest("customers", customer_id=["1"], name=["Ann"], trading_as=["Ann Ltd"])
    changed = mapping.override(found, ["trading_as=name"])
    assert changed.fields()["name"].source == "trading_as"
    assert "attr_name" in changed.attributes()
    assert changed.fields()["name"].by_hand


def test_the_row_number_can_be_the_key() -> None:
    found = mapping.override(suggest("customers", visits=["3"], bought=["no"]), ["#row=customer_id"])
    assert found.missing() == []
    assert found.row_number == "customer_id"


def test_a_wish_may_contain_an_equals_sign_in_the_header() -> None:
    found = mapping.override(suggest("customers", **{"a=b": ["1"]}), ["a=b=customer_id"])
    assert found.fields()["customer_id"].source == "a=b"


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("nothing", "does not say which column"),
        ("Nope=name", "The file has no column “Nope”. Its columns are: customer_id, name."),
        ("name=nonsense", "“nonsense” is not a field of customers"),
        ("@²=name", "The file has no column “@²”"),
        (f"@{'1' * 5000}=name", "The file has no column “@1"),
    ],
)
def test_a_wish_that_cannot_be_met_gets_a_sentence(wish: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence.replace(".", r"\.")):
        mapping.override(suggest("customers", customer_id=["1"], name=["Ann"]), [wish])


def test_columns_of_one_name_are_told_apart_by_position() -> None:
    table = pa.table([pa.array(["1"]), pa.array(["x"]), pa.array(["y"])], names=["c0", "c1", "c2"])
    found = mapping.suggest("customers", ["customer id", "note", "note"], table)
    with pytest.raises(Refusal, match="2 columns called “note”"):
        mapping.override(found, ["note=segment"])
    assert mapping.override(found, ["@2=segment"]).fields()["segment"].index == 2


def test_a_mapping_survives_being_stored() -> None:
    found = suggest("customers", customer_id=["1"], name=["Ann"], size=["4"])
    assert Mapping.from_dict(found.as_dict()) == found
