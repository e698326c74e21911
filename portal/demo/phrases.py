"""What people write down after a call, in both languages. `{goods}` and `{rival}` are filled in by interactions.py."""

from collections.abc import Mapping

EVERYDAY = {
    "en": (
        "Quarterly check-in, all fine.",
        "Asked about delivery times for {goods}.",
        "Confirmed the order and the invoice address.",
        "Interested in {goods}, will come back next month.",
        "New contact person introduced.",
        "Happy with the last delivery.",
        "Talked through next year's budget for {goods}.",
        "Sent the new price list.",
        "Asked for a data sheet on {goods}.",
        "Short call, nothing open.",
        "Wants a demo of {goods}.",
        "Clarified a question about the last invoice.",
    ),
    "zh-hans": (
        "季度回访，一切正常。",
        "询问{goods}的交货时间。",
        "确认订单和开票信息。",
        "对{goods}感兴趣，下个月再联系。",
        "介绍了新的联系人。",
        "对上次送货很满意。",
        "讨论了明年{goods}的预算。",
        "已发送新的价格表。",
        "需要{goods}的产品资料。",
        "简短通话，没有待办事项。",
        "希望看{goods}的演示。",
        "解答了上一张发票的问题。",
    ),
}
QUOTE = {
    "en": (
        "Quote sent for {goods}.",
        "Revised quote for {goods}, two options.",
        "Quote for {goods} with installation.",
    ),
    "zh-hans": ("已发送{goods}报价。", "更新了{goods}报价，两个方案。", "{goods}含安装的报价。"),
}
TICKET = {
    "en": (
        "{goods}: does not start after update.",
        "{goods}: replacement requested.",
        "Question on setting up {goods}.",
        "{goods}: error message, cannot work.",
        "{goods}: slow since Monday.",
        "Warranty case for {goods}.",
    ),
    "zh-hans": (
        "{goods}升级后无法启动。",
        "{goods}申请换货。",
        "{goods}的设置问题。",
        "{goods}报错，无法工作。",
        "{goods}从周一开始变慢。",
        "{goods}保修申请。",
    ),
}
TROUBLE = {  # tickets and complaints of customers whose support goes wrong
    "en": (
        "Third time {goods} fails, nobody called back.",
        "Still waiting for the {goods} replacement.",
        "{goods} down again, work stopped for a day.",
        "Ticket on {goods} closed without a solution, reopened.",
        "No answer from support for a week ({goods}).",
    ),
    "zh-hans": (
        "{goods}第三次故障，没有人回电。",
        "{goods}换货还没有到。",
        "{goods}又坏了，停工一天。",
        "{goods}的工单没解决就关闭，重新打开。",
        "{goods}问题一周没有回复。",
    ),
}
COMPLAINT = {
    "en": (
        "Complaint: support for {goods} takes far too long.",
        "Very unhappy with how the {goods} case was handled.",
        "Complaint about repeated {goods} failures, wants a manager.",
        "Threatens to stop buying: {goods} unresolved.",
    ),
    "zh-hans": (
        "投诉：{goods}的售后太慢。",
        "对{goods}问题的处理非常不满意。",
        "投诉{goods}反复故障，要求经理回复。",
        "{goods}问题不解决就不再采购。",
    ),
}
RIVAL = {
    "en": (
        "{rival} has offered them {goods} for less.",
        "Comparing us with {rival}.",
        "Got a quote from {rival}, asks if we can match it.",
        "Met {rival} at a trade fair, tests their {goods}.",
        "{rival} offers free migration, they are thinking about it.",
        "Competitor {rival} visited them last week.",
        "Thinks of switching to {rival} for {goods}.",
    ),
    "zh-hans": (
        "{rival}给他们的{goods}报价更低。",
        "正在比较我们和{rival}。",
        "拿到了{rival}的报价，问能不能匹配。",
        "在展会上见了{rival}，正在试用他们的{goods}。",
        "{rival}提供免费迁移，客户在考虑。",
        "竞争对手{rival}上周拜访了客户。",
        "{goods}考虑换到{rival}。",
    ),
}
PRICE = {
    "en": (
        "Asked why prices went up.",
        "Says the new prices are above budget.",
        "Unhappy with the price increase, wants a discount.",
        "Wanted the old price for {goods}.",
    ),
    "zh-hans": ("询问为什么涨价。", "说新价格超出预算。", "对涨价不满意，要求折扣。", "希望{goods}按原价。"),
}
BUDGET = {
    "en": ("Purchases are on hold for now.", "Team has become smaller, needs less.", "Budget for {goods} was cut."),
    "zh-hans": ("目前暂停采购。", "团队缩减，需求减少。", "{goods}的预算被削减。"),
}
Topic = tuple[Mapping[str, tuple[str, ...]], dict[str, float], float]
TOPICS: dict[str, Topic] = {  # name: (phrases, kinds that carry it with their weights, mean sentiment)
    "everyday": (EVERYDAY, {"call": 0.42, "email": 0.36, "visit": 0.10, "meeting": 0.12}, 0.15),
    "quote": (QUOTE, {"quote": 1.0}, 0.1),
    "ticket": (TICKET, {"ticket": 1.0}, -0.2),
    "trouble": (TROUBLE, {"ticket": 1.0}, -0.55),
    "complaint": (COMPLAINT, {"complaint": 1.0}, -0.75),
    "rival": (RIVAL, {"call": 0.5, "email": 0.2, "meeting": 0.15, "quote": 0.15}, -0.25),
    "price": (PRICE, {"call": 0.5, "email": 0.4, "complaint": 0.1}, -0.4),
    "budget": (BUDGET, {"call": 0.6, "email": 0.4}, -0.1),
}
