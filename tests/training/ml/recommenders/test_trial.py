"""What the bake-off judges is what would be served, by people who had no part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.training.ml.recommenders.test_choice import FOUR, regulars, stands
from training.ml.recommenders import choice, trial
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.interface import Floats
from training.ml.recommenders.lessons import Stand, named_population


class Caught:
    """Runs `hold` with repeats lifted by `lift`, and keeps what was measured and what was chosen on."""

    def __init__(self, patch: pytest.MonkeyPatch, past: Sequence[Sequence[Stand]], *, lift: float = 0.0) -> None:
        measured, chosen = trial._measured, choice.choose

        def fit(seen: choice.Unseen) -> Calibration:
            return Calibration("none", np.zeros(0), np.zeros(0), (1.0, 0.0, 1.0, lift))

        def measure(newest: Any, scores: Sequence[Floats], judged: Any, *, seed: int) -> dict[str, Any]:
            self.newest, self.scores, self.judged = newest, scores, judged
            return measured(newest, scores, judged, seed=seed)

        def choose(those: Sequence[Stand], **asked: Any) -> choice.Choice:
            self.teaching, self.choice = those, chosen(those, **asked)
            return self.choice

        with patch.context() as put:
            put.setattr(trial, "_fitted", fit)
            put.setattr(trial, "_measured", measure)
            put.setattr(trial, "choose", choose)
            self.verdict = trial.hold(past, sources=FOUR, seed=7)


@pytest.mark.parametrize("dates", [1, 2])
def test_lists_are_judged_in_the_order_they_are_served_in(dates: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, lifted = (Caught(monkeypatch, [[s] for s in stands(regulars())[:dates]], lift=lift) for lift in (0.0, 5.0))
    (raw,), (levelled,) = plain.scores, lifted.scores
    repeat = lifted.newest[0].lesson.candidates.repeat
    assert levelled[repeat] == pytest.approx(raw[repeat] + 5, abs=1e-4)
    assert np.array_equal(levelled[~repeat], raw[~repeat])
    assert plain.verdict.metrics["ndcg_10"] != lifted.verdict.metrics["ndcg_10"]


def test_where_no_older_date_teaches_those_who_judge_have_no_say_in_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Caught(monkeypatch, [[stands(regulars())[0]]])
    (teaching,), (judged,) = found.teaching, found.judged
    taught = set(teaching.lesson.candidates.customer)
    assert taught
    assert not taught & set(np.flatnonzero(judged))
    assert set(named_population(teaching)) <= taught
    assert found.verdict.metrics["n"] > 0
    assert set(named_population(teaching)) < set(named_population(found.newest[0]))
