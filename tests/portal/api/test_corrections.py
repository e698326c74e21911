"""Problems fixed by API: a whole group or one value, unknown words mapped, the file checked again."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.portal.api.conftest import Keys, Program
from tests.portal.api.test_uploads import WRONG, work

pytestmark = pytest.mark.lanes

FIX = {"cause": "not_a_number", "column": "quantity", "act": "replace", "seen": "two", "value": "2"}


@pytest.fixture
def program(keyring: Keys) -> Program:
    return keyring.program(role="manager")


@pytest.fixture
def wrong(cast: Cast, program: Program) -> str:
    """The address of a file with one error."""
    sent = program.send(WRONG)
    work(cast)
    return f"uploads/{sent.json()['id']}/"


def test_a_problem_says_what_may_be_done_and_a_fix_does_it(cast: Cast, program: Program, wrong: str) -> None:
    (problem,) = program.get(wrong).json()["report"]["problems"]
    assert problem["values"] == [{"value": "two", "count": 1}]
    assert "replace" in problem["acts"]
    assert problem["hows"] == [], "no other way of reading makes a number of it"
    assert program.post(f"{wrong}check/", {"fixes": [FIX]}).status_code == 202
    work(cast)
    told = program.get(wrong).json()
    assert (told["state"], told["report"]["good"], told["report"]["problems"]) == ("checked", 2, [])


def test_what_is_not_named_stays_and_an_empty_list_takes_fixes_back(cast: Cast, program: Program, wrong: str) -> None:
    for asked, state in (({"fixes": [FIX]}, "checked"), ({"decimal": "point"}, "checked"), ({"fixes": []}, "refused")):
        assert program.post(f"{wrong}check/", asked).status_code == 202
        work(cast)
        assert program.get(wrong).json()["state"] == state


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"fixes": [{**FIX, "cause": "nonsense"}]}, 400),
        ({"fixes": [{**FIX, "act": "first"}]}, 422),
        ({"fixes": [{"cause": "not_a_number", "column": "quantity", "act": "parse", "how": "dmy"}]}, 422),
        ({"fixes": "all"}, 400),
        ({"values": {"quantity": "two"}}, 400),
        ({"repair": True}, 400),
    ],
)
def test_a_fix_that_makes_no_sense_changes_nothing(program: Program, wrong: str, asked: Any, status: int) -> None:
    answer = program.post(f"{wrong}check/", asked)
    assert answer.status_code == status, answer.content
    assert program.get(wrong).json()["run"]["state"] == "succeeded"  # the first check; no other was queued


def test_words_nobody_knows_are_told_and_can_be_mapped(cast: Cast, program: Program) -> None:
    body = b"customer id,date,type\nK1,2026-03-14,call\nK1,2026-03-15,Hausbesuch\n"
    address = f"uploads/{program.send(body, kind='interactions').json()['id']}/"
    work(cast)
    (column,) = program.get(address).json()["report"]["choices"]
    assert {"value": "Hausbesuch", "count": 1, "read_as": None} in column["values"]
    assert program.post(f"{address}check/", {"values": {"type": {"Hausbesuch": "visit"}}}).status_code == 202
    work(cast)
    told = program.get(address).json()["report"]
    assert told["problems"] == []
    assert {"value": "Hausbesuch", "count": 1, "read_as": "visit"} in told["choices"][0]["values"]


def test_cells_are_told_only_to_keys_that_see_personal_data(cast: Cast, keyring: Keys, wrong: str) -> None:
    plain = keyring.program(role="manager", personal=False).get(wrong).json()["report"]
    assert plain["problems"][0]["values"] == []
    assert plain["choices"] == []
