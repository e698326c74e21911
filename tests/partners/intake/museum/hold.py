"""Header sets held back: written before the reader of headers, matched once before it was made and once after."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("lignes de commande", "orders", """
        Numéro de commande > order_id > CMD-101 | CMD-101 | CMD-102
        Ligne > line > 1 | 2 | 1
        Date de commande > date > 15/01/2026 | 15/01/2026 | 17/01/2026
        Date d'expédition > - > 16/01/2026 | 16/01/2026 | 19/01/2026
        Référence client > customer_id > CL-11 | CL-11 | CL-12
        Société > - > Bureau du Port | Bureau du Port | Cabinet Renard
        Référence produit > sku > IMP-1 | ETQ-2 | ETQ-2
        Désignation produit > product_name > Imprimante | Etiquettes | Etiquettes
        Quantité commandée > quantity > 2 | 20 | 5
        Prix de vente HT > price > 120,00 | 2,50 | 2,50
        Total ligne HT > amount > 240,00 | 50,00 | 12,50
        Taux TVA > - > 20 | 20 | 20
    """),
    piece("ERP for distributors, sales history", "orders", """
        Sales Order Nbr > order_id > 501122 | 501122 | 501140
        Order Line Seq > line > 1 | 2 | 1
        Sold-To Acct > customer_id > 100234 | 100234 | 100377
        Sold-To Name > - > Ashford Dental | Ashford Dental | Brookfield School
        Ship-To Acct > - > 100234-1 | 100234-2 | 100377-1
        Order Entry Date > date > 01/15/2026 | 01/15/2026 | 01/17/2026
        Requested Ship Date > - > 01/20/2026 | 01/20/2026 | 01/25/2026
        Item Nbr > sku > P100 | L20 | P100
        Item Desc 1 > product_name > Label printer | Label roll | Label printer
        Ordered Qty > quantity > 2 | 40 | 1
        UOM > - > EA | RL | EA
        Net Unit Price > price > 129.00 | 3.00 | 129.00
        Extended Net Amt > amount > 258.00 | 120.00 | 129.00
        Unit Cost Amt > - > 80.00 | 1.20 | 80.00
        Gross Margin % > - > 38 | 60 | 38
        Salesrep Code > - > KIM | KIM | LOU
    """),
    piece("marketplace, sold items", "orders", """
        Sale Date > date > 03/01/2026 | 03/01/2026 | 03/02/2026
        Order Ref. Number > order_id > 3011 | 3011 | 3012
        Buyer User ID > customer_id > annlee | annlee | bobkay
        Full Name > - > Ann Lee | Ann Lee | Bob Kay
        Listing ID > - > 99001 | 99002 | 99002
        Item Title > product_name > Mug | Cup | Cup
        Custom Label (SKU) > sku > MUG-1 | CUP-2 | CUP-2
        Qty Sold > quantity > 1 | 2 | 1
        Sold For Price > ? > 12.00 | 9.50 | 9.50
        Order Shipping > - > 4.00 | 4.00 | 4.00
        Order Total > - > 35.00 | 35.00 | 13.50
        Date Shipped > - > 03/03/2026 | 03/03/2026 | 03/04/2026
        Ship Country > - > United Kingdom | United Kingdom | France
    """),
    piece("Adressstamm", "customers", """
        Adress-Nr. > ? > 1 | 2 | 3
        Debitoren-Nr. > customer_id > 70011 | 70012 | 70013
        Firmenbezeichnung > name > Hafenkontor GmbH | Fuchs & Sohn | Zahnarzt Kern
        PLZ > - > 20457 | 80331 | 50667
        Wohnort > city > Hamburg | München | Köln
        Staat > ? > DE | DE | DE
        Telefon geschäftlich > phone > 040 5550100 | 089 5550101 | 0221 5550102
        E-Mail-Adresse > email > a@example.com | b@example.com | c@example.com
        Kundenklasse > segment > A | B | B
        Branchenname > industry > Logistik | Handel | Gesundheit
        Kunde angelegt am > since > 01.05.2019 | 15.06.2020 | 20.01.2021
        Zahlungsziel > - > 30 | 14 | 30
        Umsatz Vorjahr > - > 12000,00 | 3400,50 | 980,00
    """),
    piece("clientes", "customers", """
        Código de cliente > customer_id > 430011 | 430012 | 430013
        Nombre comercial > name > Oficina del Puerto | Bufete Zorro | Clínica Sol
        NIF > - > B12345674 | B12345682 | B12345690
        Correo electrónico > email > a@example.com | b@example.com | c@example.com
        Teléfono móvil > phone > 600 000 001 | 600 000 002 | 600 000 003
        Población > city > Vigo | Burgos | Sevilla
        Provincia > region > Pontevedra | Burgos | Sevilla
        País > country > ES | ES | ES
        Sector de actividad > industry > Logística | Legal | Salud
        Tipo de cliente > segment > A | B | B
        Fecha de alta > since > 01/05/2019 | 15/06/2020 | 20/01/2021
        Límite de crédito > - > 3000 | 1500 | 2000
    """),
    piece("销售管理 拜访与服务记录", "interactions", """
        服务工单编码 > interaction_id > GD-001 | GD-002 | GD-003
        关联客户编号 > customer_id > K101 | K102 | K101
        关联客户名称 > - > 安和口腔 | 丰源农业 | 安和口腔
        工单创建时间 > date > 2026-02-01 09:11 | 2026-02-03 16:40 | 2026-02-05 11:02
        工单完结时间 > - > 2026-02-02 10:00 | 2026-02-04 09:00 | 2026-02-05 18:00
        服务方式 > kind > 电话 | 上门 | 邮件
        客户问题描述 > text > 打印机离线 | 安装新电脑 | 询问报价
        处理工程师 > - > 张三 | 李四 | 张三
        客户满意度评分 > ? > 5 | 4 | 5
        工单状态 > - > 已完成 | 已完成 | 处理中
    """),
    piece("供应商报价目录", "products", """
        厂商型号 > ? > LP-100 | LR-20 | CB-3
        产品物料号 > sku > M-100 | M-200 | M-300
        中文品名 > name > 标签打印机 | 标签纸 | 数据线
        产品分组 > category > 打印设备 | 耗材 | 线缆
        渠道采购价 > cost > 800.00 | 18.00 | 9.00
        建议销售价 > price > 1299.00 | 35.50 | 19.90
        计量单位 > - > 台 | 卷 | 根
        上架状态 > available > 已上架 | 已上架 | 已下架
        质保期（月） > - > 12 | 0 | 6
    """),
    piece("carrier, active services", "subscriptions", """
        Service Contract Number > subscription_id > SC-9001 | SC-9002 | SC-9003
        Billing Account Nbr > customer_id > 300401 | 300402 | 300401
        Billing Account Name > - > Ashford Dental | Brookfield School | Ashford Dental
        Rate Plan Code > sku > UNL5G | BASIC4G | IOT1
        Rate Plan Name > - > Unlimited | Basic | Things
        Contract Commencement Date > started > 2025-01-01 | 2025-03-01 | 2025-06-15
        Contract Expiry Date > ? > 2027-01-01 | 2027-03-01 | 2027-06-15
        Disconnect Date > ended > | 2026-02-01 | 2026-03-01
        Number of Lines > quantity > 14 | 2 | 3
        Total MRC > monthly_amount > 420.00 | 25.00 | 9.00
        Contract Term (Months) > - > 24 | 24 | 24
        Service Status > - > Active | Disconnected | Disconnected
    """),
    piece("chat and call log of a help desk", "interactions", """
        Conversation Ref > interaction_id > CV-1 | CV-2 | CV-3
        Organisation Ref > customer_id > ORG-7 | ORG-9 | ORG-7
        Contact Person > - > Ann Lee | Bob Kay | Ann Lee
        Started On > date > 2026-02-01 09:11 | 2026-02-03 16:40 | 2026-02-05 11:02
        Ended On > - > 2026-02-01 09:21 | 2026-02-03 16:55 | 2026-02-05 11:30
        Channel Type > kind > Chat | Phone | Email
        Conversation Summary > text > Asked for a quote | Printer offline | Cancel the line
        Handled By > - > Kim | Lou | Kim
        Sentiment Rating > ? > 0.4 | -0.2 | -0.8
        CSAT Score > - > 5 | 3 | 1
    """),
    piece("电销结果登记表", "outcomes", """
        客户唯一标识 > customer_id > K101 | K102 | K103
        客户联系人 > - > 王芳 | 李强 | 赵敏
        通话日期时间 > date > 2026-03-01 10:00 | 2026-03-02 11:00 | 2026-03-02 15:00
        最终结果 > outcome > 已挽留 | 流失 | 已购买
        推荐产品编码 > sku > P-1 | P-2 | P-1
        坐席备注 > note > 已续约一年 | 搬迁 | 下单两台
        通话时长（秒） > - > 240 | 75 | 130
    """),
]  # fmt: skip
