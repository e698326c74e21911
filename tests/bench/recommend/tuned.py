"""Peers at their best quick settings: chosen on one question, measured on another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tests.bench.recommend import Asked
from tests.bench.recommend.history import Question
from tests.bench.recommend.measures import MEASURES, ranked
from tests.bench.recommend.peers import PEERS, Setting

#: A question by name, with the measure to judge by and the length of the list.
Kinds = Mapping[str, tuple[Question, str, int]]


def peers(asked: Asked, key: str, names: Mapping[str, Sequence[str]], choose: Kinds, judge: Kinds) -> dict:
    """Per kind, the named peers' figures: {kind: {peer: figure}}; under "settings" what was chosen.

    names: which peers take part in which kind; choose, judge: per kind the question to choose settings by and the one
    to measure. Taken from asked.cache where it stands there.
    """
    file = asked.cache / f"{key}{'-quick' if asked.quick else ''}.json" if asked.cache else None
    if file is not None and file.exists():
        return dict(json.loads(file.read_text()))
    found: dict[str, dict] = {kind: {} for kind in judge} | {"settings": {}}
    for name in dict.fromkeys(name for listed in names.values() for name in listed):
        kinds = [kind for kind in judge if name in names[kind]]
        tried, measured = (_figures(name, {kind: part[kind] for kind in kinds}) for part in (choose, judge))
        for kind in kinds:
            setting = searched(PEERS[name][1], lambda one, kind=kind, tried=tried: tried(one)[kind], quick=asked.quick)
            found[kind][name] = measured(setting)[kind]
            found["settings"][f"{kind}: {name}"] = setting
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found))
    return found


def searched(axes: Mapping[str, Sequence[object]], reached: Callable[[Setting], float], *, quick: bool) -> Setting:
    """The best setting found by moving along one axis after the other, from the first value of each."""
    best: Setting = {name: values[0] for name, values in axes.items()}
    if quick:
        return best
    for name, values in axes.items():
        if len(values) > 1:
            best[name] = max(values, key=lambda value, name=name: reached({**best, name: value}))
    return best


def _figures(name: str, kinds: Kinds) -> Callable[[Setting], dict[str, float]]:
    """The measure of each kind for a setting, remembered; all kinds share one history, which is scored once."""
    known = next(iter(kinds.values()))[0].known
    rows = np.unique(np.concatenate([question.rows for question, _, _ in kinds.values()]))
    seen: dict[str, dict[str, float]] = {}

    def figures(setting: Setting) -> dict[str, float]:
        word = json.dumps(setting, sort_keys=True)
        if word not in seen:
            scores = PEERS[name][0](known, rows, **setting)
            seen[word] = {
                kind: MEASURES[measure](
                    ranked(scores[np.searchsorted(rows, question.rows)], question, top), question.truth, top
                )
                for kind, (question, measure, top) in kinds.items()
            }
        return seen[word]

    return figures
