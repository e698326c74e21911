"""The canonical columns as objects: complete in both languages, unambiguous, and documented as they are."""

import pytest

from partners.columns import FACTS, KINDS, TABLES, Column, Table, in_language
from partners.columns.document import document
from partners.intake import headers
from tests.conftest import ROOT

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]


def test_the_document_says_what_the_columns_say() -> None:
    assert (ROOT / "docs" / "columns.md").read_text(encoding="utf-8") == document(), (
        "run: python -m partners.columns.document > docs/columns.md"
    )


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: getattr(one, "kind", None) or one.name)
def test_every_column_speaks_both_languages(table: Table, column: Column) -> None:
    for text in (column.label, column.help):
        assert set(text) == {"en", "zh-hans"}
        assert all(text.values())
    assert any("\u4e00" <= letter <= "\u9fff" for letter in column.label["zh-hans"])


@pytest.mark.parametrize("kind", KINDS)
def test_no_header_means_two_columns_of_one_kind(kind: str) -> None:
    owners: dict[str, str] = {}
    for column in TABLES[kind].columns:
        for word in (column.name, *column.label.values(), *column.synonyms):
            spelled = headers.key(word)
            assert owners.setdefault(spelled, column.name) == column.name, (word, owners[spelled], column.name)


@pytest.mark.parametrize("kind", KINDS)
def test_natural_keys_are_columns_and_facts_have_customers(kind: str) -> None:
    table = TABLES[kind]
    assert set(table.key) <= set(table.names)
    assert table.required
    assert kind == "products" or "customer_id" in table


def test_outcomes_are_the_only_kind_that_is_no_fact() -> None:
    assert set(KINDS) - set(FACTS) == {"outcomes"}


def test_a_language_we_do_not_speak_gets_english() -> None:
    text = TABLES["orders"].label
    assert in_language(text, "fr") == "Orders"
    assert in_language(text, "zh-cn") == "订单"


def test_the_columns_are_data_and_know_no_django() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "partners" / "columns").glob("*.py")]
    assert len(sources) >= 9
    assert not any("import django" in source or "from django" in source for source in sources)
