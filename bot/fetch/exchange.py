"""One request and its answer, within the caps; no retries, no redirects, no judgement."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from bot.errors import FetchTimeoutError, TooBigError, TruncatedError
from bot.fetch.faults import fetch_error
from bot.fetch.fields import Fields
from bot.fetch.progress import Phase, Progress
from bot.fetch.request import address_of, get, pairs_of
from bot.fetch.unpack import UnpackedTooBigError, UnpackError, unpack
from bot.model import HttpExchange

if TYPE_CHECKING:
    from bot.fetch.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one request may cost."""

    connect_s: float
    #: longest silence of the server, and longest wait for its first byte
    read_s: float
    total_s: float
    max_body_bytes: int
    max_unpacked_bytes: int
    #: keep the first ``max_body_bytes`` of a bigger body instead of failing, as for robots.txt
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    exchange: HttpExchange
    headers: Fields
    #: the entity with its content encoding undone
    body: bytes
    elapsed_s: float

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.status


async def ask(
    transport: httpx.AsyncBaseTransport,
    url: str,
    headers: list[tuple[str, str]],
    *,
    caps: Caps,
    clock: Clock,
) -> Answer:
    """Send one GET and return the whole answer, whatever its status.

    Raises the FetchError of what went wrong on the way, TooBigError over a cap, FetchTimeoutError
    with phase ``total`` when the answer takes longer than ``caps.total_s`` in all.
    """
    progress = Progress()
    timeout = {"connect": caps.connect_s, "read": caps.read_s, "write": caps.read_s, "pool": None}
    request = get(url, headers, {"timeout": timeout, "progress": progress})
    began_s = clock.monotonic_s()
    try:
        async with asyncio.timeout(caps.total_s):
            response = await transport.handle_async_request(request)
            progress.phase = Phase.BODY
            fields = Fields(response.headers.raw)
            stream = response.stream
            assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101, tells mypy
            try:
                payload = await _read(stream, fields, url, caps)
            finally:
                await stream.aclose()
    except TimeoutError as exc:
        raise FetchTimeoutError(
            url,
            f"{request.url.netloc.decode('ascii')}: its answer was not finished after "
            f"{caps.total_s:g} s and was given up, so that others get their turn.",
            phase="total",
        ) from exc
    except (httpx.TransportError, httpx.InvalidURL, OSError) as exc:
        raise fetch_error(url, exc, progress, connect_s=caps.connect_s, read_s=caps.read_s) from exc
    elapsed_s = clock.monotonic_s() - began_s
    return Answer(
        exchange=HttpExchange(
            method="GET",
            url=address_of(request),
            request_headers=pairs_of(request),
            http_version=response.extensions.get("http_version", b"HTTP/1.1").decode("ascii"),
            status=response.status_code,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            response_headers=fields.pairs,
            payload=payload,
            peer=progress.peer,
        ),
        headers=fields,
        body=_unpacked(payload, fields, url, caps),
        elapsed_s=elapsed_s,
    )


async def _read(stream: httpx.AsyncByteStream, fields: Fields, url: str, caps: Caps) -> bytes:
    announced = fields.get("content-length") or ""
    if announced.isdigit() and int(announced) > caps.max_body_bytes and not caps.is_cut:
        raise TooBigError(
            url,
            f"{url}: {int(announced):,} bytes are announced, {caps.max_body_bytes:,} are the most "
            "that is read; raise fetch.max_body_size if this page is meant.",
        )
    parts: list[bytes] = []
    size = 0
    async for part in stream:
        parts.append(part)
        size += len(part)
        if size > caps.max_body_bytes:
            if caps.is_cut:
                return b"".join(parts)[: caps.max_body_bytes]
            raise TooBigError(
                url,
                f"{url}: more than {caps.max_body_bytes:,} bytes came and it was broken off; "
                "raise fetch.max_body_size if this page is meant.",
            )
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unpacked(payload: bytes, fields: Fields, url: str, caps: Caps) -> bytes:
    encoding = fields.get("content-encoding")
    if not encoding:
        return payload
    try:
        return unpack(payload, encoding, max_bytes=caps.max_unpacked_bytes)
    except UnpackedTooBigError as exc:
        raise TooBigError(
            url,
            f"{url}: {len(payload):,} bytes unpack to more than {caps.max_unpacked_bytes:,}; "
            "this looks like a decompression bomb.",
        ) from exc
    except UnpackError as exc:
        raise TruncatedError(url, f"{url}: the compressed page is damaged or cut: {exc}.") from exc
