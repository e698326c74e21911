"""How much each source moves the blend: what is left when it falls silent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.ml.recommenders.blend import Blend
from training.ml.recommenders.candidates import COLUMN, FEATURES
from training.ml.recommenders.interface import Floats
from training.ml.recommenders.sources import KIND

#: Candidates looked at: enough for two digits.
MOST_ROWS = 20_000


def importance(head: Blend, x: Floats, sources: Sequence[str], typical: Floats) -> dict[str, float]:
    """Each source's share of all movement, largest first; the shares add up to 1, or are all 0 where nothing moves.

    x: (rows × NAMES) candidates. A source is silenced by putting `typical` (one value per column) for its own columns;
    its movement is the mean absolute change of the log-odds. What only describes customers or goods is nobody's, and
    what describes own purchases or sales falls to `frequency` and `popularity`. Sources that say the same share the
    credit of none: each alone is missed little.
    """
    rows = x[:: max(1, len(x) // MOST_ROWS)]
    moved = dict.fromkeys(sources, 0.0)
    if len(rows):
        whole = head.logit(rows)
        for name in sources:
            silent = rows.copy()
            columns = _columns(name)
            silent[:, columns] = typical[columns]
            moved[name] = float(np.abs(head.logit(silent) - whole).mean())
    total = sum(moved.values())
    ranked = sorted(moved, key=lambda name: (-moved[name], name))
    return {name: moved[name] / total if total > 0 else 0.0 for name in ranked}


def _columns(source: str) -> list[int]:
    """The source's score and rank, and for `frequency` and `popularity` all else of their kind."""
    mine = {f"{source}_score", f"{source}_rank"}
    others = {f"{name}_{what}" for name in KIND for what in ("score", "rank")} - mine
    if source in ("frequency", "popularity"):
        mine |= set(FEATURES[KIND[source]]) - others
    return sorted(COLUMN[name] for name in mine if name in COLUMN)
