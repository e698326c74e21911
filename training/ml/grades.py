"""The grade of a version, A to E, by a written rule: the worst of its notes, each from one number.

Plain Python: the web process reads cards with it. What cannot be told earns the worst note that a number could, except
drift, which is known only after a first scoring and does not count before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Said = dict[str, str]
LETTERS = "ABCDE"
ROWS = (200, 100, 50, 20)
"""People of the rarer outcome among the judged rows that A, B, C and D ask for."""
CALIBRATION = (0.025, 0.04, 0.06, 0.10)
"""Largest calibration error of A, B, C and D."""
CHANCES = (1.25, 1.5, 2.0, 3.0)
"""Recommendations: how many times too high or too low the chances of A, B, C and D may have been."""
DRIFT = (0.1, 0.25)
"""Population stability index from which inputs have moved, and have moved far (Siddiqi 2006)."""

RULE: dict[str, Said] = {
    "rows": {
        "en": f"people of the rarer outcome among the judged rows (recommendations: all people): A from {ROWS[0]}, "
        f"B from {ROWS[1]}, C from {ROWS[2]}, D from {ROWS[3]}, else E",
        "zh-hans": f"评估数据中较少一类的人数（推荐模型为全部人数）：A 不少于 {ROWS[0]}，B 不少于 {ROWS[1]}，"
        f"C 不少于 {ROWS[2]}，D 不少于 {ROWS[3]}，否则 E",
    },
    "rival": {
        "en": "difference to the naive rival on the same rows: A when its whole 95 % interval is better, C when only "
        "the number is, D when the number is not, E when the whole interval is worse",
        "zh-hans": "与朴素基线在相同数据上的差：95% 区间整体更优为 A，仅数值更优为 C，数值不优为 D，区间整体更差为 E",
    },
    "calibration": {
        "en": f"calibration error: A to {CALIBRATION[0]:g}, B to {CALIBRATION[1]:g}, C to {CALIBRATION[2]:g}, "
        f"D to {CALIBRATION[3]:g}, else E",
        "zh-hans": f"校准误差：A 不超过 {CALIBRATION[0]:g}，B 不超过 {CALIBRATION[1]:g}，C 不超过 {CALIBRATION[2]:g}，"
        f"D 不超过 {CALIBRATION[3]:g}，否则 E",
    },
    "chances": {
        "en": "how many times too high or too low the chances of offers shown were, the worse of repeats and new "
        f"products: A to {CHANCES[0]:g}, B to {CHANCES[1]:g}, C to {CHANCES[2]:g}, D to {CHANCES[3]:g}, else E",
        "zh-hans": "所示推荐的概率偏高或偏低的倍数，复购与新品分别计算，取较差者："
        f"A 不超过 {CHANCES[0]:g}，B 不超过 {CHANCES[1]:g}，C 不超过 {CHANCES[2]:g}，D 不超过 {CHANCES[3]:g}，否则 E",
    },
    "drift": {
        "en": f"drift of the inputs (largest population stability index of the lists shown): A below {DRIFT[0]:g}, "
        f"B below {DRIFT[1]:g}, else C; not counted before the first scoring",
        "zh-hans": f"输入漂移（当前名单中最大的群体稳定性指数）：低于 {DRIFT[0]:g} 为 A，低于 {DRIFT[1]:g} 为 B，"
        "否则 C；首次评分前不计",
    },
    "worst": {"en": "the grade is the worst of the notes", "zh-hans": "总评取各项中最差者"},
}


@dataclass(frozen=True)
class Note:
    """One part of the grade: which rule, the number it read (None: not known), the letter it earned."""

    name: str
    value: float | None
    letter: str


def notes(metrics: dict[str, Any], *, drift: float | None = None, measure: str = "auc") -> list[Note]:
    """The parts of the grade. measure: what versions of this kind are compared by; `mae` is better when lower."""
    found = [_rows(metrics, measure), _rival(metrics, measure)]
    if measure == "auc":
        error = _number(metrics.get("calibration_error"))
        found.append(Note("calibration", error, _least(CALIBRATION, error)))
    if measure == "ndcg_10":
        off = _off(metrics.get("trust"))
        found.append(Note("chances", off, _least(CHANCES, off)))
    if drift is not None:
        found.append(Note("drift", drift, "A" if drift < DRIFT[0] else "B" if drift < DRIFT[1] else "C"))
    return found


def grade(metrics: dict[str, Any], *, drift: float | None = None, measure: str = "auc") -> str:
    """A to E: the worst of the notes; empty when there is no number at all to grade."""
    if _number(metrics.get(measure)) is None and not metrics.get("n"):
        return ""
    return max(note.letter for note in notes(metrics, drift=drift, measure=measure))


def told(metrics: dict[str, Any], *, measure: str = "auc") -> dict[str, Any]:
    """The grade as the card records it at training, with its rule in both languages."""
    parts = notes(metrics, measure=measure)
    return {
        "letter": grade(metrics, measure=measure),
        "notes": [{"name": note.name, "value": note.value, "letter": note.letter} for note in parts],
        "rule": [RULE[note.name] for note in parts] + [RULE["worst"]],
    }


def difference(metrics: dict[str, Any], measure: str) -> tuple[float, float, float] | None:
    """Ours less the rival's, with its 95 % interval; more is better, whatever the measure. None when not known.

    Versions that recorded no paired difference are compared by their own interval and the rival's number.
    """
    sign = -1.0 if measure == "mae" else 1.0
    paired = (metrics.get("better") or {}).get(measure) if isinstance(metrics.get("better"), dict) else None
    ends = _ends(paired)
    if ends is None:
        ours, naive = metrics.get(measure), metrics.get("naive")
        theirs = _number(naive.get(measure)) if isinstance(naive, dict) else None
        parts = _ends(ours)
        if theirs is None or parts is None:
            return None
        ends = [part - theirs for part in parts]
    value, low, high = (sign * end for end in ends)
    return value, min(low, high), max(low, high)


def _ends(found: Any) -> list[float] | None:
    """Value, low and high of a figure; None unless all three are numbers."""
    if not isinstance(found, dict):
        return None
    known = [_number(found.get(name)) for name in ("value", "low", "high")]
    ends = [one for one in known if one is not None]
    return ends if len(ends) == 3 else None


def _rows(metrics: dict[str, Any], measure: str) -> Note:
    n, rate = _number(metrics.get("n")), _number(metrics.get("base_rate"))
    split = rate is not None and measure in ("auc", "mae")
    rarer = n if n is None or rate is None or not split else round(n * min(rate, 1 - rate))
    return Note("rows", rarer, _most(ROWS, rarer))


def _rival(metrics: dict[str, Any], measure: str) -> Note:
    found = difference(metrics, measure)
    if found is None:
        return Note("rival", None, "E")
    value, low, high = found
    return Note("rival", value, "A" if low > 0 else "C" if value > 0 else "E" if high < 0 else "D")


def _off(trust: Any) -> float | None:
    """How many times too high or too low the chances were, the worse of repeats and new products; None: not known."""
    kinds = [one for one in trust.values() if isinstance(one, dict)] if isinstance(trust, dict) else []
    ratios = [ratio for ratio in (_number(one.get("ratio")) for one in kinds) if ratio is not None]
    return max((max(ratio, 1 / ratio) if ratio > 0 else float("inf") for ratio in ratios), default=None)


def _least(ends: tuple[float, ...], value: float | None) -> str:
    return "E" if value is None else LETTERS[sum(value > end for end in ends)]


def _most(ends: tuple[int, ...], value: float | None) -> str:
    return "E" if value is None else LETTERS[sum(value < end for end in ends)]


def _number(found: Any) -> float | None:
    value = found.get("value") if isinstance(found, dict) else found
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
