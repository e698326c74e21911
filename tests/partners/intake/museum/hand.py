"""Spreadsheets kept by hand."""

from tests.partners.intake.museum.piece import piece

PIECES = [
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
    piece("households with an income", "customers", """
        客户编号 > customer_id > 1 | 2
        月收入 > - > 12000 | 9000
        Mobile > - > Yes | No
        Phone > phone > 010-5555 0100 | 010-5555 0101
        行业 > industry > 教育 | 医疗
    """),
    piece("customers by hand", "customers", """
        Client no > customer_id > 11 | 12
        Client > ? > Harbour Office | Calder & Fox
        Town > city > Leeds | York
        Tel. > phone > 0113 496 0000 | 01904 496000
        E-mail > email > a@example.com | b@example.com
        Cust. since > since > 01/05/2019 | 15/06/2020
        Rep > - > Kim | Lou
        Notes > - > pays late | nice
    """),
    piece("orders by hand", "orders", """
        Date > date > 15/01/2026 | 16/01/2026
        Inv# > order_id > 1001 | 1002
        Cust# > customer_id > 11 | 12
        Customer > - > Harbour Office | Calder & Fox
        Item# > sku > P-1 | P-2
        What > ? > Printer | Labels
        Pcs > quantity > 1 | 20
        EUR/pc > price > 120,00 | 2,50
        Total EUR > amount > 120,00 | 50,00
        Paid? > - > yes | no
    """),
    piece("手工订单表", "orders", """
        日期 > date > 2026.1.15 | 2026.1.16
        单号 > order_id > 1001 | 1002
        客户 > - > 安和 | 诚信
        客户编号 > customer_id > K1 | K2
        货号 > sku > H-1 | H-2
        品名 > product_name > 打印机 | 标签纸
        数量（件） > quantity > 1 | 20
        单价（元） > price > 1200 | 2.5
        金额（元） > amount > 1200 | 50
        备注 > - > 急 |
    """),
    piece("factures", "orders", """
        N° facture > order_id > F-1001 | F-1002
        Date facture > date > 15/01/2026 | 16/01/2026
        Code client > customer_id > CL01 | CL02
        Nom client > - > Bureau du Port | Cabinet Renard
        Réf. article > sku > IMP-1 | ETQ-2
        Désignation > product_name > Imprimante | Etiquettes
        Qté > quantity > 1 | 20
        PU HT > price > 120,00 | 2,50
        Montant HT > amount > 120,00 | 50,00
        TVA > - > 24,00 | 10,00
    """),
    piece("facturas", "orders", """
        Nº factura > order_id > F-1001 | F-1002
        Fecha factura > date > 15/01/2026 | 16/01/2026
        Cód. cliente > customer_id > CL01 | CL02
        Cliente > - > Oficina del Puerto | Bufete Zorro
        Cód. artículo > sku > IMP-1 | ETQ-2
        Descripción > product_name > Impresora | Etiquetas
        Cantidad > quantity > 1 | 20
        Precio unitario > price > 120,00 | 2,50
        Importe > amount > 120,00 | 50,00
        IVA > - > 25,20 | 10,50
    """),
    piece("price list of a supplier", "products", """
        Part # > sku > P-1 | P-2
        Part description > name > Printer | Labels
        Product Group > category > Hardware | Consumables
        SRP > price > 129.00 | 3.00
        Dealer Net > cost > 80.00 | 1.90
        EAN > - > 4006381333931 | 4006381333948
        In stock > ? > yes | no
        MOQ > - > 1 | 10
    """),
    piece("gym members", "customers", """
        Member ID > customer_id > M-1 | M-2
        Member name > name > Ann Lee | Bob Kay
        E-mail > email > a@example.com | b@example.com
        Mobile > phone > 07700 900001 | 07700 900002
        Joined > since > 2021-05-01 | 2022-06-01
        Membership > - > Gold | Basic
        Monthly dues > monthly_value > 45.00 | 30.00
        Last visit > - > 2026-02-01 | 2025-11-20
        Cancelled > churned > no | yes
    """),
    piece("产品报价单", "products", """
        料号 > sku > M-1 | M-2
        品名 > name > 打印机 | 标签纸
        产品大类 > category > 打印设备 | 耗材
        经销价 > ? > 1100 | 30
        零售指导价 > price > 1299 | 35.5
        出厂成本 > cost > 800 | 18
        最小起订量 > - > 1 | 10
    """),
]  # fmt: skip
