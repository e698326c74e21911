"""Calls, mails, visits, tickets and complaints: an even background, and what the planted causes leave in it."""

from dataclasses import dataclass

import numpy as np

from portal.demo.behaviour import Setting
from portal.demo.causes import FADE, PRICE, RIVAL, SUPPORT
from portal.demo.goods import CATEGORIES, RIVALS, RIVALS_ZH
from portal.demo.phrases import TOPICS
from portal.demo.randomness import arrivals, stream

BACKGROUND = {"everyday": 0.68, "quote": 0.12, "ticket": 0.135, "complaint": 0.02, "rival": 0.025, "price": 0.02}


@dataclass(frozen=True)
class Talks:
    """One entry per interaction, sorted by day."""

    who: np.ndarray
    day: np.ndarray
    kind: np.ndarray
    text: np.ndarray
    sentiment: np.ndarray
    topic: np.ndarray  # known to the simulator only


def talks(at: Setting) -> Talks:
    """All interactions of one partner, over history and the hidden days."""
    rng = stream(at.seed, at.partner.slug, "interactions")
    lively = at.partner.talk / 52 * np.clip((at.people.staff / 40) ** 0.3, 0.4, 2.5)
    who, day = arrivals(rng, lively[:, None] * at.active, np.ones(len(at.people)))
    topic = rng.choice(np.array(list(BACKGROUND), dtype=object), size=len(who), p=list(BACKGROUND.values()))
    parts = [(who, day, topic), *_traces(rng, at)]
    who, day, topic = (np.concatenate(column) for column in zip(*parts, strict=True))
    keep = (day >= 0) & (day < np.minimum(at.fate.left[who], len(at.month)))
    who, day, topic = who[keep], day[keep], topic[keep]
    day = np.where(day % 7 == 6, np.maximum(day - 2, 0), day)  # Sunday's talks happened on Friday
    order = np.argsort(day, kind="stable")
    return _spoken(rng, at, who[order], day[order], topic[order])


def _traces(rng: np.random.Generator, at: Setting) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What each cause leaves behind: how many notes of which topic within how many days of its beginning."""
    dose = at.fate.dose
    return [
        _burst(rng, at, SUPPORT, "trouble", 2 + rng.poisson(4 * dose), 45),
        _burst(rng, at, SUPPORT, "complaint", rng.poisson(0.4 + 1.6 * dose), 55),
        _burst(rng, at, RIVAL, "rival", 1 + rng.poisson(1.5 * dose), 40),
        _burst(rng, at, PRICE, "price", rng.poisson(0.2 + 0.9 * dose), 50),
        _burst(rng, at, FADE, "budget", rng.poisson(0.3, len(dose)), 120),
    ]


def _burst(
    rng: np.random.Generator, at: Setting, cause: int, topic: str, count: np.ndarray, within: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    struck = np.flatnonzero((at.fate.cause == cause) & (at.fate.since < len(at.month)))
    who = np.repeat(struck, count[struck])
    day = at.fate.since[who] + rng.integers(0, within, len(who))
    return who, day, np.full(len(who), topic, dtype=object)


def _spoken(rng: np.random.Generator, at: Setting, who: np.ndarray, day: np.ndarray, topic: np.ndarray) -> Talks:
    """Put topics into words, kinds and sentiments."""
    kind, text = np.empty(len(who), dtype=object), np.empty(len(who), dtype=object)
    sentiment = np.zeros(len(who))
    for name, (_, kinds, mood) in TOPICS.items():
        rows = np.flatnonzero(topic == name)
        said = _renderings(name, at.partner.language)
        text[rows] = said[rng.integers(len(said), size=len(rows))]
        kind[rows] = rng.choice(np.array(list(kinds), dtype=object), size=len(rows), p=list(kinds.values()))
        sentiment[rows] = rng.normal(mood, 0.22, len(rows))
    return Talks(who=who, day=day, kind=kind, text=text, sentiment=np.round(np.clip(sentiment, -1, 1), 2), topic=topic)


def _renderings(topic: str, language: str) -> np.ndarray:
    """Every phrase of a topic with every product category and rival filled in."""
    chinese = language != "en"
    goods = [shelf.name_zh if chinese else shelf.name.lower() for shelf in CATEGORIES]
    rivals = RIVALS_ZH if chinese else RIVALS
    said = []
    for phrase in TOPICS[topic][0][language]:
        filled = [phrase.format(goods=each, rival=rival) for each in goods for rival in rivals]
        said += [text[0].upper() + text[1:] for text in filled]
    return np.array(said, dtype=object)
