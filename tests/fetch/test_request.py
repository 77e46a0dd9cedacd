"""A GET whose address is not taken apart: the same request that httpx would make."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.fetch.request import Get, address_of, get
from bot.fetch.sounding import _LONG_TAG, is_suspicious
from bot.urls import host_of, origin_of

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
