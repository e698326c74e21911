"""A partner's own model and the network's meet at the same level: only order and spread decide which answers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from training.ml import artefacts, inputs, rhythm, versus
from training.ml.calibrate import Calibration, sigmoid
from training.ml.committee import Committee
from training.ml.families.rhythm import RhythmModel

ABOUT: dict[str, Any] = {"kind": "churn", "mode": "inactivity", "days": 60, "category": None, "gap": 0}
PACE = rhythm.Rhythm(r=0.8, alpha=20.0, a=1.5, b=4.0)


def network(folder: Path, *, level: float = 0.0, weeks: int = 0) -> Path:
    """A network model that says what the rhythm does, its level moved by so many log-odds."""
    folder.mkdir()
    recipe = inputs.Inputs(["expected"], {}, PACE, 60, weeks)
    columns = recipe.columns()
    model = RhythmModel(columns.names.index("expected:plain"), 1.0, 0.0, 0.0)
    Committee(columns, {"rhythm": 1.0}, {"rhythm": [model]}, Calibration(1.0, level)).save(folder)
    artefacts.seal(folder, {**ABOUT, "inputs": recipe.as_dict()})
    return folder


@pytest.fixture
def rows() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """(frame, outcomes, what the rhythm says of them)"""
    rng = np.random.default_rng(3)
    age = rng.uniform(150, 700, 400)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(400)], "partner": "keeper", "as_of": pd.Timestamp("2025-01-01"),
            "active_days": rng.integers(1, 20, 400), "span": age * rng.uniform(0, 1, 400), "age": age,
        }
    )  # fmt: skip
    margin = inputs.Inputs(["expected"], {}, PACE, 60).enriched(frame)["expected"].to_numpy()
    return frame, (rng.random(400) < sigmoid(margin)).astype(float), sigmoid(margin)


def test_a_level_foreseen_for_another_date_decides_nothing(tmp_path: Path, rows: Any) -> None:
    frame, y, said = rows
    told = versus.compared(network(tmp_path / "n", level=1.5), frame, y, said, about=ABOUT)["network"]
    assert told["network"] == told["own"]
    assert told["difference"]["value"] == pytest.approx(0, abs=1e-6)
    blurred = np.full(400, said.mean())  # no order at all, and the right level
    lost = versus.compared(network(tmp_path / "m", level=1.5), frame, y, blurred, about=ABOUT)["network"]
    assert lost["better"] == "network"
    assert 0 < lost["difference"]["low"] < lost["difference"]["value"] < lost["difference"]["high"]
    assert f"interval {lost['difference']['low']:.4f} to" in lost["en"]
    assert f"区间为 {lost['difference']['low']:.4f} 至" in lost["zh-hans"]


def test_of_a_network_model_that_reads_weeks_not_laid_here_there_is_a_word_and_no_verdict(
    tmp_path: Path, rows: Any
) -> None:
    frame, y, said = rows
    told = versus.compared(network(tmp_path / "n", weeks=2), frame, y, said, about=ABOUT)["network"]
    assert set(told) == {"en", "zh-hans"}
    laid = frame.assign(**{f"week:{name}:{k}": 0.0 for name in ("orders", "spend", "contacts") for k in range(2)})
    assert versus.compared(tmp_path / "n", laid, y, said, about=ABOUT)["network"]["better"] == "own"


def test_a_network_model_of_an_older_format_is_not_compared(tmp_path: Path, rows: Any) -> None:
    frame, y, said = rows
    old = network(tmp_path / "n")
    listed = json.loads((old / artefacts.MANIFEST).read_text())
    (old / artefacts.MANIFEST).write_text(json.dumps(listed | {"format": 1}))
    assert versus.compared(old, frame, y, said, about=ABOUT) == {}
