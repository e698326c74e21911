"""Headers compared by meaning: "CustomerID", "customer_id" and "Customer ID *" lose what is only spelling."""

import re
import unicodedata

BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORD = re.compile(r"[^\W_]+|#", re.UNICODE)
ACCENTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


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


def slug(header: str) -> str:
    """A Parquet column name for an attribute: letters of any script, digits and underscores."""
    return "attr_" + (normal(header).replace(" ", "_").replace("#", "no") or "column")[:60]
