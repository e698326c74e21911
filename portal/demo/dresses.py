"""How each partner's own system names its columns and writes its files, as data. See files.py for the writing."""

from dataclasses import dataclass, field

# Our column names, and per dress the header each stands under; a column that is not listed is not exported.
# fmt: off
ENGLISH = {
    "customers": {
        "customer_id": "Customer No", "name": "Customer name",
        "email": "E-mail", "phone": "Phone", "segment": "Segment",
        "industry": "Industry", "region": "Region", "city": "City", "country": "Country", "since": "Customer since",
        "monthly_value": "Monthly recurring revenue", "employees": "Employees", "contract": "Contract type",
        "terms": "Payment terms", "manager": "Account manager",
    },
    "products": {
        "sku": "Item No", "name": "Description",
        "category": "Product group", "price": "List price", "cost": "Unit cost",
        "available": "Available",
    },
    "orders": {
        "order_id": "Invoice No", "date": "Invoice Date", "customer_id": "Customer No", "sku": "Item No",
        "product_name": "Description", "quantity": "Qty", "price": "Unit Price",
    },
    "subscriptions": {
        "subscription_id": "Contract No", "customer_id": "Customer No", "sku": "Item No", "started": "Start date",
        "ended": "Cancelled on", "renews_on": "Renewal date", "quantity": "Seats", "monthly_amount": "Monthly fee",
    },
    "interactions": {
        "customer_id": "Customer No", "date": "Date", "kind": "Activity type", "text": "Notes",
    },
}
PLAIN = {
    "customers": {
        "customer_id": "Client ID", "name": "Company",
        "email": "Email", "phone": "Telephone", "segment": "Customer type",
        "industry": "Sector", "region": "State", "city": "City", "country": "Country", "since": "Client since",
        "monthly_value": "MRR", "employees": "Headcount", "contract": "Contract type", "terms": "Terms of payment",
        "manager": "Our contact",
    },
    "products": {
        "sku": "SKU", "name": "Product name", "category": "Category", "price": "Price", "cost": "Cost",
        "available": "Available",
    },
    "orders": {
        "order_id": "Order ID", "line": "Line", "customer_id": "Client ID", "date": "Order date", "sku": "SKU",
        "product_name": "Product name", "quantity": "Quantity", "price": "Unit price", "amount": "Line total",
    },
    "subscriptions": {
        "subscription_id": "Subscription ID", "customer_id": "Client ID", "sku": "SKU", "started": "Start date",
        "ended": "Cancellation date", "renews_on": "Next renewal", "quantity": "Seats", "monthly_amount": "MRR",
    },
    "interactions": {
        "interaction_id": "Ticket no", "customer_id": "Client ID",
        "date": "Created", "kind": "Type", "text": "Subject",
        "sentiment": "Sentiment",
    },
}
CHINESE = {
    "customers": {
        "customer_id": "客户编号", "name": "客户名称",
        "email": "电子邮箱", "phone": "联系电话", "segment": "客户类型",
        "industry": "所属行业", "region": "地区", "city": "城市", "since": "开户日期", "monthly_value": "月服务费",
        "employees": "员工人数", "contract": "合同类型", "terms": "账期", "manager": "客户经理",
    },
    "products": {
        "sku": "产品编码", "name": "产品名称", "category": "产品类别",
        "price": "标价", "cost": "成本价", "available": "是否可售",
    },
    "orders": {
        "order_id": "订单号", "line": "行号", "customer_id": "客户编号", "date": "下单日期", "sku": "产品编码",
        "product_name": "产品名称", "quantity": "数量", "price": "单价", "amount": "金额",
    },
    "subscriptions": {
        "subscription_id": "合同编号", "customer_id": "客户编号",
        "sku": "产品编码", "started": "开始日期", "ended": "终止日期",
        "renews_on": "续约日期", "quantity": "席位数", "monthly_amount": "月费",
    },
    "interactions": {
        "interaction_id": "工单编号", "customer_id": "客户编号",
        "date": "跟进日期", "kind": "跟进方式", "text": "跟进内容",
    },
}
CHINESE_ERP = {
    "customers": CHINESE["customers"] | {"customer_id": "客户代码", "name": "单位名称", "segment": "客户等级"},
    "products": {
        "sku": "物料编码", "name": "物料名称", "category": "物料组",
        "price": "销售价", "cost": "采购价", "available": "可售",
    },
    "orders": {
        "order_id": "单据编号", "customer_id": "客户代码",
        "date": "业务日期", "sku": "物料编码", "product_name": "物料名称",
        "quantity": "销售数量", "price": "含税单价", "amount": "价税合计",
    },
    "subscriptions": CHINESE["subscriptions"] | {"customer_id": "客户代码", "sku": "物料编码"},
    "interactions": {
        "customer_id": "客户代码", "date": "联系时间", "kind": "沟通方式", "text": "备注", "sentiment": "情绪",
    },
}
# fmt: on
COLUMNS = {table: dict.fromkeys([*PLAIN[table], *ENGLISH[table], *CHINESE[table]]) for table in PLAIN}
LAKE = {table: {name: name for name in names} for table, names in COLUMNS.items()}


@dataclass(frozen=True)
class Dress:
    """`kinds` names the file type per table, "" for all others; dates are ISO unless `dates` says otherwise."""

    headers: dict[str, dict[str, str]]
    kinds: dict[str, str] = field(default_factory=lambda: {"": "csv"})
    encoding: str = "utf-8"
    delimiter: str = ","
    dates: str = "%Y-%m-%d"

    def kind(self, table: str) -> str:
        return self.kinds.get(table, self.kinds[""])


DRESSES = {
    "invoices": Dress(ENGLISH, {"": "csv", "customers": "xlsx", "products": "xlsx"}),
    "dayfirst": Dress(ENGLISH, dates="%d/%m/%Y"),
    "plain": Dress(PLAIN),
    "sheets": Dress(PLAIN, {"": "xlsx"}),
    "sheets_zh": Dress(CHINESE, {"": "xlsx"}),
    "gb18030": Dress(CHINESE, encoding="gb18030", delimiter=";", dates="%Y/%m/%d"),
    "export_zh": Dress(CHINESE_ERP, encoding="utf-8-sig"),
    "lake": Dress(LAKE, {"": "parquet"}),
}
SPOKEN_ZH = {
    "call": "电话",
    "email": "邮件",
    "visit": "拜访",
    "meeting": "会议",
    "ticket": "工单",
    "complaint": "投诉",
    "quote": "报价",
}
