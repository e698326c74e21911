"""Headers read word by word: abbreviations, compounds, unspaced Chinese, and words that speak of something else."""

import pytest

from partners.columns import KINDS, TABLES
from partners.intake import vocabulary
from partners.intake.meaning import _words, meaning


@pytest.mark.parametrize(
    ("header", "concepts"),
    [
        ("Distributor Invoice Nbr", "distributor order number"),
        ("soldToAcct", "customer account"),
        ("Contact's e-mail", "contact email"),
        ("Item Desc 1", "product text"),
        ("Number of seats", "quantity seats"),
        ("Auftragsmenge", "order quantity"),
        ("Kd.-Nr.", "customer number"),
        ("Kundenbezeichnung", "customer name"),
        ("Descripción del artículo", "product text"),
        ("Quantité commandée", "quantity ordered"),
        ("合同到期时间", "subscription renewal date"),
        ("客户全名", "customer name"),
        ("SKU编码", "product number code"),
    ],
)
def test_a_header_names_concepts_in_any_language(header: str, concepts: str) -> None:
    assert meaning(header).concepts == {*concepts.split()}
    assert meaning(header).unknown == ()


def test_words_that_nobody_told_us_are_said_to_be_unknown() -> None:
    assert meaning("Emergency Phone").unknown == ("emergency",)
    assert meaning("拆机日期").unknown == ("拆", "机")
    assert meaning("").concepts == frozenset()


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("orders", "Ship-To Acct"), ("orders", "Invoice Due Dt"), ("orders", "Line Tax Amt"),
        ("orders", "Unit Cost Amt"),
        ("orders", "Item Category Name"), ("orders", "Sales Rep Nbr"), ("orders", "Order Value Total"),
        ("orders", "Qty Backordered"), ("orders", "折扣单价"), ("orders", "Lieferdatum"), ("customers", "Owner Email"),
        ("customers", "Contact First Name"), ("customers", "Monthly Income"), ("customers", "First Order Date"),
        ("customers", "Shipping City"), ("customers", "Kontonummer"), ("customers", "上级客户编码"),
        ("products", "Supplier Name"), ("products", "Price Unit"), ("subscriptions", "Contract Term"),
        ("subscriptions", "Last Renewal Date"), ("interactions", "Closed Date/Time"), ("interactions", "来电号码"),
        ("interactions", "Next Call Date"), ("outcomes", "Last Outcome"),
    ],
)  # fmt: skip
def test_one_word_of_something_else_is_enough(kind: str, header: str) -> None:
    said = meaning(header)
    assert said.unknown or [column.name for column in TABLES[kind].columns if said.score(column)[0] > 0] == []


def test_the_pattern_named_first_counts_most() -> None:
    quantity = TABLES["orders"]["quantity"]
    ordered, shipped = (meaning(header).score(quantity) for header in ("Ordered Qty", "Shipped Qty"))
    assert ordered[0] > shipped[0] > 0
    assert (ordered[1], shipped[1]) == ("quantity ordered", "quantity shipped")


@pytest.mark.parametrize("kind", KINDS)
def test_columns_only_ask_for_concepts_that_some_word_says(kind: str) -> None:
    known = frozenset[str]().union(*_words().values())
    for column in TABLES[kind].columns:
        asked = {*" ".join((*column.means, column.beside)).split()}
        assert asked <= known, (column.name, asked - known)


def test_no_word_is_listed_under_two_meanings() -> None:
    seen: dict[str, str] = {}
    for text in (vocabulary.THINGS, vocabulary.ATTRIBUTES, vocabulary.QUALIFIERS):
        for line in text.strip().replace("\n    ", " ").splitlines():
            said, _, listed = line.partition(" = ")
            for word in listed.split(","):
                assert seen.setdefault(word.strip(), said) == said, (word, seen[word.strip()], said)
