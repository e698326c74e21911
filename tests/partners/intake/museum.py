"""Header sets as real systems export them: kind, columns with two or three sample values, and what each column is.

`-` means "not one of ours" (ignored, or an attribute of a customer); `?` means either is fine (unsure is no failure).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    name: str
    kind: str
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(header, field, samples)"""


def piece(name: str, kind: str, listed: str) -> Piece:
    """Read `header > field > sample | sample` lines."""
    columns = []
    for line in listed.strip().splitlines():
        header, name_of, samples = (part.strip() for part in line.split(" > "))
        columns.append((header, name_of, tuple(sample.strip() for sample in samples.split(" | "))))
    return Piece(name, kind, tuple(columns))


MUSEUM = [
    piece("online retail", "orders", """
        InvoiceNo > order_id > 536365 | C536379
        StockCode > sku > 85123A | POST
        Description > product_name > WHITE HANGING HEART | POSTAGE
        Quantity > quantity > 6 | -1
        InvoiceDate > date > 12/1/2010 8:26 | 12/13/2010 9:41
        UnitPrice > price > 2.55 | 18
        CustomerID > customer_id > 17850 | 14527
        Country > - > United Kingdom | France
    """),
    piece("telecom subscribers", "customers", """
        customerID > customer_id > 7590-VHVEG | 5575-GNVDE
        gender > - > Female | Male
        SeniorCitizen > - > 0 | 1
        Partner > - > Yes | No
        tenure > - > 1 | 34
        Contract > - > Month-to-month | One year
        PaymentMethod > - > Mailed check | Electronic check
        MonthlyCharges > monthly_value > 29.85 | 56.95
        TotalCharges > - > 29.85 | 1889.5
        Churn > churned > No | Yes
    """),
    piece("telecom, the longer export", "customers", """
        CustomerID > customer_id > 3668-QPYBK | 9237-HQITU
        Count > - > 1 | 1
        Country > country > United States | United States
        State > region > California | California
        City > city > Los Angeles | San Diego
        Zip Code > - > 90003 | 90005
        Lat Long > - > 33.964131, -118.272783 | 34.059281, -118.30742
        Tenure Months > - > 2 | 28
        Monthly Charges > monthly_value > 53.85 | 70.7
        Churn Label > churned > Yes | No
        Churn Value > - > 1 | 0
        Churn Score > - > 86 | 67
        CLTV > - > 3239 | 2701
        Churn Reason > - > Competitor made better offer | Moved
    """),
    piece("card holders of a bank", "customers", """
        CLIENTNUM > customer_id > 768805383 | 818770008
        Attrition_Flag > churned > Existing Customer | Attrited Customer
        Customer_Age > - > 45 | 49
        Gender > - > M | F
        Income_Category > - > $60K - $80K | Less than $40K
        Card_Category > - > Blue | Gold
        Months_on_book > - > 39 | 44
        Credit_Limit > - > 12691 | 8256
        Total_Trans_Amt > - > 1144 | 1291
        Avg_Utilization_Ratio > - > 0.061 | 0.105
    """),
    piece("account holders of a bank", "customers", """
        RowNumber > - > 1 | 2
        CustomerId > customer_id > 15634602 | 15647311
        Surname > ? > Hargrave | Hill
        CreditScore > - > 619 | 608
        Geography > ? > France | Spain
        Age > - > 42 | 41
        Balance > - > 0 | 83807.86
        NumOfProducts > - > 1 | 2
        IsActiveMember > - > 1 | 0
        EstimatedSalary > - > 101348.88 | 112542.58
        Exited > churned > 1 | 0
    """),
    piece("subscribers of a phone company", "customers", """
        State > region > KS | OH
        Account length > - > 128 | 107
        Area code > - > 415 | 408
        Phone number > phone > 382-4657 | 371-7191
        International plan > - > no | yes
        Total day minutes > - > 265.1 | 161.6
        Customer service calls > - > 1 | 4
        Churn > churned > False | True
    """),
    piece("visits of a shop", "customers", """
        Administrative > - > 0 | 3
        BounceRates > - > 0.2 | 0
        Month > - > Feb | Mar
        Region > region > 1 | 9
        VisitorType > - > Returning_Visitor | New_Visitor
        Weekend > - > FALSE | TRUE
        Revenue > - > FALSE | TRUE
    """),
    piece("shop system line items", "orders", """
        Name > ? > #1001 | #1002
        Email > - > a@example.com | b@example.com
        Financial Status > - > paid | refunded
        Created at > ? > 2026-03-01 10:02:11 +0000 | 2026-03-02 09:00:00 +0000
        Lineitem quantity > quantity > 1 | 2
        Lineitem name > product_name > Mug | Cup
        Lineitem price > price > 12.00 | 9.50
        Lineitem sku > sku > MUG-1 | CUP-2
        Customer ID > customer_id > 889 | 890
    """),
    piece("ERP, German", "orders", """
        Belegnummer > order_id > RE-1001 | RE-1002
        Belegdatum > date > 31.12.2025 | 02.01.2026
        Kundennummer > customer_id > 10001 | 10002
        Kundenname > - > Müller GmbH | Schmidt AG
        Artikelnummer > sku > A-100 | A-200
        Artikelbezeichnung > product_name > Etikett | Drucker
        Menge > quantity > 2,00 | 10,00
        Einzelpreis > price > 1.234,50 | 9,90
        Gesamtpreis > amount > 2.469,00 | 99,00
    """),
    piece("ERP, SAP table names", "orders", """
        VBELN > order_id > 0090001234 | 0090001235
        POSNR > line > 000010 | 000020
        ERDAT > date > 20260301 | 20260302
        KUNNR > customer_id > 0000012345 | 0000012346
        MATNR > sku > 000000000000001234 | 000000000000001235
        KWMENG > quantity > 1.000 | 5.000
        NETWR > amount > 100.00 | 250.00
    """),
    piece("ERP, B1 invoices", "orders", """
        DocNum > order_id > 5001 | 5002
        DocDate > date > 2026-01-05 | 2026-01-06
        CardCode > customer_id > C20000 | C30000
        CardName > - > Maxi-Teq | Microchips
        ItemCode > sku > A00001 | A00002
        Dscription > product_name > Printer | Toner
        Quantity > quantity > 2 | 1
        Price > price > 400 | 30
        LineTotal > amount > 800 | 30
    """),
    piece("accounting, sales by customer detail", "orders", """
        Transaction date > date > 01/15/2026 | 02/20/2026
        Transaction type > - > Invoice | Credit Memo
        Invoice number > order_id > 1037 | 1038
        Customer code > customer_id > AMY | BILL
        Product code > sku > ROCK | TREE
        Qty > quantity > 1 | 3
        Sales price > price > 275.00 | 12.75
        Amount > amount > 275.00 | 38.25
        Balance > - > 275.00 | 313.25
    """),
    piece("marketplace orders", "orders", """
        order_id > order_id > e481f51c | 53cdb2fc
        order_item_id > ? > 1 | 1
        customer_id > customer_id > 9ef432eb | b0830fb4
        order_status > - > delivered | shipped
        order_purchase_timestamp > date > 2017-10-02 10:56:33 | 2018-07-24 20:41:37
        product_id > sku > 87285b34 | 595fac2a
        seller_id > - > 3504c0cb | 289cdb32
        price > price > 29.99 | 118.7
        freight_value > - > 8.72 | 22.76
    """),
    piece("superstore", "orders", """
        Row ID > - > 1 | 2
        Order ID > order_id > CA-2016-152156 | US-2015-108966
        Order Date > date > 11/8/2016 | 10/21/2015
        Ship Date > - > 11/11/2016 | 10/28/2015
        Ship Mode > - > Second Class | Standard Class
        Customer ID > customer_id > CG-12520 | SO-20335
        Customer Name > - > Claire Gute | Sean O'Donnell
        Segment > - > Consumer | Consumer
        Country > - > United States | United States
        Region > - > South | West
        Product ID > sku > FUR-BO-10001798 | OFF-ST-10000760
        Category > - > Furniture | Office Supplies
        Product Name > product_name > Bookcase | Storage
        Sales > amount > 261.96 | 22.368
        Quantity > quantity > 2 | 3
        Discount > - > 0 | 0.2
        Profit > - > 41.9136 | -2.5164
    """),
    piece("进销存销售明细", "orders", """
        单据编号 > order_id > XS-2026-0001 | XS-2026-0002
        单据日期 > date > 2026-03-01 | 2026/3/2
        客户编码 > customer_id > KH001 | KH002
        客户名称 > - > 北京安和公司 | 上海诚信公司
        存货编码 > sku > CH01 | CH02
        存货名称 > product_name > 打印机 | 标签纸
        规格型号 > - > A4 | 100mm
        数量 > quantity > 2 | 10
        含税单价 > price > 1,299.00 | 35.5
        价税合计 > amount > 2,598.00 | 355.00
        业务员 > - > 张三 | 李四
    """),
    piece("电商订单", "orders", """
        订单编号 > order_id > 20260301001 | 20260301002
        下单时间 > date > 2026-03-01 12:33:01 | 2026-03-02 08:01:59
        会员编号 > customer_id > 88001 | 88002
        商品编码 > sku > SP-1 | SP-2
        商品名称 > product_name > 杯子 | 盘子
        购买数量 > quantity > 1 | 2
        商品单价 > price > 19.9 | 29.9
        实付金额 > amount > 19.9 | 59.8
        收货地址 > - > 北京市 | 上海市
    """),
    piece("运营商客户", "customers", """
        用户编号 > customer_id > U10001 | U10002
        性别 > - > 男 | 女
        年龄 > - > 34 | 52
        地区 > region > 华北 | 华东
        入网时间 > since > 2019-05-01 | 2021-11-20
        套餐名称 > - > 畅享套餐 | 家庭套餐
        月消费 > monthly_value > 99 | 158.5
        投诉次数 > - > 0 | 2
        是否流失 > churned > 否 | 是
    """),
    piece("CRM 客户", "customers", """
        客户编号 > customer_id > C001 | C002
        客户名称 > name > 苏州安和口腔门诊 | 南京丰源农业有限公司
        联系人 > ? > 王芳 | 李强
        手机号码 > phone > 13800000001 | 13800000002
        电子邮箱 > email > a@example.com | b@example.com
        所属行业 > industry > 医疗 | 农业
        客户等级 > segment > A | B
        所在城市 > city > 苏州 | 南京
        客户经理 > - > 张三 | 李四
    """),
    piece("CRM accounts", "customers", """
        Account ID > customer_id > 0015g00000A1 | 0015g00000A2
        Account Name > name > Harbour Office | Calder & Fox
        Industry > industry > Education | Legal
        Type > ? > Customer - Direct | Prospect
        Billing City > city > Leeds | York
        Billing State/Province > region > Yorkshire | Yorkshire
        Billing Country > country > United Kingdom | United Kingdom
        Phone > phone > +44 113 496 0000 | +44 1904 49600
        Annual Revenue > - > 1200000 | 350000
        Employees > - > 40 | 12
        Owner > - > J Smith | K Lee
    """),
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
    piece("help desk tickets", "interactions", """
        Ticket ID > interaction_id > 9001 | 9002
        Created at > date > 2026-02-01 09:11 | 2026-02-03 16:40
        Account ID > customer_id > A1 | A2
        Subject > text > Printer offline | Invoice question
        Ticket type > kind > Incident | Question
        Priority > - > High | Low
        Status > - > Closed | Open
        Agent > - > Kim | Lou
    """),
    piece("CRM activities", "interactions", """
        Activity ID > interaction_id > 1 | 2
        Activity Date > date > 2026-03-01 | 2026-03-04
        Account ID > customer_id > A1 | A2
        Activity Type > kind > Call | Email
        Subject > text > Renewal | Quote sent
        Assigned To > - > Kim | Lou
        Duration (min) > - > 15 | 5
    """),
    piece("客户跟进记录", "interactions", """
        记录编号 > interaction_id > J1 | J2
        客户编号 > customer_id > C001 | C002
        跟进时间 > date > 2026-03-01 10:00 | 2026-03-05 15:30
        跟进方式 > kind > 电话 | 拜访
        跟进内容 > text > 询问报价 | 讨论续约
        跟进人 > - > 张三 | 李四
    """),
    piece("item list", "products", """
        Item No. > sku > 1000 | 1001
        Description > name > Bicycle | Touring Bicycle
        Item Category Code > - > BIKE | BIKE
        Unit Price > price > 4,000.00 | 3,500.50
        Unit Cost > cost > 350.59 | 350.00
        Blocked > - > No | No
    """),
    piece("shop products", "products", """
        Handle > - > mug | cup
        Title > name > Mug | Cup
        Vendor > - > Northline | Northline
        Type > ? > Kitchen | Kitchen
        Variant SKU > sku > MUG-1 | CUP-2
        Variant Price > price > 12.00 | 9.50
        Cost per item > cost > 4.00 | 3.10
        Published > available > true | false
    """),
    piece("物料清单", "products", """
        物料编码 > sku > M01 | M02
        物料名称 > name > 打印机 | 标签纸
        物料组 > category > 打印设备 | 耗材
        销售价 > price > 1299 | 35.5
        采购价 > cost > 900 | 20
        是否上架 > available > 是 | 否
        库存数量 > - > 12 | 300
    """),
    piece("call results", "outcomes", """
        Customer No > customer_id > C1 | C2
        Call date > date > 2026-03-01 | 2026-03-02
        Outcome > outcome > saved | lost
        Comments > note > Signed | Moved
        Item No > sku > S1 |
    """),
    piece("回访结果", "outcomes", """
        客户编号 > customer_id > C1 | C2
        联系日期 > date > 2026-03-01 | 2026-03-02
        跟进结果 > outcome > 已挽留 | 流失
        备注 > note > 已签约 |
    """),
    piece("orders with a name and a number of the customer", "orders", """
        Order > order_id > 1 | 2
        Customer > - > Harbour Office Ltd | Calder & Fox
        Account ID > customer_id > A-1 | A-2
        Order date > date > 2026-01-05 | 2026-01-06
        Item code > sku > S1 | S2
        Units > quantity > 1 | 2
        Order total > - > 300 | 300
    """),
    piece("orders with a customer only", "orders", """
        Order > order_id > 1 | 2
        Customer > customer_id > 4711 | 4712
        Date > date > 2026-01-05 | 2026-01-06
        SKU > sku > S1 | S2
        Amount > amount > 300 | 20.5
    """),
    piece("subscriptions with a contract type", "subscriptions", """
        Contract > - > Month-to-month | Month-to-month
        Contract number > subscription_id > K-1 | K-2
        Account number > customer_id > 17 | 18
        Valid from > started > 01.01.2025 | 15.02.2025
        Seats > quantity > 5 | 6
    """),
    piece("households with an income", "customers", """
        客户编号 > customer_id > 1 | 2
        月收入 > - > 12000 | 9000
        Mobile > - > Yes | No
        Phone > phone > 010-5555 0100 | 010-5555 0101
        行业 > industry > 教育 | 医疗
    """),
    piece("accounts, a snapshot", "customers", """
        snapshot_date > - > 2026-01-01 | 2026-01-01
        account_id > customer_id > 1 | 2
        segment > segment > SMB | ENT
        Customer since > since > 2019-01-01 | 2020-05-01
        last_contact > - > 2026-01-01 | 2026-02-01
        health_score > - > 71 | 45
        churn_probability > - > 0.2 | 0.9
    """),
]  # fmt: skip
