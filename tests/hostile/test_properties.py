"""What holds for any input: properties of charset, discovery, extraction, cleaning, feeds, config.

``make fuzz`` runs them ten thousand times each.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from pathlib import Path

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.clean import clean
from bot.clean.render import sanitise
from bot.errors import ExtractError
from bot.extract import extract, join
from bot.fetch.charset import decode
from bot.fetch.directives import robots_directives
from bot.fetch.unpack import UnpackedTooBigError, UnpackError, unpack
from bot.model import (
    ArticleRules,
    SourceKind,
)
from bot.urls import canonicalise, resolve
from tests.hostile import invariants
from tests.hostile.invariants import page_of
from tests.hostile.site import article_page
from tests.hostile.vectors import vectors

PAGES = sorted((Path(__file__).parents[1] / "data").glob("*/*.html.gz"))
SHORT = settings(
    max_examples=int(os.environ.get("XIANWEN_EXAMPLES", "40")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<br>", "<b>", "</b>", "<a href=/n/1.html>", "</a>", "<table>", "<tr>", "<td>",
    "</table>", "<ul>", "<li>", "</ul>", "<img src=/a/1.jpg>", "<figure>", "<figcaption>", "<blockquote>", "<h1>", "</h1>",
    "<span style='display:none'>", "</span>", "<font class=jammer>", "<style>.a{display:none}</style>", "<p class=a>",
    "会议强调，要压实防汛责任。", "来源：汉滨新闻网", "2026-11-24", "责编:殷婷", "记者 周娟", "H2V安康新闻网", "（图片来源：张三）", "上一篇", "下一页",
    "&nbsp;", "&lt;", "&#0;", "&#xD800;", "\0", "\u200b", "\u202e", "\ufffd", "\U0001f600", "\ue000", "<!--", "-->", "<![CDATA[", "]]>",
    "<script>", "</script>", "<svg>", "<math>", "<template>", "<iframe src=//v.qq.com/a>", "<video src=/a.mp4>", "<title>", "</title>",
    "<meta name=pubdate content='", "'>", '"', "<base href=http://x.cn/>", "<o:p>", "<select>", "<td colspan=9>", "\n", "　",
)  # fmt: skip
markup = st.one_of(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=60).map("".join),
    st.sampled_from(vectors()),
)


@st.composite
def damaged_pages(draw: st.DrawFn) -> str:
    """A golden page with pieces cut out, moved and put in."""
    text = gzip.decompress(draw(st.sampled_from(PAGES)).read_bytes()).decode("utf-8", "replace")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 400))
        text = text[:at] + draw(markup) + text[at + cut :]
    return text


@given(st.binary(max_size=3000), st.text(max_size=40))
@SHORT
def test_any_bytes_become_text(body: bytes, content_type: str) -> None:
    invariants.charset(body, content_type)


@given(st.text(min_size=20, max_size=400), st.sampled_from(["utf-8", "gb18030"]))
@SHORT
def test_declared_text_comes_back(text: str, charset: str) -> None:
    assume(
        not any(0xD800 <= ord(char) <= 0xDFFF for char in text) and not text.startswith("\ufeff")
    )
    head = f'<meta charset="{charset}">'
    found = decode((head + "汉滨区召开会议" * 20 + text).encode(charset))
    if charset == "utf-8":
        assert found.text.endswith(text)


@given(
    st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "x"])
)
@SHORT
def test_unpacking_ends_in_bytes_or_an_error_of_ours(payload: bytes, encoding: str) -> None:
    for packed in (payload, gzip.compress(payload), gzip.compress(payload)[:-3]):
        with contextlib.suppress(UnpackError, UnpackedTooBigError):
            assert len(unpack(packed, encoding, max_bytes=5000)) <= 5000


@given(st.lists(st.text(max_size=60), max_size=3), markup)
@SHORT
def test_directives_of_any_page(headers: list[str], text: str) -> None:
    assert all(word == word.lower() for word in robots_directives(headers, text, "xianwenbot"))


@given(st.text(max_size=200), st.text(max_size=200))
@SHORT
def test_any_reference_is_http_or_nothing(base: str, reference: str) -> None:
    for start in ("http://www.hanbin.gov.cn/n/1.html", base):
        found = resolve(start, reference)
        if found is not None:
            assert found.startswith(("http://", "https://"))
            assert canonicalise(canonicalise(found)) == canonicalise(found)


@given(damaged_pages() | markup, st.sampled_from(list(SourceKind)))
@SHORT
def test_any_listing_is_read_or_refused(text: str, kind: SourceKind) -> None:
    invariants.listing(text, kind)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["url", "title", "date", "data", "list", "publishTime"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(json_values)
@SHORT
def test_any_json_is_read_or_refused(value: object) -> None:
    invariants.listing(json.dumps(value), SourceKind.JSON)


@given(damaged_pages() | markup)
@SHORT
def test_any_page_is_read_or_refused_and_what_is_cleaned_is_clean(text: str) -> None:
    invariants.reading(text)


@given(st.integers(0, 5), markup)
@SHORT
def test_the_text_of_an_article_survives_what_stands_behind_it(number: int, junk: str) -> None:
    assume("<" not in junk or junk.count("<") < 30)
    text = article_page(number, after=f"<div class=foot>{junk}</div>").decode("utf-8", "replace")
    rules = ArticleRules(body=(".content",), title=("h1",))
    try:
        found = clean(join(extract(page_of(text), rules, timezone="Asia/Shanghai")), rules)
    except ExtractError:
        return
    plain = article_page(number).decode()
    alone = clean(join(extract(page_of(plain), rules, timezone="Asia/Shanghai")), rules)
    assert found.text == alone.text


@given(markup)
@example("<&#xD(00;")  # a carriage return; both found by tests/hostile/fuzz.py
@example("<a title='`<img src=x onerror=alert(1)>`'>x</a>")
@example("<p><select><p>")  # what goes held what stays where it cannot stand
@example("<p><button><p><select><p><object><p><marquee><p>")
@example("<b href=/>\ufeffD")  # what becomes a byte order mark once the tag before it is gone
@example(
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'
)  # text that looks like a tag
@SHORT
def test_sanitised_markup_is_a_fixed_point_of_allowed_tags(text: str) -> None:
    invariants.sanitising(text)


@given(
    st.text(max_size=60),
    st.lists(st.text(max_size=20), max_size=3),
    st.text(max_size=300),
    markup,
    st.text(max_size=60),
)
@SHORT
def test_any_article_makes_feeds_that_parse(
    title: str, authors: list[str], text: str, body: str, url: str
) -> None:
    invariants.feeds(title, authors, text, body, url)


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
@SHORT
def test_any_file_is_yaml_or_a_fault_with_a_line(text: str) -> None:
    invariants.yaml(text.encode("utf-8", "surrogatepass"))


@given(markup | damaged_pages())
@SHORT
def test_any_page_has_a_face_and_perhaps_signs(text: str) -> None:
    invariants.face(text)


def test_a_link_of_a_page_passes_on_no_standing_of_ours() -> None:
    found = sanitise('<a href="http://a.cn/" rel="opener" target="_blank">看</a>')
    assert found == '<a href="http://a.cn/" rel="nofollow noopener">看</a>'
