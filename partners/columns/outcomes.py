"""Outcomes: what became of a recommendation or a call; they become rows of the database, not Parquet."""

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import CUSTOMER_ID, optional_sku

ANSWERS = {
    "contacted": words(
        """contacted, called, reached, spoke, 已联系, 联系, 已致电, 已沟通"""
    ),
    "saved": words(
        """saved, retained, stayed, renewed, won back, 挽留, 已挽留, 留住, 已续约, 挽回"""
    ),
    "lost": words(
        """lost, left, churned, cancelled, canceled, gone, 流失, 已流失, 丢失, 失去"""
    ),
    "not_a_risk": words(
        """not a risk, no risk, false alarm, not at risk, 无风险, 不是风险, 误报, 没有风险"""
    ),
    "bought": words(
        """bought, sold, purchased, won, 购买, 已购买, 成交, 已成交"""
    ),
    "wrong_product": words(
        """wrong product, not relevant, unsuitable, not suitable, not interested, 产品不合适, 不合适,
        不相关, 不需要"""
    ),
    "accepted": words(
        """accepted, agreed, said yes, offer accepted, interested, 接受, 已接受, 同意, 已同意, 有意向"""
    ),
}  # fmt: skip

BECAUSE = {
    "has_it": words(
        """has it already, has it, already has it, owns it, already owned, already bought, 已有, 已经有了, 已拥有,
        已经拥有, 已购买过"""
    ),
    "other_source": words(
        """buys it elsewhere, other source, other supplier, competitor, bought elsewhere, 从别处购买, 其他渠道,
        其他供应商, 竞争对手"""
    ),
    "too_dear": words(
        """too dear, too expensive, price, price too high, no budget, 太贵, 价格太高, 价格高, 没有预算, 预算不足"""
    ),
    "not_their_line": words(
        """not their line of business, not their line, wrong industry, no use for it, no need, 与其业务无关, 不是其业务,
        行业不符, 用不上, 没有需求"""
    ),
    "does_not_fit": words(
        """does not fit what they use, does not fit, incompatible, not compatible, 与现有产品不配套,
        与现有设备不匹配, 不匹配, 不兼容"""
    ),
    "other": words("""another reason, other, other reason, 其他原因, 其他, 其它"""),
}  # fmt: skip

OUTCOMES = Table(
    kind="outcomes",
    label=said("Outcomes", "结果反馈"),
    help=said("What became of your calls and offers: one row each.", "您的致电与推荐的结果：每条一行。"),
    key=("customer_id", "date", "outcome", "sku"),
    skip_without="customer_id",
    columns=(
        CUSTOMER_ID,
        Column(
            "date",
            "date",
            said("Date", "日期"),
            said("When it was settled.", "结果日期。"),
            synonyms=words(
                """date, outcome date, contact date, contacted on, call date, result date, action date,
                closed date, recorded on, 日期, 结果日期, 联系日期, 反馈日期, 处理日期, 跟进日期,
                called on, spoken on, 外呼日期, 外呼时间, 回访日期, 回访时间, 致电日期"""
            ),
            weak=("created", "created at", "时间"),
            means=words("call date, outcome date"),
            beside="call outcome",
            required=True,
            past=True,
            example=("2026-03-20", "2026-03-20"),
        ),
        Column(
            "outcome",
            "choice",
            said("Outcome", "结果"),
            said(
                "contacted, saved, lost, not_a_risk, bought, accepted or wrong_product.",
                "已联系、已挽留、流失、无风险、已购买、已接受或产品不合适。",
            ),
            synonyms=words(
                """outcome, result, disposition, call result, call outcome, answer, feedback, 结果, 反馈,
                跟进结果, 处理结果, 反馈结果, 联系结果,
                call disposition, 外呼结果, 回访结果, 致电结果, 沟通结果"""
            ),
            weak=("status", "状态"),
            means=words("outcome"),
            beside="final call",
            required=True,
            choices=ANSWERS,
            example=("saved", "已挽留"),
        ),
        Column(
            "because",
            "choice",
            said("Because", "不合适的原因"),
            said(
                "Why a product was wrong: has_it, other_source, too_dear, not_their_line, does_not_fit or other.",
                "产品为何不合适：已经拥有、从别处购买、太贵、与其业务无关、与现有设备不匹配或其他原因。",
            ),
            synonyms=words(
                """because, refusal reason, reason refused, rejection reason, reason code, why not, refused because,
                not relevant because, lost reason code, 不合适的原因, 不合适原因, 拒绝原因, 拒绝理由,
                未成交原因, 原因代码"""
            ),
            choices=BECAUSE,
            example=("", ""),
        ),
        Column(
            "note",
            "text",
            said("Note", "备注"),
            said("Anything worth keeping.", "值得记录的内容。"),
            synonyms=words("""note, notes, comment, comments, remarks, reason, 备注, 说明, 原因, 评论"""),
            means=words("note"),
            beside="agent call outcome text",
            example=("New contract signed", "已签新合同"),
        ),
        optional_sku,
    ),
)
