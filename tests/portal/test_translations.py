"""The Chinese catalogue is complete and exact: every string of the source, no guesses, the same placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CODE = ("partners", "portal", "predictions", "training", "templates")
NAMED = re.compile(r"%\(\w+\)[-+ #0-9.]*[a-zA-Z]|\{\w+\}|</?\w+>")
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_STOP = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)")
"""A Latin stop after a Chinese character: the catalogue uses Chinese punctuation."""


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def texts(entry: polib.POEntry) -> list[str]:
    """What the entry says in Chinese; a counted one has its forms, of which Chinese needs one."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_is_translated(entries: list[polib.POEntry]) -> None:
    assert len(entries) > 1000
    assert [entry.msgid for entry in entries if not all(text.strip() for text in texts(entry))] == []


def test_no_translation_is_a_guess(entries: list[polib.POEntry]) -> None:
    assert [entry.msgid for entry in entries if entry.fuzzy] == []


def test_placeholders_and_markup_are_the_same_in_both_languages(entries: list[polib.POEntry]) -> None:
    wrong = {
        entry.msgid: text
        for entry in entries
        for text in texts(entry)
        if sorted(NAMED.findall(entry.msgid_plural or entry.msgid)) != sorted(NAMED.findall(text))
    }
    assert wrong == {}


def test_a_translation_can_be_filled_in_wherever_its_source_can(entries: list[polib.POEntry]) -> None:
    """A lone per cent sign in a string with placeholders would break the page that shows it."""
    for entry in entries:
        for text in texts(entry):
            if "%(" in entry.msgid:
                assert "%" not in NAMED.sub("", text).replace("%%", ""), text


def test_joined_strings_keep_the_spaces_at_their_ends(entries: list[polib.POEntry]) -> None:
    for entry in entries:
        for text in texts(entry):
            assert text.startswith(" ") == entry.msgid.startswith(" "), text


def test_chinese_sentences_end_in_chinese_punctuation(entries: list[polib.POEntry]) -> None:
    assert [text for entry in entries for text in texts(entry) if LATIN_STOP.search(text)] == []
    unfinished = [
        entry.msgid
        for entry in entries
        for text in texts(entry)
        if entry.msgid.endswith(".") and HAN.search(text) and text[-1] not in "。：”…"
    ]
    assert unfinished == []


def test_chinese_has_one_plural_form(entries: list[polib.POEntry]) -> None:
    header = polib.pofile(str(CATALOGUE)).metadata
    assert header["Plural-Forms"] == "nplurals=1; plural=0;"
    assert {tuple(entry.msgstr_plural) for entry in entries if entry.msgid_plural} == {(0,)}


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="NO GETTEXT: the source's strings cannot be read")
def test_the_catalogue_holds_every_string_of_the_source(tmp_path: Path, entries: list[polib.POEntry]) -> None:
    found = strings_of_the_source(tmp_path)
    assert len(found) > 1000
    assert sorted(found - {entry.msgid for entry in entries}) == [], "run: make messages, then translate what is new"


def strings_of_the_source(folder: Path) -> set[str]:
    """What makemessages finds in a copy of the source; it writes beside what it reads."""
    for name in CODE:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "locale", "*.mo", "*.parquet")
        )
    shutil.copy(ROOT / "manage.py", folder)
    (folder / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-location"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    made = polib.pofile(str(folder / CATALOGUE.relative_to(ROOT)))
    return {entry.msgid for entry in made}
