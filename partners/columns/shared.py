"""Columns that stand in several tables under the same names."""

from dataclasses import replace

from partners.columns.base import Column, said, words

CUSTOMER_ID = Column(
    "customer_id",
    "identifier",
    said("Customer number", "客户编号"),
    said("The number or code by which your system knows this customer.", "您的系统中该客户的编号或代码。"),
    synonyms=words(
        """customer id, customer number, customer no, customer nr, customer code, cust id, cust no, cust code,
        customer #, client id, client number, client no, client code, client num, account id,
        account number, account no, account code, acct id, acct no, user id, subscriber id, member id,
        company id, buyer id, sold to, sold to party, sold to number, bill to customer,
        bill to customer no, customer key, customer ref, customer reference, cardcode, card code,
        kundennummer, kunden nr, kundennr, kunde nr, debitor, debitorennummer, code client, numero client,
        id cliente, codigo cliente, customer account, account ref, organization id, organisation id, kunnr,
        party id, contact id, 客户编号, 客户id, 客户号, 客户代码, 客户编码, 用户id, 用户编号, 会员编号,
        会员id, 会员号, 客户账号, 购货单位编码, 客户标识, 顾客编号, 买家id, 账户编号, 往来单位编码,
        客户序号, sell to customer no, sell to customer number, customer internal id, customer external id,
        customer user id, customer tenant id, tenant id, company rec id, requester external id,
        requester id, policyholder id, account #, cust #, client #, acct #, cod cliente, customer nbr,
        customer num, sold to customer, bill to customer number, end customer id, contact external id,
        subscriber no, subscriber number, member number, membership no, household id,
        customer reference         number, 购货单位代码, 购货单位编号, 客户代号, 往来单位代码, 买家会员名,
        会员名, 租户id, 租户编号, 宽带账号, 业务号码, 企业编号, 企业id, 单位编码, 单位编号, 最终客户编号,
        invoice account, order account, 下单帐号, 下单账号, 买家账号, 用户账号, 会员账号, 顾客编码"""
    ),
    weak=words("""id, account, client, buyer, 客户, 用户, 编号, user, member, subscriber, company, customer,
        record id, no, nr, 买家昵称"""),
    means=words("customer number, customer account, account number, company number"),
    beside="company account billing enduser sold",
    required=True,
    example=("C-1001", "C-1001"),
)

SKU = Column(
    "sku",
    "identifier",
    said("Product code", "产品编码"),
    said("The code by which your system knows the product.", "您的系统中该产品的编码。"),
    synonyms=words(
        """sku, stock code, stockcode, product id, product code, product no, product number,
        part num, prod id, prod code, item id, item code, item no, item number, item #, article, article no,
        article number, article id, article code, material, material number, material no, material code,
        part number, part no, part #, mpn, product sku, item sku, variant sku, lineitem sku,
        line item sku, artikelnummer, artikel nr, artikelnr, art nr, codigo producto, codigo articulo,
        ref article, reference article, code article, matnr, product key, stock item code, itemcode,
        plan id, plan code, service code, service id, upc, manufacturer part number, 产品编码, 产品编号,
        产品代码, 产品id, 商品编码, 商品编号, 商品代码, 商品id, 物料编码, 物料编号, 物料代码, 料号,
        货号, 存货编码, 存货编号, 存货代码, 品号, sku编码, 商品货号, 套餐编码, 套餐代码, 服务编码,
        product internal reference, internal reference, inventory item code, default code, offer id,
        offer code, price id, catalog item id, supplier part number, vendor part number, vendor sku, cod articulo,
        商家编码, 宝贝编码, 外部编码, 商品sku, 规格编码, 零件号, 产品料号"""
    ),
    weak=words("""product, item, 产品, 商品, plan, 套餐, 存货, 物料, service, code,
        no, nr"""),
    means=words("product number, product number manufacturer, service code"),
    beside="line service sold offered",
    required=True,
    example=("SKU-20", "SKU-20"),
)

optional_sku = replace(SKU, required=False)
