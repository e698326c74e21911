"""What names a person in a text, and what only looks like it."""

import pytest

from partners.erasing.persons import Persons

CYAN = Persons(frozenset({"C-1001", "7"}), frozenset({"hello@cyan.example"}), frozenset({"Cyan Ltd", "Li", "王伟"}))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("C-1001", "…"),
        ("c-1001 and C-10012", "… and C-10012"),
        ("write to Hello@Cyan.example.", "write to …."),
        ("客户C-1001已", "客户…已"),
        ("cyan ltd; Cyan Ltdx", "…; Cyan Ltdx"),
        ("王伟来电", "…来电"),
        ("7", "…"),
        ("7 rows, Li is short", "7 rows, Li is short"),
        ("Cyan (Ltd)", "Cyan (Ltd)"),
    ],
)
def test_whole_words_are_struck_out_and_short_ones_only_as_whole_cells(text: str, left: str) -> None:
    assert CYAN.without(text) == left
    assert CYAN.names(text) is (left != text)


def test_signs_of_regular_expressions_in_a_name_are_only_signs() -> None:
    odd = Persons(words=frozenset({"A+B (C)|.*"}))
    assert odd.without("see A+B (C)|.* there") == "see … there"
    assert odd.without("see anything there") == "see anything there"


def test_json_keeps_its_shape_and_the_names_of_its_columns() -> None:
    told = {
        "column": "Cyan Ltd",
        "columns": ["Cyan Ltd"],
        "examples": [{"row": 7, "value": "Cyan Ltd"}],
        "sample": [{"columns": {"name": [None, "Cyan Ltd"]}}],
    }
    assert CYAN.scrubbed(told) == {
        "column": "Cyan Ltd",
        "columns": ["Cyan Ltd"],
        "examples": [{"row": 7, "value": "…"}],
        "sample": [{"columns": {"name": [None, "…"]}}],
    }


def test_elsewhere_a_short_number_means_something_else() -> None:
    assert CYAN.distinct.numbers == {"C-1001"}


def test_capitals_mean_the_same_in_any_script() -> None:
    assert Persons(words=frozenset({"Müller GmbH"})).without("MÜLLER GMBH, Müller GmbHs") == "…, Müller GmbHs"


def test_they_survive_being_kept_as_json() -> None:
    assert Persons.from_dict(CYAN.as_dict()) == CYAN
    assert Persons.from_dict({}) == Persons()
