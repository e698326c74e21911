"""Claims by meaning: applied when one column clearly says a field and its values suit it, offered otherwise."""

import pyarrow as pa

from partners.columns import TABLES
from partners.intake.claims import claims
from partners.intake.samples import look_at


def claimed(kind: str, **columns: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Source → field, applied and offered."""
    names, table = list(columns), TABLES[kind]
    open_to = [(index, column.name) for index in range(len(names)) for column in table.columns]
    sure, offered = claims(table, names, [look_at(pa.array(cells)) for cells in columns.values()], open_to)
    return (
        {names[index]: field for index, (field, _) in sure.items()},
        {names[index]: field for index, field in offered.items()},
    )


def test_the_better_said_column_wins_and_the_other_is_left_alone() -> None:
    sure, offered = claimed("orders", **{"Qty Shipped Ea": ["1"], "Qty Ordered": ["2"], "Qty Shipped": ["1"]})
    assert sure == {"Qty Ordered": "quantity"}
    assert offered == {}


def test_two_columns_that_say_the_same_are_asked() -> None:
    sure, offered = claimed("customers", **{"Contact mobile": ["0113 496 0000"], "Contact tel": ["0113 496 0001"]})
    assert sure == {}
    assert offered == {"Contact mobile": "phone"}


def test_an_unknown_word_makes_it_an_offer_and_two_make_it_nothing() -> None:
    assert claimed("customers", **{"Emergency phone": ["0113 496 0000"]}) == ({}, {"Emergency phone": "phone"})
    assert claimed("customers", **{"Emergency parents phone x": ["0113 496 0000"]}) == ({}, {})


def test_values_must_suit_what_the_words_say() -> None:
    assert claimed("orders", **{"Invoice Nbr": ["Ann Lee", "Bob Kay"]}) == ({}, {})
    assert claimed("customers", **{"Customer's city": ["1", "2"]}) == ({}, {})
    assert claimed("customers", **{"Business": ["yes", "no"]}) == ({}, {})
    assert claimed("customers", **{"Client Nbr": ["A-1", "A-1", "A-2"]}) == ({}, {})
    assert claimed("customers", **{"Client Nbr": ["", ""]}) == ({}, {})


def test_a_name_is_a_number_where_it_looks_like_one() -> None:
    assert claimed("orders", Name=["#1001", "#1002"])[0] == {"Name": "order_id"}
    assert claimed("orders", Name=["Ann Lee", "Bob 2 Kay"])[0] == {}
