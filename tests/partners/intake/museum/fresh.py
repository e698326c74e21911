"""Header sets written after the reader of headers was done, as their systems spell them, to see what it is worth."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("S/4, billing document items", "orders", """
        Billing Document > order_id > 90001234 | 90001234 | 90001240
        Billing Document Item > line > 10 | 20 | 10
        Billing Document Date > date > 01/15/2026 | 01/15/2026 | 01/17/2026
        Billing Document Type > ? > F2 | F2 | G2
        Sold-to Party > customer_id > 10100001 | 10100001 | 10100002
        Name of Sold-to Party > - > Ashford Dental | Ashford Dental | Brookfield School
        Payer > - > 10100001 | 10100001 | 10100002
        Product > sku > TG11 | TG12 | TG11
        Item Description > product_name > Label printer | Label roll | Label printer
        Billed Quantity > quantity > 2 | 40 | 1
        Net Value > amount > 258.00 | 120.00 | 129.00
        Tax Amount > - > 51.60 | 24.00 | 25.80
        Sales Organization > - > 1710 | 1710 | 1710
        Created By > - > KIM | KIM | LOU
    """),
    piece("Square, items detail", "orders", """
        Date > date > 2026-03-01 | 2026-03-01 | 2026-03-02
        Time > - > 10:02:11 | 10:02:11 | 09:00:00
        Time Zone > - > Eastern Time | Eastern Time | Eastern Time
        Category > - > Kitchen | Kitchen | Kitchen
        Item > product_name > Mug | Cup | Cup
        Qty > quantity > 1 | 2 | 1
        Price Point Name > - > Regular | Regular | Large
        SKU > sku > MUG-1 | CUP-2 | CUP-2
        Gross Sales > ? > 12.00 | 19.00 | 9.50
        Discounts > - > 0.00 | 0.00 | -0.50
        Net Sales > amount > 12.00 | 19.00 | 9.00
        Tax > - > 1.00 | 1.60 | 0.70
        Transaction ID > order_id > aB3x9Q1 | aB3x9Q1 | kL81zQ2
        Payment ID > - > p71xx1 | p71xx1 | p71xx2
        Customer ID > customer_id > QX1A | QX1A | QX2B
        Customer Name > - > Ann Lee | Ann Lee | Bob Kay
    """),
    piece("distributor, invoices to resellers", "orders", """
        Invoice Number > order_id > 40-1001 | 40-1001 | 40-1002
        Inv Line > line > 1 | 2 | 1
        Invoice Date > date > 20260115 | 20260115 | 20260117
        Customer Nbr > customer_id > 20-111 | 20-111 | 20-112
        Customer PO > - > PO-9 | PO-9 | PO-12
        End User > - > Ashford Dental | Ashford Dental | Brookfield School
        Part Number > sku > 1A2B3 | 1A2B4 | 1A2B3
        Vendor Part Num > ? > PRN-100 | LBL-20 | PRN-100
        Vendor Name > - > Northline | Northline | Northline
        Part Description > product_name > Label printer | Label roll | Label printer
        Ship Qty > quantity > 2 | 40 | 1
        Unit Price USD > price > 100.00 | 2.40 | 100.00
        Ext Price USD > amount > 200.00 | 96.00 | 100.00
        Freight > - > 12.00 | 0.00 | 9.00
        UPC Code > - > 812345 | 812346 | 812345
    """),
    piece("Syncro, customers", "customers", """
        Customer ID > customer_id > 4411 | 4412 | 4413
        Business Name > name > Harbour Office | Calder & Fox | Fenwick Dental
        First Name > ? > Ann | Bob | Cat
        Last Name > ? > Lee | Kay | Ray
        Email > email > ann@example.com | bob@example.com | cat@example.com
        Phone > phone > 0113 496 0000 | 01904 496000 | 0191 498 0000
        Mobile > - > 07700 900001 | 07700 900002 | 07700 900003
        City > city > Leeds | York | Newcastle
        State > region > ENG | ENG | ENG
        Zip > - > LS1 | YO1 | NE1
        Created Date > ? > 2021-05-01 | 2022-06-01 | 2023-01-04
        Get SMS > - > true | false | false
        Referred By > - > web | friend | web
    """),
    piece("Kunden, Wawi", "customers", """
        Kundennummer > customer_id > 10001 | 10002 | 10003
        Firma > name > Hafenkontor GmbH | Fuchs & Sohn | Zahnarzt Kern
        Anrede > - > Frau | Herr | Herr
        Vorname > - > Anna | Bernd | Carl
        Nachname > ? > Weber | Fuchs | Kern
        Straße > - > Am Kai 1 | Markt 2 | Ring 3
        PLZ > - > 20457 | 80331 | 50667
        Ort > city > Hamburg | München | Köln
        Land > country > Deutschland | Deutschland | Deutschland
        Tel. > phone > 040 5550100 | 089 5550101 | 0221 5550102
        Fax > - > 040 5550109 | 089 5550109 | 0221 5550109
        Kundengruppe > segment > Händler | Endkunden | Endkunden
        USt-IdNr. > - > DE811111111 | DE811111112 | DE811111113
        Erstellt am > ? > 01.05.2019 | 15.06.2020 | 20.01.2021
        Kundenkategorie > ? > Premium | Standard | Standard
    """),
    piece("clients, CRM français", "customers", """
        Code client > customer_id > C0011 | C0012 | C0013
        Raison sociale > name > Bureau du Port | Cabinet Renard | Clinique Soleil
        SIRET > - > 81234567800011 | 81234567800029 | 81234567800037
        Adresse e-mail > email > a@example.com | b@example.com | c@example.com
        Tél. fixe > phone > 01 23 45 67 89 | 01 23 45 67 90 | 01 23 45 67 91
        Code postal > - > 33000 | 69001 | 75011
        Ville > city > Bordeaux | Lyon | Paris
        Pays > country > France | France | France
        Secteur d'activité > industry > Logistique | Juridique | Santé
        Catégorie client > segment > A | B | B
        Client depuis le > since > 01/05/2019 | 15/06/2020 | 20/01/2021
        Commercial > - > Martin | Petit | Petit
        Encours > - > 1200,00 | 0,00 | 350,00
    """),
    piece("PrestaShop, catalogue", "products", """
        Product ID > ? > 1 | 2 | 3
        Reference > sku > demo_1 | demo_2 | demo_3
        Product name > name > Mug | Cup | Plate
        Default category > category > Kitchen | Kitchen | Table
        Price (tax excl.) > price > 12.00 | 9.50 | 7.00
        Price (tax incl.) > ? > 14.40 | 11.40 | 8.40
        Wholesale price > cost > 4.00 | 3.10 | 2.20
        Quantity > - > 10 | 20 | 30
        Supplier > - > Northline | Northline | Kabel
        EAN-13 > - > 4006381333931 | 4006381333948 | 4006381333955
    """),
    piece("Freshdesk, tickets", "interactions", """
        Ticket ID > interaction_id > 101 | 102 | 103
        Subject > text > Printer offline | Renewal price | New laptop
        Status > - > Closed | Open | Closed
        Priority > - > High | Low | Low
        Source > - > Email | Phone | Portal
        Type > kind > Incident | Question | Service Request
        Agent > - > Kim | Lou | Kim
        Created time > date > 2026-02-01 09:11 | 2026-02-03 16:40 | 2026-02-05 11:02
        Due by Time > - > 2026-02-02 09:11 | 2026-02-05 16:40 | 2026-02-07 11:02
        Resolved time > - > 2026-02-01 12:00 | 2026-02-04 10:00 | 2026-02-05 18:00
        Company ID > customer_id > 7701 | 7702 | 7701
        Requester Name > - > Ann Lee | Bob Kay | Ann Lee
        Resolution status > - > Within SLA | Within SLA | SLA violated
    """),
    piece("星空 销售订单", "orders", """
        单据编号 > order_id > XSDD0001 | XSDD0001 | XSDD0002
        日期 > date > 2026-01-15 | 2026-01-15 | 2026-01-16
        客户编码 > customer_id > CUST001 | CUST001 | CUST002
        客户名称 > - > 安和公司 | 安和公司 | 诚信公司
        明细行号 > line > 1 | 2 | 1
        物料编码 > sku > 01.001 | 01.002 | 01.001
        物料名称 > product_name > 打印机 | 标签纸 | 打印机
        规格型号 > - > A4 | 100mm | A4
        销售单位 > - > 台 | 卷 | 台
        销售数量 > quantity > 2 | 30 | 1
        含税单价 > price > 1299 | 35.5 | 1299
        税额 > - > 298.88 | 122.52 | 149.44
        价税合计 > amount > 2598 | 1065 | 1299
        要货日期 > - > 2026-01-20 | 2026-01-20 | 2026-01-22
        销售员 > - > 张三 | 张三 | 李四
    """),
    piece("licence portal, renewals due", "subscriptions", """
        Entitlement ID > ? > E-1 | E-2 | E-3
        Agreement Nbr > subscription_id > AG-100 | AG-200 | AG-300
        End Customer Nbr > customer_id > EC-7 | EC-9 | EC-7
        End Customer Company > - > Ashford Dental | Brookfield School | Ashford Dental
        Product SKU > sku > PRO-1Y | STD-1Y | PRO-1Y
        Product Title > - > Pro | Standard | Pro
        Seat Qty > quantity > 10 | 25 | 5
        Coverage Start Date > started > 2025-01-01 | 2025-03-01 | 2025-06-15
        Coverage End Date > ? > 2026-12-31 | 2027-02-28 | 2026-06-14
        Renewal Due Date > renews_on > 2027-01-01 | 2027-03-01 | 2026-06-15
        List Price (Annual) > - > 1200.00 | 2500.00 | 600.00
        Auto-Renewal > - > On | Off | On
    """),
    piece("calls made, dialler", "outcomes", """
        Lead ID > - > 1 | 2 | 3
        Account Number > customer_id > A-11 | A-12 | A-13
        Phone Number Dialed > - > 0113 496 0000 | 01904 496000 | 0191 498 0000
        Call Date/Time > date > 2026-03-01 10:00 | 2026-03-02 11:00 | 2026-03-02 15:00
        Disposition > outcome > saved | lost | not interested
        Talk Time (sec) > - > 240 | 75 | 130
        Agent > - > Kim | Lou | Kim
        Call Notes > note > Signed | Moved away | Call again
    """),
    piece("Epicor, invoice detail", "orders", """
        InvoiceHed_InvoiceNum > order_id > 5501 | 5501 | 5502
        InvoiceLine > line > 1 | 2 | 1
        InvoiceDate > date > 2026-01-15 | 2026-01-15 | 2026-01-17
        CustNum > customer_id > 711 | 711 | 712
        Customer_Name > - > Ashford Dental | Ashford Dental | Brookfield School
        PONum > - > PO-9 | PO-9 | PO-12
        PartNum > sku > PRN | LBL | PRN
        LineDesc > product_name > Label printer | Label roll | Label printer
        SellingShipQty > quantity > 2 | 40 | 1
        UnitPrice > price > 129.00 | 3.00 | 129.00
        ExtPrice > amount > 258.00 | 120.00 | 129.00
        ProdCode > ? > HW | CON | HW
        SalesRepCode > - > KIM | KIM | LOU
        OurUnitCost > - > 80.00 | 1.20 | 80.00
    """),
    piece("Lightspeed, sales lines", "orders", """
        Sale ID > order_id > 91001 | 91001 | 91002
        Sale Line ID > line > 1 | 2 | 3
        Completed Time > date > 2026-03-01 10:02 | 2026-03-01 10:02 | 2026-03-02 09:00
        Customer ID > customer_id > 44 | 44 | 45
        Customer Full Name > - > Ann Lee | Ann Lee | Bob Kay
        System ID > sku > 210000000001 | 210000000002 | 210000000002
        Item Description > product_name > Mug | Cup | Cup
        Qty. > quantity > 1 | 2 | 1
        Retail Price > ? > 12.00 | 9.50 | 9.50
        Line Discounts > - > 0.00 | 0.00 | 0.50
        Line Subtotal > amount > 12.00 | 19.00 | 9.00
        Avg. Cost > - > 4.00 | 3.10 | 3.10
        Register > - > Front | Front | Front
        Employee > - > Kim | Kim | Lou
    """),
    piece("Kunden, DATEV-nah", "customers", """
        Konto-Nr. > ? > 10001 | 10002 | 10003
        Kunden-ID > customer_id > K-1 | K-2 | K-3
        Kurzname > ? > HAFEN | FUCHS | KERN
        Unternehmensname > name > Hafenkontor GmbH | Fuchs & Sohn | Zahnarzt Kern
        Postleitzahl > - > 20457 | 80331 | 50667
        Stadt > city > Hamburg | München | Köln
        Bundesland > region > Hamburg | Bayern | NRW
        Landeskennung > ? > DE | DE | DE
        Telefonnummer > phone > 040 5550100 | 089 5550101 | 0221 5550102
        E-Mail (geschäftlich) > email > a@example.com | b@example.com | c@example.com
        Kundentyp > segment > A | B | B
        Branche > industry > Logistik | Handel | Gesundheit
        Kunde seit > since > 01.05.2019 | 15.06.2020 | 20.01.2021
        Offene Posten > - > 120,00 | 0,00 | 35,10
        Betreuer > - > Kim | Lou | Kim
    """),
    piece("CRM 服务工单", "interactions", """
        工单流水号 > interaction_id > GD1 | GD2 | GD3
        所属客户编号 > customer_id > K1 | K2 | K1
        联系人电话 > - > 13800000001 | 13800000002 | 13800000001
        报修时间 > date > 2026-02-01 09:11 | 2026-02-03 16:40 | 2026-02-05 11:02
        派单时间 > - > 2026-02-01 09:21 | 2026-02-03 16:50 | 2026-02-05 11:12
        完工时间 > - > 2026-02-01 12:11 | 2026-02-04 16:40 | 2026-02-05 18:02
        工单类别 > ? > 报修 | 咨询 | 投诉
        故障描述 > text > 打印机离线 | 换墨盒 | 速度慢
        维修人员 > - > 张三 | 李四 | 张三
        产品序列号 > - > SN1 | SN2 | SN1
    """),
    piece("subscriptions, billing tool", "subscriptions", """
        Sub. Number > subscription_id > S-1 | S-2 | S-3
        Cust. Acct No. > customer_id > A-7 | A-9 | A-7
        Cust. Name > - > Ashford Dental | Brookfield School | Ashford Dental
        Item Code > sku > PRO | STD | PRO
        Item Description > - > Pro | Standard | Pro
        First Bill Date > - > 2025-01-31 | 2025-03-31 | 2025-06-30
        Subscription Begin Date > started > 2025-01-01 | 2025-03-01 | 2025-06-15
        Termination Date > ended > | 2026-01-01 | 2026-02-01
        Next Renewal > renews_on > 2027-01-01 | 2027-03-01 | 2026-06-15
        Last Bill Date > - > 2026-01-31 | 2026-01-31 | 2026-01-31
        Recurring Qty > quantity > 10 | 25 | 5
        Recurring Amount / Month > monthly_amount > 120.00 | 250.00 | 60.00
        Setup Fee > - > 0.00 | 50.00 | 0.00
        Billing Contact E-mail > - > a@example.com | b@example.com | a@example.com
    """),
    piece("catalogue fournisseur", "products", """
        Code produit > sku > P1 | P2 | P3
        Libellé produit > name > Imprimante | Etiquettes | Câble
        Famille produit > category > Matériel | Consommable | Câbles
        Prix public HT > price > 129,00 | 3,00 | 7,50
        Prix d'achat HT > cost > 80,00 | 1,20 | 2,10
        Remise % > - > 10 | 0 | 5
        Poids (kg) > - > 4,2 | 0,1 | 0,2
        Code douanier > - > 84433210 | 48211010 | 85444290
        Fabricant > - > Northline | Northline | Kabel
        Code-barres > - > 4006381333931 | 4006381333948 | 4006381333955
        Délai (jours) > - > 2 | 1 | 5
    """),
]  # fmt: skip
