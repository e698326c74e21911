"""Header matching on the museum: at least 95 % right, nothing wrong; and what a person may override."""

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


def test_at_least_95_percent_of_the_museums_columns_are_matched() -> None:
    found = total = 0
    missed = []
    for piece in MUSEUM:
        for match, (header, expected, _) in zip(matched(piece).matches, piece.columns, strict=True):
            if expected not in ("-", "?"):
                total += 1
                found += match.field == expected and match.role == "field"
                if match.field != expected:
                    missed.append((piece.name, header, expected))
    assert len(MUSEUM) >= 30
    assert total >= 150
    assert found / total >= 0.95, missed


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
