"""The fast transport: httpx's interface with aiohttp's connections under it.

httpx's own transport costs several times as much a request, and its pool slows down with the
square of its connections; ``benchmarks/fetch.py`` measures both.  HTTP/1.1 only: sources that
want HTTP/2 or a proxy use ``bot.fetch.pooled``.
"""

from __future__ import annotations

import asyncio
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import yarl
from aiohttp import client_exceptions as failures
from multidict import CIMultiDict

from bot.fetch import progress
from bot.fetch.guard import AddressRefusedError
from bot.fetch.progress import Phase
from bot.fetch.request import address_of, pairs_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from aiohttp.abc import AbstractResolver

    from bot.fetch.guard import Guard
    from bot.fetch.settings import FetchLimits

#: aiohttp's failures as httpx's, the most special first; the test of completeness walks
#: ``aiohttp.client_exceptions``.
_AS_HTTPX: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (failures.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (failures.InvalidURL, httpx.UnsupportedProtocol),
    (failures.ConnectionTimeoutError, httpx.ConnectTimeout),
    (failures.SocketTimeoutError, httpx.ReadTimeout),
    (failures.ServerTimeoutError, httpx.ReadTimeout),
    (failures.ClientProxyConnectionError, httpx.ProxyError),
    (failures.ClientHttpProxyError, httpx.ProxyError),
    (failures.ClientConnectorError, httpx.ConnectError),
    (failures.ServerFingerprintMismatch, httpx.ConnectError),
    (failures.ServerDisconnectedError, httpx.RemoteProtocolError),
    (failures.ClientPayloadError, httpx.RemoteProtocolError),
    (failures.ClientResponseError, httpx.RemoteProtocolError),
    (failures.ClientOSError, httpx.ReadError),
    (failures.ClientError, httpx.NetworkError),
    (asyncio.TimeoutError, httpx.ConnectTimeout),
    (ConnectionError, httpx.ReadError),
    (OSError, httpx.ConnectError),
)


def as_httpx(exc: BaseException, request: httpx.Request) -> httpx.TransportError:
    """Return aiohttp's failure as httpx's; the caller chains the original to it."""
    for theirs, ours in _AS_HTTPX:
        if isinstance(exc, theirs):
            return ours(str(exc) or type(exc).__name__, request=request)
    raise exc


class _Connector(aiohttp.TCPConnector):
    """A connector that notes whom a request talks to."""

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Return a connection from the pool or a new one."""
        connection = await super().connect(*args, **kwargs)
        noted = progress.current.get()
        if noted is not None:
            noted.phase = Phase.HEADERS
            peer = connection.transport and connection.transport.get_extra_info("peername")
            if peer:
                host = f"[{peer[0]}]" if ":" in peer[0] else peer[0]
                noted.peer = f"{host}:{peer[1]}"
        return connection


class _Body(httpx.AsyncByteStream):
    """The entity of a response as it comes in, content encoding still on."""

    def __init__(self, response: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as exc:
            raise as_httpx(exc, self._request) from exc
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it when the entity was not read to its end."""
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends httpx requests over aiohttp connections, each socket checked by the guard.

    No cookies, no redirects, no unpacking: all of these are the caller's.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        tls: ssl.SSLContext,
        limits: FetchLimits,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._guard = guard
        self._tls = tls
        self._limits = limits
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the response's stream is open.

        ``extensions["progress"]`` may hold a ``Progress`` to write to; ``extensions["timeout"]``
        is httpx's: connect (with name look-up and TLS) and read, in seconds.
        Raises httpx.TransportError with aiohttp's own exception as its cause.
        """
        timeout = request.extensions.get("timeout", {})
        token = progress.current.set(request.extensions.get("progress"))
        try:
            response = await self._open().request(
                request.method,
                yarl.URL(address_of(request), encoded=True),
                headers=CIMultiDict(pairs_of(request)),
                data=request.content or None,
                allow_redirects=False,
                timeout=_timeout(timeout.get("connect"), timeout.get("read")),
            )
        except (aiohttp.ClientError, OSError) as exc:
            raise as_httpx(exc, request) from exc
        finally:
            progress.current.reset(token)
        version = response.version
        return httpx.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Body(response, request),
            extensions={
                "http_version": b"HTTP/%d.%d" % (version or (1, 1)),
                "reason_phrase": (response.reason or "").encode("latin-1", "replace"),
            },
        )

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = _Connector(
                ssl=self._tls,
                limit=self._limits.max_connections,
                keepalive_timeout=self._limits.keepalive_s,
                ttl_dns_cache=60,
                resolver=self._resolver,
                socket_factory=self._socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                max_line_size=self._limits.max_header_bytes,
                max_field_size=self._limits.max_header_bytes,
                max_headers=self._limits.max_header_count,
                trust_env=False,
            )
        return self._session

    def _socket(self, addr_info: Any) -> socket.socket:
        """Make the socket for one resolved address: the last moment before it connects."""
        family, kind, proto, _, address = addr_info
        try:
            self._guard.check_socket(address[0], address[1])
        except AddressRefusedError as refusal:
            progress.refused(refusal)
            raise
        progress.reached(Phase.CONNECT)
        return socket.socket(family=family, type=kind, proto=proto)


@lru_cache(maxsize=256)
def _timeout(connect_s: float | None, read_s: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=connect_s, sock_read=read_s)
