"""Peers at their best quick settings: chosen on one question, measured on another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.recommend import Asked
from tests.bench.recommend.history import Question
from tests.bench.recommend.measures import MEASURES, ranked
from tests.bench.recommend.peers import PEERS

#: A question by name, with the measure to judge by.
Kinds = Mapping[str, tuple[Question, str, int]]


def peers(asked: Asked, key: str, names: Mapping[str, Sequence[str]], choose: Kinds, judge: Kinds) -> dict:
    """Per kind, the named peers' figures: {kind: {peer: figure}}.

    names: which peers take part in which kind; choose, judge: per kind the question to choose settings by and the one
    to measure, each with measure and length. One fit serves all kinds. Taken from asked.cache where it stands there.
    """
    file = asked.cache / f"{key}{'-quick' if asked.quick else ''}.json" if asked.cache else None
    if file is not None and file.exists():
        return dict(json.loads(file.read_text()))
    found: dict[str, dict[str, float]] = {kind: {} for kind in judge}
    chosen: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(name for listed in names.values() for name in listed):
        kinds = [kind for kind in judge if name in names[kind]]
        for kind, setting in _best(name, {kind: choose[kind] for kind in kinds}, quick=asked.quick).items():
            found[kind][name] = _figures(name, setting, {kind: judge[kind]})[kind]
            chosen[f"{kind}: {name}"] = setting
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(json.dumps(found | {"settings": chosen}))
    return found | {"settings": chosen}


def _best(name: str, kinds: Kinds, *, quick: bool) -> dict[str, dict[str, object]]:
    grid = PEERS[name][1][: 1 if quick else None]
    if len(grid) == 1:
        return dict.fromkeys(kinds, grid[0])
    tried = [_figures(name, setting, kinds) for setting in grid]
    return {kind: grid[max(range(len(grid)), key=lambda n: tried[n][kind])] for kind in kinds}


def _figures(name: str, setting: dict[str, object], kinds: Kinds) -> dict[str, float]:
    """The measure of each kind; rows of one history are scored together."""
    found = {}
    for kind, (question, measure, top) in kinds.items():
        scores = PEERS[name][0](question.known, question.rows, **setting)
        found[kind] = MEASURES[measure](ranked(scores, question, top), question.truth, top)
    return found
