"""The catalogue: every feature's name, group, unit and title, and the sentences that explain a customer.

Imported by the web process: only plain data and string formatting here. Sentences carry both languages; the
numbers in them are the customer's own, never model internals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from training.ml.features.phrases import GROUPS, SENTENCES
from training.ml.features.table import TABLE

LANGUAGES = ("en", "zh-hans")
YES_NO = {"en": ("yes", "no"), "zh-hans": ("是", "否")}


@dataclass(frozen=True)
class Feature:
    """One column of `build.features`; `table.py` tells what zero, reach, level and limit mean."""

    name: str
    group: str
    unit: str
    en: str
    zh: str
    zero: bool = False
    reach: int = 0
    level: str = ""
    limit: float = 1e9

    def title(self, language: str) -> str:
        return self.zh if _known(language) == "zh-hans" else self.en


def _feature(group: str, name: str, unit: str, traits: str, en: str, zh: str) -> Feature:
    """A row of the table, its traits read."""
    read = dict(trait.partition("=")[::2] for trait in traits.split())
    level = next((kind for kind in ("log", "plain") if kind in read), "")
    return Feature(
        name,
        group,
        unit,
        en,
        zh,
        zero="zero" in read,
        reach=int(read.get("reach", 0)),
        level=level,
        limit=float(read.get("plain") or 1e9),
    )


FEATURES: tuple[Feature, ...] = tuple(_feature(group, *row) for group, rows in TABLE.items() for row in rows)
BY_NAME: dict[str, Feature] = {feature.name: feature for feature in FEATURES}


def sentence(reason: dict[str, Any], language: str) -> str:
    """A reason in words: `{"code": "orders_fell", "values": {"before": 9, "now": 2}}` → a sentence.

    An unknown code or a missing value gives the group's plain title rather than an error: lists stay readable
    when an older model's reasons meet a newer catalogue.
    """
    language = _known(language)
    code = str(reason.get("code", ""))
    template = SENTENCES.get(code, {}).get(language)
    if template is not None:
        try:
            return template.format_map({k: _spoken(k, v, language) for k, v in (reason.get("values") or {}).items()})
        except KeyError:
            pass
    return GROUPS.get(str(reason.get("group", "")) or code, {}).get(language, code.replace("_", " "))


def _known(language: str) -> str:
    return "zh-hans" if language.lower().replace("_", "-").startswith("zh") else "en"


def _spoken(name: str, value: object, language: str) -> str:
    """A number as people read it: shares in percent, large ones grouped, no needless decimals; yes and no as words."""
    if isinstance(value, bool):
        return YES_NO[language][0 if value else 1]
    if not isinstance(value, (int, float)):
        return str(value)
    if math.isnan(value):
        return "?"
    if name == "share" or name.endswith("_share"):
        return f"{abs(value) * 100:.0f} %"
    if abs(value) >= 10 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}"
