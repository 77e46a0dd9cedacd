"""The guard: which addresses may be asked, decided on the address really connected to.

A name is no promise: it may resolve to an inner address, or to another one a second later.
So URLs are checked for scheme, port and literal addresses, and every socket is checked on its
address just before it connects.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.errors import ForbiddenAddressError
from bot.urls import root_of

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not globally reachable, by the IANA special-purpose address registries (RFC 6890 and updates):
#: https://www.iana.org/assignments/iana-ipv4-special-registry
#: https://www.iana.org/assignments/iana-ipv6-special-registry
#: The library's ``is_global`` has changed between patch releases of Python 3.11; this does not.
_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in ("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48")
)
#: prefixes with an IPv4 address inside, and how far right it stands, in bits
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")  # RFC 3056
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")  # RFC 4291 section 2.5.5.2
#: hosts whose addresses are remembered as harmless in form; the sockets are checked every time
_MAX_PASSED = 8192


class AddressRefusedError(OSError):
    """A socket was about to connect to an address that must not be asked."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(f"{address} {reason}")


def why_closed(address: Address) -> str | None:
    """Return why an address is not public, None when it is.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4) is as public as that one.
    """
    if isinstance(address, ipaddress.IPv4Address):
        for net in _CLOSED_V4:
            if address in net:
                return f"is not a public address ({net})"
        return None
    inner = _embedded_v4(address)
    if inner is not None:
        reason = why_closed(inner)
        return f"carries {inner}, which {reason}" if reason else None
    if address not in _OPEN_V6:
        return "is not a public address (outside 2000::/3)"
    for net6 in _CLOSED_V6:
        if address in net6:
            return f"is not a public address ({net6})"
    return None


def _embedded_v4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _MAPPED or address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True)
class _Exception:
    """One entry of the allow-list: a network, and one port or all."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int | None


def _parse_exception(text: str) -> _Exception:
    host, port = text, None
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = int(rest[1:]) if rest.startswith(":") else None
    elif text.count(":") == 1:
        host, _, digits = text.partition(":")
        port = int(digits)
    return _Exception(ipaddress.ip_network(host), port)


class Guard:
    """Says which URLs and which socket addresses may be asked."""

    def __init__(self, *, ports: frozenset[int], allowed_addresses: tuple[str, ...] = ()) -> None:
        """Take the ports that may be asked and the exceptions to "public addresses only".

        Raises ValueError for an exception that is no address, network or address with port.
        """
        self._ports = ports
        self._exceptions = tuple(_parse_exception(text) for text in allowed_addresses)
        self._passed: set[tuple[str, int | None]] = set()

    def check_url(self, url: str, *, own_port: int | None = None) -> None:
        """Raise ForbiddenAddressError unless the URL may be asked.

        ``own_port`` is the port of the source's own url, which is always allowed.
        """
        asked = (root_of(url), own_port)
        if asked in self._passed:
            return
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
            host = parts.hostname or ""
        except ValueError as exc:
            raise ForbiddenAddressError(url, f"{url!r} is no address: {exc}.") from exc
        if parts.scheme not in ("http", "https") or not host:
            raise ForbiddenAddressError(
                url, f"{url!r} is not an http or https address: only these are fetched."
            )
        address = literal_address(host)
        if address is not None:
            if not _is_canonical(host, address):
                raise ForbiddenAddressError(
                    url,
                    f"{host!r} is {address} in disguise: such forms serve only to deceive guards.",
                )
            reason = self.why_refused(address, port)
            if reason:
                raise ForbiddenAddressError(url, _refusal(host, f"{address} {reason}"))
            if self._is_excepted(address, port):
                self._pass(asked)
                return
        if port not in self._ports and port != own_port:
            raise ForbiddenAddressError(
                url,
                f"Port {port} of {host} is not among the ports that may be asked: "
                "add it to fetch.ports in the settings if the site really serves there.",
            )
        self._pass(asked)

    def _pass(self, asked: tuple[str, int | None]) -> None:
        """Remember what may be asked: it hangs on nothing but this and the settings."""
        if len(self._passed) >= _MAX_PASSED:
            self._passed.clear()
        self._passed.add(asked)

    def why_refused(self, address: Address, port: int) -> str | None:
        """Return why a socket may not connect there, None when it may."""
        reason = why_closed(address)
        return None if reason is None or self._is_excepted(address, port) else reason

    def check_socket(self, host: str, port: int) -> None:
        """Raise AddressRefusedError unless a socket may connect to this address.

        ``host`` is numeric, as it stands in a socket address; a zone (``%eth0``) is never public.
        """
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            raise AddressRefusedError(host, "is no numeric address") from None
        reason = self.why_refused(address, port)
        if reason:
            raise AddressRefusedError(host, reason)

    def _is_excepted(self, address: Address, port: int) -> bool:
        return any(
            address.version == entry.network.version
            and address in entry.network
            and entry.port in (None, port)
            for entry in self._exceptions
        )


def refused_name(url: str, refusal: AddressRefusedError) -> ForbiddenAddressError:
    """Return the error for a name that led to a refused address."""
    host = urlsplit(url).hostname or url
    return ForbiddenAddressError(url, _refusal(host, f"{refusal.address} {refusal.reason}"))


def _refusal(host: str, what: str) -> str:
    return (
        f"{host} was not asked: {what}. Only public addresses are fetched; if this one is meant, "
        "add it to fetch.allowed_addresses in the settings."
    )


def literal_address(host: str) -> Address | None:
    """Return the address that a host is when it is no name, None when it is one.

    Also reads what ``inet_aton`` reads: decimal, octal and hexadecimal, with one to four parts
    (WHATWG URL, IPv4 parser), so that ``2130706433`` and ``0x7f.1`` are seen for what they are.
    """
    bare = host.rstrip(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    if not bare or not all(char in "0123456789abcdefABCDEFxX." for char in bare):
        return None
    last = bare.rsplit(".", 1)[-1].lower()
    if not (last.isdigit() or last.startswith("0x")):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except OSError:
        return None


def _is_canonical(host: str, address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        return True
    return host.rstrip(".") == str(address)
