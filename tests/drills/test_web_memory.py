"""R15: the web process does not grow while large files are sent to it. FAIRWAY_DRILLS sends 200 MB instead of 40."""

import http.client
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.conftest import free_port
from tests.drills.house import House, house

pytestmark = pytest.mark.slow

LARGE = bool(os.environ.get("FAIRWAY_DRILLS"))
MEGABYTES = 200 if LARGE else 40
GROWTH = 64 if LARGE else 24
"""Less than the file in either case: a body held in memory would show."""

PROGRAM = """
from django.utils import timezone
from partners import keys
from partners.models import ApiKey, Partner
partner = Partner.objects.create(slug="alder", name="Alder")
print("secret", keys.issue(ApiKey(partner=partner, name="program"), by=None, at=timezone.now())[1])
"""
FORM = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nproducts\r\n' \
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'  # fmt: skip
END = b"\r\n--x--\r\n"


class Sender:
    def __init__(self, site: House, secret: str) -> None:
        self.site, self.authority = site, {"Authorization": f"Bearer {secret}", "Tus-Resumable": "1.0.0"}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=120)) as connection:
            connection.request(method, path, body=body, headers={**self.authority, **told})  # type: ignore[arg-type]
            answer = connection.getresponse()
            answer.read()
            return answer

    def form(self, file: Path) -> None:
        size = len(FORM) + file.stat().st_size + len(END)
        body = (part for part in [FORM, *pieces(file), END])
        kind = "multipart/form-data; boundary=x"
        assert self.ask("POST", "/api/v1/uploads/", body, Content_Type=kind, Content_Length=str(size)).status == 202

    def tus(self, file: Path) -> None:
        said = ",".join(
            f"{name} {b64encode(word).decode()}" for name, word in (("filename", b"p"), ("kind", b"products"))
        )
        size = str(file.stat().st_size)
        made = self.ask("POST", "/api/v1/arrivals/", Upload_Length=size, Upload_Metadata=said, Content_Length="0")
        assert made.status == 201
        path = re.sub("^http://[^/]+", "", made.headers["Location"])
        kind = "application/offset+octet-stream"
        sent = self.ask("PATCH", path, pieces(file), Content_Type=kind, Content_Length=size, Upload_Offset="0")
        assert (sent.status, sent.headers["Upload-Offset"]) == (204, size)


def pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(2**16):
            yield piece


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    with house(tmp_path_factory.mktemp("web"), GUNICORN_CMD_ARGS="--workers 1") as made:
        secret = made.script(PROGRAM).rpartition("secret ")[2]
        made.start_broker()
        made.port = free_port()
        made.start_web(made.port)
        found = Sender(made, secret)
        made.wait(lambda: answers(found), seconds=60, what="the web server")
        yield found


def answers(sender: Sender) -> bool:
    try:
        return sender.ask("GET", "/livez").status == 200
    except OSError:
        return False


def peak(site: House) -> float:
    """The most that any of the web server's processes has held at once, in MB."""
    group = {str(program.pid) for program in site.running}
    found = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            line = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        parent = re.search(r"^PPid:\s+(\d+)", text, re.M)
        if b"gunicorn" in line and parent and parent[1] in group and (high := re.search(r"VmHWM:\s+(\d+)", text)):
            found.append(int(high[1]) / 1024)
    return max(found)


@pytest.mark.parametrize("way", ["form", "tus"])
def test_the_web_process_stays_as_it_is_while_a_large_file_comes_in(sender: Sender, way: str, tmp_path: Path) -> None:
    send = getattr(sender, way)
    send(products(tmp_path / "small.csv", megabytes=1))  # what a first request loads is not growth
    before = peak(sender.site)
    assert before > 0
    send(products(tmp_path / "large.csv", megabytes=MEGABYTES))
    grown = peak(sender.site) - before
    assert grown < GROWTH, f"{MEGABYTES} MB sent: the web process grew from {before:.0f} MB by {grown:.1f} MB"


def products(path: Path, *, megabytes: int) -> Path:
    with path.open("wb") as file:
        file.write(b"sku,name\n")
        file.writelines(b"S%07d," % number + b"x" * 91 + b"\n" for number in range(megabytes * 10_382))
    return path
