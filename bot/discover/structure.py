"""The list of articles by the shape of the page: the repeated block of same-shaped links.

Links whose paths from the body are alike form a group; the group that looks most like news wins:
many, long titles, dates beside them, addresses of pages and not of sections, and no navigation,
ranking or footer around them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.discover.dates import listing_date
from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

#: words in ids and classes of what surrounds a list and is none
_ASIDE = re.compile(
    r"(^|[-_\s])(nav|navi|menu|foot|footer|bottom|friend|flink|links|crumb|breadcrumb|path|position"
    r"|location|hot|rank|ranking|top10|phb|recommend|tuijian|relate[ds]?|xgxw|xgyd|side|sidebar|aside|share|login"
    r"|search|copyright|pages?|pager|pagination|epages|tags?|widget|ad|ads|banner|slide\w*|swiper"
    r"|focus|lanmu|channel|site-?map)(?=$|[-_\s\d])",
    re.IGNORECASE,
)
_ASIDE_TAGS = {"nav", "footer", "header", "aside"}
#: containers that differ between the entries of one list
_VARYING = {"li", "tr", "td", "a", "dd", "dt", "article", "p", "span", "h1", "h2", "h3", "h4", "h5"}
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_INDEX = re.compile(r"/(index|default|list|main|home)(_\d+)?\.\w+$", re.IGNORECASE)
_PAGE = re.compile(
    r"(\d{3,}|/\d+\.|/t\d|/c\d|\.s?html?$|[?&](a?id|tid|aid|newsid|contentid)=)", re.IGNORECASE
)
_FEWEST = 2
_SHORTEST_TITLE = 7.0
#: a link deeper than this stands in no list: the deepest real page at hand has 25 levels
_DEEPEST = 128
#: a group below this share of dates must convince by its titles alone
_DATED = 0.5


#: running text is told from labels by its length and its sentences
_PROSE_LINE = 20
_SENTENCE = re.compile(r"[，。！？；：،؛]|[a-z]{3,}[,.;]( |$)")
_SMALL_PRINT = re.compile(
    r"版权|copyright|©|备案|ICP|许可证|举报|未经.{0,8}授权|主办|承办|地址[:：]|电话[:：]|技术支持|浏览器",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Anchor:
    node: LexborNode
    url: str
    #: from the anchor's parent up to the body
    parents: list[LexborNode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Same-shaped entries that look like a list of articles."""

    #: in page order
    items: tuple[LexborNode, ...]
    shape: str
    #: how much it looks like the page's news; above 0
    score: float


def repeated_links(tree: LexborHTMLParser, base: str) -> tuple[list[LexborNode], str]:
    """Return the entries of the page's list of articles, in page order, and how it was known.

    An entry is the widest element around a link that holds no other link of its list.  The list
    is empty when no group of links looks like articles.
    """
    found = ranked(tree, base)
    if not found:
        return [], ""
    return list(found[0].items), f"structure: {found[0].shape}"


def ranked(tree: LexborHTMLParser, base: str) -> list[Group]:
    """Return every group of links that may be the page's list of articles, the likeliest first."""
    groups: dict[str, list[_Anchor]] = defaultdict(list)
    for node in tree.css("body a[href]"):
        url = resolve(base, node.attributes.get("href") or "")
        if url is None:
            continue
        parents = _parents(node)
        groups[_shape(parents)].append(_Anchor(node, url, parents))
    found: list[Group] = []
    everywhere = _urls_within(anchor for anchors in groups.values() for anchor in anchors)
    for shape, alike in groups.items():
        # A word before each title that leads to a section is no entry of its own.
        anchors = [anchor for anchor in alike if not _is_label(anchor, base)]
        if len({anchor.url for anchor in anchors}) < _FEWEST:
            anchors = alike
        # A list of one entry has no neighbour that would end the entry: any other link does.
        is_single = len({anchor.url for anchor in anchors}) == 1
        items = _items(anchors, everywhere if is_single else _urls_within(anchors))
        score = _score(items, anchors, base)
        if score > 0.0 and (kept := _without_strays(items, base)):
            found.append(Group(items=tuple(kept), shape=shape, score=score))
    return sorted(found, key=lambda group: -group.score)


def article_prose(tree: LexborHTMLParser, items: Iterable[LexborNode]) -> int:
    """Return how many characters of running text one block of the page holds beside its list.

    Sentences outside links and outside ``items`` count for the three elements around them: an
    article's paragraphs meet in one element, the small print of a listing does not.
    """
    inside = {item.mem_id for item in items}
    sums: dict[int, int] = defaultdict(int)
    for node in tree.css("p, div, td, span, font, section, article"):
        text = " ".join((node.text(deep=False) or "").split())
        if len(text) < _PROSE_LINE or not _SENTENCE.search(text) or _SMALL_PRINT.search(text):
            continue
        around = [node, *_parents(node)]
        if any(parent.mem_id in inside or parent.tag == "a" for parent in around):
            continue
        for parent in around[:4]:
            sums[parent.mem_id] += len(text)
    return max(sums.values(), default=0)


