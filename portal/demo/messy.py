"""A small export as untidy as real ones, for a first-time user to practise the upload with."""

import csv
import io
from datetime import date, timedelta

from portal.demo.catalogue import catalogue
from portal.demo.randomness import stream

TITLE = {"en": "Sales export - all branches", "zh-hans": "销售明细导出"}
HEADERS = {
    "en": (
        "Order No.",
        " Order Date",
        "Cust. No",
        "Customer name",
        "Item No",
        "Item description",
        "QTY ",
        "Unit price",
        "Remarks",
    ),
    "zh-hans": ("订单号", " 下单日期", "客户编号", "客户名称", "产品编码", "产品名称", "数量 ", "单价", "备注"),
}
CLIENTS = {
    "en": ("Ashford Dental Care", "Brookfield School", "Calder & Fox Law", "Deltaport Freight", "Elmstead Growers"),
    "zh-hans": (
        "苏州安和口腔门诊",
        "杭州博远职业学院",
        "上海诚信律师事务所",
        "宁波海达物流有限公司",
        "南京丰源农业有限公司",
    ),
}
TOTAL = {"en": "Total", "zh-hans": "合计"}
ROWS = 240
# Rows (from 1) with something a person has to decide about; the rest is only untidy.
WORDS_FOR_NUMBERS, FUTURE, NO_CUSTOMER, NO_DATE = 37, 88, (120, 121, 122), 175
MONTH_FIRST, HOW_MANY = 130, 12
"""From this row on, a dozen dates as another branch writes them: month first, with points, days after the twelfth."""


def sample(language: str, *, until: date, seed: int = 7) -> bytes:
    """The messy order file in `language` ("en" or "zh-hans"), its dates ending before `until`.

    Untidy but readable: a title and a blank line above the header, spaces in headers and cells, semicolons, thousands
    separators, currency signs, blank lines, a repeated line, a total at the end. In need of a decision: a dozen dates
    written 03.25.2026, a word in a quantity, a date in the future, a missing date, three lines without a customer.
    """
    words = "en" if language == "en" else "zh-hans"
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow([TITLE[words]] + [""] * 8)
    sheet.writerow([""] * 9)
    sheet.writerow(HEADERS[words])
    rows = _rows(words, until, seed)
    for number, row in enumerate(rows, start=1):
        sheet.writerow(row)
        if number in (60, 200):
            sheet.writerow([""] * 9)
    sheet.writerow(rows[9])
    sheet.writerow([TOTAL[words], "", "", "", "", "", len(rows), "", ""])
    return out.getvalue().encode("utf-8-sig" if words == "en" else "gb18030")


def _rows(words: str, until: date, seed: int) -> list[list[str]]:
    rng = stream(seed, "messy", words)
    goods = catalogue(seed)
    names = goods.name if words == "en" else goods.name_zh
    sign = "€ " if words == "en" else "¥"
    rows: list[list[str]] = []
    turned = 0
    for number in range(1, ROWS + 1):
        day = until - timedelta(days=int((ROWS - number) * 2.5) + 3)
        client, product = int(rng.integers(5)), int(rng.integers(len(goods)))
        price = f"{goods.price[product] * (1 if words == 'en' else 7.8):,.2f}"
        row = [
            f"SO-{4000 + number // 2}",
            day.isoformat() if number != FUTURE else (until + timedelta(days=400)).isoformat(),
            f"K{100 + client}",
            CLIENTS[words][client] + ("  " if number % 7 == 0 else ""),
            goods.sku[product],
            names[product],
            str(int(rng.integers(1, 12))),
            sign + price if number % 5 == 0 else price,
            "",
        ]
        if number == WORDS_FOR_NUMBERS:
            row[6] = "two" if words == "en" else "两个"
        if number == NO_DATE:
            row[1] = ""
        elif number >= MONTH_FIRST and day.day > 12 and turned < HOW_MANY:
            row[1], turned = f"{day:%m.%d.%Y}", turned + 1
        if number in NO_CUSTOMER:
            row[2] = row[3] = ""
        rows.append(row)
    return rows
