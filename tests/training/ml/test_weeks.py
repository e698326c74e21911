"""Weekly activity: laid beside the features only where a sequence net will look at it, alike in training and in use."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.training.ml import makers
from training.ml import artefacts, crowd, engine, history, inputs, labels
from training.ml.interface import PartnerData, Task

AS_OF = makers.TODAY
OUTCOME = labels.Outcome("inactivity", 60, None)
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


def test_rows_tell_how_much_lies_behind_them_and_hold_the_weeks_asked_for(shop: PartnerData) -> None:
    told: list[np.ndarray] = []

    def six(behind: np.ndarray) -> int:
        told.append(behind)
        return 6

    frame, dates = history.gathered([shop], OUTCOME, as_of=AS_OF, rows=10_000, seed=1, weeks=six)
    start = makers.START - timedelta(days=1)
    assert set(told[0]) <= {float((day - start).days - shift) for day in dates.training for shift in range(30)}
    recipe = inputs.fit(frame, days=60)
    assert recipe.weeks == 6
    columns = recipe.columns()
    assert len(columns.weekly()) == 18
    assert recipe.plain_names() == [columns.names[place] for place in columns.plain()]
    last = [f"week:orders:{week}" for week in range(6)]
    month = frame[last[:4]].sum(axis=1)
    assert (month[frame["silence"] > 28] == 0).all()
    assert (month[frame["silence"] <= 28] > 0).all()
    x = recipe.matrix(frame)
    assert np.array_equal(x[:, columns.names.index(last[0])], frame[last[0]])


def test_a_recipe_with_weeks_reads_in_use_what_it_learned_from(shop: PartnerData) -> None:
    frame, _ = history.gathered([shop], OUTCOME, as_of=AS_OF, rows=10_000, seed=1, weeks=lambda _: 6)
    recipe = inputs.Inputs.from_dict(inputs.fit(frame, days=60).as_dict())
    everybody = crowd.gathered(shop, OUTCOME, as_of=AS_OF, weeks=recipe.weeks)
    x = recipe.matrix(next(everybody.pieces()), ladders=crowd.ladders(everybody, recipe))
    assert x.shape[1] == len(recipe.columns().names)
    assert x[:, recipe.columns().weekly()].sum() > 0


def test_without_a_sequence_net_no_weeks_are_read(shop: PartnerData) -> None:
    frame, _ = history.gathered([shop], OUTCOME, as_of=AS_OF, rows=10_000, seed=1)
    assert not [name for name in frame if name.startswith("week:")]
    assert inputs.fit(frame, days=60).weeks == 0


@pytest.mark.slow
def test_a_sequence_net_is_trained_judged_and_scores_the_way_every_family_does(shop: PartnerData, out: Path) -> None:
    task = Task("churn", "inactivity:60", 60, ("conv",), budget=60.0)
    made = engine.train([shop], task=task, as_of=AS_OF, out=out)
    assert made.family == "conv"
    assert made.card["weeks"] == 52
    assert artefacts.opened(out)["inputs"]["weeks"] == 52
    assert not [name for name in made.card["columns"] if name.startswith("week:")]
    assert made.metrics["auc"]["value"] > 0.6
    scored = engine.predict(out, shop, as_of=AS_OF).to_pandas()
    assert scored["probability"].between(0, 1).all()
    assert (scored["reasons"].str.len() > 2).mean() > 0.5
