"""The environment's readers refuse nonsense, naming the variable."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.kit import env


@pytest.mark.parametrize(("raw", "meant"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", False)])
def test_a_flag_understands_the_usual_words(raw: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_FLAG", raw)
    assert env.flag("X_FLAG", default=not meant) is meant


def test_a_flag_that_is_neither_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="X_FLAG is 'maybe'"):
        env.flag("X_FLAG", default=True)


@pytest.mark.parametrize("raw", ["many", "1.5", "-1", "101"])
def test_a_number_must_be_whole_and_in_range(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_NUMBER", raw)
    with pytest.raises(ImproperlyConfigured, match="X_NUMBER"):
        env.number("X_NUMBER", 5, low=0, high=100)


def test_an_absent_number_has_its_default_and_words_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_NUMBER", raising=False)
    monkeypatch.setenv("X_WORDS", " a, b ,,c ")
    assert env.number("X_NUMBER", 5) == 5
    assert env.words("X_WORDS") == ["a", "b", "c"]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("X_FOLDER", str(file))
    with pytest.raises(ImproperlyConfigured, match="which is a file"):
        env.folder("X_FOLDER", tmp_path)


def test_a_database_address_is_postgresql_or_sqlite_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_DB", "postgres://u:p@h:5432/n")
    assert env.database("X_DB", "")["HOST"] == "h"
    for raw in ("mysql://u@h/n", "nonsense"):
        monkeypatch.setenv("X_DB", raw)
        with pytest.raises(ImproperlyConfigured, match="X_DB"):
            env.database("X_DB", "")
