"""The words of the reasons, in both languages: group titles, and one sentence per code."""

from __future__ import annotations

GROUPS: dict[str, dict[str, str]] = {
    "rhythm": {"en": "buying rhythm", "zh-hans": "购买节奏"},
    "habit": {"en": "history as a buyer", "zh-hans": "购买历史"},
    "trend": {"en": "trend of orders", "zh-hans": "订单趋势"},
    "money": {"en": "spend", "zh-hans": "消费金额"},
    "range": {"en": "range of products", "zh-hans": "商品范围"},
    "price": {"en": "prices", "zh-hans": "价格"},
    "season": {"en": "season", "zh-hans": "季节"},
    "returns": {"en": "returns", "zh-hans": "退货"},
    "support": {"en": "support", "zh-hans": "售后支持"},
    "competitor": {"en": "competitor", "zh-hans": "竞争对手"},
    "contact": {"en": "contact", "zh-hans": "联系"},
    "subscription": {"en": "contracts", "zh-hans": "合约"},
    "renewal": {"en": "renewal", "zh-hans": "续约"},
    "tenure": {"en": "time as a customer", "zh-hans": "客户年限"},
    "category": {"en": "history with the category", "zh-hans": "该品类购买历史"},
    "segment": {"en": "segment", "zh-hans": "客户分层"},
    "industry": {"en": "industry", "zh-hans": "行业"},
    "region": {"en": "region", "zh-hans": "区域"},
    "country": {"en": "country", "zh-hans": "国家"},
}

