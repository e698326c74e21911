"""Header sets that the reader of headers was made with: ten systems that no list of synonyms was written for."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("Shopify, orders export", "orders", """
        Name > order_id > #1001 | #1001 | #1002
        Email > - > a@example.com | a@example.com | b@example.com
        Financial Status > - > paid | paid | paid
        Paid at > - > 2026-03-01 10:02:11 +0000 | 2026-03-01 10:02:11 +0000 | 2026-03-02 09:00:00 +0000
        Fulfillment Status > - > fulfilled | fulfilled | unfulfilled
        Currency > - > GBP | GBP | GBP
        Subtotal > - > 31.00 | 31.00 | 9.50
        Shipping > - > 4.00 | 4.00 | 4.00
        Taxes > - > 5.83 | 5.83 | 2.25
        Total > - > 35.00 | 35.00 | 13.50
        Created at > date > 2026-03-01 10:01:50 +0000 | 2026-03-01 10:01:50 +0000 | 2026-03-02 08:58:00 +0000
        Lineitem quantity > quantity > 1 | 2 | 1
        Lineitem name > product_name > Mug | Cup | Cup
        Lineitem price > price > 12.00 | 9.50 | 9.50
        Lineitem sku > sku > MUG-1 | CUP-2 | CUP-2
        Lineitem fulfillment status > - > fulfilled | fulfilled | pending
        Billing Name > - > Ann Lee | Ann Lee | Bob Kay
        Shipping City > - > Leeds | Leeds | York
    """),
    piece("Warenwirtschaft, Auftragspositionen", "orders", """
        Auftrags-Nr > order_id > AU-2026-101 | AU-2026-101 | AU-2026-102
        Position > line > 10 | 20 | 10
        Auftragsdatum > date > 15.01.2026 | 15.01.2026 | 17.01.2026
        Liefertermin > - > 22.01.2026 | 22.01.2026 | 24.01.2026
        Kd.-Nr. > customer_id > 70011 | 70011 | 70012
        Kundenbezeichnung > - > Hafenkontor GmbH | Hafenkontor GmbH | Fuchs & Sohn
        Art.-Nr. > sku > D-100 | E-200 | E-200
        Artikeltext > product_name > Drucker | Etiketten | Etiketten
        Auftragsmenge > quantity > 2 | 20 | 5
        VK netto > price > 120,00 | 2,50 | 2,50
        Positionswert netto > amount > 240,00 | 50,00 | 12,50
        EK netto > - > 80,00 | 1,10 | 1,10
        Vertreter > - > Kern | Kern | Lutz
    """),
    piece("distributor, point-of-sale report", "orders", """
        Distributor Invoice Nbr > order_id > 8801234 | 8801234 | 8801290
        Invoice Line Nbr > line > 1 | 2 | 1
        Invoice Dt > date > 03/14/2026 | 03/14/2026 | 03/20/2026
        Reseller Acct Nbr > ? > R-100 | R-100 | R-101
        Reseller Name > - > Northgate IT | Northgate IT | Bluefin Systems
        End User Acct Nbr > ? > E-700 | E-700 | E-709
        End User Name > - > Ashford Dental | Ashford Dental | Brookfield School
        Mfr Part Nbr > sku > PRN-100 | LBL-20 | PRN-100
        Disty SKU > ? > 551200 | 551201 | 551200
        Part Desc > product_name > Label printer | Label roll | Label printer
        Qty Shipped > quantity > 2 | 40 | 1
        Unit Resale Price > price > 129.00 | 3.00 | 129.00
        Ext Resale Amt > amount > 258.00 | 120.00 | 129.00
        Ship-to Zip > - > 10001 | 10001 | 60601
    """),
    piece("客户档案 云进销存", "customers", """
        客户代码 > customer_id > KH-0101 | KH-0102 | KH-0103
        客户全名 > name > 苏州安和口腔门诊 | 南京丰源农业有限公司 | 无锡诚信贸易
        客户分组 > segment > 重点客户 | 普通客户 | 普通客户
        首要联系人 > - > 王芳 | 李强 | 赵敏
        联系人手机 > phone > 13800000001 | 13800000002 | 13800000003
        联系人邮箱 > email > a@example.com | b@example.com | c@example.com
        行业类型 > industry > 医疗 | 农业 | 贸易
        注册省份 > region > 江苏 | 江苏 | 江苏
        注册城市 > city > 苏州 | 南京 | 无锡
        首次下单日期 > - > 2019-05-06 | 2020-07-08 | 2021-01-03
        建立日期 > since > 2019-05-01 | 2020-07-01 | 2021-01-02
        应收余额 > - > 1200.00 | 0.00 | 350.50
        跟进业务员 > - > 张三 | 李四 | 李四
    """),
    piece("service desk, incidents", "interactions", """
        Incident Ref > interaction_id > INC0010023 | INC0010024 | INC0010025
        Client Code > customer_id > C-11 | C-12 | C-11
        Client Site > - > Leeds HQ | York | Leeds HQ
        Reported Date/Time > date > 2026-02-01 09:11 | 2026-02-03 16:40 | 2026-02-04 08:05
        Closed Date/Time > - > 2026-02-02 10:00 | 2026-02-03 17:40 | 2026-02-06 12:00
        Incident Type > kind > Incident | Service Request | Complaint
        Incident Title > text > Printer offline | New laptop | Slow network
        Assigned Engineer > - > Kim | Lou | Kim
        SLA Met > - > Yes | No | Yes
        Priority Level > - > P2 | P3 | P3
    """),
    piece("RMM, recurring services", "subscriptions", """
        Service Agreement No. > subscription_id > SA-101 | SA-102 | SA-103
        Client Acct Code > customer_id > ASH01 | BRO02 | ASH01
        Client Display Name > - > Ashford Dental | Brookfield School | Ashford Dental
        Service SKU > sku > RMM-WS | RMM-SRV | BKP-100
        Service Description > - > Workstation care | Server care | Backup
        Commencement Dt > started > 2025-01-01 | 2025-03-01 | 2025-06-15
        Next Renewal Dt > renews_on > 2027-01-01 | 2027-03-01 | 2026-12-15
        Cancellation Dt > ended > | 2026-02-01 | 2026-03-01
        Licensed Qty > quantity > 14 | 2 | 3
        Monthly Charge (GBP) > monthly_amount > 42.00 | 18.00 | 30.00
        Invoice Frequency > - > Monthly | Monthly | Quarterly
    """),
    piece("tarifa de precios", "products", """
        Referencia > sku > IMP-1 | ETQ-2 | CBL-3
        Descripción del artículo > name > Impresora | Etiquetas | Cable USB
        Familia > category > Hardware | Consumibles | Cables
        PVP > price > 129,00 | 3,00 | 7,50
        Precio de coste > cost > 80,00 | 1,20 | 2,10
        Código EAN > - > 4006381333931 | 4006381333948 | 4006381333955
        Existencias > - > 12 | 300 | 45
        Proveedor > - > Northline | Northline | Kabel SL
    """),
    piece("专线业务台账", "subscriptions", """
        业务编号 > ? > YW-001 | YW-002 | YW-003
        合同号码 > subscription_id > HT2025001 | HT2025002 | HT2025003
        集团客户编码 > customer_id > JT1001 | JT1002 | JT1003
        集团客户名称 > - > 安和口腔 | 丰源农业 | 诚信贸易
        产品编号 > sku > ZX-100M | ZX-200M | ZX-100M
        开通时间 > started > 2025-01-05 | 2025-02-11 | 2025-03-20
        合同到期时间 > renews_on > 2027-01-04 | 2027-02-10 | 2027-03-19
        拆机日期 > ? > | 2026-02-01 | 2026-03-01
        线路条数 > quantity > 2 | 1 | 4
        月租金额 > monthly_amount > 1800 | 2600 | 3600
        客户经理姓名 > - > 张三 | 李四 | 李四
    """),
    piece("customer master, kept by hand", "customers", """
        Acc. No > customer_id > A011 | A012 | A013
        Business > name > Harbour Office Ltd | Calder & Fox | Fenwick Dental
        Main contact > - > Ann Lee | Bob Kay | Cat Ray
        Contact's e-mail > email > ann@example.com | bob@example.com | cat@example.com
        Contact's tel > phone > 0113 496 0000 | 01904 496000 | 0191 498 0000
        Town/City > city > Leeds | York | Newcastle
        Client type (A/B/C) > segment > A | B | B
        Trading since > ? > 2009 | 2015 | 2018
        Customer from > since > 01/05/2019 | 15/06/2020 | 20/01/2021
        Avg. monthly bill > ? > 120 | 88 | 240
        Still with us? > ? > yes | yes | no
    """),
    piece("retention calls", "outcomes", """
        Acct Ref > customer_id > A-11 | A-12 | A-13
        Date of Call > date > 2026-03-01 | 2026-03-02 | 2026-03-02
        Agent Name > - > Kim | Lou | Kim
        Final Outcome > outcome > saved | lost | not interested
        Agent Comments > note > Signed for a year | Moved away | Call again in May
        Product Offered Code > ? > S-1 | S-2 | S-1
        Call Duration (s) > - > 240 | 75 | 130
    """),
]  # fmt: skip
