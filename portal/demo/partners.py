"""The eight partners of the demo vendor: unlike in kind, size, language, currency and habits."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Partner:
    """One channel partner and the temper of its trade."""

    slug: str
    name: str
    kind: str  # reseller, distributor, msp, agent
    language: str  # en, zh-hans
    customers: int
    tier: str  # registered, silver, gold, platinum
    region: str
    country: str
    city: str
    currency: str
    rate: float  # units of the currency per euro
    time_zone: str
    interval: float  # median days between the orders of one customer
    lines: float  # mean lines per order beyond the first
    subscribed: float  # share of customers with subscriptions
    talk: float  # conversations per customer and year in quiet times
    dress: str  # which set of headers and file kinds its exports use, see files.py
    shares_data: bool = True
    demo: bool = False  # has demo users

    @property
    def chinese(self) -> bool:
        return self.language != "en"


# fmt: off
PARTNERS = (
    Partner("huaxin", "华信云服", "msp", "zh-hans", 500, "gold", "华东", "CN", "上海", "CNY", 7.8, "Asia/Shanghai",
            24, 1.4, 0.85, 6.0, "gb18030", demo=True),
    Partner("harbour", "Harbour IT Supply", "reseller", "en", 1200, "gold", "United Kingdom", "GB", "Bristol", "GBP",
            0.85, "Europe/London", 27, 1.5, 0.30, 4.0, "invoices", demo=True),
    Partner("brightpath", "Brightpath Agents", "agent", "en", 30, "registered", "Ireland", "IE", "Dublin", "EUR", 1.0,
            "Europe/Dublin", 30, 1.0, 0.30, 5.0, "sheets"),
    Partner("yunfan", "云帆数码", "agent", "zh-hans", 60, "registered", "西南", "CN", "成都", "CNY", 7.8,
            "Asia/Shanghai", 28, 1.1, 0.25, 5.0, "sheets_zh"),
    Partner("cedar", "Cedar Managed IT", "msp", "en", 120, "silver", "Midwest", "US", "Chicago", "USD", 1.08,
            "America/Chicago", 22, 1.2, 0.90, 7.0, "plain", shares_data=False),
    Partner("lindqvist", "Lindqvist Nätverk", "msp", "en", 250, "silver", "Nordics", "SE", "Gothenburg", "EUR", 1.0,
            "Europe/Stockholm", 25, 1.3, 0.88, 6.0, "dayfirst"),
    Partner("shenlan", "深蓝分销", "distributor", "zh-hans", 4000, "platinum", "华南", "CN", "深圳", "CNY", 7.8,
            "Asia/Shanghai", 52, 1.3, 0.10, 1.5, "export_zh"),
    Partner("continental", "Continental Trade Distribution", "distributor", "en", 20000, "platinum", "Benelux", "NL",
            "Rotterdam", "EUR", 1.0, "Europe/Amsterdam", 110, 0.7, 0.06, 0.7, "lake"),
)
# fmt: on

SMALL = {"huaxin": 110, "harbour": 160, "cedar": 60}


def cast(scale: str = "full") -> tuple[Partner, ...]:
    """The partners of a world: all eight ("full") or three shrunken ones ("small"). The demo partners come first."""
    if scale == "full":
        return PARTNERS
    if scale == "small":
        return tuple(replace(each, customers=SMALL[each.slug]) for each in PARTNERS if each.slug in SMALL)
    raise ValueError(f"unknown scale {scale!r}: full or small")
