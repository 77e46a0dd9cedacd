"""A GET whose address is not taken apart: the same request that httpx would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.fetch.fields import Fields
from bot.fetch.request import Get, address_of, get
from bot.fetch.sounding import _LONG_TAG, is_suspicious
from bot.model import FetchedPage
from bot.urls import host_of, origin_of
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, source_at

if TYPE_CHECKING:
    from tests.fetch.faultserver import FaultServer

HEADERS = [("User-Agent", "xianwen"), ("Accept", "text/html")]
_PIECES = (
    "/ // a 新闻 %E6 %e6 %zz % . .. ./ ? &a=1 = #x ' \" [ ] | \\ @ : ; ~ + /../ %2F index.html"
)
_ROOTS = (
    "http://a.cn https://a.cn:8443 http://A.cn http://a.cn:80 https://a.cn:443 http://10.0.0.1 "
    "http://[::1]:81 http://u:p@a.cn http://县.cn http://a..cn http://a.cn:080 http://a.cn:0 "
    "https://a.cn:80 HTTP://a.cn http://a_b.cn"
)
PIECES = st.lists(st.sampled_from([" ", *_PIECES.split()]), max_size=8).map("".join)
ROOTS = st.sampled_from(_ROOTS.split())


@given(ROOTS, PIECES)
@example("http://a.cn", "/news/t20260312_1.html?id=1")
def test_it_is_the_request_of_httpx(root: str, rest: str) -> None:
    url = root + rest
    try:
        theirs = httpx.Request("GET", url, headers=HEADERS)
    except httpx.InvalidURL:
        with pytest.raises(httpx.InvalidURL):
            get(url, HEADERS, {})
        return
    ours = get(url, HEADERS, {})
    # What stands behind # is not sent; httpx keeps it in the address.
    assert address_of(ours) == str(theirs.url)
    assert (ours.method, ours.headers.raw) == (theirs.method, theirs.headers.raw)
    assert ours.url == theirs.url


def test_an_address_of_a_news_page_is_plain() -> None:
    for url in (
        "http://www.hanbin.gov.cn/Content-2612345.html",
        "https://shiquan.example:8443/a/b.shtml?id=3&page=2",
        "http://127.0.1.3:40001/h3/news/10003.html",
    ):
        assert isinstance(get(url, HEADERS, {}), Get)


def test_hosts_are_told_from_the_root_of_an_address_alone() -> None:
    assert host_of("http://A.cn:80/x?y=http://b.cn/") == "a.cn"
    assert host_of("http://a.cn?x=1/2") == "a.cn"
    assert origin_of("  https://a.cn:444/x") == "https://a.cn:444"


@given(st.integers(0, 9000), st.integers(7000, 13000), st.integers(0, 9000))
def test_a_tag_of_nothing_but_attributes_is_seen_wherever_it_stands(
    before: int, length: int, after: int
) -> None:
    text = "x" * before + "<a" + "b" * length + ">" + "<p>" + "y" * after
    assert is_suspicious(text) == bool(_LONG_TAG.search(text))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"Server", b"ETag", b"Set-Cookie", b"Cache-Control"]),
            st.text(st.characters(min_codepoint=32, max_codepoint=126)).map(str.encode),
        ),
        max_size=8,
    )
)
def test_header_fields_are_found_as_httpx_finds_them(raw: list[tuple[bytes, bytes]]) -> None:
    ours, theirs = Fields(raw), httpx.Headers(raw)
    for name in ("server", "etag", "set-cookie", "cache-control"):
        assert ours.get(name) == theirs.get(name)
        assert ours.all(name) == theirs.get_list(name)
        assert (name in ours) == (name in theirs)
    assert [(n.encode("latin-1"), v.encode("latin-1")) for n, v in ours.pairs] == raw


def test_a_header_field_in_utf_8_or_latin_1_is_read_as_it_is_meant() -> None:
    fields = Fields([(b"Location", "/新闻/1.html".encode()), (b"X-By", b"caf\xe9")])
    assert (fields["location"], fields["x-by"]) == ("/新闻/1.html", "café")
    with pytest.raises(KeyError):
        fields["etag"]


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
async def test_what_is_no_ascii_goes_out_escaped_or_not_at_all(
    is_http2: bool, server: FaultServer
) -> None:
    server.behaviours["/a"] = fs.answer(headers=('ETag: "版本一"', "X-Note: 说明"))
    source = source_at(server.base, is_http2=is_http2)
    async with fetcher_for() as (fetcher, _):
        first = await fetcher.fetch(f"{server.base}/a", source=source)
        assert isinstance(first, FetchedPage)
        assert first.validators.etag == '"版本一"'
        again = await fetcher.fetch(
            f"{server.base}/a",
            source=source,
            validators=first.validators,
            referer=f"{server.base}/新闻/%E5%8E%BF.html?a=1",
        )
    assert isinstance(again, FetchedPage)
    headers = server.asked[-1][1]
    assert headers["referer"] == f"{server.base}/%e6%96%b0%e9%97%bb/%e5%8e%bf.html?a=1"
    assert "if-none-match" not in headers
