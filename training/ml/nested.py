"""Fitting where labels are on file, so that every customer is judged by what never saw its label.

For each fold everything is learned from the other folds alone: which columns give the answer away, the encoders, the
models, the weights of the blend and the calibration. See `seating` for how one layer of fits is enough.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from portal.kit.errors import Refusal
from training.ml import calibrate, ensemble, families, splits
from training.ml.calibrate import sigmoid
from training.ml.crew import Bench, Crew, Seated
from training.ml.describe import Described
from training.ml.ensemble import Choice
from training.ml.interface import Examples, Limits, Model, Report, Task, quiet
from training.ml.seating import Plan, Seat
from training.ml.trial import Trial

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats, Ints

    Suspects = Callable[[pd.DataFrame, Floats, Ints], frozenset[str]]
    """Columns to hold back, from teaching rows, their labels and their folds."""

BRAKE = 0.8
"""The emergency brake: after this share of the budget on the clock, no further family is begun unless asked for."""
MATRICES = 1 << 30
"""Bytes of matrices held at once; the seats beyond have theirs made again for each family."""


@dataclass
class Lesson:
    """What a seat learns from: its teaching rows, its recipe, and the matrix of all rows under it.

    kept: that matrix, where all seats' are small enough to be held at once.
    """

    rows: Ints
    recipe: Described
    kept: Floats | None

    def matrix(self, frame: pd.DataFrame) -> Floats:
        return self.recipe.matrix(frame) if self.kept is None else self.kept


@dataclass
class Fitted:
    """crew: as kept. said (n,): each customer's probability by what never saw it. fold (n × repeats).

    margins: by family, (n,), as honest. dropped: columns like ids. held: columns held back, with the number of seats.
    """

    crew: Crew
    said: Floats
    fold: Ints
    choice: Choice
    trial: Trial
    held: dict[str, int]
    answers: dict[tuple[int, str], Floats] = field(repr=False, default_factory=dict)


def fit(
    frame: pd.DataFrame, y: Floats, group: Ints, *, plan: Plan, task: Task, started: float, suspects: Suspects,
    report: Report = quiet,
) -> Fitted:  # fmt: skip
    """Seat, teach, blend and calibrate.

    frame: (n rows) `labelled.rows` with known labels y (n,); group (n,): rows that must not be parted.
    started: by `monotonic`, for the emergency brake alone. Refusal when no column is left to learn from.
    """
    fold = np.column_stack(
        [splits.stratified_folds(y, group, folds=plan.folds, seed=task.seed + 101 * r) for r in range(plan.repeats)]
    )
    lessons, recipes, held = _lessons(frame, y, fold, plan=plan, seed=task.seed, suspects=suspects)
    trial = _teach(lessons, frame, y, group, fold, plan=plan, task=task, started=started, report=report)
    seats = [
        Seated(seat.repeat, seat.held, recipes.index(lesson.recipe), trial.seats[number])
        for number, (seat, lesson) in enumerate(zip(plan.seats, lessons, strict=True))
    ]
    crew = Crew(recipes, seats, [])
    choices = []
    said = np.zeros(len(y))
    for repeat in range(plan.repeats):
        for number in range(plan.folds):
            bench, choice = _bench(crew, trial.answers, y, group, fold, repeat=repeat, number=number, seed=task.seed)
            crew.benches.append(bench)
            choices.append(choice)
            here = fold[:, repeat] == number
            mixed = sum(
                weight * _heard(crew, trial.answers, here, bench, name) for name, weight in bench.weights.items()
            )
            said[here] += sigmoid(bench.calibration.margin(np.asarray(mixed))) / plan.repeats
    if max(int(np.sum(~np.isin(fold[:, seat.repeat], seat.held))) for seat in plan.seats) > plan.rows:
        trial.notes.append(_said(SAMPLED, rows=f"{plan.rows:,}", total=f"{len(y):,}"))
    told = Trial(_margins(crew, trial.answers, fold), trial.models(), trial.seconds, trial.notes)
    _dismiss(crew)
    return Fitted(crew, said, fold, _overall(choices), told, held, trial.answers)


@dataclass
class _Taught:
    """What teaching leaves: models by seat; answers (n,) by seat and family, NaN for rows the seat has seen."""

    seats: list[dict[str, Model]]
    answers: dict[tuple[int, str], Floats] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)

    def models(self) -> dict[str, list[Model]]:
        found: dict[str, list[Model]] = {}
        for seat in self.seats:
            for name, model in seat.items():
                found.setdefault(name, []).append(model)
        return found


def _lessons(
    frame: pd.DataFrame, y: Floats, fold: Ints, *, plan: Plan, seed: int, suspects: Suspects
) -> tuple[list[Lesson], list[Described], dict[str, int]]:
    """Per seat its teaching rows and a recipe made from them alone; recipes that came out the same are shared."""
    made: list[Lesson] = []
    known: dict[str, tuple[Described, Floats | None]] = {}
    size, telling = 0, False
    held: dict[str, int] = {}
    for number, seat in enumerate(plan.seats):
        rows = np.flatnonzero(~np.isin(fold[:, seat.repeat], seat.held))
        if len(rows) > plan.rows:
            rows = np.sort(np.random.default_rng(seed + number).choice(rows, plan.rows, replace=False))
        taught = frame.iloc[rows].reset_index(drop=True)
        without = suspects(taught, y[rows], fold[rows, seat.repeat])
        for name in without:
            held[name] = held.get(name, 0) + 1
        recipe = Described.fit(taught, without=without)
        key = json.dumps(recipe.as_dict(), sort_keys=True, default=str)
        if key not in known:
            width = len(recipe.columns().names)
            telling |= width > 0
            size += 8 * width * len(frame)
            known[key] = recipe, recipe.matrix(frame) if size <= MATRICES else None
        made.append(Lesson(rows, *known[key]))
    if not telling:
        raise Refusal("No column of the customers file tells labelled customers apart. Add attributes.")
    return made, [recipe for recipe, _ in known.values()], held


def _teach(
    lessons: list[Lesson], frame: pd.DataFrame, y: Floats, group: Ints, fold: Ints, *, plan: Plan, task: Task,
    started: float, report: Report,
) -> _Taught:  # fmt: skip
    """Every family in every seat it has, family by family, cheap ones first."""
    taught = _Taught([{} for _ in plan.seats])
    tried = plan.tried()
    for place, name in enumerate(tried):
        if taught.seconds and not task.families and monotonic() - started > BRAKE * task.budget:
            taught.notes.append(_said(LATE, name=name, budget=f"{task.budget:g}"))
            continue
        begun = monotonic()
        for number, seat in enumerate(plan.seats):
            if name in seat.families:
                x = lessons[number].matrix(frame)
                _seat(taught, lessons[number], x, y, group, fold, name=name, number=number, seat=seat, task=task)
        taught.seconds[name] = round(monotonic() - begun, 2)
        done = sum(name in seat for seat in taught.seats)
        report(
            progress=0.2 + 0.55 * (place + 1) / len(tried), stage="train",
            log=f"{name}: {taught.seconds[name]} s for {done} fits",
        )  # fmt: skip
    for name in plan.left_out:
        taught.notes.append(_said(DEAR, name=name, budget=f"{task.budget:g}"))
    return taught


def _seat(
    taught: _Taught, lesson: Lesson, x: Floats, y: Floats, group: Ints, fold: Ints, *, name: str, number: int,
    seat: Seat, task: Task,
) -> None:  # fmt: skip
    rows, columns = lesson.rows, lesson.recipe.columns()
    examples = Examples(x[rows], y[rows], np.ones(len(rows)), group[rows], np.zeros(len(rows), dtype=np.int64), columns)
    limits = Limits(seconds=max(task.budget / 12, 1.0), net_rows=100_000)
    model = families.family(name).fit(examples, seed=task.seed + 31 * number, limits=limits)
    unseen = np.isin(fold[:, seat.repeat], seat.held)
    answer = np.full(len(y), np.nan)
    answer[unseen] = model.margin(x[unseen])
    taught.seats[number][name] = model
    taught.answers[number, name] = answer


def _bench(
    crew: Crew, answers: dict[tuple[int, str], Floats], y: Floats, group: Ints, fold: Ints, *, repeat: int,
    number: int, seed: int,
) -> tuple[Bench, Choice]:  # fmt: skip
    """Weights and calibration for one fold, from answers on other folds by seats that saw neither."""
    mine = [k for k, seat in enumerate(crew.seats) if seat.repeat == repeat and number in seat.held]
    names = list(dict.fromkeys(name for k in mine for name in crew.seats[k].models))
    elsewhere = fold[:, repeat] != number
    margins = {}
    for name in names:
        heard = np.array([answers[k, name] for k in mine if name in crew.seats[k].models])
        count = np.maximum((~np.isnan(heard)).sum(axis=0), 1)
        margins[name] = np.where(np.isnan(heard).all(axis=0), np.nan, np.nansum(heard, axis=0) / count)
    rows = np.flatnonzero(elsewhere & ~np.isnan(np.column_stack(list(margins.values()))).any(axis=1))
    choice = ensemble.choose(
        {name: margin[rows] for name, margin in margins.items()},
        y[rows], weight=np.ones(len(rows)), group=group[rows], seed=seed,
    )  # fmt: skip
    mixed = np.sum([weight * margins[name][rows] for name, weight in choice.weights.items()], axis=0)
    return Bench(repeat, number, choice.weights, calibrate.fit(mixed, y[rows])), choice


def _heard(crew: Crew, answers: dict[tuple[int, str], Floats], here: Ints, bench: Bench, name: str) -> Floats:
    """What a family says of a fold's customers: the mean over the seats that held the fold."""
    mine = crew.sitting(bench.repeat, bench.fold, name)
    return np.asarray(np.mean([answers[k, name][here] for k in mine], axis=0))


