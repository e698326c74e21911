"""Subscriptions and contracts: one row per contract, ended or running."""

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import CUSTOMER_ID, optional_sku

SUBSCRIPTIONS = Table(
    kind="subscriptions",
    label=said("Subscriptions", "订阅"),
    help=said("One row per subscription or contract.", "每个订阅或合同一行。"),
    key=("subscription_id",),
    skip_without="customer_id",
    columns=(
        Column(
            "subscription_id",
            "identifier",
            said("Subscription number", "订阅编号"),
            said("Number of the subscription or contract.", "订阅或合同的编号。"),
            synonyms=words(
                """subscription id, subscription no, subscription number, contract id, contract no,
                contract number, agreement id, agreement no, agreement number, licence id, license id,
                license number, sub id, vertragsnummer, vertrag nr, vertragsnr, policy number,
                policy no, policy id, service agreement, contract code, subscription code,
                subscription ref, contract ref, contract reference, subscription key, 订阅编号, 订阅id,
                订阅号, 合同编号, 合同号, 合约编号, 协议编号, 合同id, 合约号, 保单号,
                agreement ref, agreement reference, contract #, agreement #, subscription #, subscription uuid,
                订阅单号, 合约编码, 合同编码,
                subscription name, licence key, license key, licence no, license no, 许可证编号, 授权编号"""
            ),
            weak=("id", "编号"),
            means=words("subscription number"),
            beside="service formal",
            required=True,
            example=("SUB-700", "SUB-700"),
        ),
        CUSTOMER_ID,
        optional_sku,
        Column(
            "started",
            "date",
            said("Start date", "开始日期"),
            said("First day of the contract.", "合同生效日期。"),
            synonyms=words(
                """started, start date, start, started on, start on, contract start, contract start date,
                subscription start, subscription start date, effective date, effective from, valid from,
                begin date, begins on, commencement date, activation date, activated on, contract date,
                start of contract, from date, vertragsbeginn, beginn, gueltig ab, gultig ab, date debut,
                fecha inicio, current term start, service start, service start date, term start,
                term start date, started at, agreement start date, 开始日期, 起始日期, 生效日期,
                合同开始日期, 开通日期, 订阅开始日期, 起租日期, 合同起始日期, 开通时间, 签约日期,
                生效时间, 服务开始日期, 开始时间,
                activated at, effective start date, subscription started at, contract start on, started date,
                date started, 激活日期, 激活时间, 启用日期, 首次开通时间,
                contract effective date, activated, commenced, commenced on, live date, go live date, 授权开始日期"""
            ),
            weak=words("""created at, created, date, 日期, signed on, subscription, contract, agreement"""),
            means=words("subscription started, started"),
            beside="service",
            required=True,
            past=True,
            example=("2025-01-01", "2025-01-01"),
        ),
        Column(
            "ended",
            "date",
            said("Ended on", "终止日期"),
            said(
                "Last day where the contract was ended; empty while it runs.",
                "合同终止的日期；仍在履行则留空。",
            ),
            synonyms=words(
                """ended, ended on, ended at, cancelled on, canceled on, cancellation date, cancelled at,
                canceled at, cancelled date, canceled date, termination date, terminated on, churn date,
                closed date, cancel date, date cancelled, deactivated on, kuendigungsdatum,
                kundigungsdatum, gekuendigt am, deactivation date, subscription ended, date ended,
                actual end date, 终止日期, 取消日期, 退订日期, 解约日期, 注销日期, 退订时间,
                实际结束日期, 终止时间, 销户日期,
                cancelled at date, cancellation effective date, cancel at, date terminated, terminated at,
                实际终止日期, 停用日期, 停机日期"""
            ),
            weak=words(
                """end date, contract end, contract end date, end, 结束日期, subscription end date,
                valid to, 合同结束日期, valid until, expiry date, to date, end on"""
            ),
            means=words("ended"),
            beside="service subscription started",
            example=("", ""),
        ),
        Column(
            "renews_on",
            "date",
            said("Renews on", "续约日期"),
            said("Next renewal or expiry.", "下次续约或到期日期。"),
            synonyms=words(
                """renews on, renewal date, next renewal, next renewal date, renewal, renewal due,
                expiry date, expiration date, expires on, expires, expires at, next billing date,
                renew date, contract renewal date, current period end, current term end, verlaengerung,
                expiry, renewal on, date of renewal, 续约日期, 续费日期, 到期日期, 到期日, 到期时间,
                下次续费日期, 续期日期, 合同到期日, 合同到期日期, 下次续约日期,
                current period ends at, current period ends, current period end date, commitment end date, next
                billing at, next billing, next charge at, next charge date, next invoice date, renews at,
                renewal at, 下次扣费日期, 下次账单日期, 服务到期日, 授权到期日"""
            ),
            weak=words(
                """contract end, contract end date, end date, valid to, valid until, 结束日期,
                合同结束日期, term end"""
            ),
            means=words("renewal"),
            beside="next subscription service current finish due",
            example=("2027-01-01", "2027-01-01"),
        ),
        Column(
            "quantity",
            "number",
            said("Quantity", "数量"),
            said("Seats, licences or lines.", "席位、许可或线路数量。"),
            synonyms=words(
                """quantity, qty, seats, licences, licenses, units, users, number of seats, no of licenses,
                license quantity, plan quantity, seat count, number of users, license count, lines,
                number of licenses, 数量, 席位, 席位数, 许可数, 用户数, 许可数量, 席位数量, 账号数, 坐席数,
                rate plan charge quantity, devices, device count, endpoints, agents, mailboxes, 设备数,
                终端数, 授权数"""
            ),
            means=words("quantity, seats, quantity seats, quantity line"),
            beside="subscription service product seats quantity",
            default=1.0,
            example=("10", "10"),
        ),
        Column(
            "monthly_amount",
            "number",
            said("Amount per month", "每月金额"),
            said("What it brings per month.", "每月金额。"),
            synonyms=words(
                """monthly amount, mrr, monthly fee, monthly price, monthly charge, monthly charges,
                monthly revenue, amount per month, price per month, monthly value,
                monthly recurring revenue, monthly rate, monatsbetrag, monatlicher betrag, monthly cost,
                recurring amount monthly, monthly total, fee per month, monthly subscription fee, 月费,
                月租, 月租费, 每月金额, 月金额, 月服务费, 月度费用, 每月费用, 月付金额,
                monthly recurring charge, monthly recurring amount, mrr amount, 月度金额, 每月单价,
                rate plan charge mrr, monthly cost to customer, monthly spend"""
            ),
            weak=words("""amount, price, mrc, fee, arr, annual amount, 金额, 费用, value"""),
            means=words("monthly amount, monthly charge, monthly price"),
            beside="total amount charge price subscription service product net currency_named",
            example=("90.00", "90.00"),
        ),
    ),
)
