"""Nets: trained with Keras on whatever backend there is, answered with NumPy alone.

What training finds is a handful of arrays. They are kept as npz without objects, and nothing here but `keras.py`, which
only a fit imports, knows Keras.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from training.ml.interface import Floats, Limits

    Singles = npt.NDArray[np.float32]

BRAKE = 4.0
"""A fit may take so many times the seconds it was planned for before it is stopped where it stands."""


@dataclass(frozen=True)
class Pace:
    """What a fit costs on one core of an ordinary server, so that no choice hangs on how crowded the machine is.

    start: seconds to build the net; row, cell: microseconds per epoch for a row and for each of its columns;
    usual: epochs after which early stopping ends most fits.
    """

    start: float
    row: float
    cell: float
    usual: int

    def seconds(self, *, rows: int, columns: int) -> float:
        """The seconds one fit on so many rows is planned for."""
        return self.start + self.usual * self._epoch(rows, columns)

    def epochs(self, most: int, *, rows: int, columns: int, limits: Limits) -> int:
        """At most so many epochs: as many as fit into the limits, and one at least."""
        fitting = int((limits.seconds - self.start) / self._epoch(rows, columns))
        return max(1, min(most, limits.net_epochs, fitting))

    def _epoch(self, rows: int, columns: int) -> float:
        return max(rows, 1) * (self.row + self.cell * columns) * 1e-6


def in_chunks(answer: Callable[[Floats], Any], x: Floats, *, rows: int) -> Floats:
    """What `answer` says of x (n × m), asked for so many rows at a time: the layers between are large."""
    parts = [np.asarray(answer(x[first : first + rows]), dtype=np.float64) for first in range(0, len(x), rows)]
    return np.concatenate(parts) if parts else np.asarray(answer(x), dtype=np.float64)


def keep(folder: Path, stem: str, facts: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Write what a net needs to answer: facts as JSON, arrays as npz."""
    (folder / f"{stem}.json").write_text(json.dumps(facts), encoding="utf-8")
    np.savez(folder / f"{stem}.npz", **arrays)


def kept(folder: Path, stem: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts and arrays written by `keep`."""
    facts: dict[str, Any] = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{stem}.npz", allow_pickle=False) as held:
        return facts, {name: held[name] for name in held.files}
