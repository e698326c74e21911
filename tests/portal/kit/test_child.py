"""However a child ends, its end becomes a sentence."""

from typing import Any

import pytest

from portal.kit.child import Child, Ending, resident_mb

NAUGHTY = "tests.portal.kit.naughty"


def ends(
    deed: str, *, memory_mb: int = 2000, seconds: int = 60, strict: bool = False, without: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], Ending]:
    with Child([deed], memory_mb=memory_mb, seconds=seconds, strict=strict, without=without, module=NAUGHTY) as child:
        words = [word for word in child.words(0.05) if word]
        return words, child.ending()


def test_a_child_that_finishes_hands_its_result_and_its_words_over() -> None:
    words, ending = ends("done")
    assert words == [{"progress": 0.5, "stage": "half", "log": "a line"}]
    assert ending == Ending("done", result={"answer": 42})


def test_a_refusal_keeps_its_sentence() -> None:
    assert ends("refused")[1] == Ending("refused", "Row 7 has no date: add one.")


@pytest.mark.parametrize(
    ("deed", "named"),
    [("segv", "SIGSEGV"), ("kill", "SIGKILL"), ("memory", "out of memory"), ("lie", "exit 3")],
)
def test_a_crash_is_named(deed: str, named: str) -> None:
    ending = ends(deed)[1]
    assert ending.kind == "crashed"
    assert named in ending.sentence


def test_people_are_told_the_class_of_an_error_and_never_what_it_says() -> None:
    ending = ends("missing")[1]
    assert ending.sentence == "The work stopped unexpectedly (FileNotFoundError); tell the operator the reference."
    assert "/srv/secret/Ann.parquet" in ending.detail


def test_an_endless_child_is_stopped_at_its_time_limit() -> None:
    ending = ends("loop", seconds=0)[1]
    assert ending.kind == "refused"
    assert "time limit" in ending.sentence


def test_a_greedy_child_is_stopped_at_its_memory_limit() -> None:
    ending = ends("hog", memory_mb=200)[1]
    assert ending.kind == "refused"
    assert "200 MB" in ending.sentence


def test_a_strict_limit_is_kept_by_the_system_before_memory_is_taken() -> None:
    ending = ends("leap", memory_mb=200, strict=True)[1]
    assert ending.kind == "refused"
    assert "200 MB" in ending.sentence
    assert "MemoryError" in ending.detail


def test_a_child_does_without_what_it_is_told_to() -> None:
    ending = ends("import", without=("pandas", "rich"))[1]
    assert ending.kind == "crashed"
    assert "ModuleNotFoundError" in ending.sentence
    assert ends("import", without=("pandas",))[1].kind == "done"


def test_words_that_are_not_json_are_passed_over() -> None:
    assert ends("noise")[1].kind == "done"


def test_the_child_is_gone_when_the_supervisor_leaves_early() -> None:
    with Child(["loop"], memory_mb=2000, seconds=60, module=NAUGHTY) as child:
        process = child.process
    assert process.poll() is not None
    assert resident_mb(process.pid) == 0.0
