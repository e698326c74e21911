"""Interactions: calls, mails, visits, tickets; one row each."""

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import CUSTOMER_ID

KINDS = {
    "call": words(
        """call, phone, phone call, telephone, inbound call, outbound call, cold call, tel, 电话, 通话,
        来电, 去电, 电话沟通"""
    ),
    "email": words(
        """email, e mail, mail, newsletter, inbound email, outbound email, 邮件, 电子邮件, 电邮"""
    ),
    "visit": words(
        """visit, site visit, on site, onsite, field visit, customer visit, 拜访, 走访, 上门, 上门拜访,
        现场"""
    ),
    "meeting": words(
        """meeting, demo, workshop, video call, video meeting, web meeting, appointment, review, webinar,
        会议, 会面, 演示, 面谈, 视频会议, 线上会议"""
    ),
    "ticket": words(
        """ticket, case, support, support ticket, support case, incident, service request, helpdesk,
        technical support, problem, question, request, 工单, 报修, 技术支持, 服务请求, 支持, 故障, 咨询"""
    ),
    "complaint": words(
        """complaint, escalation, claim, reklamation, 投诉, 客诉, 升级投诉, 抱怨"""
    ),
    "quote": words(
        """quote, quotation, offer, proposal, rfq, angebot, 报价, 询价, 方案, 报价单"""
    ),
    "other": words(
        """other, note, chat, sms, message, task, letter, wechat, social, 其他, 其它, 备注, 短信, 微信"""
    ),
}  # fmt: skip

INTERACTIONS = Table(
    kind="interactions",
    label=said("Interactions", "互动记录"),
    help=said(
        "One row per call, mail, visit, meeting, ticket, complaint or quote.",
        "每次电话、邮件、拜访、会议、工单、投诉或报价一行。",
    ),
    key=("interaction_id",),
    skip_without="customer_id",
    columns=(
        Column(
            "interaction_id",
            "identifier",
            said("Interaction number", "互动编号"),
            said(
                "Number of the interaction; made from the row when absent.",
                "互动编号；缺少时由该行内容生成。",
            ),
            synonyms=words(
                """interaction id, activity id, ticket id, ticket no, ticket number, case id, case number,
                case no, call id, event id, ticket #, interaction no, activity no, incident number,
                incident id, task id, engagement id, communication id, message id, request id, visit id,
                互动编号, 工单号, 工单编号, 活动编号, 记录编号, 记录id, 跟进编号, 互动id, 案例编号,
                chat id, conversation id, case #, service ticket id, 活动记录编号, 拜访编号, 服务单号, 沟通记录编号,
                issue key, issue id, request no, call record id, 通话id, 通话编号, 会话id, 服务记录编号"""
            ),
            weak=words("""id, 编号, number, ticket, case,
                activity"""),
            means=words("ticket number"),
            beside="service",
            example=("T-90", "T-90"),
        ),
        CUSTOMER_ID,
        Column(
            "date",
            "date",
            said("Date", "日期"),
            said("When it took place.", "发生日期。"),
            synonyms=words(
                """date, activity date, interaction date, created, created at, created on, created date,
                opened, opened on, opened at, opened date, open date, call date, contact date,
                ticket date, event date, date created, date opened, date time opened, meeting date,
                visit date, occurred on, occurred at, timestamp, start date, start time, created time,
                datum, date entered, reported on, case opened, contacted on, communication date,
                date time, datetime, log date, 日期, 时间, 创建时间, 创建日期, 互动日期, 跟进时间,
                跟进日期, 联系时间, 联系日期, 拜访日期, 拜访时间, 工单时间, 提交时间, 发生时间,
                发生日期, 记录时间, 通话时间, 活动日期, 受理时间, 投诉日期,
                actual start, call time, logged on, requested at, 活动时间, 沟通时间, 服务时间, 通话日期, 呼叫时间"""
            ),
            weak=words("""closed, closed date, due date, resolved at, last modified, 完成时间, 关闭时间,
                actual end"""),
            means=words(
                """ticket opened, opened, ticket created, created, call date,
                ticket date, ticket started, started, posted date"""
            ),
            beside="ticket call service",
            required=True,
            past=True,
            example=("2026-03-02", "2026-03-02"),
        ),
        Column(
            "kind",
            "choice",
            said("Kind", "类型"),
            said(
                "call, email, visit, meeting, ticket, complaint, quote or other.",
                "电话、邮件、拜访、会议、工单、投诉、报价或其他。",
            ),
            synonyms=words(
                """kind, interaction type, activity type, type, channel, contact type, event type,
                interaction kind, contact channel, interaction channel, case type, ticket type,
                communication type, engagement type, record type, task type, contact method, activity,
                medium, request type, task subtype, 类型, 互动类型, 活动类型, 跟进方式, 联系方式, 渠道,
                工单类型, 沟通方式, 跟进类型, 接触渠道, 拜访类型, 联系类型, 沟通渠道, 记录类型,
                issue type, call type, 呼叫类型, 服务类型"""
            ),
            weak=("category", "case origin", "origin", "类别"),
            means=words("ticket type, channel, call type"),
            beside="ticket type service call",
            required=True,
            choices=KINDS,
            example=("call", "电话"),
        ),
        Column(
            "text",
            "text",
            said("Text", "内容"),
            said("Subject or notes.", "主题或备注。"),
            synonyms=words(
                """text, notes, note, subject, description, comment, comments, summary, message, content,
                body, details, remarks, betreff, bemerkung, notiz, full comments, ticket subject,
                case subject, 内容, 备注, 主题, 描述, 沟通内容, 跟进内容, 说明, 摘要, 详情, 问题描述,
                跟进记录, 通话内容, 拜访内容,
                summary description, short description, call notes, 活动内容, 服务内容, 工单标题, 拜访记录,
                通话小结, 服务小结, 沟通小结, 联系内容, call summary, issue summary"""
            ),
            weak=("title", "标题", "reason"),
            means=words("ticket text, ticket name, ticket note, call text, call note, customer text, text, note"),
            beside="ticket name text note call",
            example=("Asked for a quote", "询问报价"),
        ),
        Column(
            "sentiment",
            "number",
            said("Sentiment", "情绪"),
            said("From −1 (angry) to 1 (delighted).", "从 −1（生气）到 1（满意）。"),
            synonyms=words("""sentiment, sentiment score, mood score, 情绪, 情绪分, 情感得分, 情绪得分"""),
            weak=words("""satisfaction, csat, rating, nps, 满意度"""),
            means=words("sentiment"),
            beside="score customer",
            example=("", ""),
        ),
    ),
)
