"""Work in threads comes back in order, and what goes wrong in it goes wrong for its reader."""

import threading
from collections.abc import Iterator

import pytest

from partners.intake.ahead import ahead


def test_results_come_in_the_order_of_their_items() -> None:
    second = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            second.wait(timeout=10)  # the first is done after the second
        second.set() if item == 1 else None
        return item * item

    assert list(ahead(work, range(6))) == [0, 1, 4, 9, 16, 25]


def test_only_a_few_items_are_taken_before_their_results_are_wanted() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = ahead(str, items())
    next(results)
    assert len(taken) < 5
    results.close()


def test_a_failure_reaches_the_reader_where_its_result_would_have_come() -> None:
    results = ahead(lambda item: 6 // item, [3, 2, 0, 1])
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)
