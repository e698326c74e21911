"""Invented company names, people and places in both languages. No real address, number or domain is used."""

import numpy as np

from portal.demo.partners import Partner


def listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# fmt: off
FIRST = listed("""
    Alder Amber Anchor Apex Arbor Ashford Aspen Atlas Aurora Avon Barley Beacon Beech Birch Blackwell Blue
    Brook Calder Camden Cedar Chalk Clover Copper Coral Crescent Crest Dale Dawn Delta Dover East Echo Elm
    Ember Fairfield Falcon Fern Fir Forge Fox Garnet Glen Golden Grange Granite Green Grove Harrow Hawthorn
    Hazel Heath Heron Highland Hollow Iris Iron Ivy Jade Juniper Kestrel Kings Lake Larch Laurel Linden Lumen
    Maple Marlow Meadow Mill Mistral Moor North Oak Ochre Olive Onyx Opal Orchard Otter Park Pearl Pine
    Pioneer Plum Quarry Raven Red Ridge River Rowan Saffron Sage Sable Silver Slate Sparrow Spring Sterling
    Stone Summit Swan Tamar Thistle Timber Trent Umber Vale Valley Vista West White Willow Winter Wren Yarrow
    York Zephyr
""")
SECOND = listed("""
    bank bridge burn bury by cliff cote croft dale den don field ford gate grove ham haven hill holt hurst
    land ley mere mont moor mouth point port ridge shaw side stead stoke stone ton wick wood worth
""")
ENDING = {
    "manufacturing": ("Engineering", "Castings", "Works"),
    "retail": ("Stores", "Outfitters", "Trading"),
    "health care": ("Clinic", "Medical", "Dental Care"),
    "education": ("School", "College", "Academy"),
    "legal": ("Solicitors", "Law", "Chambers"),
    "construction": ("Builders", "Construction", "Civil"),
    "logistics": ("Freight", "Logistics", "Haulage"),
    "hospitality": ("Hotels", "Catering", "Inns"),
    "finance": ("Advisers", "Capital", "Accountants"),
    "media": ("Studios", "Press", "Design"),
    "public services": ("Council", "Library Service", "Housing Trust"),
    "agriculture": ("Farms", "Growers", "Dairy"),
}
INDUSTRY_ZH = {
    "manufacturing": ("制造业", ("精密机械", "电子制造", "五金")),
    "retail": ("零售业", ("商贸", "百货", "超市")),
    "health care": ("医疗健康", ("医疗", "口腔门诊", "健康管理")),
    "education": ("教育", ("学校", "教育培训", "职业学院")),
    "legal": ("法律服务", ("律师事务所", "法务咨询", "知识产权")),
    "construction": ("建筑业", ("建设工程", "装饰", "建材")),
    "logistics": ("物流业", ("物流", "货运", "仓储")),
    "hospitality": ("酒店餐饮", ("酒店", "餐饮", "旅游")),
    "finance": ("金融业", ("投资", "财务咨询", "担保")),
    "media": ("文化传媒", ("文化传媒", "广告", "设计")),
    "public services": ("公共服务", ("社区服务中心", "图书馆", "住房服务")),
    "agriculture": ("农业", ("农业", "食品", "生态园")),
}
BRAND_ZH = (
    "安邦博诚达东丰富光广海和恒宏华辉汇嘉建金晶景久凯康科乐联龙美"
    "明宁鹏启清庆荣瑞润盛顺泰腾天通同万旺祥新信兴旭亚扬怡亿永优裕元源远正中众卓"
)
PERSON = listed("""
    Anna Ben Clare Daniel Emma Felix Grace Henry Isla Jack Kate Liam Maya Noah Olive Paul Rosa Sam Tess Will
""")
SURNAME = listed("""
    Adams Baker Carter Doyle Evans Foster Grant Hughes Irwin Jonsson Kelly Larsen Moore Nolan Owens Price
    Quinn Reid Shaw Turner
""")
SURNAME_ZH = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_ZH = listed("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 文婷 子涵 思远 雨桐 建国 晓东 佳怡 志强")

