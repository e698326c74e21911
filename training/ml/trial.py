"""The trial of the families: each answers for rows it has not seen; then the champion is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from training.ml import ensemble, families
from training.ml.interface import Examples, Limits, Model, Report, Task

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats

    Part = tuple[Bools, Bools]
    """Rows that teach, rows that are held out."""

NET_SECONDS = 120.0
"""Nets are tried unasked only from this budget on."""


@dataclass
class Trial:
    """Margins (n,) for unseen rows and the folds' models, by family; sentences on who was left out."""

    margins: dict[str, Floats] = field(default_factory=dict)
    models: dict[str, list[Model]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)

    def choice(self, examples: Examples, *, seed: int) -> ensemble.Choice:
        """The champion by the rows that were held out by some part."""
        held = ~np.isnan(next(iter(self.margins.values())))
        rows = examples.take(held)
        margins = {name: margin[held] for name, margin in self.margins.items()}
        return ensemble.choose(margins, rows.y, weight=rows.weight, group=rows.group, seed=seed)


def limits(task: Task) -> Limits:
    """What one fit may cost under the task's budget: nets learn from fewer rows when time is short."""
    return Limits(seconds=task.budget / 12, net_rows=int(np.clip(task.budget * 15, 500, 15_000)))


def run(examples: Examples, parts: Sequence[Part], *, task: Task, started: float, report: Report) -> Trial:
    """Fit every family on each part's teaching rows and let it answer for the held ones.

    Families come cheap first, and late ones are dropped. Rows that no part holds keep NaN as their margin.
    """
    trial = Trial()
    wanted = families.chosen(task.families, kind=task.kind, rhythm="expected" in examples.columns.names)
    for place, name in enumerate(wanted):
        # Rhythm alone knows no prices, tickets or rivals: one family that can name them is tried however late it is.
        if trial.margins.keys() - {"rhythm"} and _too_late(name, task, started, trial):
            continue
        begun = monotonic()
        margin = np.full(len(examples), np.nan)
        models = []
        family = families.family(name)
        shown = examples.seen(family.sees)
        for number, (teaching, held) in enumerate(parts):
            model = family.fit(shown.take(teaching), seed=task.seed + number, limits=limits(task))
            margin[held] = model.margin(shown.x[held])
            models.append(model)
        trial.margins[name], trial.models[name] = margin, models
        trial.seconds[name] = round(monotonic() - begun, 2)
        if name in families.NETS and len(examples) > limits(task).net_rows:
            trial.notes.append(_sampled(name, limits(task).net_rows, len(examples)))
        report(
            progress=0.3 + 0.4 * (place + 1) / len(wanted), stage="train",
            log=f"{name}: {trial.seconds[name]} s for {len(models)} parts",
        )  # fmt: skip
    return trial


def _too_late(name: str, task: Task, started: float, trial: Trial) -> bool:
    """Whether the family is left out for want of time; says so in the notes."""
    spent = monotonic() - started
    unasked = name in families.NETS and not task.families and task.budget < NET_SECONDS
    if not unasked and spent < task.budget * 0.4:
        return False
    trial.notes.append(
        {
            "en": f"{name} was not tried: the budget of {task.budget:g} seconds is too short for it.",
            "zh-hans": f"未尝试 {name}：{task.budget:g} 秒的预算不足。",
        }
    )
    return True


def _sampled(name: str, rows: int, total: int) -> dict[str, str]:
    return {
        "en": f"{name} learned from a sample of {rows:,} of {total:,} rows, to stay within the budget.",
        "zh-hans": f"{name} 为控制时间，从 {total:,} 行中抽取 {rows:,} 行学习。",
    }
