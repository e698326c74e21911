"""Why a product is offered, as a code with values, and the sentence it becomes.

Read by the web process: imports nothing heavy. What a code promises is kept by `evidence`, which computes the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Language = str

SENTENCES: dict[str, dict[Language, str]] = {
    "bought_every": {
        "en": "bought every {every}, last {last} ago",
        "zh-hans": "平均每 {every_count} 天购买一次，上次购买在 {last_count} 天前",
    },
    "bought_before": {
        "en": "bought {times} {last} ago",
        "zh-hans": "已购买 {times_count} 次，上次购买在 {last_count} 天前",
    },
    "bought_orders": {
        "en": "bought in {times_count} of {orders} orders",
        "zh-hans": "在 {orders} 个订单中购买过 {times_count} 次",
    },
    "also_bought": {
        "en": "{both} of {buyers} customers who bought {product} also bought this",
        "zh-hans": "购买过 {product} 的 {buyers} 位客户中，有 {both} 位也购买了此产品",
    },
    "added": {
        "en": "customers who bought {product} and {other} in the segment {segment} added this: {both} of {buyers}",
        "zh-hans": "“{segment}”客户分级中同时购买过 {product} 和 {other} 的 {buyers} 位客户里，有 {both} 位也买了它",
    },
    "added_all": {
        "en": "customers who bought {product} and {other} added this: {both} of {buyers}",
        "zh-hans": "同时购买过 {product} 和 {other} 的 {buyers} 位客户里，有 {both} 位也购买了此产品",
    },
    "alike": {
        "en": "{both} of the {buyers} customers who buy most alike bought this",
        "zh-hans": "购买习惯最相近的 {buyers} 位客户中，有 {both} 位购买了此产品",
    },
    "content": {
        "en": "like {product}, which they buy",
        "zh-hans": "与该客户购买的 {product} 相似",
    },
    "popular_segment": {
        "en": "popular in the segment {segment}: {customers} in the last {days} days",
        "zh-hans": "在“{segment}”客户分级中受欢迎：最近 {days} 天有 {customers_count} 位客户购买",
    },
    "popular": {
        "en": "popular: {customers} in the last {days} days",
        "zh-hans": "受欢迎：最近 {days} 天有 {customers_count} 位客户购买",
    },
    "bought_segment": {
        "en": "popular in the segment {segment}: {customers} bought it",
        "zh-hans": "在“{segment}”客户分级中受欢迎：有 {customers_count} 位客户购买",
    },
    "bought_by": {
        "en": "popular: {customers} bought it",
        "zh-hans": "受欢迎：有 {customers_count} 位客户购买",
    },
    "popular_network": {
        "en": "popular across the network: sold by {partners} partners in the last {days} days",
        "zh-hans": "在整个渠道中受欢迎：最近 {days} 天有 {partners} 家合作伙伴售出",
    },
    "network": {
        "en": "popular across the network: sold by {partners} partners",
        "zh-hans": "在整个渠道中受欢迎：有 {partners} 家合作伙伴售出",
    },
}


def sentence(reason: Mapping[str, Any], language: Language = "en") -> str:
    """The reason in words: `reason` is {"code", "values"}; languages are "en" and "zh-hans", others read English.

    An unknown code (a model newer than the portal) gives an empty text rather than an error.
    """
    texts = SENTENCES.get(str(reason.get("code", "")))
    if texts is None:
        return ""
    template = texts["zh-hans"] if language.lower().startswith("zh") else texts["en"]
    try:
        return template.format(**_words(dict(reason.get("values") or {})))
    except (KeyError, ValueError, TypeError):
        return ""


def _words(values: dict[str, Any]) -> dict[str, str]:
    """Every value as text, with the numbers counted the way English counts them."""
    words = {key: str(value) for key, value in values.items()}
    for word, name, code in (("product", "name", "sku"), ("other", "other_name", "other_sku")):
        if told := words.get(name) or words.get(code, ""):
            words[word] = told
    for key, noun in (("every", "day"), ("last", "day"), ("customers", "customer")):
        if key in values:
            count = int(values[key])
            words[f"{key}_count"] = str(count)
            words[key] = f"{count} {noun}" if count == 1 else f"{count} {noun}s"
    if words.get("every") == "1 day":
        words["every"] = "day"
    if "times" in values:
        words["times_count"] = str(int(values["times"]))
        words["times"] = {1: "once,", 2: "twice, last"}.get(int(values["times"]), f"{values['times']} times, last")
    return words