# Cities by country; the first part is the region a partner would write.
PLACES = {
    "GB": (("South West", "Bristol Bath Exeter Plymouth"), ("London", "London Croydon"),
           ("Midlands", "Birmingham Leicester"),
           ("North", "Leeds Manchester York"), ("Wales", "Cardiff Swansea")),
    "IE": (("Leinster", "Dublin Kilkenny"), ("Munster", "Cork Limerick"), ("Connacht", "Galway Sligo")),
    "US": (("Illinois", "Chicago Aurora Peoria"), ("Wisconsin", "Madison Milwaukee"), ("Indiana", "Gary Muncie")),
    "SE": (("West", "Gothenburg Borås"), ("East", "Stockholm Uppsala"), ("South", "Malmö Lund")),
    "NL": (("Netherlands", "Rotterdam Utrecht Breda Arnhem"), ("Belgium", "Ghent Antwerp Liège"),
           ("Luxembourg", "Luxembourg"),
           ("Germany West", "Aachen Essen Cologne")),
    "上海": (("华东", "上海 苏州 杭州 南京 宁波"), ("华中", "武汉 合肥")),
    "成都": (("西南", "成都 重庆 绵阳 昆明"),),
    "深圳": (("华南", "深圳 广州 东莞 佛山 珠海"), ("华东", "厦门 福州"), ("华中", "长沙 南昌")),
}
# fmt: on


def companies(rng: np.random.Generator, partner: Partner, industry: np.ndarray, city: np.ndarray) -> np.ndarray:
    """A distinct company name for every customer, fitting its industry (and, in Chinese, its city)."""
    make = _chinese if partner.chinese else _english
    names, seen = [], set()
    for trade, town in zip(industry, city, strict=True):
        name = make(rng, trade, town)
        while name in seen:
            name = make(rng, trade, town)
        seen.add(name)
        names.append(name)
    return np.array(names, dtype=object)


def _english(rng: np.random.Generator, industry: str, city: str) -> str:
    first, second, ending, form = rng.random(4)
    stem = FIRST[int(first * len(FIRST))]
    if second < 0.7:
        stem += SECOND[int(second / 0.7 * len(SECOND))]
    words = [stem, ENDING[industry][int(ending * 3)]]
    if form > 0.75:
        words.insert(1, "& " + FIRST[int((form - 0.75) * 4 * len(FIRST))])
    elif form > 0.4:
        words.append("Ltd")
    elif form > 0.3:
        words.append(city)
    return " ".join(words)


def _chinese(rng: np.random.Generator, industry: str, city: str) -> str:
    one, two, ending, form = rng.random(4)
    brand = BRAND_ZH[int(one * len(BRAND_ZH))] + BRAND_ZH[int(two * len(BRAND_ZH))]
    trade = INDUSTRY_ZH[industry][1][int(ending * 3)]
    if trade.endswith(("学校", "学院", "中心", "图书馆", "事务所", "门诊")):
        return f"{city}{brand}{trade}"
    return f"{city}{brand}{trade}" + ("有限公司" if form < 0.75 else "股份有限公司" if form < 0.85 else "集团")


def people(rng: np.random.Generator, partner: Partner, count: int) -> np.ndarray:
    """Names of persons in the partner's language."""
    if partner.chinese:
        given, family = np.array(GIVEN_ZH, dtype=object), np.array(list(SURNAME_ZH), dtype=object)
        return family[rng.integers(len(family), size=count)] + given[rng.integers(len(given), size=count)]
    given, family = np.array(PERSON, dtype=object), np.array(SURNAME, dtype=object)
    return given[rng.integers(len(given), size=count)] + " " + family[rng.integers(len(family), size=count)]


def places(rng: np.random.Generator, partner: Partner, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(region, city) of every customer; the partner's own region is the most frequent."""
    found = PLACES[partner.city if partner.chinese else partner.country]
    pairs = [(region, city) for region, cities in found for city in cities.split()]
    weight = np.array(
        [3.0 if city == partner.city else 1.5 if region == found[0][0] else 1.0 for region, city in pairs]
    )
    chosen = rng.choice(len(pairs), size=count, p=weight / weight.sum())
    table = np.array(pairs, dtype=object)
    return table[chosen, 0], table[chosen, 1]
