"""Pages that come whole and are hostile in themselves: to the parser, to patterns, to sorting.

Each maker takes the size in bytes that it should roughly have.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable

PROSE = "<p>会议强调，要坚持以人民为中心，扎实做好各项工作。</p>" * 20
HTML = SourceKind.HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One hostile page."""

    make: Callable[[int], str]
    kind: SourceKind = HTML
    #: what must come of it: a kind of failure, ``read`` for an article or a listing
    outcomes: frozenset[str]


def _page(tail: Callable[[int], str], outcomes: str = "read", head: str = "") -> Document:
    def make(size: int) -> str:
        start = f"<!DOCTYPE html><html><head><title>汉滨区召开会议</title>{head}</head><body>"
        return start + PROSE + tail(size)

    return Document(make=make, outcomes=frozenset(outcomes.split()))


def _repeat(piece: str) -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece.encode()))


def _raw(make: Callable[[int], str], kind: SourceKind, outcomes: str) -> Document:
    return Document(make=make, kind=kind, outcomes=frozenset(outcomes.split()))


_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_ITEM = "<item><title>&j;</title><link>http://a.gov.cn/1.html</link></item>"

DOCUMENTS: dict[str, Document] = {
    # trees
    "nested div": _page(_repeat("<div>"), "too-complex"),
    "nested div, closed": _page(
        lambda n: "<div>" * (n // 11) + "</div>" * (n // 11), "too-complex"
    ),
    "nested b": _page(_repeat("<b>"), "too-complex"),
    "nested tables": _page(_repeat("<table><tr><td>"), "too-complex"),
    "nested lists of links": _page(_repeat('<ul><li><a href="/n/1.html">汉滨</a>'), "too-complex"),
    "nested quotations": _page(_repeat("<blockquote>"), "too-complex"),
    "nested unknown tags": _page(_repeat("<x-y>"), "too-complex"),
    "nested svg": _page(_repeat("<svg><g>"), "too-complex"),
    "nested math and tables": _page(_repeat("<math><mi><table>"), "too-complex read"),
    "nested templates": _page(_repeat("<template>"), "read"),
    "nested framesets": _page(_repeat("<frameset>"), "read too-complex"),
    "formatting opened anew by every p": _page(
        lambda n: "".join(f"<p><font size={i}>" for i in range(n // 19)), "too-complex"
    ),
    "misnested formatting": _page(_repeat("<b><i><p></b></i>"), "too-complex read"),
    "a table in a form in a table": _page(_repeat("<table><form><tr><td><b>"), "too-complex"),
    "one tag of attributes": _page(
        lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n // 9)) + ">x", "too-complex read"
    ),
    "one attribute": _page(lambda n: f'<p class="{"a " * (n // 2)}">x'),
    "line breaks": _page(_repeat("<br>"), "too-complex read"),
    "pictures": _page(_repeat("<img src=/a/1.jpg>"), "too-complex read"),
    "hidden spans": _page(_repeat('<span style="display:none">x</span>'), "too-complex read"),
    "links": _page(
        lambda n: "".join(f'<li><a href="/n/{i}.html">汉滨区召开会议</a>' for i in range(n // 48)),
        "too-complex read",
    ),
    "rows of a table": _page(
        lambda n: f"<table>{'<tr><td>1<td>2</tr>' * (n // 19)}</table>", "too-complex read"
    ),
    "a cell that spans the world": _page(
        lambda n: "<table><tr><td colspan=999999999>1<td>2<tr><td>"
    ),
    # text
    "one line": _page(_repeat("汉")),
    "one word": _page(_repeat("a")),
    "NUL bytes": _page(_repeat("\0")),
    "spaces": _page(_repeat(" ")),
    "line ends": _page(_repeat("\r\n")),
    "combining marks": _page(_repeat("\u0301\u0316")),
    "joiners": _page(_repeat("\u200d")),
    "direction overrides": _page(_repeat("\u202e")),
    "entities": _page(_repeat("&lt;")),
    "an entity without end": _page(_repeat("&#9")),
    "digits": _page(_repeat("1")),
    "dates": _page(_repeat("2026-11-24 ")),
    "opened brackets": _page(_repeat("（【")),
    "来源": _page(_repeat("来源：")),
    "names": _page(_repeat("记者 张三 ")),
    "breadcrumbs": _page(_repeat("首页 > ")),
    "watermarks": _page(
        _repeat("<p>会议强调，要扎实做好各项工作。H2V安康新闻网</p>"), "read too-complex"
    ),
    "a title of all that": _page(lambda n: "", head=f"<title>{'会议-' * 400_000}</title>"),
    "comments without end": _page(_repeat("<!--")),
    "an address of all dots": _page(lambda n: f'<a href="{"../" * (n // 3)}">下一页</a>'),
    # styles, scripts
    "style of open braces": _page(lambda n: f"<style>none{'{' * n}</style>"),
    "style of at-rules": _page(lambda n: f"<style>none{'@media{' * (n // 7)}</style>"),
    "style of at-rules that end": _page(lambda n: f"<style>none{'@;' * (n // 2)}</style>"),
    "style of open comments": _page(lambda n: f"<style>none{'/*' * (n // 2)}</style>"),
    "style without braces": _page(lambda n: f"<style>display:none {'a' * n}</style>"),
    "inline style": _page(lambda n: f'<p style="{"color:" * (n // 6)}">x'),
    "JSON-LD of brackets": _page(
        lambda n: f'<script type="application/ld+json">{"[" * n}</script>'
    ),
    "JSON-LD of matched brackets": _page(
        lambda n: f'<script type="application/ld+json">{"[" * (n // 2)}{"]" * (n // 2)}</script>'
    ),
    # listings of other kinds
    "JSONP of spaces": _raw(lambda n: f"a({' ' * n}x", SourceKind.JSON, "listing-missing"),
    "JSON of brackets": _raw(lambda n: "[" * n, SourceKind.JSON, "listing-missing"),
    "JSON of digits": _raw(lambda n: "1" * n, SourceKind.JSON, "listing-missing"),
    "records that never end": _raw(
        lambda n: "<record><![CDATA[" * (n // 17), HTML, "no-article too-complex"
    ),
    "feed that laughs a billion times": _raw(
        lambda n: f'{_LAUGHS}<rss version="2.0"><channel>{_ITEM}</channel></rss>',
        SourceKind.FEED,
        "read listing-missing listing-empty",
    ),
    "feed that reads a file": _raw(
        lambda n: (
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
            f'<rss version="2.0"><channel>{_ITEM}</channel></rss>'
        ),
        SourceKind.FEED,
        "read listing-missing listing-empty",
    ),
    "feed of half characters": _raw(
        lambda n: "<rss version='2.0'><channel><item><title>&#xD800;</title></item><p>&#xD800;",
        SourceKind.FEED,
        "listing-missing listing-empty",
    ),
    "feed of half characters in markup": _raw(
        lambda n: "<p>&#xD800;<!DOCTYPE html><html><title>a</title>",
        SourceKind.FEED,
        "listing-missing listing-empty",
    ),
    "feed of nested items": _raw(
        lambda n: f'<rss version="2.0"><channel>{"<item>" * (n // 6)}',
        SourceKind.FEED,
        "listing-empty listing-missing",
    ),
    "sitemap that laughs a billion times": _raw(
        lambda n: f"{_LAUGHS}<urlset><url><loc>&j;</loc></url></urlset>",
        SourceKind.SITEMAP,
        "listing-missing",
    ),
    "sitemap of nested elements": _raw(
        lambda n: "<urlset>" + "<url>" * (n // 5), SourceKind.SITEMAP, "listing-missing"
    ),
    "JSON of a lone surrogate": _raw(
        lambda n: json.dumps([{"url": "/n/1\udcff.html", "title": "\udcff\ud800"}]),
        SourceKind.JSON,
        "read listing-empty",
    ),
}
