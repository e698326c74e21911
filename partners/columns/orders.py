"""Orders: one row per order line, returns included."""

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import CUSTOMER_ID, SKU

RETURN = words(
    """return, returned, refund, refunded, credit, credit note, credit memo, cancelled, canceled, 退货,
    退款, 红字, 退回, 已退货, 冲销, sales credit memo, sales credit note, credit invoice, sales return, return order,
    rma, gutschrift, retoure, storno, avoir, abono, reversal, 红字发票, 负数发票, 退货单, 销售退货, 红票"""
)

SALE = words(
    """sale, sales, sold, order, invoice, sales order, sales invoice, completed, complete, shipped, delivered,
    paid, closed, standard, regular, normal, rechnung, facture, factura, 销售, 正常, 蓝字, 蓝字发票, 蓝票,
    销售单, 销售出库, 普通, 交易成功, 交易完成, 已完成, 已发货, 已付款"""
)

ORDERS = Table(
    kind="orders",
    label=said("Orders", "订单"),
    help=said(
        "One row per order or invoice line; returns with negative quantities.",
        "每个订单或发票明细一行；退货用负数数量。",
    ),
    key=("order_id", "sku", "line"),
    skip_without="customer_id",
    columns=(
        Column(
            "order_id",
            "identifier",
            said("Order number", "订单号"),
            said("Number of the order or invoice.", "订单或发票的编号。"),
            synonyms=words(
                """order id, order no, order number, order #, order, invoice, invoice no, invoice number,
                invoice id, invoice #, sales order, sales order no, sales order number, transaction id,
                transaction no, transaction number, document no, document number, doc no, doc number,
                so number, receipt no, receipt number, bill no, bill number, sales document, order code,
                order ref, order reference, belegnummer, belegnr, rechnungsnummer, rechnungsnr,
                rechnung nr, auftragsnummer, auftragsnr, bestellnummer, numero facture, no facture,
                numero pedido, docnum, vbeln, purchase order, po number, sales id, basket id, ticket no,
                voucher no, order name, 订单号, 订单编号, 订单id, 单号, 单据编号, 单据号, 发票号, 发票号码,
                发票编号, 销售单号, 交易号, 交易编号, 销售订单号, 出库单号, 单据号码, 合同编号, 流水号,
                小票号, 交易单号, amazon order id, sales order reference, inv #, inv no, inv number,
                invoice ref, invoice                 reference, n facture, no factura, num factura,
                factura, n commande, no commande, no pedido, n                 pedido, numero de facture,
                numero de factura, transaction ref, document ref, sales invoice no, sales invoice number,
                external order id, web order id, increment id, order key, 销售发票号, 出库单编号,
                主订单编号, 订单流水号, 订货单号, 销货单号, 送货单号, 收据号"""
            ),
            weak=words("""id, transaction, document, 编号, receipt,
                num, no, nr"""),
            means=words("order number, name, order, sold number"),
            beside="sold distributor invoiced",
            required=True,
            example=("SO-5001", "SO-5001"),
        ),
        Column(
            "line",
            "integer",
            said("Line", "行号"),
            said("Number of the line within its order.", "订单中的行号。"),
            synonyms=words(
                """line, line no, line number, line #, order line, item position, position, pos, line id,
                order line no, order item id, posnr, line item, line item no, row no, sales order line,
                invoice line, order line id, order item, 行号, 明细行号, 订单行号, 分录号, 行项目, 项次,
                分录行号, 明细序号"""
            ),
            weak=("序号", "row", "seq"),
            means=words("line number, line sequence, line"),
            beside="order number sequence sold invoiced",
            example=("1", "1"),
        ),
        CUSTOMER_ID,
        Column(
            "date",
            "date",
            said("Date", "日期"),
            said("When the order was placed or invoiced.", "下单或开票的日期。"),
            synonyms=words(
                """date, order date, invoice date, transaction date, document date, posting date, sales date,
                date of order, doc date, ordered on, ordered at, purchase date, booking date, bill date,
                billing date, order datetime, order time, invoice datetime, order timestamp, sale date,
                purchased at, transaction time, order purchase timestamp, receipt date, order created date,
                belegdatum, rechnungsdatum, bestelldatum, auftragsdatum, date facture, date commande,
                fecha, fecha factura, fecha pedido, datum, docdate, erdat, order placed, date ordered,
                transaction timestamp, invoiced on, processed at, 日期, 订单日期, 下单日期, 下单时间,
                发票日期, 开票日期, 单据日期, 交易日期, 交易时间, 销售日期, 业务日期, 出库日期, 购买日期,
                购买时间, 订单时间, 成交日期, 成交时间, 制单日期, 记账日期, date of invoice,
                order creation date, order created at, order date time, fecha de factura,
                fecha                 de pedido, date de facture, date de commande, 订单创建时间,
                订单创建日期, 订单提交时间, 拍下时间, 过账日期, 凭证日期, 销售时间, 订购日期, 出库时间"""
            ),
            weak=words(
                """time, timestamp, created at, created, ship date, delivery date, 创建时间, paid at,
                发货日期, 付款时间, due date, created on,
                买家付款时间, 支付时间, 发货时间"""
            ),
            means=words(
                """order date, order created, order posted, sold date,
                ordered date, invoiced date, posted date, created date"""
            ),
            beside="sold posted created ordered invoiced",
            required=True,
            past=True,
            example=("2026-03-14", "2026-03-14"),
        ),
        SKU,
        Column(
            "product_name",
            "text",
            said("Product name", "产品名称"),
            said("Description of the line.", "明细的产品描述。"),
            synonyms=words(
                """product name, description, item description, product description, item name,
                article name, product title, line description, lineitem name, line item name,
                material description, bezeichnung, artikelbezeichnung, designation, descripcion,
                dscription, short text, product desc, item desc, stock item name, part description,
                产品名称, 商品名称, 品名, 物料名称, 存货名称, 商品描述, 物料描述, 商品标题, 宝贝标题,
                品名规格,
                libelle, libelle article, descripcion articulo, descripcion producto, 标题, 产品全称, 商品全名,
                nom produit, nombre producto"""
            ),
            weak=words("""product, item, name, title, 产品, 商品, 名称"""),
            means=words("product name, product text, line text"),
            beside="name text line sold formal service",
            example=("Label printer", "标签打印机"),
        ),
        Column(
            "quantity",
            "number",
            said("Quantity", "数量"),
            said("Units; negative for a return.", "数量；退货为负数。"),
            synonyms=words(
                """quantity, qty, qty ordered, quantity ordered, order quantity, order qty, units,
                units sold, invoiced quantity, qty invoiced, billed quantity, quantity sold, qty sold,
                lineitem quantity, line item quantity, sales quantity, no of units, number of units,
                item quantity, menge, anzahl, quantite, cantidad, qte, purchase quantity, kwmeng,
                ordered quantity, sales qty, pieces, 数量, 销售数量, 订购数量, 订单数量, 购买数量,
                开票数量, 件数, 销量, 实发数量, 出库数量, 商品数量,
                pcs, quantity purchased, qty purchased, quantity shipped, qty shipped, shipped quantity, shipped
                qty, units ordered, delivered quantity, qty delivered, unidades, cant, stueck, nombre, 购买件数,
                下单数量, 成交数量, 发货数量, 主数量, 计费数量, 宝贝总数量,
                invoice quantity, invoice qty, sold quantity, 订货数量"""
            ),
            means=words(
                "quantity ordered, quantity invoiced, quantity sold, quantity, quantity shipped, quantity shipping"
            ),
            beside="product line sold order unit",
            default=1.0,
            example=("2", "2"),
        ),
        Column(
            "price",
            "number",
            said("Unit price", "单价"),
            said("Price of one unit.", "每件的价格。"),
            synonyms=words(
                """price, unit price, price per unit, sales price, price each, item price, selling price,
                net price, lineitem price, line item price, einzelpreis, stueckpreis, stuckpreis, preis,
                prix unitaire, precio unitario, precio, price unit, unit selling price, unit net price,
                unit sales price, rate, 单价, 价格, 销售单价, 售价, 含税单价, 商品单价, 成交单价, 无税单价,
                商品价格, item rate, unit amount, unit rate, unit value, price per piece, price pc, eur pc,
                usd pc, pu ht, prix unitaire ht, precio unit, nettopreis, net unit price, unit net amount,
                不含税单价, 未税单价, 实际单价, 结算单价, 折后单价, 交易单价, 京东价, 商品售价, 开票单价,
                实际售价"""
            ),
            weak=("list price", "msrp", "原价", "unit cost"),
            means=words("unit price, price sold, price"),
            beside="sold product net gross currency_named invoiced unit amount",
            example=("129.00", "129.00"),
        ),
        Column(
            "amount",
            "number",
            said("Line amount", "行金额"),
            said(
                "Total of the line; computed from quantity and price when absent.",
                "该行总额；缺少时由数量和单价计算。",
            ),
            synonyms=words(
                """amount, line amount, line total, total price, net amount, sales amount, total amount,
                net value, extended price, extended amount, line value, total, sales, net sales, revenue,
                turnover, sales value, subtotal, line net amount, ext price, betrag, nettobetrag,
                gesamtpreis, umsatz, montant, montant ht, importe, netwr, linetotal, total sales,
                total value, line subtotal, gross amount, 金额, 销售金额, 总金额, 合计金额, 行金额, 小计,
                价税合计, 销售额, 总价, 实付金额, 成交金额, 交易金额, 开票金额, 应收金额, 无税金额,
                含税金额, 收入, order line total, net line amount, line net, item total, line item total,
                row total, net total, ext amount, total ht, importe total, zeilenbetrag, positionsbetrag,
                商品实付金额, 明细金额, 不含税金额, 未税金额, 实收金额, 结算金额, 商品金额, 折后金额,
                gesamt, gesamtbetrag, summe netto, total linea, 开票额, 商品总价, 商品总额"""
            ),
            weak=words("""order total, order amount, order value, invoice amount, invoice value, 订单金额"""),
            means=words("line amount, amount extended, price extended, line price total, amount sold, amount net"),
            beside="total extended net gross sold price line product currency_named",
            example=("258.00", "258.00"),
        ),
        Column(
            "is_return",
            "boolean",
            said("Is a return", "是否退货"),
            said(
                "Yes for returns and cancelled lines; recognised from negative amounts when absent.",
                "退货或取消的明细填“是”；缺少时由负数金额识别。",
            ),
            synonyms=words(
                """is return, return, returned, is returned, return flag, is refund, refunded, is credit,
                credit note flag, 是否退货, 退货标志, 是否退款, 退货"""
            ),
            weak=(
                "order status",
                "document type",
                "单据类型",
                "order type",
                "type",
                "transaction type",
                "doc type",
                "invoice type",
                "trans type",
                "业务类型",
                "订单类型",
                "发票类型",
                "红蓝字",
                "红蓝标志",
                "交易类型",
                "订单状态",
            ),
            choices={"true": RETURN, "false": SALE},
            example=("no", "否"),
        ),
    ),
)