def _parents(node: LexborNode) -> list[LexborNode]:
    parents: list[LexborNode] = []
    parent = node.parent
    while parent is not None and parent.tag not in {"body", "html"} and len(parents) < _DEEPEST:
        parents.append(parent)
        parent = parent.parent
    return parents


def _shape(parents: list[LexborNode]) -> str:
    names = []
    for node in reversed(parents):
        name = node.tag or ""
        if name in {"h1", "h2", "h3", "h4", "h5", "h6", "font", "span", "em", "p"}:
            continue
        if name not in _VARYING:
            marks = (
                f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".split()
            )
            name += "".join(f".{re.sub(r'[0-9]+', '', mark)}" for mark in marks[:2])
        names.append(name)
    return ">".join(names[-8:])


def _urls_within(anchors: Iterable[_Anchor]) -> dict[int, set[str]]:
    """Return the addresses that each element holds links to, by the element's id."""
    within: dict[int, set[str]] = defaultdict(set)
    for anchor in anchors:
        for parent in anchor.parents:
            within[parent.mem_id].add(anchor.url)
    return within


def _items(anchors: list[_Anchor], within: Mapping[int, set[str]]) -> list[tuple[LexborNode, str]]:
    """Return (entry, address) pairs: links to one address inside one entry are one."""
    items: list[tuple[LexborNode, str]] = []
    seen: set[int] = set()
    for anchor in anchors:
        item = anchor.node
        for parent in anchor.parents:
            if within[parent.mem_id] != {anchor.url}:
                break
            item = parent
        if item.mem_id not in seen:
            seen.add(item.mem_id)
            items.append((item, anchor.url))
    return items


def _without_strays(items: list[tuple[LexborNode, str]], base: str) -> list[LexborNode]:
    """Return the entries less those of a menu that happens to have the list's shape."""
    now = datetime.now(UTC)
    texts = [(item, item.text(separator=" ", strip=True), url) for item, url in items]
    dated = [listing_date(text, zone=_SHANGHAI, now=now) is not None for _, text, _ in texts]
    is_dated = sum(dated) >= _DATED * len(items)
    return [
        item
        for (item, text, url), has_date in zip(texts, dated, strict=True)
        if (_is_page(url, base) or (is_dated and has_date and not _is_index(url, base)))
        and (has_date or not is_dated or len(text) >= _SHORTEST_TITLE)
    ]


def _score(items: list[tuple[LexborNode, str]], anchors: list[_Anchor], base: str) -> float:
    urls = {url for _, url in items}
    if not urls:
        return 0.0
    titles: dict[str, int] = defaultdict(int)
    for anchor in anchors:
        text = anchor.node.text(strip=True) or (anchor.node.attributes.get("title") or "")
        titles[anchor.url] = max(titles[anchor.url], len(text))
    length = sum(min(count, 30) for count in titles.values()) / len(titles)
    now = datetime.now(UTC)
    with_date = [
        listing_date(item.text(separator=" "), zone=_SHANGHAI, now=now) is not None
        for item, _ in items
    ]
    dated = sum(with_date) / len(items)
    if len(urls) < _FEWEST and dated < _DATED:
        return 0.0
    if length < _SHORTEST_TITLE and dated < _DATED:
        return 0.0
    # What has its own date beside it is an article, whatever its address is like.
    told = {url for (_, url), has_date in zip(items, with_date, strict=True) if has_date}
    if len(told) < _FEWEST:
        told = set()
    pages = sum(
        _is_page(url, base) or (url in told and not _is_index(url, base)) for url in urls
    ) / len(urls)
    if pages < _DATED:
        return 0.0
    aside = 0.1 if _is_aside(anchors[0].parents) else 1.0
    return float(min(len(urls), 40) ** 0.5 * length * (1 + 3 * dated) * pages * aside)


def _is_label(anchor: _Anchor, base: str) -> bool:
    """Tell whether a link is a word that leads to a section."""
    return len(anchor.node.text(strip=True)) < _SHORTEST_TITLE and not _is_page(anchor.url, base)


def _is_index(url: str, base: str) -> bool:
    return _INDEX.search(urlsplit(url).path) is not None or url.rstrip("/") == base.rstrip("/")


def _is_page(url: str, base: str) -> bool:
    if _is_index(url, base):
        return False
    return _PAGE.search(url.split("://", 1)[-1].removeprefix(urlsplit(url).netloc)) is not None


def _is_aside(parents: list[LexborNode]) -> bool:
    return any(
        node.tag in _ASIDE_TAGS
        or _ASIDE.search(
            f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".strip()
        )
        is not None
        for node in parents
    )
