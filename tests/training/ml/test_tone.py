"""The tone of what was written, read from a small lexicon where nobody rated it."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)


def tone(folder: Path, *texts: str | None, sentiment: float = np.nan) -> pd.Series:
    frame = pd.DataFrame({"customer_id": [f"c{n}" for n in range(len(texts))], "text": list(texts)})
    frame = frame.assign(
        interaction_id=frame["customer_id"], date=DAY - timedelta(days=9), kind="call", sentiment=sentiment
    )
    makers.write(folder, interactions=frame)
    with facts.opened(PartnerData("p", folder)) as con:
        return build.features(con, as_of=[DAY])["sentiment_180"]


@pytest.mark.parametrize("text", [
    "Very happy with the last delivery, thanks!", "No problems at all", "Not bad", "The issue was resolved quickly",
    "Customer is satisfied", "He isn’t unhappy", "非常满意，感谢支持", "没有问题，合作愉快", "服务很好，没有投诉",
])  # fmt: skip
def test_a_kind_word_sounds_glad(tmp_path: Path, text: str) -> None:
    assert tone(tmp_path, text)[0] > 0.1


@pytest.mark.parametrize("text", [
    "Broken again, customer is furious", "Not happy about the delay", "They are not at all satisfied", "No good news",
    "Not working since Monday", "THE INVOICE WAS WRONG", "Never reliable", "客户很生气，要求退款", "对服务不满意",
    "质量不好，产品坏了", "多次延误，客户非常不满", "不太满意",
])  # fmt: skip
def test_an_angry_word_sounds_displeased(tmp_path: Path, text: str) -> None:
    assert tone(tmp_path, text)[0] < -0.1


@pytest.mark.parametrize(
    "text", ["Sent the price list", "Goods for the slate roof", "讨论了下季度计划", "约定下周二回访"]
)
def test_everyday_words_have_no_tone(tmp_path: Path, text: str) -> None:
    assert tone(tmp_path, text)[0] == 0


def test_many_words_weigh_more_than_one_and_never_more_than_one(tmp_path: Path) -> None:
    once, often = tone(tmp_path, "late", "late, broken, wrong, damaged, a terrible mess")
    assert -1 <= often < once < 0


def test_a_rating_given_by_a_person_stands(tmp_path: Path) -> None:
    assert tone(tmp_path, "terrible", sentiment=0.8)[0] == pytest.approx(0.8)


def test_no_text_has_no_tone(tmp_path: Path) -> None:
    assert tone(tmp_path, None, " ").isna().all()


def test_the_newest_words_and_their_change_are_told_apart(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": "ann", "interaction_id": ["1", "2", "3"], "kind": ["call", "ticket", "call"],
            "date": [DAY - timedelta(days=days) for days in (200, 30, 10)], "sentiment": [0.5, -0.5, -0.9],
            "text": None,
        }
    )  # fmt: skip
    makers.write(tmp_path, interactions=frame)
    with facts.opened(PartnerData("p", tmp_path)) as con:
        ann = build.features(con, as_of=[DAY]).iloc[0]
    assert ann.sentiment_last == pytest.approx(-0.9)
    assert ann.sentiment_change == pytest.approx(-1.2)
