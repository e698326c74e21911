"""The catalogue: every feature's name, group, unit and title, and the sentences that explain a customer.

Imported by the web process: only plain data and string formatting here. Sentences carry both languages; the
numbers in them are the customer's own, never model internals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from training.ml.features.phrases import GROUPS, SENTENCES

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True)
class Feature:
    """One column of `build.features`.

    group: the human reason it belongs to (see `phrases.GROUPS`). zero: no record means none, not unknown. reach: unknown where the
    partner's orders do not go back so many days: no orders last year means nothing in the first year.
    level: beside its rank among the customers of the date, its own level goes to the models as well
    ("log": log(1 + x), "plain": as it is, clipped at ±`limit`).
    """

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


FEATURES: tuple[Feature, ...] = (
    Feature("silence", "rhythm", "days", "days since the last purchase", "距上次购买天数"),
    Feature("overdue", "rhythm", "times", "silence against the usual gap", "静默与常规间隔之比"),
    Feature("gap", "rhythm", "days", "usual days between purchases", "平均购买间隔天数"),
    Feature("gap_365", "rhythm", "days", "days between purchases, past year", "近一年购买间隔天数"),
    Feature("gap_max", "rhythm", "days", "longest gap between purchases", "最长购买间隔天数"),
    Feature("gap_spread", "rhythm", "days", "unevenness of the gaps", "购买间隔波动"),
    Feature("gap_last", "rhythm", "days", "gap before the last purchase", "上次购买前的间隔"),
    Feature("expected", "rhythm", "log-odds", "silence expected from the buying rhythm", "按购买节奏预期的静默", level="plain", limit=12),
    Feature("age", "habit", "days", "days since the first purchase", "距首次购买天数"),
    Feature("span", "habit", "days", "days between first and last purchase", "首末次购买间隔天数"),
    Feature("active_days", "habit", "days", "days with a purchase", "有购买的天数"),
    Feature("orders_all", "habit", "orders", "orders so far", "累计订单数", zero=True),
    Feature("orders_365", "habit", "orders", "orders in the past year", "近一年订单数", zero=True),
    Feature("orders_before_365", "habit", "orders", "orders in the year before", "前一年订单数", zero=True, reach=730),
    Feature("months_365", "habit", "months", "months with a purchase, past year", "近一年有购买的月数", zero=True),
    Feature("pulse_300", "habit", "orders", "orders, fading over 300 days", "订单活跃度(300天衰减)", zero=True),
    Feature("orders_30", "trend", "orders", "orders in 30 days", "近30天订单数", zero=True),
    Feature("orders_90", "trend", "orders", "orders in 90 days", "近90天订单数", zero=True),
    Feature("orders_before_90", "trend", "orders", "orders in the 90 days before", "再前90天订单数", zero=True, reach=180),
    Feature("orders_180", "trend", "orders", "orders in 180 days", "近180天订单数", zero=True, reach=180),
    Feature("pulse_45", "trend", "orders", "orders, fading over 45 days", "订单活跃度(45天衰减)", zero=True),
    Feature("pulse_120", "trend", "orders", "orders, fading over 120 days", "订单活跃度(120天衰减)", zero=True),
    Feature("spend_all", "money", "money", "spend so far", "累计消费", zero=True),
    Feature("spend_90", "money", "money", "spend in 90 days", "近90天消费", zero=True),
    Feature("spend_before_90", "money", "money", "spend in the 90 days before", "再前90天消费", zero=True, reach=180),
    Feature("spend_365", "money", "money", "spend in the past year", "近一年消费", zero=True),
    Feature("spend_before_365", "money", "money", "spend in the year before", "前一年消费", zero=True, reach=730),
    Feature("spend_last", "money", "money", "spend on the last purchase day", "最近一次消费"),
    Feature("basket", "money", "money", "spend per order", "客单价"),
    Feature("lines_all", "range", "lines", "order lines so far", "累计订单行数", zero=True),
    Feature("lines_90", "range", "lines", "order lines in 90 days", "近90天订单行数", zero=True),
    Feature("basket_lines", "range", "lines", "products per order", "每单商品数"),
    Feature("skus_all", "range", "products", "different products so far", "累计购买商品种数", zero=True),
    Feature("new_skus_180", "range", "products", "products new to the customer, 180 days", "近180天新购商品种数", zero=True),
    Feature("price_change_180", "price", "share", "price paid against the time before", "与上次相比的成交价变化", level="plain", limit=0.5),
    Feature("price_peak_180", "price", "share", "steepest price rise in 180 days", "近180天最大涨幅", level="plain", limit=0.5),
    Feature("shelf_rise", "price", "share", "price rise since the last purchase", "上次购买后的涨价幅度", zero=True, level="plain", limit=0.5),
    Feature("price_talk_180", "price", "notes", "conversations about price, 180 days", "近180天谈及价格次数", zero=True, level="plain", limit=3),
    Feature("season_ahead", "season", "orders", "orders in the coming 90 days, last year", "去年同期未来90天订单数", zero=True, reach=365),
    Feature("season_behind", "season", "orders", "orders in the past 90 days, last year", "去年同期过去90天订单数", zero=True, reach=455),
    Feature("returns_365", "returns", "returns", "returns in the past year", "近一年退货次数", zero=True),
    Feature("returns_90", "returns", "returns", "returns in 90 days", "近90天退货次数", zero=True),
    Feature("returned_share", "returns", "share", "share of the spend returned", "退货金额占比", zero=True),
    Feature("trouble_30", "support", "cases", "tickets and complaints, 30 days", "近30天工单与投诉数", zero=True, level="log"),
    Feature("trouble_90", "support", "cases", "tickets and complaints, 90 days", "近90天工单与投诉数", zero=True, level="log"),
    Feature("trouble_before_90", "support", "cases", "tickets and complaints, 90 days before", "再前90天工单与投诉数", zero=True, level="log"),
    Feature("trouble_365", "support", "cases", "tickets and complaints, past year", "近一年工单与投诉数", zero=True),
    Feature("complaints_180", "support", "cases", "complaints in 180 days", "近180天投诉数", zero=True, level="log"),
    Feature("trouble_silence", "support", "days", "days since the last ticket or complaint", "距上次工单或投诉天数"),
    Feature("sentiment_180", "support", "−1…1", "tone of what was written, 180 days", "近180天沟通情绪", level="plain", limit=1),
    Feature("competitor_180", "competitor", "notes", "mentions of a competitor, 180 days", "近180天提及竞争对手次数", zero=True, level="log"),
    Feature("competitor_60", "competitor", "notes", "mentions of a competitor, 60 days", "近60天提及竞争对手次数", zero=True, level="log"),
    Feature("quotes_90", "competitor", "quotes", "quotes asked for in 90 days", "近90天询价次数", zero=True, level="log"),
    Feature("contacts_90", "contact", "contacts", "calls, visits and mails in 90 days", "近90天联系次数", zero=True),
    Feature("contacts_365", "contact", "contacts", "calls, visits and mails, past year", "近一年联系次数", zero=True),
    Feature("contact_silence", "contact", "days", "days since the last contact", "距上次联系天数"),
    Feature("contracts", "subscription", "contracts", "running contracts", "有效合约数", zero=True, level="log"),
    Feature("contract_amount", "subscription", "money", "contract value per month", "每月合约金额", zero=True),
    Feature("contract_seats", "subscription", "seats", "seats under contract", "合约席位数", zero=True),
    Feature("contract_age", "subscription", "days", "age of the oldest running contract", "最早有效合约天数", level="log"),
    Feature("contract_first", "subscription", "days", "days since the first contract", "距首份合约天数"),
    Feature("contract_change", "subscription", "share", "contract value against half a year ago", "合约金额较半年前变化", level="plain", limit=1),
    Feature("contracts_ended_180", "subscription", "contracts", "contracts ended in 180 days", "近180天终止合约数", zero=True, level="log"),
    Feature("renewal_days", "renewal", "days", "days until the contract's anniversary", "距合约周年天数", level="plain", limit=365),
    Feature("tenure", "tenure", "days", "days as a customer", "成为客户天数", level="log"),
    Feature("category_silence", "category", "days", "days since buying in the category", "距上次购买该品类天数", level="log"),
    Feature("category_orders_all", "category", "orders", "orders in the category so far", "该品类累计订单数", zero=True),
    Feature("category_orders_365", "category", "orders", "orders in the category, past year", "该品类近一年订单数", zero=True, level="log"),
    Feature("category_orders_90", "category", "orders", "orders in the category, 90 days", "该品类近90天订单数", zero=True),
    Feature("category_basket", "category", "money", "spend per order in the category", "该品类客单价"),
    Feature("category_pulse", "category", "orders", "category orders, fading over 120 days", "该品类订单活跃度", zero=True),
)  # fmt: skip

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
            return template.format_map({k: _spoken(k, v) for k, v in (reason.get("values") or {}).items()})
        except KeyError:
            pass
    return GROUPS.get(str(reason.get("group", "")) or code, {}).get(language, code.replace("_", " "))


def _known(language: str) -> str:
    return "zh-hans" if language.lower().replace("_", "-").startswith("zh") else "en"


def _spoken(name: str, value: object) -> str:
    """A number as people read it: shares in percent, large ones grouped, no needless decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if math.isnan(value):
        return "?"
    if name == "share" or name.endswith("_share"):
        return f"{abs(value) * 100:.0f} %"
    if abs(value) >= 10 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}"
