"""Bands: high, medium, low, by odds against the average customer of the training population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    from training.ml.interface import Floats

HIGH = 2.5
MEDIUM = 1.0


def thresholds(base_rate: float) -> dict[str, Any]:
    """The rule for a base rate, with its sentence: high from 2.5 times the average odds, medium from the average."""
    odds = base_rate / max(1 - base_rate, 1e-6)
    high, medium = (times * odds / (1 + times * odds) for times in (HIGH, MEDIUM))
    return {
        "high": round(high, 4),
        "medium": round(medium, 4),
        "rule": {
            "en": f"high from {high:.0%}: odds {HIGH:g} times those of the average customer ({base_rate:.0%}); "
            f"medium from {medium:.0%}; low below",
            "zh-hans": f"高：不低于 {high:.0%}（几率为平均客户 {base_rate:.0%} 的 {HIGH:g} 倍）；"
            f"中：不低于 {medium:.0%}；其余为低",
        },
    }


def named(probability: Floats, rule: dict[str, Any]) -> npt.NDArray[np.str_]:
    """high, medium or low for every probability."""
    return np.where(probability >= rule["high"], "high", np.where(probability >= rule["medium"], "medium", "low"))


def column(probability: Floats, rule: dict[str, Any]) -> pa.Array:
    """The same as a column of text."""
    high = probability >= rule["high"]
    place = np.where(high, 0, np.where(probability >= rule["medium"], 1, 2))
    return pa.DictionaryArray.from_arrays(pa.array(place, pa.int8()), ["high", "medium", "low"]).cast(pa.string())
