"""What describes a customer where labels are on file: attributes, and ranks of what orders and contacts tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import attributes, inputs
from training.ml.interface import Columns

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats


@dataclass
class Described:
    """The attributes' encoder and the facts' recipe, side by side."""

    encoder: attributes.Encoder
    facts: inputs.Inputs

    @classmethod
    def fit(cls, frame: pd.DataFrame, *, without: frozenset[str] = frozenset()) -> Described:
        """frame: `labelled.rows`. without: columns held back."""
        told = inputs.fit(frame, days=90, without=without | {"tenure", "monthly_value"})
        return cls(attributes.fit(frame, without=without), inputs.Inputs(told.features, {}, told.pace, told.days))

    def columns(self) -> Columns:
        one, other = self.encoder.columns(), self.facts.columns()
        return Columns(one.names + other.names, one.groups + other.groups)

    def matrix(self, frame: pd.DataFrame) -> Floats:
        return np.hstack([self.encoder.matrix(frame), self.facts.matrix(frame)])

    def raw(self) -> list[str]:
        """The columns of the customers frame that are read."""
        return [*dict.fromkeys([*self.encoder.numbers, *self.encoder.values]), *self.facts.raw()]

    def as_dict(self) -> dict[str, Any]:
        return {"encoder": self.encoder.as_dict(), "facts": self.facts.as_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Described:
        return cls(attributes.Encoder.from_dict(data["encoder"]), inputs.Inputs.from_dict(data["facts"]))
