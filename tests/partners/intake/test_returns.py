"""Goods that came back: negative numbers however they are written, numbers of credit notes, and types of documents."""

from pathlib import Path

from tests.partners.intake.files import canonical, causes, checked, write

HEAD = ["order id", "customer id", "date", "sku", "quantity", "amount"]


def test_negative_numbers_are_returns_however_they_are_written(tmp_path: Path) -> None:
    amounts = ["12.50", "-12.50", "(12.50)", "12.50-", "−12.50", "$(1,012.50)", "-€3.00"]
    rows = [[f"O{n}", "C1", "2026-01-05", "S1", 1, f'"{cell}"'.strip('"')] for n, cell in enumerate(amounts)]
    path = write(tmp_path / "a.csv", [HEAD, *rows, ["O9", "C1", "2026-01-05", "S1", "(2)", ""]])
    checked(path, "orders")
    found = canonical(path)
    assert [row["amount"] for row in found] == [12.5, -12.5, -12.5, -12.5, -12.5, -1012.5, -3.0, None]
    assert [row["is_return"] for row in found] == [False, *[True] * 7]
    assert found[-1]["quantity"] == -2


def test_a_credit_note_is_known_by_its_number(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", [HEAD, ["C536379", "C1", "2026-01-05", "S1", 1, 5], ["CX1", "C1", "2026-01-05", "S1", 1, 5]]
    )
    checked(path, "orders")
    assert [row["is_return"] for row in canonical(path)] == [True, False]


def test_a_column_of_document_types_tells_returns_in_both_languages(tmp_path: Path) -> None:
    for types, header in ((["Invoice", "Credit Note"], "Type"), (["销售", "退货"], "单据类型")):
        rows = [[f"O{n}", "C1", "2026-01-05", "S1", 1, 5, words] for n, words in enumerate(types)]
        path = write(tmp_path / "a.csv", [[*HEAD, header], *rows])
        assert causes(checked(path, "orders")) == {}
        assert [row["is_return"] for row in canonical(path)] == [False, True]
