"""Repetitions of a key are counted over blocks as they would be over the whole file."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from partners.intake.occurrences import Occurrences

KEYS = st.one_of(st.integers(0, 9), st.integers(0, 2**64 - 1), st.sampled_from([2**63 + n for n in range(20)]))


@given(st.lists(st.lists(KEYS, max_size=30), max_size=20))
def test_every_row_knows_how_often_its_key_stood_before_it(blocks: list[list[int]]) -> None:
    counted, seen = Occurrences(), Counter[int]()
    for block in blocks:
        expected = []
        for key in block:
            expected.append(seen[key])
            seen[key] += 1
        assert counted.earlier(np.array(block, dtype=np.uint64)).tolist() == expected
