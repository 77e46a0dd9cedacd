"""Faults of TLS, each told by its cause, over both transports; passed over only by setting."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from typing import TYPE_CHECKING

import pytest

from bot.errors import TlsError
from bot.model import FetchedPage
from tests.fetch.conftest import fetcher_for, source_at
from tests.fetch.faultserver import answer, fault_server
from tests.fetch.http2server import TLS, server_context

if TYPE_CHECKING:
    from collections.abc import Callable


def old() -> ssl.SSLContext:
    context = server_context("good")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


SERVERS: dict[str, tuple[Callable[[], ssl.SSLContext], str]] = {
    "expired": (lambda: server_context("expired"), "has expired"),
    "not-yet-valid": (lambda: server_context("future"), "not valid yet"),
    "wrong-host": (lambda: server_context("other"), "for another address"),
    "untrusted": (lambda: server_context("good"), "does not send the certificate of its issuer"),
}


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
@pytest.mark.parametrize("problem", SERVERS)
async def test_each_fault_is_told_and_passed_over_only_by_setting(
    problem: str, is_http2: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make, sentence = SERVERS[problem]
    if problem != "untrusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    async with fault_server(tls=make()) as server:
        server.behaviours["/page"] = answer()
        url, base = f"{server.base}/page", server.base
        async with fetcher_for() as (fetcher, _):
            with pytest.raises(TlsError, match=sentence) as caught:
                await fetcher.fetch(url, source=source_at(base, is_http2=is_http2))
            assert caught.value.problem == problem
            assert not server.asked
            legacy = source_at(base, is_http2=is_http2, is_tls_legacy=True)
        async with fetcher_for() as (fetcher, _):
            page = await fetcher.fetch(url, source=legacy)
    assert isinstance(page, FetchedPage)
    assert "anybody on the way can read and change" in caplog.text


async def _alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a ClientHello as a server that knows only old versions does."""
    await reader.read(5)
    # A fatal alert, protocol_version (RFC 5246 section 7.2).
    writer.write(b"\x15\x03\x01\x00\x02\x02\x46")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
async def test_an_old_protocol_is_told_and_spoken_only_by_setting(is_http2: bool) -> None:
    async with await asyncio.start_server(_alert, "127.0.0.1", 0) as listener:
        base = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with fetcher_for() as (fetcher, _):
            with pytest.raises(TlsError, match="only TLS older than") as caught:
                await fetcher.fetch(f"{base}/page", source=source_at(base, is_http2=is_http2))
    assert caught.value.problem == "old-protocol"
    async with fault_server(tls=old()) as server:
        server.behaviours["/page"] = answer()
        url, base = f"{server.base}/page", server.base
        async with fetcher_for() as (fetcher, _):
            with pytest.raises(TlsError):
                await fetcher.fetch(url, source=source_at(base, is_http2=is_http2))
        async with fetcher_for() as (fetcher, _):
            legacy = source_at(base, is_http2=is_http2, is_tls_legacy=True)
            assert isinstance(await fetcher.fetch(url, source=legacy), FetchedPage)
