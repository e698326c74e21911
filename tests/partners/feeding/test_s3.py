"""S3 through Arrow's client and our gate, against a small server: contents, refusals as sentences, and no way out."""

import contextlib
import datetime
import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from partners.feeding import folder, s3
from partners.feeding.folder import Entry, matching
from partners.feeding.gate import Gate
from portal.kit.errors import Refusal
from tests.partners.feeding import servers
from tests.partners.feeding.servers import Bucket, mute

HERE = ["127.0.0.1", "localhost"]
SECRET = b"a secret that must never be told"


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """The child is a process of its own; a test gives back what it changed."""
    before = {name: os.environ.get(name) for name in s3.NOWHERE}
    yield
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def opened(served: Bucket, /, **place: Any) -> contextlib.AbstractContextManager[s3.Bucket]:
    return s3.opened({**served.place, **place}, SECRET, allowed=HERE)


def listed(served: Bucket, /, **place: Any) -> list[Entry]:
    with opened(served, **place) as one:
        return one.entries()


def test_objects_below_the_prefix_come_as_they_are(bucket: Bucket) -> None:
    content = os.urandom(9 * 2**20 + 5)
    bucket.put("out/orders.csv", content, changed=1_790_000_000)
    bucket.put("out/deeper/orders.csv")
    bucket.put("elsewhere/orders.csv")
    with opened(bucket) as one:
        (entry,) = one.entries()
        assert (entry.name, entry.size, entry.changed) == ("orders.csv", len(content), 1_790_000_000)
        assert b"".join(one.chunks(entry)) == content
        assert one.entry(entry) == entry
        del bucket.objects["out/orders.csv"]
        assert one.entry(entry) is None


def test_the_whole_bucket_may_be_the_folder(bucket: Bucket) -> None:
    bucket.put("orders.csv")
    bucket.put("out/other.csv")
    assert [entry.name for entry in listed(bucket, prefix="")] == ["orders.csv"]


def test_the_buckets_name_may_stand_before_the_address(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def checked(host: str, port: int, *, allowed: list[str]) -> str:
        asked.append(host)
        return "127.0.0.1"

    monkeypatch.setattr(s3.hosts, "checked", checked)
    bucket.put("out/orders.csv", b"virtual")
    place = {**bucket.place, "endpoint": f"http://files.test:{bucket.port}", "virtual": True}
    with s3.opened(place, SECRET, allowed=["files.test"]) as one:
        (entry,) = one.entries()
        assert b"".join(one.chunks(entry)) == b"virtual"
    assert asked == ["exports.files.test"]


@pytest.mark.parametrize("name", ["-rf.csv", "o'\"rders & <b>.csv", "订单.csv", "a b%2F..%2Fc.csv", "*?.csv"])
def test_a_hostile_key_is_only_a_name(name: str, bucket: Bucket) -> None:
    bucket.put(f"out/{name}", b"honest")
    with opened(bucket) as one:
        (entry,) = matching(one.entries(), "*")
        assert entry.name == name
        assert b"".join(one.chunks(entry)) == b"honest"


def test_keys_that_are_paths_or_act_on_a_screen_are_passed_over(bucket: Bucket) -> None:
    for key in (
        "out/../../etc/passwd",
        "out//x",
        "out/a\nb.csv",
        "out/back\\slash.csv",
        "out/.hidden",
        "out/x.csv.part",
    ):
        bucket.put(key)
    bucket.put("out/good.csv")
    assert [entry.name for entry in matching(listed(bucket), "*")] == ["good.csv"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"bucket": "other"}, "There is no bucket “other” at 127.0.0.1"),
        ({"access_key": "AKOTHER"}, "does not know the access key"),
    ],
)
def test_a_wrong_bucket_or_key_is_a_sentence(change: dict[str, str], sentence: str, bucket: Bucket) -> None:
    with pytest.raises(Refusal, match=sentence):
        listed(bucket, **change)


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (403, "AccessDenied", "does not let this key read “exports/out”"),
        (403, "SignatureDoesNotMatch", "The secret key does not belong to the access key"),
        (403, "RequestTimeTooSkewed", "clocks"),
        (301, "PermanentRedirect", "lies in another region"),
        (418, "Teapot", "not understood"),
    ],
)
def test_what_the_server_refuses_is_a_sentence(status: int, code: str, sentence: str, bucket: Bucket) -> None:
    bucket.refuses = (status, code)
    with pytest.raises(Refusal, match=sentence) as caught:
        listed(bucket)
    assert SECRET.decode() not in caught.value.sentence


def test_nobody_listening_is_a_sentence(bucket: Bucket) -> None:
    with pytest.raises(Refusal, match="does not answer"):
        listed(bucket, endpoint="http://127.0.0.1:1")


