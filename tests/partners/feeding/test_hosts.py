"""Which hosts a pull may ask: public addresses only, however an inner one is spelt; what the operator names as well."""

import socket
from typing import Any

import pytest

from partners.feeding import hosts
from portal.kit.errors import Refusal

INNER = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "169.254.1.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::127.0.0.1", "100::1", "2001:db8::1",
]  # fmt: skip
ODD = [
    "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.01", "1.2.3.4.5", "017700000001",
    "fe80::1%lo", "", " ", ".", "a b", "-oProxyCommand=x", "host/path", "user@host", "host:22", "a\nb", "a\0b",
    "x" * 300, "a..b", "①②⑦.1", "*.example.com", "a,b", "!a", "|1|x", "[::1", "::1]x",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A resolver that knows what the test tells it."""
    known: dict[str, list[str]] = {}

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        if host not in known:
            try:
                socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
            except OSError:
                raise socket.gaierror from None
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known.get(host, [host])]

    monkeypatch.setattr(hosts.socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_refused_as_itself_and_behind_a_name(address: str, names: dict[str, list[str]]) -> None:
    names["rebound.example.com"] = [address]
    for host in (address, "rebound.example.com"):
        with pytest.raises(Refusal, match="inside a network"):
            hosts.checked(host, 22, allowed=[])


@pytest.mark.parametrize("host", ODD)
def test_what_is_no_host_is_refused_before_it_is_resolved(host: str, names: dict[str, list[str]]) -> None:
    names[host] = ["8.8.8.8"]
    with pytest.raises(Refusal, match="is not a host"):
        hosts.checked(host, 22, allowed=["0.0.0.0/0", "::/0"])


def test_a_public_host_gives_the_address_that_was_judged(names: dict[str, list[str]]) -> None:
    names["files.example.com"] = ["93.184.216.34", "2606:2800:220:1::1"]
    assert hosts.checked(" Files.Example.com. ", 22, allowed=[]) == "93.184.216.34"
    assert hosts.checked("[2606:2800:220:1::1]", 22, allowed=[]) == "2606:2800:220:1::1"


def test_one_inner_address_among_public_ones_spoils_the_host(names: dict[str, list[str]]) -> None:
    names["both.example.com"] = ["93.184.216.34", "127.0.0.1"]
    with pytest.raises(Refusal, match="inside a network"):
        hosts.checked("both.example.com", 22, allowed=[])


@pytest.mark.parametrize("answers", [{}, {"nowhere.example.com": []}, {"nowhere.example.com": ["what"]}])
def test_a_name_nobody_knows_is_refused(answers: dict[str, list[str]], names: dict[str, list[str]]) -> None:
    names.update(answers)
    with pytest.raises(Refusal, match="There is no host “nowhere"):
        hosts.checked("nowhere.example.com", 22, allowed=["0.0.0.0/0", "::/0"])


def test_a_name_in_other_letters_is_resolved_as_the_network_spells_it(names: dict[str, list[str]]) -> None:
    names["xn--bcher-kva.example"] = ["93.184.216.34"]
    assert hosts.checked("Bücher.example", 22, allowed=[]) == "93.184.216.34"


@pytest.mark.parametrize("allowed", [["nas.corp"], ["NAS.corp"], ["10.0.0.0/8"], ["10.1.2.3"], ["x.y", "10.1.0.0/16"]])
def test_the_operator_allows_a_host_or_its_network(allowed: list[str], names: dict[str, list[str]]) -> None:
    names["nas.corp"] = ["10.1.2.3"]
    assert hosts.checked("nas.corp", 22, allowed=allowed) == "10.1.2.3"


@pytest.mark.parametrize("allowed", [["other.corp"], ["10.2.0.0/16"], ["corp"], ["10.1.2.4"], ["nas.corp.example"]])
def test_what_the_operator_allows_opens_nothing_else(allowed: list[str], names: dict[str, list[str]]) -> None:
    names["nas.corp"] = ["10.1.2.3"]
    with pytest.raises(Refusal, match="inside a network"):
        hosts.checked("nas.corp", 22, allowed=allowed)


def test_a_network_must_hold_every_address_of_a_host(names: dict[str, list[str]]) -> None:
    names["both.corp"] = ["10.1.2.3", "127.0.0.1"]
    with pytest.raises(Refusal, match="inside a network"):
        hosts.checked("both.corp", 22, allowed=["10.0.0.0/8"])
