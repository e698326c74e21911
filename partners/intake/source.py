"""What we found a file to be: format, encoding, delimiter, sheet, header row. Each is shown and can be corrected."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

Format = Literal["csv", "xlsx", "parquet"]

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
MAX_BYTES = 4 * 2**30  # what the engine is built for; FAIRWAY_UPLOAD_MAX_MB refuses far earlier, at the door
MAX_COLUMNS = 500
MAX_ROWS = 10_000_000


@dataclass(frozen=True)
class Source:
    """The reading of one file. `header_row` counts from 1 as a spreadsheet does; 0 for Parquet."""

    format: Format
    columns: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    carriage_returns: bool = False
    size: int = 0

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
    header_row: int = 0
    sheet: str = ""
    date_order: str = ""
    date_orders: dict[str, str] = field(default_factory=dict)
    """Source column → dmy or mdy, where one answer does not fit all columns."""
    decimal: str = ""
    skip_bad: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Self:
        return replace(cls(), **{name: value for name, value in said.items() if name in cls.__dataclass_fields__})
