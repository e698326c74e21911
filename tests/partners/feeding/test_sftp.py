"""SFTP against Debian's own server: hostile names, hostile folders, wrong keys, silence."""

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from partners.feeding import folder, sftp, ssh
from partners.feeding.folder import Entry, matching
from portal.kit.errors import Refusal
from tests.partners.feeding.servers import Sshd, mute

HERE = ["127.0.0.1"]


def listed(server: Sshd, **place: Any) -> list[Entry]:
    with sftp.opened({**server.place, **place}, server.private, allowed=HERE) as opened:
        return opened.entries()


def fetched(server: Sshd, name: str) -> bytes:
    with sftp.opened(server.place, server.private, allowed=HERE) as opened:
        entry = next(one for one in opened.entries() if one.name == name)
        return b"".join(opened.chunks(entry))


def test_files_come_with_size_and_time_and_arrive_as_they_are(ssh_server: Sshd) -> None:
    content = os.urandom(3 * 2**20 + 17)
    ssh_server.put("orders.csv", content, changed=1_790_000_000)
    (found,) = listed(ssh_server)
    assert (found.name, found.size, found.changed) == ("orders.csv", len(content), 1_790_000_000)
    assert fetched(ssh_server, "orders.csv") == content


def test_an_empty_file_is_an_empty_stream(ssh_server: Sshd) -> None:
    ssh_server.put("empty.csv", b"")
    assert fetched(ssh_server, "empty.csv") == b""


@pytest.mark.parametrize(
    "name",
    ["-rf", "--", "o'\"rders.csv", "a b;rm -rf *.csv", "!ls.csv", "$(id).csv", "get x.csv", "訂單.csv", "*?[a].csv"],
)
def test_a_hostile_name_is_only_a_name(name: str, ssh_server: Sshd) -> None:
    ssh_server.put(name, b"honest")
    ssh_server.put("other.csv", b"other")
    assert fetched(ssh_server, name) == b"honest"


def test_names_in_gb18030_are_read_and_fetched(ssh_server: Sshd) -> None:
    ssh_server.put("订单.csv".encode("gb18030"), b"gb")
    assert fetched(ssh_server, "订单.csv") == b"gb"


def test_folders_links_and_names_that_act_on_a_screen_are_passed_over(ssh_server: Sshd) -> None:
    (ssh_server.folder / "folder.csv").mkdir()
    (ssh_server.folder / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(ssh_server.folder / "pipe.csv")
    ssh_server.put("a\nget secret.csv")
    ssh_server.put("a\x1b[2J.csv")
    ssh_server.put("back\\slash.csv")
    ssh_server.put(b"\xff\xfe.csv")
    ssh_server.put("good.csv")
    assert [entry.name for entry in listed(ssh_server)] == ["good.csv"]


def test_a_file_that_shrank_or_grew_since_it_was_listed_is_refused(ssh_server: Sshd) -> None:
    path = ssh_server.put("orders.csv", b"x" * 100_000)
    with sftp.opened(ssh_server.place, ssh_server.private, allowed=HERE) as opened:
        (entry,) = opened.entries()
        for content in (b"x" * 50_000, b"x" * 100_001):
            path.write_bytes(content)
            with pytest.raises(Refusal, match="changed while it was fetched"):
                list(opened.chunks(entry))


def test_a_file_that_is_gone_is_told_from_one_that_stays(ssh_server: Sshd) -> None:
    path = ssh_server.put("orders.csv")
    with sftp.opened(ssh_server.place, ssh_server.private, allowed=HERE) as opened:
        (entry,) = opened.entries()
        assert opened.entry(entry) == entry
        path.unlink()
        assert opened.entry(entry) is None


def test_a_folder_that_is_not_there_is_named(ssh_server: Sshd) -> None:
    with pytest.raises(Refusal, match="There is no folder “/nowhere”"):
        listed(ssh_server, folder="/nowhere")


def test_a_folder_with_too_many_files_is_refused(ssh_server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "LISTED", 3)
    for number in range(3):
        ssh_server.put(f"{number}.csv")
    with pytest.raises(Refusal, match="more than"):
        listed(ssh_server)  # “.” and “..” count


def test_another_host_key_is_refused_before_anything_is_said(ssh_server: Sshd) -> None:
    other = ssh.host_key(ssh.key_pair("other")[1])
    with pytest.raises(Refusal, match="shows another key than the one confirmed"):
        listed(ssh_server, host_key=other)


def test_a_key_of_ours_that_is_not_installed_names_what_to_do(ssh_server: Sshd) -> None:
    ssh_server.private, _public = ssh.key_pair("not installed")
    with pytest.raises(Refusal, match="add the public key shown here"):
        listed(ssh_server)


def test_nobody_listening_is_a_sentence(ssh_server: Sshd) -> None:
    with pytest.raises(Refusal, match="does not answer: check host and port"):
        listed(ssh_server, port=1)


def test_a_server_without_ssh_installed_here_is_a_sentence(ssh_server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh.shutil, "which", lambda _name: None)
    with pytest.raises(Refusal, match=r"no program “ssh”.*apt-get install openssh-client"):
        listed(ssh_server)


def test_an_address_inside_a_network_is_never_connected_to(ssh_server: Sshd) -> None:
    with (
        pytest.raises(Refusal, match="FAIRWAY_PULL_HOSTS"),
        sftp.opened(ssh_server.place, ssh_server.private, allowed=[]),
    ):
        pass


def test_a_server_that_falls_silent_is_left(ssh_server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ssh.OPTIONS, "ConnectTimeout", "600")
    monkeypatch.setattr(sftp, "SILENCE", 0.5)
    with mute() as port, pytest.raises(Refusal, match="too slowly"):
        listed(ssh_server, port=port)


def test_the_private_key_lies_in_no_file(ssh_server: Sshd, tmp_path: Path) -> None:
    ssh_server.put("orders.csv")
    with sftp.opened(ssh_server.place, ssh_server.private, allowed=HERE) as opened:
        opened.entries()
        private = ssh_server.private.splitlines()[3]
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and private in path.read_bytes()]


