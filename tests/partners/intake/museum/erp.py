"""Exports of ERP systems and books of account."""

from tests.partners.intake.museum.piece import piece

PIECES = [
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
        Transaction type > is_return > Invoice | Credit Memo
        Invoice number > order_id > 1037 | 1038
        Customer code > customer_id > AMY | BILL
        Product code > sku > ROCK | TREE
        Qty > quantity > 1 | 3
        Sales price > price > 275.00 | 12.75
        Amount > amount > 275.00 | 38.25
        Balance > - > 275.00 | 313.25
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
    piece("item list", "products", """
        Item No. > sku > 1000 | 1001
        Description > name > Bicycle | Touring Bicycle
        Item Category Code > - > BIKE | BIKE
        Unit Price > price > 4,000.00 | 3,500.50
        Unit Cost > cost > 350.59 | 350.00
        Blocked > - > No | No
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
    piece("Business Central, posted invoice lines", "orders", """
        Document No. > order_id > 103001 | 103002
        Line No. > line > 10000 | 20000
        Sell-to Customer No. > customer_id > 10000 | 20000
        Posting Date > date > 2026-01-15 | 2026-01-16
        Type > - > Item | Item
        No. > sku > 1896-S | 1900-S
        Description > product_name > ATHENS Desk | PARIS Guest Chair
        Quantity > quantity > 1 | 4
        Unit of Measure > - > Piece | Piece
        Unit Price Excl. VAT > price > 1,000.80 | 192.80
        Line Discount % > - > 0 | 5
        Line Amount Excl. VAT > amount > 1,000.80 | 732.64
    """),
    piece("NetSuite, transaction search", "orders", """
        Internal ID > ? > 12873 | 12874
        Document Number > order_id > INV1001 | INV1002
        Type > is_return > Invoice | Credit Memo
        Date > date > 1/15/2026 | 2/20/2026
        Customer Internal ID > customer_id > 511 | 512
        Item > sku > WID-100 | WID-200
        Memo > - > |
        Quantity > quantity > 2 | -1
        Item Rate > price > 45.00 | 12.50
        Amount > amount > 90.00 | -12.50
        Currency > - > USD | USD
        Status > - > Paid In Full | Open
    """),
    piece("Odoo, order lines", "orders", """
        Order Reference > order_id > S00021 | S00022
        Order Date > date > 2026-01-15 09:12:00 | 2026-01-16 10:00:00
        Customer/External ID > customer_id > res_partner_12 | res_partner_18
        Customer > - > Azure Interior | Deco Addict
        Salesperson > - > Mitchell Admin | Marc Demo
        Product/Internal Reference > sku > FURN_7777 | FURN_8888
        Product > ? > Office Chair | Drawer
        Ordered Quantity > quantity > 1.0 | 3.0
        Delivered Quantity > - > 1.0 | 0.0
        Unit Price > price > 70.00 | 110.50
        Taxes > - > 15% | 15%
        Subtotal > amount > 70.00 | 331.50
    """),
    piece("Sage 50, invoice items", "orders", """
        Invoice No. > order_id > 1 | 2
        Invoice Date > date > 15/01/2026 | 16/01/2026
        Account Ref > customer_id > ABS001 | BBS001
        Company Name > - > ABS Garages Ltd | Bobs Building Supplies
        Stock Code > sku > BOARD001 | CAB004
        Item Description > product_name > White board | Cabinet
        Qty > quantity > 1.00 | 2.00
        Unit Price > price > 38.00 | 149.00
        Net Amount > amount > 38.00 | 298.00
        VAT Amount > - > 7.60 | 59.60
        Department > - > 0 | 1
    """),
    piece("B1, business partners", "customers", """
        CardCode > customer_id > C20000 | C30000
        CardName > name > Maxi-Teq | Microchips
        CardType > - > C | C
        GroupCode > ? > 100 | 102
        Phone1 > phone > 214-325-0099 | 717-555-0197
        E_Mail > email > a@maxi.example | b@micro.example
        City > city > Dallas | Harrisburg
        State1 > region > TX | PA
        Country > country > US | US
        CreateDate > ? > 2019-01-05 | 2020-03-06
        Balance > - > 120.50 | 0.00
    """),
    piece("Xero, sales invoices", "orders", """
        ContactName > - > City Limousines | Ridgeway University
        AccountNumber > customer_id > CL-01 | RU-07
        EmailAddress > - > a@city.example | b@ridge.example
        InvoiceNumber > order_id > INV-0021 | INV-0022
        Reference > - > P/O 9711 | Training
        InvoiceDate > date > 15/01/2026 | 28/01/2026
        DueDate > - > 30/01/2026 | 12/02/2026
        Total > - > 550.00 | 6187.50
        InventoryItemCode > sku > GB1-White | TR-1
        Description > product_name > Golf balls | Half day training
        Quantity > quantity > 10.00 | 1.00
        UnitAmount > price > 5.60 | 500.00
        LineAmount > amount > 56.00 | 500.00
        AccountCode > - > 200 | 200
        TaxType > - > OUTPUT | OUTPUT
    """),
    piece("QuickBooks, sales by customer detail", "orders", """
        Type > is_return > Invoice | Credit Memo
        Date > date > 01/15/2026 | 02/20/2026
        Num > order_id > 1037 | 1038
        Memo > ? > Rock fountain | Maple
        Name > ? > Amy Bird Sanctuary | Bill Windsurf
        Customer Number > customer_id > 11 | 12
        Item > sku > ROCK | TREE
        Qty > quantity > 1 | 3
        Sales Price > price > 275.00 | 12.75
        Amount > amount > 275.00 | 38.25
        Balance > - > 275.00 | 313.25
    """),
    piece("销售发票 U8", "orders", """
        发票号 > order_id > 0000001021 | 0000001022
        开票日期 > date > 2026-01-15 | 2026-01-20
        客户编码 > customer_id > 01001 | 02003
        客户简称 > - > 安和 | 诚信
        存货编码 > sku > 0101 | 0203
        存货名称 > product_name > 打印机 | 墨盒
        规格型号 > - > A4 | 黑
        主计量单位 > - > 台 | 个
        数量 > quantity > 2.00 | 10.00
        无税单价 > price > 1,150.44 | 70.80
        无税金额 > amount > 2,300.88 | 708.00
        税额 > - > 299.12 | 92.04
        业务员名称 > - > 张三 | 李四
    """),
    piece("销售出库单 K3", "orders", """
        日期 > date > 2026-01-15 | 2026-01-16
        单据编号 > order_id > XOUT000123 | XOUT000124
        购货单位代码 > customer_id > 01.001 | 01.002
        购货单位 > - > 安和公司 | 诚信公司
        产品代码 > sku > 01.01.001 | 01.02.007
        产品名称 > product_name > 打印机 | 标签纸
        规格型号 > - > A4 | 100mm
        单位 > - > 台 | 卷
        实发数量 > quantity > 2 | 30
        销售单价 > price > 1299 | 35.5
        销售金额 > amount > 2598 | 1065
        发货仓库 > - > 总仓 | 总仓
        部门 > - > 销售一部 | 销售二部
    """),
    piece("商品资料 管家婆", "products", """
        商品编号 > sku > 00001 | 00002
        商品全名 > name > 针式打印机 | 标签纸
        规格 > - > A4 | 100mm
        型号 > - > LQ-1 | BQ-2
        商品类别 > category > 打印设备 | 耗材
        零售价 > price > 1299 | 35.5
        最近进价 > cost > 900 | 20
        库存数量 > - > 12 | 300
    """),
    piece("Dynamics AX, customer invoice lines", "orders", """
        Invoice > order_id > SI-0001 | SI-0002
        Invoice account > customer_id > US-001 | US-002
        Name > - > Contoso Retail | Fabrikam
        Invoice date > date > 1/15/2026 | 2/16/2026
        Item number > sku > D0001 | D0003
        Product name > product_name > Speaker | Cable
        Line number > line > 1.00 | 2.00
        Invoice quantity > quantity > 2.00 | 10.00
        Unit price > price > 59.00 | 3.50
        Net amount > amount > 118.00 | 35.00
        Sales tax group > - > TX | TX
    """),
    piece("Lexware Rechnungspositionen", "orders", """
        Rechnungs-Nr. > order_id > RE-2026-1 | RE-2026-2
        Rechnungsdatum > date > 15.01.2026 | 16.01.2026
        Kunden-Nr. > customer_id > 10001 | 10002
        Kunde > - > Müller GmbH | Schmidt AG
        Pos. > line > 1 | 2
        Artikel-Nr. > sku > A-1 | A-2
        Bezeichnung > product_name > Drucker | Etiketten
        Menge > quantity > 1,00 | 20,00
        Einheit > - > Stk | Rolle
        Einzelpreis netto > price > 120,00 | 2,50
        Gesamt netto > amount > 120,00 | 50,00
        MwSt. % > - > 19 | 19
    """),
]  # fmt: skip
