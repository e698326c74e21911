"""Seeded random streams and the two sampling tricks the simulator is made of. Nothing here is seeded globally."""

from zlib import crc32

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """An independent generator for a named purpose: adding a partner or a step never moves another's numbers."""
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])


def pick(rng: np.random.Generator, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """For each entry of `rows` draw a column of `weights` (rows × columns) in proportion to that row's weights."""
    shares = np.cumsum(weights, axis=1)
    shares /= shares[:, -1:]
    shares[:, -1] = 1.0
    flat = (shares + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(flat, rows + rng.random(len(rows)), side="right")
    return np.minimum(found - rows * weights.shape[1], weights.shape[1] - 1)


def arrivals(rng: np.random.Generator, rate: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Event times of many renewal processes whose speed changes from week to week.

    `rate` (processes × weeks) is the expected number of events in each week, `shape` the gamma shape of the gaps
    (1 = memoryless, 12 = clockwork). Gaps of mean 1 are drawn on each process's own clock and mapped back to the
    calendar through its cumulative rate (time rescaling). Returns (process, day), sorted by process and day.
    """
    total = rate.sum(axis=1)
    count = np.ceil(total + 4 * np.sqrt(total) + 4).astype(np.int64)
    who = np.repeat(np.arange(len(rate)), count)
    ends = np.cumsum(count)
    starts = ends - count
    gaps = rng.gamma(shape[who]) / shape[who]
    gaps[starts] *= rng.random(len(rate))  # the clock was running before we looked
    ticks = np.cumsum(gaps)
    ticks -= np.repeat(ticks[starts] - gaps[starts], count)
    keep = ticks < total[who]
    who, ticks = who[keep], ticks[keep]
    weeks = rate.shape[1]
    clock = np.concatenate([np.zeros((len(rate), 1)), np.cumsum(rate, axis=1)], axis=1)
    span = float(clock[:, -1].max(initial=0.0)) + 1.0
    flat = (clock + np.arange(len(rate))[:, None] * span).ravel()
    week = np.searchsorted(flat, who * span + ticks, side="right") - 1 - who * (weeks + 1)
    week = np.clip(week, 0, weeks - 1)
    within = (ticks - clock[who, week]) / np.maximum(rate[who, week], 1e-9)
    day = np.floor((week + np.clip(within, 0, 0.999)) * 7).astype(np.int64)
    return who, day
