"""Servers on loopback for tests of scheduled pulls: Debian's sshd with keys of its own, and a small S3."""

import contextlib
import getpass
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from partners.feeding import ssh

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
OLD = time.time() - 3600


@dataclass
class Sshd:
    """A real OpenSSH server that lets one key in, to one folder."""

    port: int
    folder: Path
    host_key: str
    private: bytes

    def put(self, name: str | bytes, content: bytes = b"a,b\n1,2\n", *, changed: float = OLD) -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.folder), os.fsencode(name))))
        path.write_bytes(content)
        os.utime(path, (changed, changed))
        return path

    @property
    def place(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1", "port": self.port, "user": getpass.getuser(), "folder": str(self.folder),
            "host_key": self.host_key, "fingerprint": ssh.fingerprint(self.host_key),
        }  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sshd(home: Path) -> Iterator[Sshd]:
    if SSHD is None or shutil.which("ssh") is None:
        pytest.skip("NO OPENSSH: install openssh-client and openssh-server to test SFTP pulls against a real server")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # without it, root's sshd does not start
    folder = home / "outbox"
    folder.mkdir(parents=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / "host")], check=True)
    private, public = ssh.key_pair("test")
    (home / "authorized").write_text(public + "\n")
    port = free_port()
    (home / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home / 'host'}\nAuthorizedKeysFile {home / 'authorized'}\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nPidFile none\n"
        "KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\nLogLevel ERROR\n"
    )
    with (home / "log").open("wb") as log:
        program = subprocess.Popen([SSHD, "-D", "-e", "-f", str(home / "config")], stderr=log)
    try:
        _answering(port, program)
        yield Sshd(port, folder, ssh.host_key((home / "host.pub").read_text()), private)
    finally:
        program.kill()
        program.wait()


def _answering(port: int, program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and program.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            if probe.recv(4) == b"SSH-":
                return
    pytest.fail("sshd did not start")


@dataclass
class Bucket:
    """What the small S3 serves: one bucket, keys as they are, and what it was asked."""

    name: str = "exports"
    objects: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    access_key: str = "AKTEST"
    asked: list[str] = field(default_factory=list)
    refuses: tuple[int, str] | None = None
    port: int = 0
    endless: bool = False

    def put(self, key: str, content: bytes = b"a,b\n1,2\n", *, changed: float = OLD) -> None:
        self.objects[key] = (content, changed)

    @property
    def place(self) -> dict[str, Any]:
        return {
            "endpoint": f"http://127.0.0.1:{self.port}", "region": "eu-test-1", "bucket": self.name,
            "prefix": "out", "access_key": self.access_key,
        }  # fmt: skip


class _Answers(http.server.BaseHTTPRequestHandler):
    """ListObjectsV2 with a delimiter, HEAD, and GET with ranges: what reading a bucket takes."""

    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.bucket.asked.append(f"{self.command} {parts.path}")
        path = unquote(parts.path).removeprefix("/")
        if self.headers.get("Host", "").startswith(f"{self.bucket.name}."):  # as some providers want it
            path = f"{self.bucket.name}/{path}"
        name, _, key = path.partition("/")
        if self.bucket.refuses:
            return self._error(*self.bucket.refuses)
        if f"Credential={self.bucket.access_key}/" not in self.headers.get("Authorization", ""):
            return self._error(403, "InvalidAccessKeyId")
        if name != self.bucket.name:
            return self._error(404, "NoSuchBucket")
        if "list-type=2" in parts.query:
            return self._list(parse_qs(parts.query, keep_blank_values=True))
        if key in self.bucket.objects:
            return self._object(*self.bucket.objects[key])
        return self._error(404, "NoSuchKey")

    def _list(self, asked: dict[str, list[str]]) -> None:
        prefix, rows, folders = asked.get("prefix", [""])[0], "", set()
        most = int(asked.get("max-keys", ["1000"])[0])
        for key, (content, changed) in sorted(self.bucket.objects.items())[:most]:
            rest = key.removeprefix(prefix)
            if not key.startswith(prefix):
                continue
            if "/" in rest:
                folders.add(prefix + rest.partition("/")[0] + "/")
                continue
            when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(changed))
            rows += (
                f"<Contents><Key>{escape(key)}</Key><LastModified>{when}</LastModified>"
                f"<ETag>&quot;x&quot;</ETag><Size>{len(content)}</Size></Contents>"
            )
        rows += "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in folders)
        more = "<IsTruncated>true</IsTruncated><NextContinuationToken>on</NextContinuationToken>"
        end = more if self.bucket.endless else "<IsTruncated>false</IsTruncated>"
        self._send(200, f"<ListBucketResult>{rows}{end}</ListBucketResult>".encode(), "application/xml")

    def _object(self, content: bytes, changed: float) -> None:
        first, last, status = 0, len(content) - 1, 200
        if wanted := self.headers.get("Range"):
            start, _, end = wanted.removeprefix("bytes=").partition("-")
            first, last, status = int(start), min(int(end or last), last), 206
        more = {"Last-Modified": formatdate(changed, usegmt=True), "ETag": '"x"', "Accept-Ranges": "bytes"}
        if status == 206:
            more["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self._send(status, content[first : last + 1], "text/csv", more)

    def _error(self, status: int, code: str) -> None:
        self._send(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode(), "application/xml")

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def s3(*, tls: ssl.SSLContext | None = None) -> Iterator[Bucket]:
    bucket = Bucket()
    answers = type("Answers", (_Answers,), {"bucket": bucket})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), answers)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    bucket.port = server.server_port
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mute(first: bytes = b"") -> Iterator[int]:
    """A server that takes connections, says a few bytes, and then nothing more; yields its port."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    one, _peer = server.accept()
                    held.append(one)
                    one.sendall(first)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
    thread.join()
    for one in held:
        one.close()
