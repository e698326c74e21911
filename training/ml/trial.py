"""The trial of the families: each answers for rows it has not seen; then the champion is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from training.ml import families
from training.ml.interface import Examples, Limits, Model, Report, Task

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats

    Part = tuple[Bools, Bools]
    """Rows that teach, rows that are held out."""

NETS_SHARE = 0.3
"""Share of the budget that nets nobody asked for may be planned to take."""
LOADING, LATER = 6.0, 2
"""Seconds to load Keras once; fits of every family that follow its parts, for judging and for use."""
LATE = 0.4
"""On a machine slower than planned, no further family is begun after this share of the budget."""
YEAR, MOST = 52, 0.5
"""Weeks a sequence net looks back, and the share of rows that must have as many behind them."""


@dataclass
class Trial:
    """Margins (n,) for unseen rows and the folds' models, by family; sentences on who was left out."""

    margins: dict[str, Floats] = field(default_factory=dict)
    models: dict[str, list[Model]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)


def limits(task: Task) -> Limits:
    """What one fit may cost under the task's budget: nets learn from fewer rows when time is short."""
    return Limits(seconds=task.budget / 12, net_rows=int(np.clip(task.budget * 15, 500, 15_000)))


def weeks(task: Task, *, history: Floats, parts: int) -> int:
    """Weeks of activity to lay beside the columns: a year where a sequence net will be tried, else 0.

    history (n,): days of facts before each row's date. Tried when asked for by name; unasked, where
    most rows look back on a full year and the budget allows for the cheapest of them.
    """
    if task.families:
        return YEAR if set(task.families) & set(families.SEQUENCES) else 0
    long = len(history) and np.mean(history >= 7 * YEAR) >= MOST
    plan = _Plan(task, rows=len(history), fits=parts + LATER)
    plan.allows("tabm", columns=YEAR)  # comes first, and takes its share
    return YEAR if long and plan.allows(families.SEQUENCES[0], columns=3 * YEAR) else 0


def run(examples: Examples, parts: Sequence[Part], *, task: Task, started: float, report: Report) -> Trial:
    """Fit every family on each part's teaching rows and let it answer for the held ones.

    Families come cheap first. Nets nobody asked for are tried as far as their plan fits the budget, whatever the
    machine is doing; the clock alone leaves a family out only as an emergency brake. Rows that no part holds keep
    NaN as their margin.
    """
    trial = Trial()
    rhythm, weekly = "expected" in examples.columns.names, bool(examples.columns.weekly())
    wanted = families.chosen(task.families, rhythm=rhythm, weeks=weekly)
    plan = _Plan(task, rows=len(examples), fits=len(parts) + LATER)
    for place, name in enumerate(wanted):
        shown = examples.seen(families.family(name).sees)
        note = None
        if not shown.columns.names:
            note = _unseen(name)
        # Rhythm alone knows no prices, tickets or rivals: one family that can name them is tried however late it is.
        elif trial.margins.keys() - {"rhythm"}:
            late = monotonic() - started > task.budget * LATE
            note = _short(name, task) if late or not plan.allows(name, columns=shown.x.shape[1]) else None
        if note:
            trial.notes.append(note)
            continue
        _tried(trial, name, shown, parts, task)
        report(
            progress=0.3 + 0.4 * (place + 1) / len(wanted), stage="train",
            log=f"{name}: {trial.seconds[name]} s for {len(parts)} parts",
        )  # fmt: skip
    return trial


def _tried(trial: Trial, name: str, shown: Examples, parts: Sequence[Part], task: Task) -> None:
    """Fit one family on every part and write down what it says and what it took."""
    begun, margin = monotonic(), np.full(len(shown), np.nan)
    family, models = families.family(name), []
    for number, (teaching, held) in enumerate(parts):
        model = family.fit(shown.take(teaching), seed=task.seed + number, limits=limits(task))
        margin[held] = model.margin(shown.x[held])
        models.append(model)
    trial.margins[name], trial.models[name] = margin, models
    trial.seconds[name] = round(monotonic() - begun, 2)
    if name in families.NETS and len(shown) > limits(task).net_rows:
        trial.notes.append(_sampled(name, limits(task).net_rows, len(shown)))


@dataclass
class _Plan:
    """What nets are planned to take, by their own pace: no clock is looked at."""

    task: Task
    rows: int
    fits: int
    seconds: float = LOADING

    def allows(self, name: str, *, columns: int) -> bool:
        """Whether the family fits into the budget; if it does, its seconds are taken."""
        pace = getattr(families.family(name), "pace", None)
        if pace is None or self.task.families:
            return True
        seconds = self.seconds + self.fits * pace.seconds(
            rows=min(self.rows, limits(self.task).net_rows), columns=columns
        )
        if seconds > NETS_SHARE * self.task.budget:
            return False
        self.seconds = seconds
        return True


def _short(name: str, task: Task) -> dict[str, str]:
    return {
        "en": f"{name} was not tried: the budget of {task.budget:g} seconds is too short for it.",
        "zh-hans": f"未尝试 {name}：{task.budget:g} 秒的预算不足。",
    }


def _unseen(name: str) -> dict[str, str]:
    return {
        "en": f"{name} was not tried: there is nothing here that it looks at.",
        "zh-hans": f"未尝试 {name}：没有它所需的数据。",
    }


def _sampled(name: str, rows: int, total: int) -> dict[str, str]:
    return {
        "en": f"{name} learned from a sample of {rows:,} of {total:,} rows, to stay within the budget.",
        "zh-hans": f"{name} 为控制时间，从 {total:,} 行中抽取 {rows:,} 行学习。",
    }
