"""The messy sample is as untidy as promised, and no worse."""

import csv
import io
import re

import pytest

from portal.demo import messy
from tests.portal.demo.conftest import UNTIL

ENCODING = {"en": "utf-8-sig", "zh-hans": "gb18030"}


def rows(language):
    text = messy.sample(language, until=UNTIL).decode(ENCODING[language])
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_title_and_a_blank_line_stand_above_the_header(language):
    found = rows(language)
    assert found[0][0] == messy.TITLE[language]
    assert not any(found[1])
    assert found[2] == list(messy.HEADERS[language])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_lines_that_need_a_decision_are_the_promised_ones(language):
    body = [row for row in rows(language)[3:] if any(row)][: messy.ROWS]
    words = [number for number, row in enumerate(body, 1) if not row[6].lstrip("-").isdigit()]
    undated = [number for number, row in enumerate(body, 1) if not row[1]]
    future = [number for number, row in enumerate(body, 1) if row[1] >= UNTIL.isoformat()]
    turned = [row[1] for row in body if re.fullmatch(r"\d\d\.\d\d\.\d{4}", row[1])]
    nobody = tuple(number for number, row in enumerate(body, 1) if not row[2])
    assert words == [messy.WORDS_FOR_NUMBERS]
    assert undated == [messy.NO_DATE]
    assert future == [messy.FUTURE]
    assert nobody == messy.NO_CUSTOMER
    assert len(turned) == messy.HOW_MANY
    assert all(int(date[:2]) <= 12 < int(date[3:5]) for date in turned), "no other reading makes a date of them"


def test_a_line_is_repeated_and_a_total_ends_the_file():
    body = [row for row in rows("en")[3:] if any(row)]
    assert body[-1][0] == "Total"
    assert body[-2] == body[9]


def test_prices_carry_signs_and_thousands_separators():
    prices = [row[7] for row in rows("en")[3:] if any(row)]
    assert any(price.startswith("€") for price in prices)
    assert any("," in price for price in prices)


def test_the_sample_is_the_same_each_time_and_says_so_in_both_languages():
    assert messy.sample("en", until=UNTIL) == messy.sample("en", until=UNTIL)
    assert "订单号" in messy.sample("zh-hans", until=UNTIL).decode("gb18030")
