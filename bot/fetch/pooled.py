"""The transport for sources that want HTTP/2 or a proxy: httpx's own, under the same guard.

HTTP/2 is not the rule because it buys a polite crawler nothing: with one request at a time there
is nothing to interleave, and it costs several times the processor time (``benchmarks/fetch.py``).
It is there for the site that answers well over nothing else.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import httpcore
import httpx
from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream

from bot.fetch import progress
from bot.fetch.guard import AddressRefusedError
from bot.fetch.progress import Phase

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from bot.fetch.guard import Guard
    from bot.fetch.settings import FetchLimits


class _GuardedBackend(AsyncNetworkBackend):
    """Resolves a name, checks each address, and connects to the very address it checked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109, the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first public address of the name that answers."""
        loop = asyncio.get_running_loop()
        progress.reached(Phase.DNS)
        try:
            infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as exc:
            raise httpcore.ConnectError(str(exc)) from exc
        failure: Exception | None = None
        for info in infos:
            address = str(info[4][0])
            try:
                self._guard.check_socket(address, port)
            except AddressRefusedError as refusal:
                progress.refused(refusal)
                failure = httpcore.ConnectError(str(refusal))
                failure.__cause__ = refusal
                continue
            progress.reached(Phase.CONNECT)
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        """Pause, as httpcore's own retries want it."""
        await self._inner.sleep(seconds)


class PooledTransport(httpx.AsyncHTTPTransport):
    """httpx's transport: HTTP/2 where the server offers it (ALPN), proxies, SOCKS.

    Without a proxy every address is checked on connecting.  Behind a proxy the proxy resolves and
    connects: names are resolved here as well, before each request, and refused when one of their
    addresses is not public; a name that only the proxy can resolve is left to it.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        tls: ssl.SSLContext,
        limits: FetchLimits,
        proxy: str | None = None,
        is_http2: bool = False,
    ) -> None:
        # A pool of httpx looks at all of its connections with each request, so few are kept.
        pool_limits = httpx.Limits(
            max_connections=limits.max_connections,
            max_keepalive_connections=8,
            keepalive_expiry=limits.keepalive_s,
        )
        super().__init__(
            verify=tls, http2=is_http2, limits=pool_limits, proxy=proxy, trust_env=False
        )
        self._guard = guard
        self._is_proxied = proxy is not None
        self._limits = limits
        if proxy is None:
            # httpx offers no parameter for the network backend of its pool.
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=pool_limits.max_connections,
                max_keepalive_connections=pool_limits.max_keepalive_connections,
                keepalive_expiry=pool_limits.keepalive_expiry,
                http1=True,
                http2=is_http2,
                network_backend=_GuardedBackend(guard),
            )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; see ``AiohttpTransport.handle_async_request``."""
        noted = request.extensions.get("progress")
        token = progress.current.set(noted)
        try:
            if self._is_proxied:
                await self._refuse_inner(request)
            response = await super().handle_async_request(request)
        finally:
            progress.current.reset(token)
        raw = response.headers.raw
        if len(raw) > self._limits.max_header_count or any(
            len(name) + len(value) > self._limits.max_header_bytes for name, value in raw
        ):
            await response.aclose()
            raise httpx.RemoteProtocolError("Too many headers, or too long", request=request)
        if noted is not None:
            noted.phase = Phase.BODY
            stream = response.extensions.get("network_stream")
            address = stream and not self._is_proxied and stream.get_extra_info("server_addr")
            if address:
                host = f"[{address[0]}]" if ":" in address[0] else address[0]
                noted.peer = f"{host}:{address[1]}"
        return response

    async def _refuse_inner(self, request: httpx.Request) -> None:
        """Raise ConnectError for a name that leads to an address that must not be asked."""
        url = request.url
        port = url.port or {"https": 443}.get(url.scheme, 80)
        try:
            infos = await asyncio.get_running_loop().getaddrinfo(
                url.host, port, type=socket.SOCK_STREAM
            )
        except OSError:
            return
        for info in infos:
            try:
                self._guard.check_socket(str(info[4][0]), port)
            except AddressRefusedError as refusal:
                progress.refused(refusal)
                raise httpx.ConnectError(str(refusal), request=request) from refusal
