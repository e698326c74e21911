"""Products: the catalogue, one row per product."""

from dataclasses import replace

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import SKU

PRODUCTS = Table(
    kind="products",
    label=said("Products", "产品"),
    help=said("Your catalogue: one row per product.", "产品目录：每个产品一行。"),
    key=("sku",),
    columns=(
        replace(SKU, means=(*SKU.means, "number")),
        Column(
            "name",
            "text",
            said("Name", "名称"),
            said("What the product is called.", "产品名称。"),
            synonyms=words(
                """name, product name, item name, description, product description, item description,
                title, article name, material description, product title, bezeichnung,
                artikelbezeichnung, artikelname, short description, designation, display name,
                stock item name, plan name, material name, part description, itemname, maktx, 产品名称,
                商品名称, 品名, 物料名称, 存货名称, 名称, 物料描述, 商品标题, 产品描述, 套餐名称,
                品名规格,
                product full name, 商品全名, 商品全称, 产品全称, 存货全称"""
            ),
            weak=("product", "产品", "商品", "item"),
            means=words("product name, product text, name, text"),
            beside="name text formal service sold",
            longest=250,
            example=("Label printer", "标签打印机"),
        ),
        Column(
            "category",
            "text",
            said("Category", "类别"),
            said("Product group or family.", "产品组或系列。"),
            synonyms=words(
                """category, categories, product category, product group, item group, item category, product family,
                product line, material group, product type, category name, warengruppe, artikelgruppe,
                commodity group, item type, department, item class, product class, categoria,
                produktgruppe, item family, 类别, 分类, 产品类别, 产品分类, 商品分类, 商品类别, 品类,
                物料组, 产品线, 存货分类, 存货类别, 产品系列, 商品类目, 类目, 产品类型, 物料分组,
                product categories, item categories, item group name, 品类名称, 分类名称,
                产品大类, 商品大类, 大类, 产品类目"""
            ),
            weak=("group", "family", "type", "class"),
            means=words("product class, product type, class"),
            beside="name formal service type primary",
            longest=120,
            example=("Printers", "打印设备"),
        ),
        Column(
            "price",
            "number",
            said("List price", "标价"),
            said("Price per unit.", "单价。"),
            synonyms=words(
                """price, list price, unit price, sales price, selling price, retail price, standard price,
                msrp, rrp, sale price, unit sales price, price per unit, variant price, base price,
                verkaufspreis, listenpreis, preis, vk preis, prix, precio, price excl vat,
                regular price, 单价, 价格, 标价, 售价, 销售价, 零售价, 销售单价, 建议零售价, 参考售价,
                目录价, 销售价格,
                srp, suggested retail price, end user price, recommended price, unit list price, recommended
                retail price, 市场价, 统一零售价, 吊牌价,
                零售指导价, 指导价, 官方指导价, 挂牌价"""
            ),
            means=words("price list, price sold, price retail, price"),
            beside="list retail sold product unit net gross currency_named amount",
            example=("129.00", "129.00"),
        ),
        Column(
            "cost",
            "number",
            said("Cost", "成本"),
            said("What one unit costs you.", "单位成本。"),
            synonyms=words(
                """cost, unit cost, purchase price, buying price, cost price, standard cost, average cost,
                cost per item, dealer price, partner price, einkaufspreis, ek preis, landed cost,
                wholesale price, 成本, 成本价, 进价, 采购价, 单位成本, 进货价, 采购单价, 参考成本,
                标准成本,
                dealer net, reseller cost, net cost, buy price, last cost, last purchase price, partner cost,
                最近进价, 参考进价, 平均成本, 最新进价, 加权成本,
                出厂成本, 单位进价, 含税进价, 不含税进价, 到岸成本"""
            ),
            means=words("cost, price purchase"),
            beside="price unit purchase product average last net current currency_named amount",
            example=("80.00", "80.00"),
        ),
        Column(
            "available",
            "boolean",
            said("Available", "是否可售"),
            said("Can it be sold today?", "目前是否可售？"),
            synonyms=words(
                """available, is available, active, is active, in stock, sellable, orderable, for sale,
                availability, enabled, published, 是否可售, 可售, 是否上架, 在售, 上架, 是否启用, 启用"""
            ),
            weak=("status", "状态", "discontinued"),
            means=words("available"),
            beside="status product",
            choices={
                "true": words(
                    """available, in stock, active, enabled, orderable, 在售, 上架, 已上架, 可售, 启用,
                    有货"""
                ),
                "false": words(
                    """unavailable, not available, out of stock, inactive, discontinued, disabled,
                    end of life, 停售, 下架, 已下架, 停产, 禁用, 缺货, 停用"""
                ),
            },
            example=("yes", "是"),
        ),
    ),
)
