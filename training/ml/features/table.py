"""The features as a table: group, then name, unit, traits, and the name people read in both languages.

Traits: `zero`: no record means none, not unknown. `reach=N`: unknown where the partner's orders do not go back N days:
no orders last year means nothing in the first year. `log` and `plain=LIMIT`: beside its rank among the customers of the
date, the feature's own level goes to the models as well, as log(1 + x) or as it is, cut at ± LIMIT.
"""

from __future__ import annotations

TABLE: dict[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "rhythm": (
        ("silence", "days", "", "days since the last purchase", "距上次购买天数"),
        ("overdue", "times", "", "silence against the usual gap", "静默与常规间隔之比"),
        ("gap", "days", "", "usual days between purchases", "平均购买间隔天数"),
        ("gap_365", "days", "", "days between purchases, past year", "近一年购买间隔天数"),
        ("gap_max", "days", "", "longest gap between purchases", "最长购买间隔天数"),
        ("gap_spread", "days", "", "unevenness of the gaps", "购买间隔波动"),
        ("gap_last", "days", "", "gap before the last purchase", "上次购买前的间隔"),
        ("expected", "log-odds", "plain=12", "silence expected from the buying rhythm", "按购买节奏预期的静默"),
    ),
    "habit": (
        ("age", "days", "", "days since the first purchase", "距首次购买天数"),
        ("span", "days", "", "days between first and last purchase", "首末次购买间隔天数"),
        ("active_days", "days", "", "days with a purchase", "有购买的天数"),
        ("orders_all", "orders", "zero", "orders so far", "累计订单数"),
        ("orders_365", "orders", "zero", "orders in the past year", "近一年订单数"),
        ("orders_before_365", "orders", "zero reach=730", "orders in the year before", "前一年订单数"),
        ("months_365", "months", "zero", "months with a purchase, past year", "近一年有购买的月数"),
        ("pulse_300", "orders", "zero", "orders, fading over 300 days", "订单活跃度(300天衰减)"),
    ),
    "trend": (
        ("orders_30", "orders", "zero", "orders in 30 days", "近30天订单数"),
        ("orders_90", "orders", "zero", "orders in 90 days", "近90天订单数"),
        ("orders_before_90", "orders", "zero reach=180", "orders in the 90 days before", "再前90天订单数"),
        ("orders_180", "orders", "zero reach=180", "orders in 180 days", "近180天订单数"),
        ("pulse_45", "orders", "zero", "orders, fading over 45 days", "订单活跃度(45天衰减)"),
        ("pulse_120", "orders", "zero", "orders, fading over 120 days", "订单活跃度(120天衰减)"),
    ),
    "money": (
        ("spend_all", "money", "zero", "spend so far", "累计消费"),
        ("spend_90", "money", "zero", "spend in 90 days", "近90天消费"),
        ("spend_before_90", "money", "zero reach=180", "spend in the 90 days before", "再前90天消费"),
        ("spend_365", "money", "zero", "spend in the past year", "近一年消费"),
        ("spend_before_365", "money", "zero reach=730", "spend in the year before", "前一年消费"),
        ("spend_last", "money", "", "spend on the last purchase day", "最近一次消费"),
        ("basket", "money", "", "spend per order", "客单价"),
    ),
    "range": (
        ("lines_all", "lines", "zero", "order lines so far", "累计订单行数"),
        ("lines_90", "lines", "zero", "order lines in 90 days", "近90天订单行数"),
        ("basket_lines", "lines", "", "products per order", "每单商品数"),
        ("skus_all", "products", "zero", "different products so far", "累计购买商品种数"),
        ("new_skus_180", "products", "zero", "products new to the customer, 180 days", "近180天新购商品种数"),
    ),
    "price": (
        ("price_change_180", "share", "plain=0.5", "price paid against the time before", "与上次相比的成交价变化"),
        ("price_peak_180", "share", "plain=0.5", "steepest price rise in 180 days", "近180天最大涨幅"),
        ("price_drift", "share", "plain=0.5", "price paid against the others' price, change", "相对他人成交价的变化"),
        ("shelf_rise", "share", "zero plain=0.5", "price rise since the last purchase", "上次购买后的涨价幅度"),
        ("price_talk_180", "notes", "zero plain=3", "conversations about price, 180 days", "近180天谈及价格次数"),
    ),
    "season": (
        ("season_ahead", "orders", "zero reach=365", "orders in the next 90 days, year ago", "去年同期未来90天订单数"),
        ("season_behind", "orders", "zero reach=455", "orders in the past 90 days, year ago", "去年同期过去90天订单数"),
    ),
    "returns": (
        ("returns_365", "returns", "zero", "returns in the past year", "近一年退货次数"),
        ("returns_90", "returns", "zero", "returns in 90 days", "近90天退货次数"),
        ("returned_share", "share", "zero", "share of the spend returned", "退货金额占比"),
    ),
    "support": (
        ("trouble_30", "cases", "zero log", "tickets and complaints, 30 days", "近30天工单与投诉数"),
        ("trouble_90", "cases", "zero log", "tickets and complaints, 90 days", "近90天工单与投诉数"),
        ("trouble_before_90", "cases", "zero log", "tickets and complaints, 90 days before", "再前90天工单与投诉数"),
        ("trouble_365", "cases", "zero", "tickets and complaints, past year", "近一年工单与投诉数"),
        ("complaints_180", "cases", "zero log", "complaints in 180 days", "近180天投诉数"),
        ("trouble_silence", "days", "", "days since the last ticket or complaint", "距上次工单或投诉天数"),
        ("sentiment_180", "−1…1", "plain=1", "tone of what was written, 180 days", "近180天沟通情绪"),
    ),
    "competitor": (
        ("competitor_180", "notes", "zero log", "mentions of a competitor, 180 days", "近180天提及竞争对手次数"),
        ("competitor_60", "notes", "zero log", "mentions of a competitor, 60 days", "近60天提及竞争对手次数"),
        ("quotes_90", "quotes", "zero log", "quotes asked for in 90 days", "近90天询价次数"),
    ),
    "contact": (
        ("contacts_90", "contacts", "zero", "calls, visits and mails in 90 days", "近90天联系次数"),
        ("contacts_365", "contacts", "zero", "calls, visits and mails, past year", "近一年联系次数"),
        ("contact_silence", "days", "", "days since the last contact", "距上次联系天数"),
    ),
    "subscription": (
        ("contracts", "contracts", "zero log", "running contracts", "有效合约数"),
        ("contract_amount", "money", "zero", "contract value per month", "每月合约金额"),
        ("contract_seats", "seats", "zero", "seats under contract", "合约席位数"),
        ("contract_age", "days", "log", "age of the oldest running contract", "最早有效合约天数"),
        ("contract_first", "days", "", "days since the first contract", "距首份合约天数"),
        ("contract_change", "share", "plain=1", "contract value against half a year ago", "合约金额较半年前变化"),
        ("contracts_ended_180", "contracts", "zero log", "contracts ended in 180 days", "近180天终止合约数"),
    ),
    "renewal": (
        ("renewal_days", "days", "plain=365", "days until the contract's anniversary", "距合约周年天数"),
    ),
    "tenure": (
        ("tenure", "days", "log", "days as a customer", "成为客户天数"),
    ),
    "category": (
        ("category_silence", "days", "log", "days since buying in the category", "距上次购买该品类天数"),
        ("category_orders_all", "orders", "zero", "orders in the category so far", "该品类累计订单数"),
        ("category_orders_365", "orders", "zero log", "orders in the category, past year", "该品类近一年订单数"),
        ("category_orders_90", "orders", "zero", "orders in the category, 90 days", "该品类近90天订单数"),
        ("category_basket", "money", "", "spend per order in the category", "该品类客单价"),
        ("category_pulse", "orders", "zero", "category orders, fading over 120 days", "该品类订单活跃度"),
    ),
}  # fmt: skip
