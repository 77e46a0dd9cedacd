"""Behind a proxy: it is asked for public names alone."""

from __future__ import annotations

import pytest

from bot.errors import ForbiddenAddressError
from bot.fetch.fetcher import Fetcher
from bot.fetch.settings import FetchSettings
from bot.model import FetchedPage
from bot.settings.validation import proxy_url
from tests.fetch.conftest import IDENTITY, LIMITS, source_at
from tests.fetch.faultserver import FaultServer, answer

PAGE = b"<html><head><title>a</title></head><body><p>a</p></body></html>"


async def fetched(server: FaultServer, base: str, *allowed: str) -> object:
    """Ask the server, as a proxy, for a page of ``base``."""
    settings = FetchSettings(identity=IDENTITY, limits=LIMITS, allowed_addresses=allowed)
    source = source_at(base, proxy=server.base)
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
