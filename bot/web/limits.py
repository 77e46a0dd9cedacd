"""What one client may take: connections, time to send and to read, and requests a minute."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

#: what a request costs that looks something up by its words, beside 1 for any other
DEAR = 10
#: clients whose account is kept; the one that was seen longest ago is forgotten first
_MAX_ACCOUNTS = 20_000
#: files and probes
_FREE = ("/static/", "/media/", "/healthz", "/readyz")
_SOUGHT = ("/search", "/en/search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a server lets one address do."""

    #: connections at the same time; 0 for any number
    max_connections: int = 100
    #: requests that need the archive; 0 for any number
    requests_per_minute: int = 600
    #: addresses and networks that speak for many clients, or for the operator; ``*`` for all
    trusted: tuple[str, ...] = ("127.0.0.1",)
    #: seconds from a request's first byte, or from the connection, to the end of the headers
    head_s: float = 10.0
    #: bytes of a request's line and headers
    head_bytes: int = 64 * 1024
    #: seconds for a request's body
    body_s: float = 30.0
    #: seconds for taking an answer, and the bytes that must be taken in each second beyond them
    answer_s: float = 30.0
    answer_bytes_per_s: int = 1024


class Trusted:
    """Addresses and networks, as settings write them; what is neither matches nothing."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(names)
        self._is_everybody = "*" in names
        self._networks = []
        for name in names:
            try:
                self._networks.append(ipaddress.ip_network(name, strict=False))
            except ValueError:
                continue
        self.holds = lru_cache(maxsize=4096)(self._holds)

    def _holds(self, host: str) -> bool:
        if self._is_everybody:
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            # A socket in the file system, or a test: whoever it is, it is on this machine.
            return True
        return any(address in network for network in self._networks)


@lru_cache(maxsize=4096)
def account_of(host: str) -> str:
    """Return who answers for an address: itself, and of IPv6 its /64, which one customer has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return host


class Connections:
    """How many connections each address has."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.max_connections
        self._trusted = Trusted(limits.trusted)
        self._open: Counter[str] = Counter()

    def enter(self, host: str) -> str | None:
        """Count a connection; return whom it was counted for, None when that one has too many.

        The empty string stands for those that are not counted.
        """
        if not self._most or self._trusted.holds(host):
            return ""
        account = account_of(host)
        if self._open[account] >= self._most:
            return None
        self._open[account] += 1
        return account

    def leave(self, account: str) -> None:
        """Count a connection no more."""
        if account:
            self._open[account] -= 1
            if self._open[account] <= 0:
                del self._open[account]


class Buckets:
    """A token bucket for each address: half a minute's requests at once, and then as they come."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._size = max(per_minute / 2, float(DEAR))
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, account: str, cost: int) -> float:
        """Take ``cost`` tokens and return 0, or return the seconds after which there are enough."""
        now = self._clock()
        left, at = self._left.pop(account, (self._size, now))
        left = min(self._size, left + (now - at) * self._rate)
        wait_s = max(0.0, (cost - left) / self._rate)
        self._left[account] = (left if wait_s else left - cost, now)
        if len(self._left) > _MAX_ACCOUNTS:
            self._left.popitem(last=False)
        return wait_s


class Throttle:
    """An ASGI application before another: answers 429 to those who ask too much of it."""

    def __init__(
        self, app: ASGIApp, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._trusted = Trusted(limits.trusted)
        self._buckets = Buckets(limits.requests_per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request, or say when to ask again."""
        client = scope.get("client")
        cost = cost_of(scope["path"], scope["query_string"]) if scope["type"] == "http" else 0
        if cost and client and not self._trusted.holds(client[0]):
            wait_s = self._buckets.take(account_of(client[0]), cost)
            if wait_s:
                await _refuse(wait_s, send)
                return
        await self._app(scope, receive, send)


def cost_of(path: str, query: bytes) -> int:
    """Return how many tokens a request costs; 0 for files and probes."""
    if path.startswith(_FREE):
        return 0
    is_narrowed = bool(query) and path.startswith("/feeds/") and "/archive/" not in path
    return DEAR if is_narrowed or path.startswith(_SOUGHT) else 1


async def _refuse(wait_s: float, send: Send) -> None:
    body = "请求太多，请稍后再来。Too many requests: please wait a little.\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(math.ceil(wait_s)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})
