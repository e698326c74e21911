"""Customers: one row per customer; columns we do not know are kept as attributes the models may use."""

from partners.columns.base import Column, Table, said, words
from partners.columns.shared import CUSTOMER_ID

LEFT = words(
    """churned, churn, attrited, attrited customer, exited, left, lost, cancelled, canceled, terminated,
    closed, gone, inactive, deactivated, former, former customer, 流失, 已流失, 流失客户, 离网, 已离网,
    销户, 已销户, 注销, 已注销, 退订, 已退订"""
)
STAYED = words(
    """existing, existing customer, not churned, no churn, stayed, joined, active, retained, current,
    current customer, stay, non churn, nonchurn, loyal, 未流失, 留存, 在网, 正常, 活跃, 存量客户,
    现有客户, 非流失, 使用中"""
)
BOUGHT = words(
    """bought, purchased, converted, won, purchase, subscribed, accepted, 购买, 已购买, 成交, 已成交, 转化"""
)
NOT_BOUGHT = words("""not bought, not purchased, not converted, no purchase, declined, 未购买, 未成交, 未转化""")

CUSTOMERS = Table(
    kind="customers",
    label=said("Customers", "客户"),
    help=said("One row per customer, with whatever you know of it.", "每个客户一行，包含您了解的任何信息。"),
    key=("customer_id",),
    keeps_attributes=True,
    columns=(
        CUSTOMER_ID,
        Column(
            "name",
            "text",
            said("Name", "名称"),
            said("Company or person, as you call them.", "公司或个人的名称。"),
            synonyms=words(
                """name, customer name, company name, client name, account name, full name,
                organization name, organisation name, company, organization, organisation,
                business name, cust name, firma, kundenname, nom client, nombre cliente, razon social,
                raison sociale, subscriber name, customer fullname, trading name, cardname, card name,
                name 1, firmenname, 客户名称, 客户姓名, 姓名, 名称, 公司名称, 单位名称, 企业名称,
                客户简称, 用户名称, 会员姓名, 购货单位, 往来单位, 客户全称, 会员名称,
                business partner name, legal name, registered name, holder name, insured name, household name,
                nombre, nom, 单位全称, 公司全称, 企业全称, 商户名称, 门店名称"""
            ),
            weak=words("""surname, last name, 客户, contact name, contact, 联系人"""),
            means=words("customer name, company name, company"),
            beside="customer company formal account",
            longest=250,
            example=("Harbour Office Ltd", "海港办公有限公司"),
        ),
        Column(
            "email",
            "text",
            said("E-mail", "电子邮箱"),
            said("Seen only by people with the right to personal data.", "仅对有个人数据查看权限的人可见。"),
            synonyms=words(
                """email, e mail, email address, e mail address, mail, contact email, customer email,
                primary email, work email, business email, billing email, email 1, e mail 1 value, 邮箱,
                电子邮箱, 电子邮件, 邮件地址, 联系邮箱, 邮箱地址"""
            ),
            means=words("email"),
            beside="customer company contact primary billing",
            longest=254,
            example=("office@example.com", "office@example.com"),
        ),
        Column(
            "phone",
            "text",
            said("Telephone", "电话"),
            said("Seen only by people with the right to personal data.", "仅对有个人数据查看权限的人可见。"),
            synonyms=words(
                """phone, phone number, telephone, tel, tel no, mobile, mobile phone, mobile number,
                contact phone, contact number, business phone, telephone number, phone 1, work phone,
                main phone, telefon, telefonnummer, telefono, cell phone, billing phone, 电话, 电话号码,
                联系电话, 手机, 手机号, 手机号码, 固定电话, 移动电话, 联系方式,
                telephone no, phone no, mobile no, primary phone, company phone, billing telephone, 公司电话, 电话1"""
            ),
            means=words("phone"),
            beside="customer company contact primary billing number account",
            longest=60,
            example=("+44 20 7946 0000", "010-5555 0100"),
        ),
        Column(
            "segment",
            "text",
            said("Segment", "客户分级"),
            said("How you group customers: size, tier, class.", "您对客户的分组：规模、等级、类别。"),
            synonyms=words(
                """segment, customer segment, customer group, customer class, customer tier,
                market segment, customer type, client type, account type, customer category,
                client segment, tier, kundengruppe, account tier, customer grade, customer level,
                客户分级, 客户类型, 客户级别, 客户等级, 客户类别, 客户分类, 会员等级, 客户群, 客户细分,
                会员级别"""
            ),
            weak=words("""type, class, category, 等级, 类别, group"""),
            means=words("customer class, customer type"),
            beside="company account name class",
            longest=120,
            example=("Mid-size", "中型"),
        ),
        Column(
            "industry",
            "text",
            said("Industry", "行业"),
            said("Branch of business.", "所属行业。"),
            synonyms=words(
                """industry, industry sector, sector, vertical, business sector, branche, line of business,
                industry type, industry name, 行业, 所属行业, 行业类别, 行业分类, 客户行业"""
            ),
            means=words("industry"),
            beside="name type class customer company text",
            longest=120,
            example=("Education", "教育"),
        ),
        Column(
            "region",
            "text",
            said("Region", "地区"),
            said("Sales region, state or province.", "销售区域、省或州。"),
            synonyms=words(
                """region, sales region, state, province, territory, sales territory, billing state,
                county, state province, state or province, billing province, bundesland, region name,
                area name, sales area, state name, billing state province, 地区, 区域, 大区, 省份, 省,
                所在省份, 销售区域, 所属区域, 所在地区, 所属地区,
                state1, default address province code, default address province, province code, state code,
                billing state code, mailing state, mailing state province, 省份名称, 所属省份, 所属大区"""
            ),
            weak=("area", "geography"),
            means=words("region"),
            beside="name number customer company billing primary joined class",
            longest=120,
            example=("North", "华北"),
        ),
        Column(
            "city",
            "text",
            said("City", "城市"),
            said("Town or city.", "所在城市。"),
            synonyms=words(
                """city, town, billing city, city name, ort, stadt, ville, ciudad, address city,
                mailing city, 城市, 所在城市, 市, 地市,
                default address city, primary city, billing town, locality, 城市名称, 所在市,
                所在地市, 所属城市, 所属地市"""
            ),
            means=words("city"),
            beside="name customer company billing primary joined",
            longest=120,
            example=("Leeds", "北京"),
        ),
        Column(
            "country",
            "text",
            said("Country", "国家"),
            said("Country name or code.", "国家名称或代码。"),
            synonyms=words(
                """country, country code, country name, billing country, land, pays, pais, nation,
                country region, geography country, 国家, 国别, 所在国家, 国家地区,
                default address country code, default address country, country of address, billing country code,
                mailing country, 国家代码"""
            ),
            weak=("geography",),
            means=words("country"),
            beside="name number customer company billing primary joined",
            longest=120,
            example=("United Kingdom", "中国"),
        ),
        Column(
            "since",
            "date",
            said("Customer since", "成为客户日期"),
            said("The day this became your customer.", "其成为您客户的日期。"),
            synonyms=words(
                """since, customer since, client since, member since, signup date, sign up date, join date,
                joined on, date joined, joined date, registration date, registered on, register date,
                start of relationship, relationship start, first contract date, date of joining,
                onboarding date, onboarded on, kunde seit, subscription start, account opened,
                account open date, opened date, activation date, account created, account creation date,
                customer start date, enrollment date, date registered, registered date, dt customer,
                注册日期, 注册时间, 开户日期, 入网时间, 入网日期, 成为客户日期, 加入日期, 建档日期,
                入会日期, 入会时间, 开户时间, 建档时间, 首次合作日期, 合作开始日期,
                cust since, since date, inception date, date opened, onboard date, date
                onboarded, 合作日期, 首次开通时间,
                joined, joined at, member joined, opened on, account open, 注册于, 建立合作日期"""
            ),
            weak=words(
                """created at, created, created on, created date, create time, 创建时间, 创建日期,
                start date"""
            ),
            means=words("customer joined, joined, customer created, customer started"),
            beside="account",
            past=True,
            example=("2021-04-06", "2021-04-06"),
        ),
        Column(
            "monthly_value",
            "number",
            said("Contract value per month", "每月合同金额"),
            said("What this customer pays per month.", "该客户每月支付的金额。"),
            synonyms=words(
                """monthly value, monthly charges, monthly charge, mrr, monthly recurring revenue,
                monthly fee, monthly amount, monthly revenue, monthly spend, contract value per month,
                monthly contract value, monthly payment, monthly bill, monthly billing,
                monthly subscription fee, recurring monthly, 月费, 月租, 月租费, 月消费, 月消费额,
                月均消费, 每月合同金额, 月度金额, 每月费用, 月合同金额, 月服务费,
                monthly recurring charge, monthly recurring charges, monthly rental, recurring charge, monthly
                plan fee, 套餐月费, 月资费,
                monthly dues, monthly premium, monthly price, monthly subscription, 月缴费, 月度费用"""
            ),
            weak=("arpu", "fee", "value", "amount"),
            means=words("monthly amount, monthly charge, monthly price"),
            beside="customer total amount account net gross subscription current currency_named",
            example=("120.00", "120.00"),
        ),
        Column(
            "churned",
            "boolean",
            said("Has left", "是否流失"),
            said(
                "Yes where you know the customer left, no where it stayed, empty where you do not know.",
                "已知流失填“是”，已知留存填“否”，不清楚则留空。",
            ),
            synonyms=words(
                """churned, churn, churn label, churn flag, is churn, is churned, has churned, churn value,
                exited, attrition flag, attrition, attrited, customer churn, churn status, is exited,
                churn yn, churned flag, has exited, attrition status, left company, customer attrition,
                是否流失, 流失, 流失标志, 流失标签, 是否离网, 离网标志, 客户流失, 流失状态, 是否已流失,
                流失标识, 离网标识, 是否销户, 是否退订, 是否注销, churn indicator, has left, lapsed flag"""
            ),
            weak=words("""customer status, status, 客户状态, target, label, left, active, is active, closed,
                月收入,
                cancelled, canceled, lapsed"""),
            choices={"true": LEFT, "false": STAYED},
            example=("no", "否"),
        ),
        Column(
            "purchased",
            "boolean",
            said("Has bought", "是否购买"),
            said(
                "Yes where you know the customer bought, no where it did not, empty where you do not know.",
                "已知购买填“是”，已知未购买填“否”，不清楚则留空。",
            ),
            synonyms=words(
                """purchased, has purchased, is purchased, bought, has bought, converted, is converted,
                conversion, purchase flag, made purchase, purchased flag, conversion flag, 是否购买,
                是否成交, 是否下单, 购买标志, 是否转化, 已购买"""
            ),
            weak=words("""response, revenue, subscribed, deposit, y, target, label, transaction"""),
            choices={"true": BOUGHT, "false": NOT_BOUGHT},
            example=("", ""),
        ),
    ),
)
