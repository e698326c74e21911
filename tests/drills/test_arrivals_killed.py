"""A file in pieces while its web server is killed with -9: it goes on from what was acknowledged, and is whole."""

import hashlib
import http.client
import os
import random
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import free_port
from tests.drills.house import PAUSE, House, house
from tests.drills.test_web_memory import PROGRAM, Sender, answers

pytestmark = pytest.mark.slow

KILLS = 10 if os.environ.get("FAIRWAY_DRILLS") else 1
SIZE, PIECE = 12_000_000, 5_000_000
TYPE = "application/offset+octet-stream"
FOUND = """
import hashlib
from django_scopes import scopes_disabled
from partners import vault
from partners.models import Upload
with scopes_disabled():
    for upload in Upload.objects.all():
        with vault.original(upload).open() as file:
            print("sent", upload.runs.count(), hashlib.sha256(file.read()).hexdigest())
"""


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    with house(tmp_path / "house", GUNICORN_CMD_ARGS="--workers 1", FAIRWAY_API_RATE="100000/min") as made:
        secret = made.script(PROGRAM).rpartition("secret ")[2]
        made.start_broker()
        made.port = free_port()
        found = Sender(made, secret)
        yield found


def start(sender: Sender, site: House) -> Any:
    web = site.start_web(site.port)
    site.wait(lambda: answers(sender), seconds=60, what="the web server")
    return web


def announce(sender: Sender) -> str:
    said = ",".join(f"{name} {b64encode(word).decode()}" for name, word in (("filename", b"p"), ("kind", b"products")))
    made = sender.ask("POST", "/api/v1/arrivals/", Upload_Length=str(SIZE), Upload_Metadata=said, Content_Length="0")
    assert made.status == 201
    return re.sub("^http://[^/]+", "", made.headers["Location"])


@pytest.mark.parametrize("turn", range(KILLS))
def test_a_killed_server_leaves_what_it_acknowledged(sender: Sender, turn: int) -> None:
    dice, site = random.Random(turn), sender.site
    content, web = dice.randbytes(SIZE), start(sender, site)
    path, offset = announce(sender), 0
    killer = threading.Timer(dice.uniform(0.01, 0.2), site.kill, [web])
    while offset < SIZE:
        end = min(offset + PIECE, SIZE)
        now = offset > 0 and killer.ident is None  # the second piece is the one that is hit
        if now:
            killer.start()
        status = piece(sender, path, content, offset, end)
        if now:
            killer.join()
            start(sender, site)
        before, offset = offset, int(sender.ask("HEAD", path).headers["Upload-Offset"])
        assert offset == end if status == 204 else offset in (before, end)
        PAUSE.wait(0 if status == 204 else 1)
    told = [line for line in site.script(FOUND).splitlines() if line.startswith("sent")]
    assert told == [f"sent 1 {hashlib.sha256(content).hexdigest()}"]


def piece(sender: Sender, path: str, content: bytes, offset: int, end: int) -> int:
    """Send a piece in small steps; 0 when the server was gone or hung up: a dead one's hold lasts half a minute."""
    size = str(end - offset)
    body = (content[at : min(at + 50_000, end)] for at in range(offset, end, 50_000))
    try:
        sent = sender.ask("PATCH", path, body, Content_Type=TYPE, Content_Length=size, Upload_Offset=str(offset))
    except (OSError, http.client.HTTPException):
        return 0
    return sent.status
