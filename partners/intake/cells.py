"""One spreadsheet cell as text: whole numbers without a point, dates as ISO, truth as true or false."""

import datetime as dt
import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the start of a formula, in either width."""
NUMBER = re.compile(r"[+-]\d[\d.,]*")


def without_nul(text: str) -> str:
    """No text of a person holds a NUL, and no database keeps one: it is dropped wherever a file brings it."""
    return text.replace("\x00", "")


def as_text(cell: object) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return without_nul(cell).strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds") if cell.time() != dt.time.min else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def defused(text: str) -> str:
    """Text a spreadsheet would run as a formula gets a leading apostrophe; negative numbers stay numbers."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text
