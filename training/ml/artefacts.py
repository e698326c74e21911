"""An artefact is a folder of plain files: JSON, LightGBM text, npz without objects. Never a pickle.

`seal` lists every file with its size and SHA-256 in `manifest.json`; `opened` refuses a folder that differs from
its list by a byte or a file. `sign` adds an HMAC over the list with a key the caller holds, `verify` checks it:
corrupted LightGBM text can crash or, worse, score differently, so nothing is parsed before its digest is right.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from portal.kit.errors import Refusal

FORMAT = 2
UNCHANGED = ("recommendation",)
"""Kinds whose files are the same in the format before this one, and are still read."""
MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
STATE = "state.json"
ENDINGS = (".json", ".txt", ".npz", ".npy", ".parquet")


def seal(folder: Path, state: dict[str, Any]) -> None:
    """Write the state and the list of all files with their digests. The folder is complete after this."""
    (folder / STATE).write_text(json.dumps(state, allow_nan=False), encoding="utf-8")
    files = {path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name not in (MANIFEST, SIGNATURE)}
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": files}, indent=1), encoding="utf-8")


def sign(folder: Path, *, key: bytes) -> str:
    """Sign the sealed folder; returns the signature, also written beside the list."""
    signature = hmac.new(key, (folder / MANIFEST).read_bytes(), hashlib.sha256).hexdigest()
    (folder / SIGNATURE).write_text(json.dumps({"hmac_sha256": signature}), encoding="utf-8")
    return signature


def verify(folder: Path, *, key: bytes) -> None:
    """Refusal unless the signature and every file's digest are right."""
    try:
        signature = json.loads((folder / SIGNATURE).read_text(encoding="utf-8"))["hmac_sha256"]
        manifest = (folder / MANIFEST).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"The model in {folder.name} is not signed or incomplete. Train it again.") from error
    expected = hmac.new(key, manifest, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(str(signature).encode(), expected.encode()):
        raise Refusal(f"The signature of the model in {folder.name} does not match. Train it again.")
    _check(folder)


def opened(folder: Path) -> dict[str, Any]:
    """The state of an artefact whose files are exactly those that were sealed. Refusal otherwise."""
    _check(folder)
    state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
    return state


def _check(folder: Path) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = dict(manifest["files"])
        written = int(manifest["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"The model in {folder.name} has no readable list of files. Train it again.") from error
    if written not in (FORMAT - 1, FORMAT):
        raise _of_another_version(folder)
    present = {path.name for path in folder.iterdir()} - {MANIFEST, SIGNATURE}
    if present != set(listed):
        raise Refusal(f"The model in {folder.name} has missing or foreign files. Train it again.")
    for name, digest in listed.items():
        if not name.endswith(ENDINGS) or _digest(folder / name) != digest:
            raise Refusal(f"The file {name} of the model in {folder.name} was changed. Train it again.")
    if written != FORMAT and json.loads((folder / STATE).read_text(encoding="utf-8")).get("kind") not in UNCHANGED:
        raise _of_another_version(folder)


def _of_another_version(folder: Path) -> Refusal:
    return Refusal(f"The model in {folder.name} was written by another version. Train it again.")


def _digest(path: Path) -> str:
    return f"{path.stat().st_size}:{hashlib.sha256(path.read_bytes()).hexdigest()}"
