"""Nothing that was changed is ever opened."""

import json
from pathlib import Path

import numpy as np
import pytest

from portal.kit.errors import Refusal
from training.ml import artefacts

KEY = b"a key the registry holds"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "artefact"
    made.mkdir()
    (made / "trees.txt").write_text("tree\n" * 200)
    np.savez(made / "net.npz", w=np.arange(12.0))
    artefacts.seal(made, {"kind": "churn", "days": 90})
    artefacts.sign(made, key=KEY)
    return made


def test_what_was_sealed_opens_and_verifies(folder: Path) -> None:
    artefacts.verify(folder, key=KEY)
    assert artefacts.opened(folder) == {"kind": "churn", "days": 90}


def test_no_flipped_bit_is_ever_opened(folder: Path) -> None:
    rng = np.random.default_rng(0)
    files = [path for path in folder.iterdir() if path.name not in (artefacts.MANIFEST, artefacts.SIGNATURE)]
    for _ in range(200):
        path = files[rng.integers(len(files))]
        before = path.read_bytes()
        place = int(rng.integers(len(before)))
        path.write_bytes(before[:place] + bytes([before[place] ^ (1 << int(rng.integers(8)))]) + before[place + 1 :])
        with pytest.raises(Refusal, match="was changed"):
            artefacts.opened(folder)
        path.write_bytes(before)
    artefacts.opened(folder)


def test_a_changed_list_does_not_match_its_signature(folder: Path) -> None:
    listed = json.loads((folder / artefacts.MANIFEST).read_text())
    (folder / "trees.txt").write_text("tree of another garden")
    listed["files"]["trees.txt"] = artefacts._digest(folder / "trees.txt")
    (folder / artefacts.MANIFEST).write_text(json.dumps(listed))
    artefacts.opened(folder)  # consistent by itself …
    with pytest.raises(Refusal, match="signature"):
        artefacts.verify(folder, key=KEY)  # … but nobody with the key said so


def test_another_key_does_not_fit(folder: Path) -> None:
    with pytest.raises(Refusal, match="signature"):
        artefacts.verify(folder, key=b"another key")


@pytest.mark.parametrize("name", [artefacts.MANIFEST, artefacts.SIGNATURE])
def test_a_missing_or_garbled_list_or_signature_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("{}")
    with pytest.raises(Refusal):
        artefacts.verify(folder, key=KEY)
    (folder / name).unlink()
    with pytest.raises(Refusal):
        artefacts.verify(folder, key=KEY)


def test_missing_foreign_and_pickled_files_are_refused(folder: Path) -> None:
    (folder / "extra.json").write_text("{}")
    with pytest.raises(Refusal, match="foreign"):
        artefacts.opened(folder)
    (folder / "extra.json").unlink()
    (folder / "trees.txt").unlink()
    with pytest.raises(Refusal, match="missing"):
        artefacts.opened(folder)
    (folder / "trees.txt").write_text("x")
    (folder / "model.pkl").write_bytes(b"x")
    artefacts.seal(folder, {})
    with pytest.raises(Refusal, match=r"model\.pkl"):
        artefacts.opened(folder)


def test_another_format_is_refused(folder: Path) -> None:
    listed = json.loads((folder / artefacts.MANIFEST).read_text())
    (folder / artefacts.MANIFEST).write_text(json.dumps(listed | {"format": 99}))
    with pytest.raises(Refusal, match="another version"):
        artefacts.opened(folder)


@pytest.mark.parametrize(("kind", "reads"), [("churn", False), ("value", False), ("recommendation", True)])
def test_the_format_before_is_read_where_its_files_are_the_same_still(folder: Path, kind: str, reads: bool) -> None:
    artefacts.seal(folder, {"kind": kind})
    listed = json.loads((folder / artefacts.MANIFEST).read_text())
    (folder / artefacts.MANIFEST).write_text(json.dumps(listed | {"format": artefacts.FORMAT - 1}))
    artefacts.sign(folder, key=KEY)
    if reads:
        artefacts.verify(folder, key=KEY)
        assert artefacts.opened(folder) == {"kind": kind}
        return
    for look in (artefacts.opened, lambda one: artefacts.verify(one, key=KEY)):
        with pytest.raises(Refusal, match=r"written by another version\. Train it again"):
            look(folder)


def test_a_state_that_is_no_honest_json_is_not_sealed(folder: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        artefacts.seal(folder, {"auc": float("nan")})
