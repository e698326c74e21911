"""Exports of billing, subscription and PSA tools."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("PSA companies", "customers", """
        Company ID > customer_id > 2 | 19
        Company Name > name > Ashford Dental Care | Brookfield School
        Market > - > Healthcare | Education
        Territory > region > North | South
        Status > - > Active | Inactive
        Date Acquired > - > 2019-05-01 | 2020-07-15
        MRR > monthly_value > 1200.00 | 350.00
    """),
    piece("PSA agreements", "subscriptions", """
        Agreement ID > subscription_id > 101 | 102
        Company ID > customer_id > 2 | 19
        Agreement Name > - > Managed Services | Backup
        Start Date > started > 2024-01-01 | 2025-06-01
        End Date > ? > 2026-12-31 | 2026-05-31
        Cancelled Date > ended > 2026-02-01 |
        Monthly Amount > monthly_amount > 500.00 | 120.00
        Bill Cycle > - > Monthly | Monthly
    """),
    piece("billing subscriptions", "subscriptions", """
        subscription_id > subscription_id > sub_1A | sub_1B
        customer_id > customer_id > cus_1 | cus_2
        plan_id > sku > gold | silver
        quantity > quantity > 1 | 5
        started_at > started > 2025-03-01T00:00:00Z | 2025-04-15T00:00:00Z
        cancelled_at > ended > 2026-01-01T00:00:00Z |
        current_period_end > renews_on > 2026-12-01T00:00:00Z | 2026-11-15T00:00:00Z
        mrr > monthly_amount > 49.00 | 95.00
        status > - > active | canceled
    """),
    piece("合同台账", "subscriptions", """
        合同编号 > subscription_id > HT-001 | HT-002
        客户编号 > customer_id > C001 | C002
        产品编码 > sku > P1 | P2
        签约日期 > ? > 2025-01-01 | 2025-02-01
        到期日期 > renews_on > 2026-12-31 | 2027-01-31
        终止日期 > ended > | 2026-03-01
        席位数 > quantity > 10 | 25
        月费 > monthly_amount > 900 | 2250
    """),
    piece("subscriptions with a contract type", "subscriptions", """
        Contract > - > Month-to-month | Month-to-month
        Contract number > subscription_id > K-1 | K-2
        Account number > customer_id > 17 | 18
        Valid from > started > 01.01.2025 | 15.02.2025
        Seats > quantity > 5 | 6
    """),
    piece("Stripe, subscriptions", "subscriptions", """
        id > subscription_id > sub_1A | sub_1B
        Customer ID > customer_id > cus_1 | cus_2
        Customer Email > - > a@example.com | b@example.com
        Plan > sku > price_gold | price_silver
        Quantity > quantity > 1 | 5
        Currency > - > usd | usd
        Interval > - > month | month
        Amount > ? > 49.00 | 95.00
        Status > - > active | canceled
        Created (UTC) > ? > 2025-03-01 00:00 | 2025-04-15 00:00
        Start (UTC) > started > 2025-03-01 00:00 | 2025-04-15 00:00
        Current Period Start (UTC) > - > 2026-02-01 00:00 | 2026-02-15 00:00
        Current Period End (UTC) > renews_on > 2026-12-01 00:00 | 2026-12-15 00:00
        Canceled At (UTC) > ended > | 2026-01-01 00:00
    """),
    piece("Chargebee, subscriptions", "subscriptions", """
        subscriptions.id > subscription_id > 16BjwS | 16BjwT
        customers.id > customer_id > 16Bj1 | 16Bj2
        subscriptions.plan_id > sku > gold-usd | silver-usd
        subscriptions.plan_quantity > quantity > 1 | 4
        subscriptions.status > - > active | cancelled
        subscriptions.started_at > started > 2025-03-01 | 2025-04-15
        subscriptions.cancelled_at > ended > | 2026-01-01
        subscriptions.next_billing_at > renews_on > 2026-12-01 | 2026-12-15
        subscriptions.mrr > monthly_amount > 49.00 | 95.00
        customers.email > - > a@example.com | b@example.com
    """),
    piece("Recurly, subscriptions", "subscriptions", """
        uuid > ? > 4f1 | 4f2
        subscription_id > subscription_id > s1 | s2
        account_code > customer_id > acme | globex
        plan_code > sku > gold | silver
        quantity > quantity > 1 | 5
        unit_amount > ? > 49.00 | 19.00
        activated_at > started > 2025-03-01 00:00:00 UTC | 2025-04-15 00:00:00 UTC
        canceled_at > ended > | 2026-01-01 00:00:00 UTC
        current_period_ends_at > renews_on > 2026-12-01 00:00:00 UTC | 2026-12-15 00:00:00 UTC
        state > - > active | canceled
    """),
    piece("Partner Center, subscriptions", "subscriptions", """
        SubscriptionId > subscription_id > 83ef9d05 | 83ef9d06
        CustomerTenantId > customer_id > 7d70be1e | 7d70be1f
        CustomerDomainName > - > a.example.com | b.example.com
        OfferName > - > Business Premium | Exchange Online
        ProductId > sku > CFQ7TTC0LCHC | CFQ7TTC0LH16
        Quantity > quantity > 25 | 5
        SubscriptionStatus > - > Active | Suspended
        EffectiveStartDate > started > 2025-03-01 | 2025-04-15
        CommitmentEndDate > renews_on > 2026-12-01 | 2026-12-15
        AutoRenewEnabled > - > True | False
        BillingCycle > - > Monthly | Annual
    """),
    piece("Pax8, subscriptions", "subscriptions", """
        Subscription ID > subscription_id > 4f1a | 4f1b
        Company ID > customer_id > 77a | 77b
        Company Name > - > Harbour Office | Calder & Fox
        Product SKU > sku > MST-NCE-1 | MST-NCE-2
        Product Name > - > Business Standard | Defender
        Quantity > quantity > 10 | 3
        Partner Cost > - > 10.20 | 2.40
        Price > ? > 12.50 | 3.00
        Billing Term > - > Monthly | Annual
        Start Date > started > 2025-03-01 | 2025-04-15
        End Date > ? > | 2026-01-01
        Status > - > Active | Cancelled
    """),
    piece("SaaS 订阅台账", "subscriptions", """
        订阅号 > subscription_id > DY001 | DY002
        租户ID > customer_id > T1001 | T1002
        租户名称 > - > 安和口腔 | 丰源农业
        套餐编码 > sku > PRO | STD
        版本 > - > 专业版 | 标准版
        账号数 > quantity > 20 | 5
        开通日期 > started > 2025-03-01 | 2025-04-15
        到期时间 > renews_on > 2026-12-01 | 2026-12-15
        退订日期 > ended > | 2026-01-01
        月租费 > monthly_amount > 899 | 199
        状态 > - > 正常 | 已退订
    """),
    piece("ConnectWise, service tickets", "interactions", """
        Ticket # > interaction_id > 70001 | 70002
        Company RecID > customer_id > 250 | 251
        Company > - > Ashford Dental Care | Brookfield School
        Summary Description > text > Server down | New laptop
        Date Entered > date > 2026-02-01 09:11 | 2026-02-03 16:40
        Service Board > - > Help Desk | Projects
        Service Type > ? > Incident | Request
        Status Description > - > Closed | New
        Hours Actual > - > 1.5 | 0.25
    """),
    piece("Autotask, contracts", "subscriptions", """
        Contract ID > subscription_id > 29683 | 29684
        Account ID > customer_id > 174 | 175
        Contract Name > - > Managed services | Backup
        Contract Type > - > Recurring Service | Block Hours
        Start Date > started > 2025-03-01 | 2025-04-15
        End Date > ? > 2026-12-31 | 2026-06-30
        Estimated Revenue > - > 12000.00 | 2400.00
        Contact Name > - > Ann Lee | Bob Kay
        Status > - > Active | Active
    """),
    piece("HaloPSA, recurring invoices", "subscriptions", """
        Recurring Invoice ID > ? > 18 | 19
        Agreement Ref > subscription_id > AGR-1 | AGR-2
        Client ID > customer_id > 12 | 13
        Client > - > Ashford Dental Care | Brookfield School
        Item Code > sku > MS-PC | MS-SRV
        Qty > quantity > 14 | 2
        Monthly Price > monthly_amount > 420.00 | 180.00
        Contract Start Date > started > 2025-01-01 | 2025-07-01
        Renewal Date > renews_on > 2027-01-01 | 2026-12-31
    """),
    piece("Zuora subscriptions", "subscriptions", """
        Subscription: Name > subscription_id > A-S0001 | A-S0002
        Account: Account Number > customer_id > A0001 | A0002
        Account: Name > - > Harbour Office | Calder & Fox
        Subscription: Status > - > Active | Cancelled
        Subscription: Contract Effective Date > started > 2025-03-01 | 2025-04-15
        Subscription: Term End Date > ? > 2026-12-01 | 2026-12-15
        Subscription: Cancelled Date > ended > 2026-02-01 | 2026-03-01
        Rate Plan Charge: MRR > monthly_amount > 49.00 | 95.00
        Rate Plan Charge: Quantity > quantity > 1 | 5
    """),
    piece("N-able licences", "subscriptions", """
        Licence Key > subscription_id > K-1 | K-2
        Customer ID > customer_id > 12 | 13
        Customer > - > Ashford Dental Care | Brookfield School
        Product Code > sku > RMM-S | RMM-W
        Devices > quantity > 14 | 2
        Activated > started > 2025-01-01 | 2025-07-01
        Expires > renews_on > 2027-01-01 | 2026-12-31
        Monthly Cost > monthly_amount > 42.00 | 18.00
    """),
]  # fmt: skip
