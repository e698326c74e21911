"""Translations are compiled without gettext, only when they are out of date."""

import gettext
import os
from pathlib import Path

import pytest

from portal import catalogues

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Partner"
msgstr "合作伙伴"

#, fuzzy
msgid "Guess"
msgstr "猜"
"""


@pytest.fixture
def po(tmp_path: Path) -> Path:
    found = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    found.parent.mkdir(parents=True)
    found.write_text(PO, encoding="utf-8")
    return found


def test_a_new_catalogue_is_compiled_and_can_be_read(po: Path, tmp_path: Path) -> None:
    assert catalogues.compile_stale(tmp_path) == [po]
    with po.with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Partner") == "合作伙伴"


def test_a_guessed_translation_is_not_shown(po: Path, tmp_path: Path) -> None:
    catalogues.compile_stale(tmp_path)
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Guess") == "Guess"


def test_a_compiled_catalogue_is_left_alone_until_its_source_changes(po: Path, tmp_path: Path) -> None:
    catalogues.compile_stale(tmp_path)
    assert catalogues.compile_stale(tmp_path) == []
    later = po.with_suffix(".mo").stat().st_mtime + 10
    os.utime(po, (later, later))
    assert catalogues.stale(tmp_path) == [po]


def test_nothing_half_written_is_left_behind(po: Path, tmp_path: Path) -> None:
    catalogues.compile_stale(tmp_path)
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]
