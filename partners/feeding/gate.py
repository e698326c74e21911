"""The only way out for a library that opens its own connections: a proxy on loopback to one judged address.

The library is told to use it as an HTTP proxy, so it resolves no name, follows no redirect elsewhere and meets no
other address than the one `hosts.checked` gave. Bytes and seconds run out here too, whatever a slow server does.
"""

import base64
import contextlib
import secrets
import select
import socket
import threading
import time
from types import TracebackType
from typing import Self

HEAD = 16 * 2**10
PIECE = 64 * 2**10
TICK = 0.5


class Gate:
    """`with Gate(host, port, address) as gate:` then hand `gate.options` to the library, and `allow` each step."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._target = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").encode()
        self._address, self._port = address, port
        self._token = secrets.token_urlsafe(24)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._closed = threading.Event()
        self._connections: list[socket.socket] = []
        self.exceeded = ""
        self.allow(size=0, seconds=0)

    @property
    def options(self) -> dict[str, str | int]:
        port = self._server.getsockname()[1]
        return {"scheme": "http", "host": "127.0.0.1", "port": port, "username": "gate", "password": self._token}

    def allow(self, *, size: int, seconds: float) -> None:
        """What the next step may cost: bytes from the server, and seconds."""
        self._left, self._until = size, time.monotonic() + seconds
        self.exceeded = ""

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._closed.set()
        for one in (self._server, *self._connections):
            with contextlib.suppress(OSError):
                one.close()

    def _listen(self) -> None:
        self._server.settimeout(TICK)
        while not self._closed.is_set():
            try:
                here, _peer = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=[here], daemon=True).start()

    def _serve(self, here: socket.socket) -> None:
        with here, contextlib.suppress(OSError):
            here.settimeout(max(TICK, self._until - time.monotonic()))
            head = self._head(here)
            if not self._welcome(head):
                here.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            there = socket.create_connection((self._address, self._port), timeout=15)
            self._connections += [here, there]
            with there:
                if head.startswith(b"CONNECT "):
                    here.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    there.sendall(self._without_token(head))
                self._pump(here, there)

    @staticmethod
    def _head(here: socket.socket) -> bytes:
        """Everything up to the empty line, and what came with it."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD:
            piece = here.recv(PIECE)
            if not piece:
                break
            head += piece
        return head

    def _welcome(self, head: bytes) -> bool:
        """Only who holds the token, and only for the one host: a connection stays with the address it was given."""
        line, _, rest = head.partition(b"\r\n")
        words = line.split(b" ")
        if len(words) != 3 or self._credentials() not in rest:
            return False
        asked = words[1] if words[0] == b"CONNECT" else words[1].removeprefix(b"http://").partition(b"/")[0]
        return asked.lower() in (self._target, self._target.removesuffix(b":80"))

    def _credentials(self) -> bytes:
        return b"Basic " + base64.b64encode(f"gate:{self._token}".encode())

    def _without_token(self, head: bytes) -> bytes:
        lines = head.split(b"\r\n")
        return b"\r\n".join(line for line in lines if not line.lower().startswith(b"proxy-"))

    def _pump(self, here: socket.socket, there: socket.socket) -> None:
        while not self._closed.is_set():
            if time.monotonic() > self._until:
                self.exceeded = self.exceeded or "seconds"
                return
            ready, _w, _x = select.select([here, there], [], [], TICK)
            for one in ready:
                piece = one.recv(PIECE)
                if not piece:
                    return
                if one is there:
                    self._left -= len(piece)
                    if self._left < 0:
                        self.exceeded = "size"
                        return
                    here.sendall(piece)
                else:
                    there.sendall(piece)
