"""What we found a file to be: format, encoding, delimiter, sheet, header row. Each is shown and can be corrected."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

Format = Literal["csv", "xlsx", "parquet"]

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'", "none")
MAX_BYTES = 4 * 2**30  # what the engine is built for; FAIRWAY_UPLOAD_MAX_MB refuses far earlier, at the door
MAX_COLUMNS = 500
MAX_ROWS = 10_000_000
MAX_CELLS = 250_000_000
MAX_UNPACKED = 2 * 2**30
MAX_RATIO = 300  # of unpacked to packed bytes, for what unpacks to more than 100 MB


@dataclass(frozen=True)
class Source:
    """The reading of one file. `header_row` counts from 1 as a spreadsheet does; 0 for Parquet."""

    format: Format
    columns: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    header_row: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    carriage_returns: bool = False
    size: int = 0

    @property
    def mark(self) -> str:
        """What may stand around a cell; empty where nothing does."""
        return "" if self.quote == "none" else self.quote

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        lists = {name: tuple(found.get(name, ())) for name in ("columns", "sheets")}
        return cls(**{**found, **lists})


@dataclass(frozen=True)
class Wishes:
    """What a person corrected or answered; an empty field means "as detected"."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header_row: int = 0
    sheet: str = ""
    date_order: str = ""
    date_orders: dict[str, str] = field(default_factory=dict)
    """Source column → dmy or mdy, where one answer does not fit all columns."""
    decimal: str = ""
    skip_bad: bool = False
    fixes: tuple[dict[str, str], ...] = ()
    """What is to be done with a group of problems: see partners.intake.fixes.Fix."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Source column of words → word as it stands in the file → our word."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Self:
        known = {name: value for name, value in said.items() if name in cls.__dataclass_fields__}
        return replace(cls(), **{**known, "fixes": tuple(known.get("fixes", ()))})
