"""Compile the translation catalogues in plain Python, so that no machine needs gettext to run Fairway.

`python -m portal.catalogues` compiles what is out of date; `manage.py up` does the same at its start.
"""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent / "locale"


def stale(folder: Path = LOCALE) -> list[Path]:
    """Catalogues without a compiled file, or with one older than themselves."""
    found = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return [po for po in found if not fresh(po)]


def fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime


def compile_stale(folder: Path = LOCALE) -> list[Path]:
    """Compile every stale catalogue; returns them. Replaced whole: a running server never reads half."""
    done = stale(folder)
    for po in done:
        part = po.with_suffix(".mo.part")
        polib.pofile(str(po)).save_as_mofile(str(part))
        part.replace(po.with_suffix(".mo"))
    return done


if __name__ == "__main__":
    compile_stale()
