"""Sentences people read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from training.ml.recommenders.reasons import SENTENCES, sentence


@pytest.mark.parametrize(("reason", "english", "chinese"), [
    ({"code": "bought_every", "values": {"every": 35, "last": 42, "times": 5}},
     "bought every 35 days, last 42 days ago", "平均每 35 天购买一次，上次购买在 42 天前"),
    ({"code": "bought_every", "values": {"every": 1, "last": 1, "times": 9}},
     "bought every day, last 1 day ago", "平均每 1 天购买一次，上次购买在 1 天前"),
    ({"code": "bought_before", "values": {"times": 1, "last": 12}},
     "bought once, 12 days ago", "已购买 1 次，上次购买在 12 天前"),
    ({"code": "bought_before", "values": {"times": 2, "last": 12}},
     "bought twice, last 12 days ago", "已购买 2 次，上次购买在 12 天前"),
    ({"code": "also_bought", "values": {"sku": "A1", "name": "Router {x}", "both": 34, "buyers": 120}},
     "34 of 120 customers who bought Router {x} also bought this",
     "购买过 Router {x} 的 120 位客户中，有 34 位也购买了此产品"),
    ({"code": "also_bought", "values": {"sku": "A1", "name": "", "both": 2, "buyers": 3}},
     "2 of 3 customers who bought A1 also bought this", "购买过 A1 的 3 位客户中，有 2 位也购买了此产品"),
    ({"code": "added", "values": {"sku": "A", "name": "Ink", "other_sku": "B", "other_name": "", "segment": "SMB",
                                  "both": 34, "buyers": 120}},
     "customers who bought Ink and B in the segment SMB added this: 34 of 120",
     "“SMB”客户分级中同时购买过 Ink 和 B 的 120 位客户里，有 34 位也买了它"),
    ({"code": "added_all", "values": {"sku": "A", "name": "Ink", "other_sku": "B", "other_name": "Pen", "both": 3,
                                      "buyers": 9}},
     "customers who bought Ink and Pen added this: 3 of 9",
     "同时购买过 Ink 和 Pen 的 9 位客户里，有 3 位也购买了此产品"),
    ({"code": "alike", "values": {"both": 7, "buyers": 50}},
     "7 of the 50 customers who buy most alike bought this", "购买习惯最相近的 50 位客户中，有 7 位购买了此产品"),
    ({"code": "content", "values": {"sku": "A", "name": "Ink"}},
     "like Ink, which they buy", "与该客户购买的 Ink 相似"),
    ({"code": "popular_segment", "values": {"segment": "SMB", "customers": 41, "days": 90}},
     "popular in the segment SMB: 41 customers in the last 90 days",
     "在“SMB”客户分级中受欢迎：最近 90 天有 41 位客户购买"),
    ({"code": "popular", "values": {"customers": 1, "days": 90}},
     "popular: 1 customer in the last 90 days", "受欢迎：最近 90 天有 1 位客户购买"),
    ({"code": "popular_network", "values": {"partners": 6, "days": 90}},
     "popular across the network: sold by 6 partners in the last 90 days",
     "在整个渠道中受欢迎：最近 90 天有 6 家合作伙伴售出"),
    ({"code": "network", "values": {"partners": 6}},
     "popular across the network: sold by 6 partners", "在整个渠道中受欢迎：有 6 家合作伙伴售出"),
])  # fmt: skip
def test_reasons_read_well_in_both_languages(reason: dict, english: str, chinese: str) -> None:
    assert sentence(reason, "en") == english
    assert sentence(reason, "zh-hans") == sentence(reason, "zh_Hans") == chinese
    assert sentence(reason, "fr") == english


@pytest.mark.parametrize("reason", [
    {}, {"code": "unheard_of", "values": {}}, {"code": "also_bought", "values": {}}, {"code": "popular"},
    {"code": "added_all", "values": {"sku": "A", "both": 2, "buyers": 3}},
    {"code": "bought_every", "values": {"every": "soon", "last": 3}},
])  # fmt: skip
def test_reasons_nobody_can_read_are_silent(reason: dict) -> None:
    assert sentence(reason, "en") == ""


def test_every_code_speaks_both_languages() -> None:
    assert all(set(texts) == {"en", "zh-hans"} and all(texts.values()) for texts in SENTENCES.values())


def test_the_web_process_reads_reasons_without_the_learning_libraries() -> None:
    code = (
        "import sys, training.ml.recommenders.reasons; "
        "print(sorted({'numpy','scipy','duckdb','pyarrow','lightgbm','sklearn','django'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
