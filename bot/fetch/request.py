"""A GET whose address and headers are taken apart only when something asks for it.

httpx parses an address and encodes every header for each request, which costs as much as all of
our own checks, and over aiohttp nothing looks at the parts.  An address that httpx would write
otherwise than it stands there is handed to httpx itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx

if TYPE_CHECKING:
    from collections.abc import Sequence

Pairs: TypeAlias = tuple[tuple[str, str], ...]

#: What httpx leaves as it is: a name or IPv4 address in lower case, no dot segments, and only
#: characters that may stand in a path or query (RFC 3986 section 3.3 and 3.4).
_PLAIN = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{2,5})?)"
    r"/(?!/)(?:[A-Za-z0-9\-_~!$&()*+,;=:@/]|\.(?![./?]|$)|%[0-9A-F]{2})*"
    r"(?:\?(?:[A-Za-z0-9\-_~!$&()*+,;=:@/?.]|%[0-9A-F]{2})+)?"
)
_DEFAULT_PORT = re.compile(r"http://[^/]*:80/|https://[^/]*:443/|[^/]*//[^/]*:0")
_NO_BODY = httpx.ByteStream(b"")


class Get(httpx.Request):
    """A GET without a body, for an address that is plain."""

    def __init__(
        self,
        address: str,
        host: str,
        headers: Sequence[tuple[str, str]],
        extensions: dict[str, Any],
    ) -> None:
        # The constructor of httpx would parse the address; these are all the fields that it sets.
        self.method = "GET"
        #: as it goes out
        self.address = address
        #: as they go out
        self.pairs: Pairs = (("Host", host), *headers)
        self.extensions = extensions
        self.stream = _NO_BODY
        self._content = b""

    @property
    def url(self) -> httpx.URL:  # type: ignore[override]
        """The address taken apart."""
        return httpx.URL(self.address)

    @property
    def headers(self) -> httpx.Headers:  # type: ignore[override]
        """The headers taken apart; a change of them goes nowhere."""
        return httpx.Headers(self.pairs)


def get(url: str, headers: Sequence[tuple[str, str]], extensions: dict[str, Any]) -> httpx.Request:
    """Return a GET for ``url``; raises httpx.InvalidURL for what is no address."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or _DEFAULT_PORT.match(url):
        return httpx.Request("GET", url, headers=headers, extensions=extensions)
    return Get(url, plain[1], headers, extensions)


def address_of(request: httpx.Request) -> str:
    """Return the address of a request as it goes out."""
    return request.address if isinstance(request, Get) else str(request.url)


def pairs_of(request: httpx.Request) -> Pairs:
    """Return the headers of a request as they go out."""
    if isinstance(request, Get):
        return request.pairs
    return tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw)
