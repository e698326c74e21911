"""OpenSSH as SFTP needs it: our key pair, the server's key, and a connection that trusts nothing but that one key.

`ssh` is started with no configuration, no agent and no terminal. Keys are handed over in memory, not in files.
"""

import base64
import contextlib
import hashlib
import os
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils.translation import gettext as _

from portal.kit.errors import Refusal

USER = r"[A-Za-z0-9_.@$+][A-Za-z0-9_.@$+-]{0,63}"
HOST_KEY = re.compile(r"(ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) ([A-Za-z0-9+/]{40,2000}={0,2})")
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
CONNECT_SECONDS = 15
TOLD = 4000


def key_pair(comment: str) -> tuple[bytes, str]:
    """A new Ed25519 key: the private half as OpenSSH reads it, and the line for `authorized_keys`."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private, f"{public.decode()} {comment}"


def fingerprint(host_key: str) -> str:
    """As `ssh-keygen -l` writes it. The key is “type base64”."""
    digest = hashlib.sha256(base64.b64decode(host_key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def host_key(text: str) -> str:
    """The type and the key of a line as `ssh-keyscan` or a .pub file writes it; empty when there is none."""
    found = HOST_KEY.search(text)
    if found is None:
        return ""
    with contextlib.suppress(ValueError):
        if base64.b64decode(found[2], validate=True)[4:].startswith(found[1].encode()):
            return f"{found[1]} {found[2]}"
    return ""


def scan(address: str, port: int) -> list[str]:
    """The keys a server shows to anybody, the strongest first. Raises Refusal when it shows none."""
    command = [_program("ssh-keyscan"), "-T", str(CONNECT_SECONDS), "-t", "ed25519,ecdsa,rsa", "-p", str(port), address]
    try:
        ran = subprocess.run(  # noqa: S603 - fixed arguments; the address was made by us
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=3 * CONNECT_SECONDS, check=False, env=_env()
        )
    except subprocess.TimeoutExpired:
        raise _away() from None
    lines = ran.stdout[: 64 * 2**10].decode("ascii", "replace").splitlines()
    keys = {key for line in lines if not line.startswith("#") and (key := host_key(line))}
    if not keys:
        raise _away()
    return sorted(keys, key=lambda key: (not key.startswith("ssh-ed25519"), not key.startswith("ecdsa"), key))


@dataclass
class Connection:
    """A running `ssh`: bytes in, bytes out, and what it complained about."""

    process: subprocess.Popen[bytes]
    told: IO[bytes]

    def send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def receive(self, seconds: float) -> bytes | None:
        """What has come; empty at the end; None when nothing came in time."""
        assert self.process.stdout is not None
        number = self.process.stdout.fileno()
        ready, _w, _x = select.select([number], [], [], seconds)
        return os.read(number, 2**18) if ready else None


@contextmanager
def connected(place: dict[str, Any], address: str, private: bytes) -> Iterator[Connection]:
    """`ssh -s … sftp`, told to accept exactly the pinned key at exactly this address."""
    pinned = f"{place['host']} {place['host_key']}\n".encode()
    with _in_memory(private) as key, _in_memory(pinned) as known, tempfile.TemporaryFile() as told:
        options = {**OPTIONS, "HostKeyAlias": place["host"], "UserKnownHostsFile": known, "IdentityFile": key}
        command = [_program("ssh"), "-F", os.devnull, "-T", "-a", "-x", "-p", str(place["port"]), "-l", place["user"]]
        command += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        with subprocess.Popen(  # noqa: S603 - fixed arguments; host, user and port were checked
            [*command, "-s", "--", address, "sftp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            bufsize=0,
            env=_env(),
        ) as process:
            try:
                yield Connection(process, told)
            finally:
                process.kill()


OPTIONS = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "yes",
    "GlobalKnownHostsFile": os.devnull,
    "UpdateHostKeys": "no",
    "CheckHostIP": "no",
    "VerifyHostKeyDNS": "no",
    "IdentitiesOnly": "yes",
    "IdentityAgent": "none",
    "PreferredAuthentications": "publickey",
    "PubkeyAuthentication": "yes",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "GSSAPIAuthentication": "no",
    "HostbasedAuthentication": "no",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "ClearAllForwardings": "yes",
    "ControlMaster": "no",
    "ControlPath": "none",
    "ProxyCommand": "none",
    "ProxyJump": "none",
    "PermitLocalCommand": "no",
    "CanonicalizeHostname": "no",
    "EscapeChar": "none",
    "ConnectTimeout": str(CONNECT_SECONDS),
    "ConnectionAttempts": "1",
    "ServerAliveInterval": "15",
    "ServerAliveCountMax": "2",
    "LogLevel": "ERROR",
}


def ended(connection: Connection, place: dict[str, Any]) -> Refusal:
    """Why the connection is over, as a sentence. What the server wrote is looked at and never quoted."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        connection.process.wait(timeout=5)
    connection.told.seek(0)
    said = connection.told.read(TOLD).decode("utf-8", "replace")
    known = {"host": place["host"], "user": place["user"]}
    if "Host key verification failed" in said or "HOST IDENTIFICATION HAS CHANGED" in said:
        return changed_key(place)
    if "Permission denied" in said or "Too many authentication failures" in said:
        return Refusal(
            _("%(host)s does not accept our key for “%(user)s”: add the public key shown here to that account.") % known
        )
    if "subsystem request failed" in said:
        return Refusal(_("%(host)s lets us in but offers no SFTP: ask who runs it.") % known)
    if "Connection closed" in said or not said.strip():
        return Refusal(_("%(host)s ended the connection; the next pull tries again.") % known)
    return _away()


def changed_key(place: dict[str, Any]) -> Refusal:
    return Refusal(
        _(
            "%(host)s shows another key than the one confirmed. Ask who runs it whether it was replaced; until "
            "somebody confirms the new one, nothing is fetched."
        )
        % {"host": place["host"]},
        blocks="host_key",
    )


def _away() -> Refusal:
    return Refusal(_("The server does not answer: check host and port, and that it can be reached from the internet."))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refusal(
            _(
                "This server has no program “%(name)s”, so it cannot reach SFTP folders: its operator installs it "
                "(Debian and Ubuntu: apt-get install openssh-client)."
            )
            % {"name": name}
        )
    return found


def _env() -> dict[str, str]:
    """No agent, no prompt program, messages in English."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


@contextmanager
def _in_memory(content: bytes) -> Iterator[str]:
    """A path under which another program of ours reads this, though it lies on no disk; elsewhere a private file."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("fairway")
        try:
            os.fchmod(number, 0o600)
            os.write(number, content)
            yield f"/proc/{os.getpid()}/fd/{number}"
        finally:
            os.close(number)
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.name
