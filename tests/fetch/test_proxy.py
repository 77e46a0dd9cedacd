"""Behind a proxy: it is asked for public names alone."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.errors import ForbiddenAddressError
from bot.fetch.fetcher import Fetcher
from bot.fetch.settings import FetchSettings
from bot.model import FetchedPage
from bot.settings.validation import proxy_url
from tests.fetch.conftest import IDENTITY, LIMITS, source_at
from tests.fetch.faultserver import FaultServer, answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAGE = b"<html><head><title>a</title></head><body><p>a</p></body></html>"


async def fetched(server: FaultServer, base: str, *allowed: str, proxy: str = "") -> object:
    """Ask the server, as a proxy, for a page of ``base``, or ask another one."""
    settings = FetchSettings(identity=IDENTITY, limits=LIMITS, allowed_addresses=allowed)
    source = source_at(base, proxy=proxy or server.base)
    async with Fetcher(settings) as fetcher:
        return await fetcher.fetch(f"{base}/list", source=source, purpose="listing")


@pytest.mark.parametrize("host", ["localhost", "169.254.169.254", "[::1]", "10.0.0.1"])
async def test_what_leads_inside_never_reaches_the_proxy(server: FaultServer, host: str) -> None:
    with pytest.raises(ForbiddenAddressError, match=r"was not asked: .* is not a public address"):
        await fetched(server, f"http://{host}")
    assert server.asked == []


@pytest.mark.parametrize("host", ["no-such-name.invalid", "198.51.100.7"])
async def test_what_is_let_through_is_asked_of_the_proxy(server: FaultServer, host: str) -> None:
    """A name that only the proxy can resolve is left to it; an address by the allow-list."""
    server.behaviours[f"http://{host}/list"] = answer(PAGE)
    page = await fetched(server, f"http://{host}", "198.51.100.0/24")
    assert isinstance(page, FetchedPage)
    assert page.body == PAGE


@asynccontextmanager
async def socks_server(target: FaultServer) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve SOCKS5 (RFC 1928) without a password; yield its address and whom it was asked for.

    Whoever is asked for, the connection leads to ``target``.
    """
    asked: list[str] = []
    port = int(target.base.rpartition(":")[2])

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, method_count = await reader.readexactly(2)
        await reader.readexactly(method_count)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 1:
            host = socket.inet_ntoa(await reader.readexactly(4))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        asked.append(f"{host}:{int.from_bytes(await reader.readexactly(2), 'big')}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, to_writer), pass_on(to_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listener:
        yield f"socks5://127.0.0.1:{listener.sockets[0].getsockname()[1]}", asked


async def test_a_socks_proxy_is_asked_for_public_addresses_alone(server: FaultServer) -> None:
    server.behaviours["/list"] = answer(PAGE)
    async with socks_server(server) as (proxy, asked):
        for host in ("no-such-name.invalid", "198.51.100.7"):
            page = await fetched(server, f"http://{host}", "198.51.100.0/24", proxy=proxy)
            assert isinstance(page, FetchedPage)
            assert (page.body, page.exchange and page.exchange.peer) == (PAGE, None)
        with pytest.raises(ForbiddenAddressError):
            await fetched(server, "http://169.254.169.254", proxy=proxy)
    assert set(asked) == {"no-such-name.invalid:80", "198.51.100.7:80"}


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:3128", "https://proxy.example", "socks5://u:p@h:1080", "SOCKS5H://h:1"],
)
def test_addresses_of_proxies(url: str) -> None:
    assert proxy_url(url) == url


@pytest.mark.parametrize("url", ["ftp://h:1", "h:3128", "http://h:1/path", "", 3128])
def test_what_is_no_address_of_a_proxy(url: object) -> None:
    with pytest.raises(ValueError, match="is no address of a proxy"):
        proxy_url(url)