def _margins(crew: Crew, answers: dict[tuple[int, str], Floats], fold: Ints) -> dict[str, Floats]:
    """By family, (n,): the mean answer of the seats that held each customer."""
    found: dict[str, Floats] = {}
    for name in dict.fromkeys(name for seat in crew.seats for name in seat.models):
        heard = np.array([answer for (_, family), answer in answers.items() if family == name])
        found[name] = np.nanmean(heard, axis=0)
    return found


def _overall(choices: list[Choice]) -> Choice:
    """What the card tells: mean weights, and in how many folds the blend won beyond its 80 % interval."""
    names = list(dict.fromkeys(name for choice in choices for name in choice.weights))
    mean = {name: sum(choice.weights.get(name, 0.0) for choice in choices) / len(choices) for name in names}
    kept = dict(sorted(mean.items(), key=lambda pair: -pair[1]))
    blends = [choice for choice in choices if choice.name == "blend"]
    if len(kept) == 1:
        return Choice(kept, next(iter(kept)), choices[0].why)
    example = max(choices, key=lambda choice: choice.name == "blend").why
    counts = {"blends": len(blends), "folds": len(choices)}
    why = {
        "en": "in {blends} of {folds} folds a blend won beyond its 80 % interval, else one family; ".format(**counts)
        + f"for instance {example['en']}",
        "zh-hans": "{folds} 折中有 {blends} 折混合模型的优势超出 80 % 区间，其余取最佳单一模型；例如 ".format(**counts)
        + example["zh-hans"],
    }
    return Choice(kept, "blend", why)


def _dismiss(crew: Crew) -> None:
    """Models that no bench listens to are not kept."""
    heard = {name for bench in crew.benches for name in bench.weights}
    for seat in crew.seats:
        seat.models = {name: model for name, model in seat.models.items() if name in heard}


SAMPLED = {
    "en": "Each fit learned from {rows} rows drawn at random from {total}, to stay within the budget; all were judged.",
    "zh-hans": "为控制时间，每次拟合从 {total} 行中随机抽取 {rows} 行学习；评估仍使用全部行。",
}
DEAR = {
    "en": "{name} was not tried: the budget of {budget} seconds is too short for it.",
    "zh-hans": "未尝试 {name}：{budget} 秒的预算不足。",
}
LATE = {
    "en": "{name} was not tried: the machine was slower than planned, and the budget of {budget} seconds ran out.",
    "zh-hans": "未尝试 {name}：机器比预期慢，{budget} 秒的预算已用尽。",
}


def _said(text: dict[str, str], **numbers: str) -> dict[str, str]:
    return {language: words.format(**numbers) for language, words in text.items()}