SENTENCES: dict[str, dict[str, str]] = {
    "silent": {
        "en": "usually buys every {gap} days, silent for {silence}",
        "zh-hans": "通常每 {gap} 天购买一次，已静默 {silence} 天",
    },
    "in_rhythm": {
        "en": "last bought {silence} days ago, usually every {gap} days",
        "zh-hans": "{silence} 天前刚购买，通常每 {gap} 天一次",
    },
    "bought_once": {
        "en": "bought on one day only, {silence} days ago",
        "zh-hans": "仅在一天购买过，距今 {silence} 天",
    },
    "few_orders": {
        "en": "only {orders} orders in the past year",
        "zh-hans": "近一年仅 {orders} 笔订单",
    },
    "one_order": {"en": "a single order in the past year", "zh-hans": "近一年仅 1 笔订单"},
    "many_orders": {
        "en": "{orders} orders in the past year, in {months} different months",
        "zh-hans": "近一年 {orders} 笔订单，分布在 {months} 个月",
    },
    "orders_fell": {
        "en": "orders fell from {before} to {now} in 90 days",
        "zh-hans": "90 天内订单从 {before} 笔降至 {now} 笔",
    },
    "orders_faded": {
        "en": "orders are below the usual pace: {now} in {days} days, where {usual} would be usual",
        "zh-hans": "订单低于平常节奏：{days} 天内 {now} 笔，平常约 {usual} 笔",
    },
    "orders_rose": {
        "en": "orders rose from {before} to {now} in 90 days",
        "zh-hans": "90 天内订单从 {before} 笔升至 {now} 笔",
    },
    "orders_steady": {
        "en": "{now} orders in 90 days, as many as in the 90 days before",
        "zh-hans": "近 90 天 {now} 笔订单，与前 90 天持平",
    },
    "no_recent_orders": {
        "en": "no order in the last 180 days",
        "zh-hans": "近 180 天没有订单",
    },
    "spend_fell": {
        "en": "spend fell from {before} to {now} in 90 days",
        "zh-hans": "90 天内消费从 {before} 降至 {now}",
    },
    "spend_rose": {
        "en": "spend rose from {before} to {now} in 90 days",
        "zh-hans": "90 天内消费从 {before} 升至 {now}",
    },
    "spend_level": {
        "en": "spent {year} in the past year, {basket} per order",
        "zh-hans": "近一年消费 {year}，平均每单 {basket}",
    },
    "narrow_range": {
        "en": "bought {skus} different products so far, {new} of them new in the past 180 days",
        "zh-hans": "累计购买 {skus} 种商品，其中 {new} 种为近 180 天新购",
    },
    "price_rose": {
        "en": "prices paid rose by {share} in the past 180 days",
        "zh-hans": "近 180 天成交价上涨 {share}",
    },
    "price_drifted": {
        "en": "prices paid rose by {share} against what other customers pay",
        "zh-hans": "成交价相对其他客户上涨 {share}",
    },
    "shelf_rose": {
        "en": "prices of the products bought rose by {share} since the last purchase",
        "zh-hans": "上次购买以来，所购商品涨价 {share}",
    },
    "price_fell": {
        "en": "prices paid fell by {share} in the past 180 days",
        "zh-hans": "近 180 天成交价下降 {share}",
    },
    "price_talk": {
        "en": "price came up in {times} conversations in 180 days",
        "zh-hans": "近 180 天有 {times} 次沟通谈及价格",
    },
    "season_ahead": {
        "en": "bought {ahead} times in the coming 90 days of last year: a seasonal buyer",
        "zh-hans": "去年同期未来 90 天购买 {ahead} 次，属季节性客户",
    },
    "season_past": {
        "en": "bought {behind} times in these 90 days last year, {now} times this year",
        "zh-hans": "去年同期 90 天购买 {behind} 次，今年 {now} 次",
    },
    "no_season": {
        "en": "bought nothing in the coming 90 days of last year",
        "zh-hans": "去年同期未来 90 天没有购买",
    },
    "returns": {
        "en": "{returns} returns in the past year, {returned_share} of the spend",
        "zh-hans": "近一年退货 {returns} 次，占消费 {returned_share}",
    },
    "trouble": {
        "en": "{cases} tickets or complaints in 90 days, the last {days} days ago",
        "zh-hans": "近 90 天 {cases} 次工单或投诉，最近一次在 {days} 天前",
    },
    "trouble_past": {
        "en": "{cases} tickets or complaints in the past year, the last {days} days ago",
        "zh-hans": "近一年 {cases} 次工单或投诉，最近一次在 {days} 天前",
    },
    "low_mood": {
        "en": "what the customer wrote in 180 days sounds displeased",
        "zh-hans": "近 180 天的沟通内容情绪偏负面",
    },
    "good_mood": {
        "en": "what the customer wrote in 180 days sounds content",
        "zh-hans": "近 180 天的沟通内容情绪积极",
    },
    "no_trouble": {
        "en": "no ticket or complaint in the past year",
        "zh-hans": "近一年没有工单或投诉",
    },
    "competitor": {
        "en": "a competitor came up {times} times in 180 days",
        "zh-hans": "近 180 天 {times} 次提及竞争对手",
    },
    "quotes": {
        "en": "asked for {quotes} quotes in 90 days",
        "zh-hans": "近 90 天询价 {quotes} 次",
    },
    "no_contact": {
        "en": "nobody has been in touch for {days} days",
        "zh-hans": "已 {days} 天没有联系",
    },
    "contact": {
        "en": "{contacts} contacts in 90 days, the last {days} days ago",
        "zh-hans": "近 90 天联系 {contacts} 次，最近一次在 {days} 天前",
    },
    "contract_ended": {
        "en": "{ended} contracts ended in the past 180 days, {running} still running",
        "zh-hans": "近 180 天 {ended} 份合约终止，尚有 {running} 份有效",
    },
    "contract_shrank": {
        "en": "contract value fell by {share} in half a year",
        "zh-hans": "半年内合约金额下降 {share}",
    },
    "contract_grew": {
        "en": "contract value rose by {share} in half a year",
        "zh-hans": "半年内合约金额上升 {share}",
    },
    "contract": {
        "en": "{running} running contracts, the oldest {days} days old",
        "zh-hans": "有效合约 {running} 份，最早一份已 {days} 天",
    },
    "renewal_near": {
        "en": "the contract's anniversary is in {days} days",
        "zh-hans": "距合约周年还有 {days} 天",
    },
    "longest_silence": {
        "en": "silent for {silence} days, longer than ever before (at most {longest})",
        "zh-hans": "已静默 {silence} 天，超过以往最长的 {longest} 天",
    },
    "gaps_grew": {
        "en": "the last purchase took {last} days, usually {gap}",
        "zh-hans": "最近一次购买间隔 {last} 天，通常为 {gap} 天",
    },
    "orders_fading": {
        "en": "{now} orders in 90 days, {year} in the past year",
        "zh-hans": "近 90 天 {now} 笔订单，近一年 {year} 笔",
    },
    "last_spend": {
        "en": "spent {last} on the last purchase day, usually {basket} per order",
        "zh-hans": "最近一次消费 {last}，平均每单 {basket}",
    },
    "products_dropped": {
        "en": "{dropped} products usually bought have not been bought for 180 days",
        "zh-hans": "{dropped} 种常购商品已 180 天未再购买",
    },
    "categories_lost": {
        "en": "nothing bought for 180 days in {lost} of {categories} product categories",
        "zh-hans": "{categories} 个品类中有 {lost} 个已 180 天未购买",
    },
    "season_spend": {
        "en": "spent {spend} in the coming 90 days of last year",
        "zh-hans": "去年同期未来 90 天消费 {spend}",
    },
    "season_share": {
        "en": "{share} of past years' purchases fell into the coming 90 days",
        "zh-hans": "历年购买的 {share} 落在未来 90 天同期",
    },
    "returned_lately": {
        "en": "{returns} returns in 90 days, the last {days} days ago",
        "zh-hans": "近 90 天退货 {returns} 次，最近一次在 {days} 天前",
    },
    "complaint": {
        "en": "{complaints} complaints in 180 days, the last {days} days ago",
        "zh-hans": "近 180 天投诉 {complaints} 次，最近一次在 {days} 天前",
    },
    "mood_fell": {
        "en": "what the customer wrote in 90 days sounds less content than before",
        "zh-hans": "近 90 天的沟通情绪较此前变差",
    },
    "mood_rose": {
        "en": "what the customer wrote in 90 days sounds more content than before",
        "zh-hans": "近 90 天的沟通情绪较此前好转",
    },
    "contacts_fell": {
        "en": "contacts fell from {before} to {now} in 90 days",
        "zh-hans": "90 天内联系从 {before} 次降至 {now} 次",
    },
    "no_visit": {
        "en": "no visit or meeting for {days} days",
        "zh-hans": "已 {days} 天没有拜访或会议",
    },
    "visits": {
        "en": "{visits} visits and meetings in the past year, the last {days} days ago",
        "zh-hans": "近一年拜访与会议 {visits} 次，最近一次在 {days} 天前",
    },
    "seats_fell": {
        "en": "seats fell by {share} in half a year",
        "zh-hans": "半年内席位减少 {share}",
    },
    "downgraded": {
        "en": "renewed for less {times} times in the past year",
        "zh-hans": "近一年降级续约 {times} 次",
    },
    "upgraded": {
        "en": "renewed for more {times} times in the past year",
        "zh-hans": "近一年升级续约 {times} 次",
    },
    "renewed": {
        "en": "renewed {times} times so far",
        "zh-hans": "已续约 {times} 次",
    },
    "tenure": {"en": "a customer for {days} days", "zh-hans": "成为客户已 {days} 天"},
    "category_recent": {
        "en": "last bought in this category {days} days ago, {orders} orders in the past year",
        "zh-hans": "{days} 天前购买过该品类，近一年 {orders} 笔订单",
    },
    "category_never": {"en": "never bought in this category", "zh-hans": "从未购买该品类"},
    "attribute": {"en": "{name}: {value}", "zh-hans": "{name}：{value}"},
    "attribute_missing": {"en": "{name} is not filled in", "zh-hans": "{name} 未填写"},
}
