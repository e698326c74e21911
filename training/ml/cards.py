"""The model card as data: what was learned from what, how it was judged, and what to keep in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.ml.ensemble import Choice
    from training.ml.interface import Task
    from training.ml.trial import Trial

Said = dict[str, str]

SHAP = {"en": "tree SHAP", "zh-hans": "树模型 SHAP"}
LINEAR = {"en": "exact shares of the log-odds", "zh-hans": "对数几率的精确分解"}
QUARTERS = {
    "en": "occlusion: each channel's quarters in turn set to their average",
    "zh-hans": "遮挡法：逐渠道逐季度置为平均值",
}
OCCLUSION = {"en": "occlusion: each column in turn set to its average", "zh-hans": "遮挡法：逐列置为平均值"}
METHODS: dict[str, Said] = {
    "rhythm": {"en": "exact: a single column", "zh-hans": "精确：单一变量"},
    "logistic": LINEAR,
    "svm": LINEAR,
    "additive": SHAP,
    "eager": SHAP,
    "forest": {"en": "path attribution, exact for the trees", "zh-hans": "路径归因（对树模型精确）"},
    "boosting": SHAP,
    "tabm": {"en": "integrated gradients from the average customer", "zh-hans": "积分梯度：以平均客户为起点"},
    "conv": QUARTERS,
    "gru": QUARTERS,
    "attention": QUARTERS,
    "churn_net": OCCLUSION,
    "propensity_net": OCCLUSION,
}

RETOLD: Said = {
    "en": "Reasons: each family's shares of the log-odds are added up by group. What the groups about buying weigh "
    "together is told apart into level, change and silence by a regression on the customers' own figures, and a fall "
    "in orders is one against the customer's own usual pace.",
    "zh-hans": "理由：各模型对数几率的份额按类别汇总；购买类各组的合计权重，依客户自身数据回归拆分为水平、变化与静默；"
    "订单下降以客户自身的平常节奏为准。",
}


def card(
    *, task: Task, choice: Choice, trial: Trial, figures: dict[str, dict[str, Any]], facts: dict[str, Any]
) -> dict[str, Any]:
    """The card. figures: measures by family on the judged rows; facts: what the caller knows of data and dates."""
    lines = [
        {
            "family": name,
            "weight": round(choice.weights.get(name, 0.0), 3),
            "seconds": trial.seconds.get(name),
            **figures.get(name, {}),
        }
        for name in trial.margins
    ]
    return {
        "kind": task.kind,
        "outcome": task.outcome,
        "horizon": task.horizon,
        "gap": task.gap,
        "seed": task.seed,
        "budget": task.budget,
        "champion": choice.name,
        "why": choice.why,
        "families": lines,
        "reasons": {name: METHODS[name] for name in choice.weights if name in METHODS},
        "reasons_told": RETOLD,
        "notes": trial.notes,
        **facts,
    }


def dropped(names: Any) -> Said:
    """Which columns were left out for being like ids or names; empty where there were none."""
    if not isinstance(names, list) or not names:
        return {}
    called = [str(name).removeprefix("attr_").replace("_", " ") for name in names]
    return {
        "en": f"Left out, since hardly any value there is shared by several customers: {', '.join(called)}.",
        "zh-hans": f"未使用以下列，因为其中几乎没有多位客户共有的取值：{'、'.join(called)}。",
    }


def interval(found: Any) -> Said:
    """How often intervals held what came, beside how often they should; empty where that was not measured.

    found: `asked` and `held`, shares.
    """
    asked, held = ((found or {}).get(name) for name in ("asked", "held")) if isinstance(found, dict) else (None, None)
    if asked is None or held is None:
        return {}
    return {
        "en": f"The intervals are made to hold {asked:.0%} of what is spent; on judged customers they held {held:.0%}.",
        "zh-hans": f"区间的目标是涵盖 {asked:.0%} 的实际消费；在评估客户上实际涵盖 {held:.0%}。",
    }


def summary(metrics: dict[str, Any], *, champion: str) -> Said:
    """One sentence: the champion against the naive rival."""
    ours, naive = metrics["auc"], metrics["naive"]
    if ours["value"] is None:
        return {"en": f"{champion}: too few outcomes to judge.", "zh-hans": f"{champion}：结果太少，无法评估。"}
    span = f"{ours['value']:.3f} ({ours['low']:.3f}–{ours['high']:.3f})"
    rival = "–" if naive["auc"] is None else f"{naive['auc']:.3f}"
    doubt = _doubt((metrics.get("better") or {}).get("auc"))
    return {
        "en": f"{champion}: AUC {span} on {metrics['n']} customers, against {rival} for {naive['name']}{doubt['en']}.",
        "zh-hans": f"{champion}：在 {metrics['n']} 位客户上 AUC {span}，基线 {naive['name']} 为 {rival}"
        f"{doubt['zh-hans']}。",
    }


def _doubt(difference: dict[str, float | None] | None) -> Said:
    """Whether the difference to the rival is beyond doubt; nothing where it was not measured."""
    low, high = ((difference or {}).get(end) for end in ("low", "high"))
    if low is None or high is None:
        return {"en": "", "zh-hans": ""}
    if low > 0:
        return {"en": ": better beyond doubt", "zh-hans": "，确实更优"}
    if high < 0:
        return {"en": ": worse beyond doubt", "zh-hans": "，确实更差"}
    return {"en": ": the difference may be luck", "zh-hans": "，差异可能出于偶然"}
