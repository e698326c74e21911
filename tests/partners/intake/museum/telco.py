"""Files of telephone companies and banks."""

from tests.partners.intake.museum.piece import piece

PIECES = [
    piece("telecom subscribers", "customers", """
        customerID > customer_id > 7590-VHVEG | 5575-GNVDE
        gender > - > Female | Male
        SeniorCitizen > - > 0 | 1
        Partner > - > Yes | No
        tenure > - > 1 | 34
        Contract > - > Month-to-month | One year
        PaymentMethod > - > Mailed check | Electronic check
        MonthlyCharges > monthly_value > 29.85 | 56.95
        TotalCharges > - > 29.85 | 1889.5
        Churn > churned > No | Yes
    """),
    piece("telecom, the longer export", "customers", """
        CustomerID > customer_id > 3668-QPYBK | 9237-HQITU
        Count > - > 1 | 1
        Country > country > United States | United States
        State > region > California | California
        City > city > Los Angeles | San Diego
        Zip Code > - > 90003 | 90005
        Lat Long > - > 33.964131, -118.272783 | 34.059281, -118.30742
        Tenure Months > - > 2 | 28
        Monthly Charges > monthly_value > 53.85 | 70.7
        Churn Label > churned > Yes | No
        Churn Value > - > 1 | 0
        Churn Score > - > 86 | 67
        CLTV > - > 3239 | 2701
        Churn Reason > - > Competitor made better offer | Moved
    """),
    piece("card holders of a bank", "customers", """
        CLIENTNUM > customer_id > 768805383 | 818770008
        Attrition_Flag > churned > Existing Customer | Attrited Customer
        Customer_Age > - > 45 | 49
        Gender > - > M | F
        Income_Category > - > $60K - $80K | Less than $40K
        Card_Category > - > Blue | Gold
        Months_on_book > - > 39 | 44
        Credit_Limit > - > 12691 | 8256
        Total_Trans_Amt > - > 1144 | 1291
        Avg_Utilization_Ratio > - > 0.061 | 0.105
    """),
    piece("account holders of a bank", "customers", """
        RowNumber > - > 1 | 2
        CustomerId > customer_id > 15634602 | 15647311
        Surname > ? > Hargrave | Hill
        CreditScore > - > 619 | 608
        Geography > ? > France | Spain
        Age > - > 42 | 41
        Balance > - > 0 | 83807.86
        NumOfProducts > - > 1 | 2
        IsActiveMember > - > 1 | 0
        EstimatedSalary > - > 101348.88 | 112542.58
        Exited > churned > 1 | 0
    """),
    piece("subscribers of a phone company", "customers", """
        State > region > KS | OH
        Account length > - > 128 | 107
        Area code > - > 415 | 408
        Phone number > phone > 382-4657 | 371-7191
        International plan > - > no | yes
        Total day minutes > - > 265.1 | 161.6
        Customer service calls > - > 1 | 4
        Churn > churned > False | True
    """),
    piece("运营商客户", "customers", """
        用户编号 > customer_id > U10001 | U10002
        性别 > - > 男 | 女
        年龄 > - > 34 | 52
        地区 > region > 华北 | 华东
        入网时间 > since > 2019-05-01 | 2021-11-20
        套餐名称 > - > 畅享套餐 | 家庭套餐
        月消费 > monthly_value > 99 | 158.5
        投诉次数 > - > 0 | 2
        是否流失 > churned > 否 | 是
    """),
    piece("billing accounts of a mobile operator", "customers", """
        Account No > customer_id > 300401 | 300402
        Customer Name > name > Ann Lee | Bob Kay
        MSISDN > ? > 447700900001 | 447700900002
        Activation Date > since > 2021-05-01 | 2022-06-01
        Rate Plan > - > Unlimited | Basic
        Monthly Recurring Charge > monthly_value > 29.00 | 12.50
        Data Usage GB > - > 31.5 | 2.1
        Region > region > North | South
        Contract End Date > - > 2026-12-01 | 2026-06-30
        Churn Flag > churned > N | Y
    """),
    piece("宽带用户", "customers", """
        宽带账号 > customer_id > KD1001 | KD1002
        客户姓名 > name > 张三 | 李四
        联系电话 > phone > 13800000001 | 13800000002
        安装地址 > - > 鼓楼区一号 | 玄武区二号
        入网日期 > since > 2021-05-01 | 2022-06-01
        套餐 > - > 500M | 1000M
        月租 > monthly_value > 99 | 129
        到期日期 > - > 2026-12-01 | 2026-06-30
        是否欠费 > - > 否 | 是
        所属区域 > region > 鼓楼 | 玄武
    """),
    piece("insurance holders", "customers", """
        Policyholder ID > customer_id > P-1 | P-2
        Full Name > name > Ann Lee | Bob Kay
        Postcode > - > LS1 4AP | YO1 7HU
        Town > city > Leeds | York
        Policy Inception > ? > 2019-01-01 | 2020-01-01
        Annual Premium > - > 412.50 | 290.00
        Claims Count > - > 0 | 2
        Lapsed > ? > no | yes
    """),
    piece("银行客户", "customers", """
        客户号 > customer_id > 80001 | 80002
        姓名 > name > 张三 | 李四
        手机 > phone > 13800000001 | 13800000002
        客户等级 > segment > 金卡 | 普卡
        开户日期 > since > 2019-01-01 | 2020-01-01
        所在地市 > city > 苏州 | 南京
        资产余额 > - > 120000 | 8000
        近三月交易笔数 > - > 12 | 1
        流失标识 > churned > 0 | 1
    """),
]  # fmt: skip
