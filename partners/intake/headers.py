"""Headers compared by meaning: "CustomerID", "customer_id" and "Customer ID *" lose what is only spelling."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
MONEY = re.compile(
    r" (?:(?:excl|excluding|ex|exc|incl|including|inc|without|with|net of) (?:vat|tax|taxes|gst|mwst|ust|tva|iva)"
    r"|eur|usd|gbp|cny|rmb|chf|aud|cad|hkd|sgd|jpy|inr|netto|net|brutto)$"
)
PREFIXED = re.compile(r"^\s*(?P<table>[A-Za-z_]+)(?:\.|::?|\s+-\s+)\s*(?P<column>[A-Za-z].*)$")
GOODS, PEOPLE = "product|item|line|article", "member|customer|client|company|office|subscriber|holder|guest"
OF_WHAT = {"customers": PEOPLE, "orders": GOODS, "products": GOODS, "subscriptions": GOODS + "|subscription|contract",
           "interactions": "ticket|call|case|activity", "outcomes": "call|case"}  # fmt: skip
PLAIN_WORDS = {
    "number": ("price", "quantity", "qty", "amount", "charges", "charge", "fee", "cost", "mrr", "units", "seats",
               "单价", "价格", "数量", "金额", "月费", "成本"),
    "date": ("date", "datum", "日期", "时间"),
}  # fmt: skip
WORD = re.compile(r"[^\W_]+|#", re.UNICODE)
ACCENTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
RETURNED = {"en": ("Row", "Reason"), "zh-hans": ("行", "原因")}
"""What stands beside the failing rows that we hand back: where they were, and why they failed."""


def own(columns: Sequence[str]) -> tuple[str, ...]:
    """The sender's own columns: without ours at the end of a file that we handed back to be corrected."""
    return tuple(columns[:-2]) if tuple(columns[-2:]) in RETURNED.values() else tuple(columns)


def normal(header: str) -> str:
    """Lower-case words joined by single spaces; camel case split, accents and brackets gone."""
    text = unicodedata.normalize("NFKC", header)
    text = BRACKETS.sub(" ", text) if BRACKETS.sub("", text).strip() else text
    text = CAMEL.sub(" ", text).lower().translate(ACCENTS)
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(WORD.findall(text))


def key(header: str) -> str:
    """The normal form without spaces: "stock code" and "StockCode" and "stockcode" are one."""
    return normal(header).replace(" ", "")


def variants(header: str) -> Iterator[str]:
    """The key of a header, then of what it means without taxes, a currency, or the name of a table before it."""
    yield key(header)
    words = normal(header)
    if (bare := MONEY.sub("", words)) != words:
        yield bare.replace(" ", "")
    if cut := PREFIXED.match(header):
        first, rest = key(cut["table"]), key(cut["column"])
        yield first.removesuffix("s") + rest
        yield rest


def bare(header: str, kind: str) -> str:
    """The key of a header without the thing it is said of, where that goes without saying in this kind of file."""
    return re.sub(rf"^(?:{OF_WHAT[kind]}) (?=\w)", "", normal(header)).replace(" ", "")


def plainly(header: str, kind: str) -> bool:
    """A header that can mean nothing else is that kind of field even where its cells are wrong: errors to show."""
    words = PLAIN_WORDS.get(kind, ())
    return bool({*normal(header).split()} & {*words}) or any(word in header for word in words if not word.isascii())


def slug(header: str) -> str:
    """A Parquet column name for an attribute: letters of any script, digits and underscores."""
    return "attr_" + (normal(header).replace(" ", "_").replace("#", "no") or "column")[:60]
