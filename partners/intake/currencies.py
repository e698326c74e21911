"""Currencies named beside amounts, or in a column of their own: where they differ, sums mean nothing."""

import string
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Table
from partners.intake import headers, read
from partners.intake.mapping import Mapping
from partners.intake.parse import as_strings, flat, is_text, mask
from partners.intake.parse.looks import HIGH, bytes_within
from partners.intake.problems import Noted, Problems

CODES = ("usd", "eur", "gbp", "cny", "rmb", "jpy", "chf", "aud", "cad", "hkd", "sgd", "inr", "krw", "twd", "nzd", "sek",
         "nok", "dkk", "pln", "brl", "mxn", "thb", "myr", "aed", "zar")  # fmt: skip
SIGN = rf"(?i)(?P<sign>[a-z]{{2}}\$|[£$€¥￥₹₩元]|{'|'.join(CODES)})"
ALIKE = {"￥": "¥", "元": "¥", "cny": "¥", "rmb": "¥", "jpy": "¥", "人民币": "¥", "us$": "$", "usd": "$", "美元": "$",
         "eur": "€", "欧元": "€", "gbp": "£", "inr": "₹", "krw": "₩"}  # fmt: skip
COLUMNS = {headers.key(word) for word in ("currency", "currency code", "curr", "waehrung", "währung", "devise",
                                          "moneda", "币种", "货币", "币别", "货币代码")}  # fmt: skip
LIKELY = r"[$A-Za-z]|[^\x00-\x7f]"
NAMES_ONE = HIGH + b"$" + string.ascii_letters.encode()


class Currencies:
    """The usual currency of a column is the one its first block names most often; another one is worth a look."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.amounts = {match.index: (match.source, name) for name, match in mapping.fields().items()
                        if table[name].type == "number"}  # fmt: skip
        own = {} if table.keeps_attributes else {
            match.index: (match.source, "") for match in mapping.matches
            if match.role != "field" and headers.key(match.source) in COLUMNS
        }  # fmt: skip
        self.columns = {**self.amounts, **own}
        self.usual: dict[int, str] = {}

    def look(self, block: read.Block, counted: np.ndarray, problems: Problems | Noted) -> None:
        for index, (source, name) in self.columns.items():
            cells = flat(block.table.column(index))
            if not is_text(cells):
                continue
            encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
            if not bytes_within(encoded.dictionary, NAMES_ONE):
                continue
            named = self._named(encoded.dictionary, whole=index not in self.amounts)
            spoken = named.take(encoded.indices)
            if index not in self.usual:
                counts = Counter(spoken.drop_null().to_pylist())
                if not counts:
                    continue
                self.usual[index] = counts.most_common(1)[0][0]
            other = pc.fill_null(pc.not_equal(spoken, self.usual[index]), False).to_numpy(zero_copy_only=False)
            where = other & counted
            if where.any():
                values = as_strings(cells.filter(pa.array(where))).to_pylist()
                problems.add("mixed_currency", source, name, block.rows[where], values)

    @staticmethod
    def _named(texts: pa.Array, *, whole: bool) -> pa.Array:
        """The currency each text names, or null."""
        if whole:
            listed = [text.strip().lower() or None for text in texts.fill_null("").to_pylist()]
        else:  # of most amounts no letter need be looked at
            listed = [None] * len(texts)
            likely = np.flatnonzero(mask(pc.match_substring_regex(texts, LIKELY)))
            for place, sign in zip(likely.tolist(), _signs(texts.take(pa.array(likely))), strict=True):
                listed[place] = (sign or "").lower() or None
        return pa.array([ALIKE.get(one, one) if one else None for one in listed], pa.string())


def _signs(texts: pa.Array) -> list[str | None]:
    found = pc.extract_regex(texts.fill_null(""), SIGN)
    return list(pc.struct_field(found, "sign").to_pylist())
