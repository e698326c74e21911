"""Exports of shops and marketplaces."""

from tests.partners.intake.museum.piece import piece

PIECES = [
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
    piece("visits of a shop", "customers", """
        Administrative > - > 0 | 3
        BounceRates > - > 0.2 | 0
        Month > - > Feb | Mar
        Region > region > 1 | 9
        VisitorType > - > Returning_Visitor | New_Visitor
        Weekend > - > FALSE | TRUE
        Revenue > - > FALSE | TRUE
    """),
    piece("Shopify, customers", "customers", """
        Customer ID > customer_id > 6119 | 6120
        First Name > ? > Ann | Bob
        Last Name > ? > Lee | Kay
        Email > email > ann@example.com | bob@example.com
        Accepts Email Marketing > - > yes | no
        Default Address Company > ? > Lee Ltd | Kay AG
        Default Address City > city > Leeds | York
        Default Address Province Code > region > ENG | ENG
        Default Address Country Code > country > GB | GB
        Phone > phone > +44 113 496 0000 | +44 1904 496000
        Total Spent > - > 120.50 | 88.00
        Total Orders > - > 3 | 1
        Tags > - > vip | wholesale
    """),
    piece("WooCommerce, order items", "orders", """
        Order Number > order_id > 1001 | 1002
        Order Status > is_return > Completed | Refunded
        Order Date > date > 2026-03-01 10:02 | 2026-03-02 09:00
        Customer User ID > customer_id > 12 | 18
        Company (Billing) > - > Lee Ltd | Kay AG
        SKU > sku > MUG-1 | CUP-2
        Item Name > product_name > Mug | Cup
        Quantity (- Refund) > quantity > 1 | 2
        Item Cost > ? > 12.00 | 9.50
        Order Line Total > amount > 12.00 | 19.00
        Order Total Amount > - > 17.00 | 24.00
        Payment Method Title > - > Card | PayPal
    """),
    piece("Amazon, orders report", "orders", """
        amazon-order-id > order_id > 026-1520163-6049104 | 026-1520163-6049105
        order-item-id > ? > 60040520463 | 60040520464
        purchase-date > date > 2026-03-01T10:02:11+00:00 | 2026-03-02T09:00:00+00:00
        buyer-id > customer_id > A1B2C3 | A9B8C7
        buyer-name > - > Ann Lee | Bob Kay
        sku > sku > MUG-1 | CUP-2
        product-name > product_name > Mug | Cup
        quantity-purchased > quantity > 1 | 2
        currency > - > GBP | GBP
        item-price > ? > 12.00 | 19.00
        item-tax > - > 2.00 | 3.17
        ship-country > - > GB | GB
    """),
    piece("Magento, products", "products", """
        sku > sku > 24-MB01 | 24-MB04
        attribute_set_code > - > Bag | Bag
        product_type > ? > simple | configurable
        categories > category > Gear/Bags | Gear/Bags
        name > name > Joust Duffle Bag | Strive Pack
        price > price > 34.00 | 32.00
        cost > cost > 20.00 | 18.50
        weight > - > 1.2 | 0.8
        qty > - > 100 | 78
        visibility > - > Catalog | Catalog
    """),
    piece("有赞 订单", "orders", """
        订单号 > order_id > E20260301100211 | E20260302090000
        订单状态 > - > 交易完成 | 交易关闭
        订单创建时间 > date > 2026-03-01 10:02:11 | 2026-03-02 09:00:00
        买家付款时间 > ? > 2026-03-01 10:03:00 | 2026-03-02 09:01:00
        客户编号 > customer_id > 88001 | 88002
        商品编码 > sku > SP-1 | SP-2
        商品名称 > product_name > 杯子 | 盘子
        商品数量 > quantity > 1 | 2
        商品单价 > price > 19.90 | 29.90
        商品实付金额 > amount > 19.90 | 59.80
        收货人 > - > 张三 | 李四
        收货人手机号 > - > 13800000001 | 13800000002
    """),
    piece("淘宝 宝贝报表", "orders", """
        订单编号 > order_id > 361001 | 361002
        买家会员名 > customer_id > tb_001 | tb_002
        标题 > product_name > 标签打印机 | 标签纸
        价格 > price > 399.00 | 19.90
        购买数量 > quantity > 1 | 3
        商家编码 > sku > DY-1 | BQ-3
        订单状态 > - > 交易成功 | 交易成功
        订单创建时间 > date > 2026-03-01 10:02:11 | 2026-03-02 09:00:00
        物流单号 > - > SF1001 | SF1002
        备注标签 > - > |
    """),
    piece("BigCommerce orders", "orders", """
        Order ID > order_id > 101 | 102
        Customer ID > customer_id > 11 | 12
        Customer Name > - > Ann Lee | Bob Kay
        Order Date > date > 2026-01-15 | 2026-01-16
        Order Status > is_return > Completed | Refunded
        Product SKU > sku > MUG-1 | CUP-2
        Product Name > product_name > Mug | Cup
        Product Qty > quantity > 1 | 3
        Product Unit Price > price > 12.00 | 9.50
        Product Total Price > amount > 12.00 | 28.50
        Shipping Cost > - > 4.00 | 4.00
    """),
    piece("京东 商家订单", "orders", """
        订单号 > order_id > 301001 | 301002
        商品ID > sku > 100012 | 100013
        商品名称 > product_name > 打印机 | 墨盒
        订购数量 > quantity > 1 | 2
        京东价 > price > 399.00 | 99.00
        下单时间 > date > 2026-01-15 10:00:01 | 2026-01-16 11:00:00
        下单帐号 > customer_id > jd_001 | jd_002
        订单状态 > ? > 完成 | 完成
        结算金额 > amount > 399.00 | 198.00
        客户姓名 > - > 张三 | 李四
        客户地址 > - > 北京 | 上海
    """),
]  # fmt: skip
