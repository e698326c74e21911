"""Exports of CRM systems and help desks."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("CRM 客户", "customers", """
        客户编号 > customer_id > C001 | C002
        客户名称 > name > 苏州安和口腔门诊 | 南京丰源农业有限公司
        联系人 > ? > 王芳 | 李强
        手机号码 > phone > 13800000001 | 13800000002
        电子邮箱 > email > a@example.com | b@example.com
        所属行业 > industry > 医疗 | 农业
        客户等级 > segment > A | B
        所在城市 > city > 苏州 | 南京
        客户经理 > - > 张三 | 李四
    """),
    piece("CRM accounts", "customers", """
        Account ID > customer_id > 0015g00000A1 | 0015g00000A2
        Account Name > name > Harbour Office | Calder & Fox
        Industry > industry > Education | Legal
        Type > ? > Customer - Direct | Prospect
        Billing City > city > Leeds | York
        Billing State/Province > region > Yorkshire | Yorkshire
        Billing Country > country > United Kingdom | United Kingdom
        Phone > phone > +44 113 496 0000 | +44 1904 49600
        Annual Revenue > - > 1200000 | 350000
        Employees > - > 40 | 12
        Owner > - > J Smith | K Lee
    """),
    piece("CRM activities", "interactions", """
        Activity ID > interaction_id > 1 | 2
        Activity Date > date > 2026-03-01 | 2026-03-04
        Account ID > customer_id > A1 | A2
        Activity Type > kind > Call | Email
        Subject > text > Renewal | Quote sent
        Assigned To > - > Kim | Lou
        Duration (min) > - > 15 | 5
    """),
    piece("客户跟进记录", "interactions", """
        记录编号 > interaction_id > J1 | J2
        客户编号 > customer_id > C001 | C002
        跟进时间 > date > 2026-03-01 10:00 | 2026-03-05 15:30
        跟进方式 > kind > 电话 | 拜访
        跟进内容 > text > 询问报价 | 讨论续约
        跟进人 > - > 张三 | 李四
    """),
    piece("call results", "outcomes", """
        Customer No > customer_id > C1 | C2
        Call date > date > 2026-03-01 | 2026-03-02
        Outcome > outcome > saved | lost
        Comments > note > Signed | Moved
        Item No > sku > S1 |
    """),
    piece("回访结果", "outcomes", """
        客户编号 > customer_id > C1 | C2
        联系日期 > date > 2026-03-01 | 2026-03-02
        跟进结果 > outcome > 已挽留 | 流失
        备注 > note > 已签约 |
    """),
    piece("accounts, a snapshot", "customers", """
        snapshot_date > - > 2026-01-01 | 2026-01-01
        account_id > customer_id > 1 | 2
        segment > segment > SMB | ENT
        Customer since > since > 2019-01-01 | 2020-05-01
        last_contact > - > 2026-01-01 | 2026-02-01
        health_score > - > 71 | 45
        churn_probability > - > 0.2 | 0.9
    """),
    piece("help desk tickets", "interactions", """
        Ticket ID > interaction_id > 9001 | 9002
        Created at > date > 2026-02-01 09:11 | 2026-02-03 16:40
        Account ID > customer_id > A1 | A2
        Subject > text > Printer offline | Invoice question
        Ticket type > kind > Incident | Question
        Priority > - > High | Low
        Status > - > Closed | Open
        Agent > - > Kim | Lou
    """),
    piece("HubSpot, companies", "customers", """
        Record ID > customer_id > 5501 | 5502
        Company name > name > Harbour Office | Calder & Fox
        Company owner > - > Kim | Lou
        Create Date > ? > 2024-05-01 10:00 | 2024-06-01 11:00
        Phone Number > phone > +44 113 496 0000 | +44 1904 496000
        Last Activity Date > - > 2026-02-01 | 2026-02-03
        City > city > Leeds | York
        Country/Region > country > United Kingdom | United Kingdom
        Industry > industry > EDUCATION_MANAGEMENT | LEGAL_SERVICES
        Annual Revenue > - > 1200000 | 350000
        Lifecycle Stage > - > Customer | Customer
    """),
    piece("Pipedrive, organizations", "customers", """
        Organization - ID > customer_id > 11 | 12
        Organization - Name > name > Harbour Office | Calder & Fox
        Organization - Owner > - > Kim | Lou
        Organization - Label > ? > Customer | Hot lead
        Organization - Open deals > - > 2 | 0
        Organization - Organization created > ? > 2024-05-01 | 2024-06-01
        Organization - Country of Address > country > UK | UK
    """),
    piece("Zoho CRM, accounts", "customers", """
        Account Id > customer_id > zcrm_3652 | zcrm_3653
        Account Owner > - > Kim | Lou
        Account Name > name > Harbour Office | Calder & Fox
        Phone > phone > 0113 496 0000 | 01904 496000
        Account Type > segment > Customer | Distributor
        Industry > industry > Education | Legal
        Rating > - > Acquired | Active
        Billing City > city > Leeds | York
        Billing State > region > Yorkshire | Yorkshire
        Billing Country > country > UK | UK
        Created Time > ? > 2024-05-01 10:00 | 2024-06-01 11:00
    """),
    piece("Dynamics CRM, activities", "interactions", """
        (Do Not Modify) Activity > interaction_id > 7f1c-01 | 7f1c-02
        Activity Type > kind > Phone Call | Appointment
        Subject > text > Renewal talk | Site visit
        Account Number > customer_id > A-100 | A-200
        Actual End > date > 2026-03-01 10:30 | 2026-03-05 16:00
        Owner > - > Kim | Lou
        Priority > - > Normal | High
        Activity Status > - > Completed | Completed
    """),
    piece("纷享销客 客户", "customers", """
        客户编码 > customer_id > KH20240001 | KH20240002
        客户名称 > name > 苏州安和口腔门诊 | 南京丰源农业有限公司
        客户级别 > segment > 重要客户 | 普通客户
        行业 > industry > 医疗 | 农业
        省 > region > 江苏 | 江苏
        市 > city > 苏州 | 南京
        电话 > phone > 0512-65550100 | 025-85550100
        客户来源 > - > 转介绍 | 展会
        成交状态 > ? > 已成交 | 未成交
        负责人 > - > 张三 | 李四
        最后跟进时间 > - > 2026-02-01 10:00 | 2026-02-03 11:00
    """),
    piece("销售易 活动记录", "interactions", """
        活动记录编号 > interaction_id > HD001 | HD002
        客户编号 > customer_id > C001 | C002
        活动类型 > kind > 拜访 | 电话
        活动时间 > date > 2026-03-01 10:00 | 2026-03-05 15:30
        活动内容 > text > 询问报价 | 讨论续约
        创建人 > - > 张三 | 李四
        定位地址 > - > 苏州市 | 南京市
    """),
    piece("Freshdesk, tickets", "interactions", """
        Ticket ID > interaction_id > 9001 | 9002
        Subject > text > Printer offline | Invoice question
        Status > - > Closed | Open
        Priority > - > High | Low
        Source > ? > Email | Phone
        Type > kind > Incident | Question
        Agent > - > Kim | Lou
        Created time > date > 2026-02-01 09:11:00 | 2026-02-03 16:40:00
        Resolved time > - > 2026-02-02 10:00:00 | 2026-02-04 11:00:00
        Contact ID > customer_id > 4301 | 4302
        Customer interactions > - > 2 | 1
    """),
    piece("Zendesk, tickets", "interactions", """
        Id > interaction_id > 31001 | 31002
        Requester external id > customer_id > C-1 | C-2
        Requester > - > Ann Lee | Bob Kay
        Subject > text > Printer offline | Invoice question
        Ticket type > kind > Problem | Question
        Created at > date > 2026-02-01 09:11 | 2026-02-03 16:40
        Solved at > - > 2026-02-02 10:00 | 2026-02-04 11:00
        Satisfaction Score > - > Good | Bad
        Assignee > - > Kim | Lou
    """),
    piece("calls to customers at risk", "outcomes", """
        Account # > customer_id > A-1 | A-2
        Called on > date > 2026-03-01 | 2026-03-02
        Rep > - > Kim | Lou
        Result > outcome > saved | lost
        Remarks > note > signed for a year | moved away
    """),
    piece("外呼结果", "outcomes", """
        客户号 > customer_id > 1001 | 1002
        外呼日期 > date > 2026-03-01 | 2026-03-02
        外呼结果 > outcome > 已挽留 | 流失
        坐席 > - > 张三 | 李四
        说明 > note > 已续约 | 搬迁
    """),
    piece("SugarCRM accounts", "customers", """
        ID > customer_id > a1-01 | a1-02
        Name > name > Harbour Office | Calder & Fox
        Date Created > ? > 2024-05-01 | 2024-06-01
        Assigned User > - > kim | lou
        Office Phone > phone > 0113 496 0000 | 01904 496000
        Email Address > email > a@example.com | b@example.com
        Industry > industry > Education | Legal
        Type > ? > Customer | Partner
        Billing City > city > Leeds | York
        Billing State > region > Yorkshire | Yorkshire
        Billing Country > country > UK | UK
        Annual Revenue > - > 1200000 | 350000
    """),
    piece("通话记录 呼叫中心", "interactions", """
        通话ID > interaction_id > TH001 | TH002
        客户编号 > customer_id > C001 | C002
        呼叫时间 > date > 2026-03-01 10:00 | 2026-03-05 15:30
        呼叫类型 > ? > 呼入 | 呼出
        通话时长 > - > 120 | 35
        通话小结 > text > 询问报价 | 投诉
        坐席工号 > - > 8001 | 8002
    """),
    piece("Jira service desk", "interactions", """
        Issue key > interaction_id > SD-1 | SD-2
        Organization ID > customer_id > 41 | 42
        Summary > text > Printer offline | New laptop
        Issue Type > kind > Incident | Service Request
        Created > date > 2026-02-01 09:11 | 2026-02-03 16:40
        Resolved > - > 2026-02-02 10:00 | 2026-02-04 11:00
        Status > - > Done | Open
        Reporter > - > ann | bob
        Priority > - > High | Low
    """),
]  # fmt: skip
