"""What the card of a recommender says, in both languages; `card` fills it in."""

from __future__ import annotations

from training.ml.recommenders.judge import FEWEST_BOUGHT, IDEAL

Said = dict[str, str]

RIVALS: dict[str, Said] = {
    "popularity": {"en": "popularity", "zh-hans": "热门产品"},
    "frequency": {"en": "own most frequent products", "zh-hans": "客户自己最常购买的产品"},
}
HEADS: dict[str, Said] = {
    "prior": {"en": "a fixed order", "zh-hans": "固定顺序"},
    "linear": {"en": "logistic regression", "zh-hans": "逻辑回归"},
    "shallow": {"en": "few and small boosted trees", "zh-hans": "少量小型提升树"},
    "boosted": {"en": "boosted trees", "zh-hans": "提升树"},
}
#: How the past was divided into what taught and what judged.
SPLITS: dict[str, Said] = {
    "time": {
        "en": "Split by time: the blend learned on past dates and was judged on the newest one, to whose purchases "
        "nothing was fitted.",
        "zh-hans": "按时间划分：组合模型在较早的日期上学习，在最新日期上评估，其购买未用于任何拟合。",
    },
    "last": {
        "en": "The dates only tell the order of baskets: every customer's last basket was held out to judge, those "
        "before it taught.",
        "zh-hans": "日期仅表示购物篮的先后：每位客户的最后一个购物篮留作评估，此前的用于学习。",
    },
    "random": {
        "en": "The dates tell no order: a fifth of every customer's products was held out by lot to judge.",
        "zh-hans": "日期不表示先后：随机留出每位客户五分之一的产品用于评估。",
    },
}
JUDGED_ON: dict[str, Said] = {
    "time": {
        "en": "Judged on the next basket of customers with two orders or more, active within 365 days, who bought "
        f"within the horizon. NDCG's ideal is {IDEAL}.",
        "zh-hans": "评估对象：至少有两次订单、365 天内活跃并在预测期内购买的客户的下一个购物篮。"
        f"NDCG 的理想值取 {IDEAL}。",
    },
    "last": {
        "en": f"Judged on the basket held out of every customer with another one. NDCG's ideal is {IDEAL}.",
        "zh-hans": f"评估对象：每位有其他购物篮的客户被留出的购物篮。NDCG 的理想值取 {IDEAL}。",
    },
    "random": {
        "en": f"Judged on the products held out, which nobody was shown to own. NDCG's ideal is {IDEAL}.",
        "zh-hans": f"评估对象：被留出的产品（学习时视为未购买）。NDCG 的理想值取 {IDEAL}。",
    },
}
PURCHASES: Said = {
    "en": "Returns, cancelled orders, postage, fees and test products are no purchases.",
    "zh-hans": "退货、取消的订单、邮费、手续费和测试产品不算购买。",
}
NOT_JUDGED: Said = {
    "en": "Not judged: the history is too short, or nobody with two orders bought again.",
    "zh-hans": "未评估：历史数据太短，或没有两次以上订单的客户再次购买。",
}
#: Why a source takes no part.
LEFT_OUT: dict[str, Said] = {
    "unasked": {"en": "the recipe does not name it", "zh-hans": "训练方案未指定它"},
    "few": {
        "en": "the data hold nothing it could learn from, or too much for it",
        "zh-hans": "数据中没有可供其学习的内容，或数据量超出其能力",
    },
    "no_gain": {
        "en": "the lists are as good without it, and quicker",
        "zh-hans": "没有它名单同样好，且计算更快",
    },
}
KINDS: dict[str, Said] = {
    "repeat": {"en": "repeats", "zh-hans": "复购"},
    "new": {"en": "new products", "zh-hans": "新品"},
}
TRUST: Said = {
    "en": "Of the {n} {kind} shown, the chances said {said:.0f} purchases; there were {was}.",
    "zh-hans": "在所示的 {n} 个{kind}推荐中，概率合计为 {said:.0f} 次购买，实际为 {was} 次。",
}
UNTOLD: Said = {
    "en": f"Of the {{n}} {{kind}} shown, {{was}} were bought: fewer than {FEWEST_BOUGHT} say nothing of the chances.",
    "zh-hans": f"在所示的 {{n}} 个{{kind}}推荐中有 {{was}} 个被购买：少于 {FEWEST_BOUGHT} 个，无法判断概率是否可信。",
}
SHORT: Said = {
    "en": "The history is short: learned over {used} days instead of {asked}; the chances are extended to the full "
    "horizon.",
    "zh-hans": "历史数据较短：以 {used} 天代替 {asked} 天学习，概率按整个预测期推算。",
}
NO_CHANCES: Said = {
    "en": "Too few purchases to calibrate: read the chances as an order, not as shares.",
    "zh-hans": "购买记录太少，无法校准：概率只表示先后顺序。",
}
#: What a chance is of where no days were counted.
NO_HORIZON: dict[str, Said] = {
    "last": {
        "en": "Without dates a chance is that of the customer's next basket, not of so many days.",
        "zh-hans": "没有日期时，概率指客户的下一个购物篮，而非若干天内。",
    },
    "random": {
        "en": "Without dates a chance is that of a product in the fifth held out, not of so many days.",
        "zh-hans": "没有日期时，概率指被留出的五分之一产品，而非若干天内。",
    },
}
SMALL: Said = {
    "en": "Only {n} customers could be judged: differences between versions are mostly luck.",
    "zh-hans": "仅 {n} 位客户可供评估：版本之间的差异多半出于偶然。",
}
NOTHING_NEW: Said = {
    "en": "Nobody judged bought a product for the first time: lists of new products are not judged.",
    "zh-hans": "评估对象中无人首次购买新品：新品名单未经评估。",
}


def filled(words: Said, **values: object) -> Said:
    """The sentence with its values in both languages; a value that is itself said in both is put in each."""
    return {
        language: text.format(**{
            name: value.get(language, "") if isinstance(value, dict) else value for name, value in values.items()
        })
        for language, text in words.items()
    }  # fmt: skip