def test_a_listing_without_end_is_cut_off(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LISTING", 64 * 2**10)
    bucket.endless = True
    for number in range(50):
        bucket.put(f"out/{number}.csv")
    with pytest.raises(Refusal, match="holds more than"):
        listed(bucket)


def test_a_listing_longer_than_the_limit_is_refused(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LISTED", 3)
    for number in range(4):
        bucket.put(f"out/{number}.csv")
    with pytest.raises(Refusal, match="holds more than"):
        listed(bucket)


def test_a_file_larger_than_it_was_listed_is_refused(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "HEADS", 1024)
    bucket.put("out/orders.csv", b"x" * 2**20)
    with opened(bucket) as one:
        (entry,) = one.entries()
        bucket.put("out/orders.csv", b"x" * 2**22)
        with pytest.raises(Refusal, match="changed while it was fetched"):
            list(one.chunks(entry))


def test_a_server_that_says_nothing_is_left(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LIST_SECONDS", 1.0)
    with mute() as port, pytest.raises(Refusal, match="too slowly"):
        listed(bucket, endpoint=f"http://127.0.0.1:{port}")


def test_a_server_that_drips_is_left(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "FILE_SECONDS", -10.0)
    bucket.put("out/orders.csv")
    with opened(bucket) as one:
        (entry,) = one.entries()
        with pytest.raises(Refusal, match="too slowly"):
            list(one.chunks(entry))


@pytest.mark.parametrize(
    "endpoint",
    ["http://files.example.com", "ftp://files.example.com", "files.example.com", "https://u:p@files.example.com",
     "https://files.example.com/bucket", "https://files.example.com:99999", "https://", "https://[::1"],
)  # fmt: skip
def test_an_endpoint_is_an_https_address_of_a_host(endpoint: str) -> None:
    with pytest.raises(Refusal, match=r"https://|without encryption"):
        s3.endpoint({"endpoint": endpoint}, allowed=HERE)


def test_without_an_endpoint_the_region_names_amazons() -> None:
    found = s3.endpoint({"endpoint": "", "region": "eu-central-1"}, allowed=[])
    assert found == ("https", "s3.eu-central-1.amazonaws.com", 443)


def test_an_address_inside_a_network_is_never_connected_to(bucket: Bucket) -> None:
    inner = {**bucket.place, "endpoint": f"https://127.0.0.1:{bucket.port}"}
    with pytest.raises(Refusal, match="FAIRWAY_PULL_HOSTS"), s3.opened(inner, SECRET, allowed=[]):
        pass
    assert bucket.asked == []


def test_no_credentials_are_looked_for_elsewhere(bucket: Bucket) -> None:
    listed_before = dict(os.environ)
    with contextlib.suppress(Refusal):
        listed(bucket)
    assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
    assert os.environ["AWS_CONFIG_FILE"] == os.devnull
    assert listed_before.keys() <= os.environ.keys()


def certificate(home: Path) -> ssl.SSLContext:
    """A server for “files.example.com” that only those trust who are given its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "files.example.com")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("files.example.com")]), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    (home / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (home / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home / "ca.pem", home / "key.pem")
    return context


def test_https_proves_the_name_while_the_connection_goes_to_the_judged_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name resolves to nothing outside this test: only the gate knows where it lies."""
    monkeypatch.setattr(s3.hosts, "checked", lambda host, port, *, allowed: "127.0.0.1")
    with servers.s3(tls=certificate(tmp_path)) as bucket:
        bucket.put("out/orders.csv", b"over tls")
        place = {**bucket.place, "endpoint": f"https://files.example.com:{bucket.port}"}
        with s3.opened(place, SECRET, allowed=[], ca_file=str(tmp_path / "ca.pem")) as one:
            (entry,) = one.entries()
            assert b"".join(one.chunks(entry)) == b"over tls"
        with s3.opened(place, SECRET, allowed=[]) as one, pytest.raises(Refusal, match="cannot prove who it is"):
            one.entries()


class TestTheGate:
    def ask(self, gate: Gate, head: str) -> bytes:
        address = (str(gate.options["host"]), int(gate.options["port"]))
        with socket.create_connection(address, timeout=10) as here:
            here.sendall(head.encode())
            here.shutdown(socket.SHUT_WR)
            said = b""
            while piece := here.recv(4096):
                said += piece
            return said

    def authorised(self, gate: Gate, line: str) -> str:
        return f"{line}\r\nProxy-Authorization: {gate._credentials().decode()}\r\n\r\n"

    @pytest.mark.parametrize(
        "line",
        [
            "CONNECT 169.254.169.254:80 HTTP/1.1", "CONNECT files.example.com:22 HTTP/1.1",
            "GET http://169.254.169.254/latest HTTP/1.1", "GET / HTTP/1.1", "nonsense", "",
        ],
    )  # fmt: skip
    def test_it_leads_to_the_one_host_only(self, line: str) -> None:
        with Gate("files.example.com", 443, "127.0.0.1") as gate:
            gate.allow(size=1000, seconds=10)
            assert b"403" in self.ask(gate, self.authorised(gate, line))

    def test_another_program_on_this_machine_does_not_get_through(self, bucket: Bucket) -> None:
        with Gate("127.0.0.1", bucket.port, "127.0.0.1") as gate:
            gate.allow(size=1000, seconds=10)
            assert b"403" in self.ask(gate, f"GET http://127.0.0.1:{bucket.port}/ HTTP/1.1\r\n\r\n")
        assert bucket.asked == []
