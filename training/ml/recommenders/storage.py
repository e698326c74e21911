"""Arrays in plain files: numbers and text, never objects, so that nothing is run when they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt


def write(file: Path, arrays: Mapping[str, npt.NDArray]) -> None:
    """One .npz file with these arrays; ValueError for an array of objects. The same arrays give the same bytes."""
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy")  # carries no clock: always 1980
            with archive.open(entry, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asanyarray(arrays[name]), allow_pickle=False)


def read(file: Path) -> dict[str, npt.NDArray]:
    """What `write` wrote; ValueError for anything that would need more than reading."""
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