class Played:
    """A connection whose server says what the test wrote."""

    def __init__(self, *packets: bytes) -> None:
        version = struct.pack(">BI", sftp.VERSION, 3)
        self.said = b"".join(struct.pack(">I", len(one)) + one for one in (version, *packets))

    def send(self, data: bytes) -> None:
        pass

    def receive(self, seconds: float) -> bytes | None:
        said, self.said = self.said[:7], self.said[7:]
        return said or None


def packet(kind: int, number: int, rest: bytes = b"") -> bytes:
    return struct.pack(">BI", kind, number) + rest


def text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def attributes(*, mode: int = 0o100644, size: int = 3) -> bytes:
    return struct.pack(">IQIII", 1 | 4 | 8, size, mode, 0, 1_790_000_000)


PLACE = {"host": "files.example.com", "user": "fairway", "folder": "out"}
OPENED = packet(sftp.HANDLE, 1, text(b"h"))


def listing(*names: bytes) -> bytes:
    return struct.pack(">I", len(names)) + b"".join(text(name) + text(b"long") + attributes() for name in names)


def test_a_name_that_is_a_path_never_leaves_the_folder() -> None:
    names = listing(b"../../etc/passwd", b"/etc/passwd", b"..", b"x/../y", b"nul\0.csv", b"good.csv")
    played = Played(
        OPENED,
        packet(sftp.NAME, 2, names),
        packet(sftp.STATUS, 3, struct.pack(">I", 1)),
        packet(sftp.STATUS, 4, bytes(4)),
    )
    found = sftp.Directory(played, PLACE).entries()  # type: ignore[arg-type]
    assert [(one.name, one.handle) for one in matching(found, "*")] == [("good.csv", b"out/good.csv")]


@pytest.mark.parametrize(
    "answer",
    [
        packet(sftp.NAME, 9, listing(b"a.csv")),  # an answer nobody asked for
        packet(sftp.NAME, 2, struct.pack(">I", 5)),  # five names announced, none sent
        packet(sftp.NAME, 2, struct.pack(">II", 1, 2**31)),  # a name of two gigabytes
        packet(
            sftp.NAME, 2, struct.pack(">I", 1) + text(b"a") + text(b"l") + struct.pack(">II", 0x80000000, 2**32 - 1)
        ),
        packet(sftp.DATA, 2, text(b"x")),
        b"",
    ],
)
def test_a_garbled_answer_is_a_sentence(answer: bytes) -> None:
    with pytest.raises(Refusal, match="not SFTP"):
        sftp.Directory(Played(OPENED, answer), PLACE).entries()  # type: ignore[arg-type]


def test_a_packet_without_end_is_refused_before_it_is_read() -> None:
    played = Played()
    played.said = struct.pack(">I", 2**32 - 1) + b"x" * 20
    with pytest.raises(Refusal, match="not SFTP"):
        sftp.Directory(played, PLACE)  # type: ignore[arg-type]


def test_pieces_may_come_short_and_in_any_order() -> None:
    size = 2 * sftp.BLOCK
    first, second = b"a" * sftp.BLOCK, b"b" * sftp.BLOCK
    played = Played(
        OPENED,
        packet(sftp.DATA, 3, text(second)),
        packet(sftp.DATA, 2, text(first[:10])),
        packet(sftp.DATA, 4, text(first[10:])),
        packet(sftp.STATUS, 5, struct.pack(">I", sftp.EOF)),
        packet(sftp.STATUS, 6, bytes(4)),
    )
    entry = Entry(name="x", path="out/x", size=size, changed=0, handle=b"out/x")
    assert b"".join(sftp.Directory(played, PLACE).chunks(entry)) == first + second  # type: ignore[arg-type]


def test_a_server_that_drips_runs_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "FILE_SECONDS", -10.0)
    entry = Entry(name="x", path="out/x", size=10, changed=0, handle=b"out/x")
    with pytest.raises(Refusal, match="too slowly"):
        list(sftp.Directory(Played(OPENED), PLACE).chunks(entry))  # type: ignore[arg-type]
