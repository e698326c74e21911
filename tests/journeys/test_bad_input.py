"""Whatever is wrong, a command says one sentence on stderr, exits non-zero and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.house import House, house
from tests.worlds import orders_csv


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("bad")) as built:
        built.manage("createpartner", "alder", "--name", "Alder")
        built.manage("ingest", "alder", "orders", str(orders_csv(built.home / "good.csv")))
        yield built


def state(made: House) -> tuple[object, ...]:
    """Everything a failed command must leave alone."""
    return (
        made.rows("select count(*) from partners_partner"),
        made.rows("select dataset_id from partners_partner"),
        made.rows("select count(*), sum(orders), sum(spend) from partners_customer"),
        made.rows("select count(*) from training_modelversion"),
        made.rows("select count(*) from training_recipe"),
        made.rows("select count(*) from training_trainingrun"),
        made.rows("select count(*) from predictions_scoringrun"),
        made.rows("select count(*) from partners_upload"),
        made.rows("select count(*) from predictions_pointer"),
        sorted(str(path) for path in (made.home / "partners").rglob("datasets/*/*")),
    )


def file(made: House, text: str, name: str = "bad.csv") -> str:
    path = made.home / name
    path.write_text(text, encoding="utf-8")
    return str(path)


HEAD = "order id,customer id,date,sku,quantity,price\n"
GOOD = "O1,C1,2026-05-01,S1,1,9.50\n"
CASES = {
    "a missing file": (["ingest", "alder", "orders", "/nowhere/orders.csv"], None, "nowhere"),
    "an empty file": (["ingest", "alder", "orders"], "", "empty"),
    "only a header": (["ingest", "alder", "orders"], HEAD, "row"),
    "the wrong columns": (["ingest", "alder", "orders"], "colour,shape\nred,round\n", "customer"),
    "text in an amount": (["ingest", "alder", "orders"], HEAD + GOOD + "O2,C2,2026-05-02,S1,two,9.50\n", "two"),
    "a future date": (["ingest", "alder", "orders"], HEAD + GOOD + "O2,C2,2999-01-01,S1,1,9.50\n", "2999"),
    "an unknown partner": (["ingest", "nobody", "orders"], HEAD + GOOD, "nobody"),
    "an unknown column in --map": (
        ["ingest", "alder", "orders", "--map", "Colour=sku"],
        HEAD + GOOD,
        "Colour",
    ),
    "an unknown field in --map": (
        ["ingest", "alder", "orders", "--map", "sku=flavour"],
        HEAD + GOOD,
        "flavour",
    ),
    "a slug taken": (["createpartner", "alder", "--name", "Again"], None, "already"),
    "a slug that cannot stand in an address": (["createpartner", "Al der", "--name", "X"], None, "address"),
    "an outcome of another kind": (["train", "churn", "--outcome", "purchase:90"], None, "inactivity"),
    "an outcome without days": (["train", "churn", "--outcome", "inactivity:soon"], None, "days"),
    "a training day in the future": (["train", "churn", "--as-of", "2999-01-01"], None, "future"),
    "a day that is none": (["train", "churn", "--as-of", "2026-02-31"], None, "not a date"),
    "a family nobody knows": (["train", "churn", "--families", "astrology"], None, "astrology"),
    "labels that are not there": (["train", "churn", "--outcome", "labelled"], None, "churned is filled in"),
    "scoring before training": (["score", "churn", "--publish"], None, "champion"),
    "exporting before publishing": (["export", "churn", "alder", "--out", "never.csv"], None, "score churn"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gets_a_sentence_and_changes_nothing(case: str, made: House) -> None:
    arguments, text, named = CASES[case]
    before = state(made)
    more = [file(made, text)] if text is not None else []
    ran = made.manage(*arguments[:3], *more, *arguments[3:], check=False)
    assert ran.returncode != 0
    assert "Traceback" not in ran.stderr
    assert named.lower() in ran.stderr.lower()
    assert state(made) == before


def test_four_customers_are_too_few_to_train_on_and_the_sentence_says_what_is_enough(made: House) -> None:
    made.manage("createpartner", "tiny", "--name", "Tiny")
    small = orders_csv(made.home / "small.csv", customers=4)
    made.manage("ingest", "tiny", "orders", str(small))
    ran = made.manage("train", "churn", "--partner", "tiny", check=False)
    assert ran.returncode != 0
    assert "Traceback" not in ran.stderr
    assert "30" in ran.stderr
    assert made.rows("select count(*) from training_modelversion") == [(0,)]


def test_ten_customers_get_a_list_by_their_buying_rhythm_and_it_is_named_so(made: House) -> None:
    made.manage("createpartner", "small", "--name", "Small")
    made.manage("ingest", "small", "orders", str(orders_csv(made.home / "ten.csv", customers=10)))
    made.manage("train", "churn", "--partner", "small", "--promote")
    made.manage("score", "churn", "--partner", "small", "--publish")
    assert made.rows("select family from training_modelversion") == [("rhythm",)]
    ((told,),) = made.rows("select evidence from predictions_publication")
    assert "rhythm" in told


def test_a_database_without_tables_is_said_so(tmp_path: Path) -> None:
    ran = House(tmp_path).manage("createpartner", "alder", "--name", "Alder", check=False)
    assert ran.returncode != 0
    assert "Traceback" not in ran.stderr
    assert "manage.py migrate" in ran.stderr


def test_a_command_works_from_any_folder(made: House) -> None:
    elsewhere = made.home / "elsewhere"
    elsewhere.mkdir()
    out = made.home / "again.csv"
    out.write_text(HEAD + GOOD, encoding="utf-8")
    made.manage("createpartner", "afar", "--name", "Afar")
    ran = made.manage("ingest", "afar", "orders", str(out), folder=elsewhere)
    assert "1 row" in ran.stdout


def test_the_same_file_twice_changes_nothing_and_says_so(made: House) -> None:
    before = state(made)
    ran = made.manage("ingest", "alder", "orders", str(Path(made.home / "good.csv")), check=False)
    assert ran.returncode == 0
    assert state(made) == before
