"""LightGBM finds OpenMP in a child even where the system has none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.kit import native


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without OpenMP."""
    monkeypatch.setattr(native, "has_openmp", lambda: False)
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)


def test_a_machine_that_has_the_library_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "has_openmp", lambda: True)
    assert native.environment(tmp_path / "native") == {}
    assert not (tmp_path / "native").exists()


def test_a_bare_machine_gets_the_copy_that_came_with_a_wheel(bare: None, tmp_path: Path) -> None:
    assert native.environment(tmp_path) == {"LD_LIBRARY_PATH": str(tmp_path)}
    assert (tmp_path / native.OPENMP).resolve() == native.bundled_openmp()


def test_asking_twice_changes_nothing(bare: None, tmp_path: Path) -> None:
    folder = tmp_path / "native"
    assert native.environment(folder) == native.environment(folder)
    assert [entry.name for entry in folder.iterdir()] == [native.OPENMP]


def test_a_search_path_that_is_set_already_stays(bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert native.environment(tmp_path) == {"LD_LIBRARY_PATH": f"{tmp_path}:/opt/lib"}


def test_without_any_copy_the_child_starts_all_the_same(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "bundled_openmp", lambda: None)
    assert native.environment(tmp_path) == {}


def test_the_copy_serves_under_the_name_that_is_asked_for(bare: None, tmp_path: Path) -> None:
    program = "import ctypes; print(ctypes.CDLL('libgomp.so.1').omp_get_max_threads() > 0)"
    environment = {**os.environ, **native.environment(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert str(tmp_path) in environment["LD_LIBRARY_PATH"]
