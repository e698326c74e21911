"""Which addresses a pull may connect to: public ones, and what the operator allows in FAIRWAY_PULL_HOSTS.

Somebody else names the host, our machine connects: so the name is resolved once, every address it stands for is
judged, and the connection goes to the address that was judged. What cannot be judged is refused.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.kit.errors import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def plain(host: str) -> str:
    """The host as it is resolved: lower case, no brackets, no final dot, IDNA. Raises Refusal for anything odd."""
    name = host.strip().lower().rstrip(".")
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    if _literal(name) is not None:
        return name
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        raise _odd(host) from None
    labels = name.split(".")
    # “2130706433”, “0x7f.1” and “0177.0.0.1” are spellings of 127.0.0.1 to the resolver, and of nothing honest.
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels) or NUMBER.fullmatch(labels[-1]):
        raise _odd(host)
    return name


def checked(host: str, port: int, *, allowed: Iterable[str]) -> str:
    """The address to connect to. Raises Refusal unless every address of the host may be asked."""
    name = plain(host)
    addresses = _resolved(name, port)
    if not is_allowed(name, addresses, allowed=allowed) and not all(is_public(one) for one in addresses):
        raise Refusal(
            _(
                "%(host)s is an address inside a network, and Fairway fetches from public ones only. "
                "If it is meant, the operator allows it in FAIRWAY_PULL_HOSTS."
            )
            % {"host": name}
        )
    return str(addresses[0])


def is_allowed(name: str, addresses: Iterable[Address], *, allowed: Iterable[str]) -> bool:
    """Whether the operator named this host, or networks that hold every one of its addresses."""
    words = [word.lower() for word in allowed]
    networks = [network for word in words if (network := _network(word)) is not None]
    found = list(addresses)
    return name in words or (bool(found) and all(any(one in network for network in networks) for one in found))


def is_named(host: str, *, allowed: Iterable[str]) -> bool:
    """The same for a host that is not resolved yet: its name, or its address when it is written as one."""
    name = plain(host)
    literal = _literal(name)
    return is_allowed(name, [literal] if literal else [], allowed=allowed)


def is_public(address: Address) -> bool:
    """Fails closed: loopback, private, link-local (cloud metadata), multicast, reserved, and IPv4 inside IPv6."""
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return not (address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local)
    return True


def _literal(name: str) -> Address | None:
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return None
    return None if getattr(found, "scope_id", None) else found


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        return None


def _resolved(name: str, port: int) -> list[Address]:
    try:
        answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(ipaddress.ip_address(answer[4][0]) for answer in answers))
    except (OSError, ValueError):
        found = []
    if not found:
        raise Refusal(
            _("There is no host “%(host)s” as far as this server knows: check the spelling.") % {"host": name}
        )
    return found


def _odd(host: str) -> Refusal:
    return Refusal(_("“%(host)s” is not a host: write a name such as files.example.com.") % {"host": host.strip()[:80]})
