"""Article links of an HTML listing: by the source's selectors, or by the page's structure."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.discover.dates import listing_date, url_date, without_dates
from bot.discover.found import Found
from bot.discover.paging import next_page
from bot.discover.structure import article_prose, repeated_links
from bot.errors import ListingEmptyError, ListingMissingError
from bot.model import ArticleLink
from bot.urls import resolve

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.model import FetchedPage, ListingRules, Published

#: 大汉版通 (jpage) keeps the list as XML in a script, a record an entry
#: and each ends at the next one at the latest, so that unclosed ones are not searched to the end
_RECORD = re.compile(
    r"<record>\s*+<!\[CDATA\[((?:(?!\]\]>|<record>).)*+)\]\]>\s*+</record>",
    re.DOTALL | re.IGNORECASE,
)
#: (jpage) where the records after these are, as a link in a CDATA of its own
_NEXT_GROUP = re.compile(
    r"<nextgroup>\s*<!\[CDATA\[.*?href=[\"']([^\"']*dataproxy[^\"']*)", re.DOTALL | re.IGNORECASE
)
#: a page with so many characters of running text in one block beside its links is an article
ARTICLE_CHARS = 180
#: the same for a page whose head or address says that it is one
TOLD_ARTICLE_CHARS = 40
_ARTICLE_DATA = re.compile(r'"@type"\s*:\s*\[?\s*"(News|Blog)?(Article|Posting)"')
_EMPTY_WORDS = re.compile(
    r"(暂无|没有|暂时没有|未找到|无)(相关|任何|符合条件的)?(数据|信息|内容|记录|文章|新闻|更新)"
)
_MORE = re.compile(r"(查看|阅读)?(更多|详情|全文|详细|原文)|\[?详细\]?|>+|more", re.IGNORECASE)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
#: what a link in a heading is preferred by, in characters of title
HEADED = 100.0
_INLINE = {"span", "font", "em", "i", "b", "small", "time", "strong"}
#: so much of a line beside a link is looked at for its date
_LINE_CHARS = 60
_BLOCKS = "p, div, dd, li"
#: a link with fewer blocks is a plain one
_FEWEST_BLOCKS = 2
#: shorter texts in a link that is a whole entry are labels
_TITLE_CHARS = 5
_SPACES = re.compile(r"\s+")


def read(page: FetchedPage, rules: ListingRules, zone: ZoneInfo) -> Found:
    """Return the links of an HTML listing; raises as ``discover`` does."""
    tree = LexborHTMLParser(page.text)
    base = base_of(tree, page.effective_url)
    records = _RECORD.findall(page.text)
    if rules.item is not None:
        items, evidence = _selected(tree, rules.item), f"rule: {rules.item}"
    elif records:
        rows = "".join(f"<div class=record>{record}</div>" for record in records)
        items = LexborHTMLParser(rows).css("div.record")
        evidence = "structure: records of a datastore"
    else:
        is_told = _tells_article(tree)
        for node in tree.css("script, style, noscript, template, select"):
            node.decompose()
        items, evidence = repeated_links(tree, base)
        if not items:
            if tree.body is not None and _EMPTY_WORDS.search(tree.body.text()):
                raise ListingEmptyError("the page says that its list is empty")
            raise ListingMissingError("the page has no block of links that look like articles")
        if why := _is_article(page, tree, items, base, is_told=is_told):
            raise ListingMissingError(f"the page is an article and no listing: {why}")
    links = [link for item in items for link in [_link(item, base, rules, zone, page)] if link]
    if not links:
        raise ListingEmptyError(f"{len(items)} entries ({evidence}), none with a link")
    tree = LexborHTMLParser(page.text)
    following = next_page(tree, base, page.effective_url, page.text, rules.next_page)
    if records and rules.next_page is None and (group := _NEXT_GROUP.search(page.text)):
        following = resolve(base, unescape(group[1])) or following
    return Found(links=tuple(links), next_url=following, evidence=evidence)


def _tells_article(tree: LexborHTMLParser) -> bool:
    """Return whether the page's head calls it an article.

    By Open Graph, by schema.org, or by the tags that the guideline on government sites (国办发
    〔2017〕47号) asks of article pages alone.
    """
    for node in tree.css("meta[property='og:type'], meta[name='og:type']"):
        if (node.attributes.get("content") or "").lower() in {"article", "news", "newsarticle"}:
            return True
    for node in tree.css("meta[name='ArticleTitle' i], meta[name='PubDate' i]"):
        if (node.attributes.get("content") or "").strip():
            return True
    data = [node.text() for node in tree.css("script[type='application/ld+json']")]
    return sum(len(_ARTICLE_DATA.findall(text)) for text in data) == 1


def _is_article(
    page: FetchedPage,
    tree: LexborHTMLParser,
    items: list[LexborNode],
    base: str,
    *,
    is_told: bool,
) -> str | None:
    """Return why the page is an article with related links beside it; None when it is none."""
    chars = article_prose(tree, items)
    if chars >= ARTICLE_CHARS:
        return f"{chars} characters of running text stand beside its links"
    if is_told and chars >= TOLD_ARTICLE_CHARS:
        return "its head says so"
    own = _url_shape(page.effective_url)
    hrefs = [
        a.attributes.get("href") or "" for item in items for a in (item.css("a[href]") or [item])
    ]
    shapes = [_url_shape(url) for href in hrefs if (url := resolve(base, href))]
    is_alike = "#" in own and shapes.count(own) > len(shapes) / 2
    if is_alike and chars >= TOLD_ARTICLE_CHARS:
        return "its own address is like theirs"
    return None


def _url_shape(url: str) -> str:
    """Return an address with its long numbers as ``#``: articles of a site share it."""
    return re.sub(r"\d{3,}", "#", url)


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the address against which the page's links are resolved."""
    base = tree.css_first("base[href]")
    href = base.attributes.get("href") if base is not None else None
    return (resolve(url, href) if href else None) or url


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the entries; tell a list that is empty from one that is not there."""
    items = tree.css(selector)
    if items:
        return items
    container = re.sub(r"\s*[>+~ ]\s*[^>+~ ]+$", "", selector.strip())
    if container != selector.strip() and tree.css_first(container) is not None:
        raise ListingEmptyError(f"{container} is there and holds no entry ({selector})")
    raise ListingMissingError(f"nothing on the page matches {selector}")


def _link(
    item: LexborNode, base: str, rules: ListingRules, zone: ZoneInfo, page: FetchedPage
) -> ArticleLink | None:
    anchors = [item] if item.tag == "a" else item.css(rules.link or "a[href]")
    if rules.link and anchors and anchors[0].tag != "a":
        anchors = anchors[0].css("a[href]") or anchors
    best: tuple[float, LexborNode, str] | None = None
    for anchor in anchors:
        url = resolve(base, anchor.attributes.get("href") or "")
        if url is None:
            continue
        score = _length(title_of(anchor)) + (HEADED if _is_headed(anchor, item) else 0.0)
        if best is None or score > best[0]:
            best = score, anchor, url
    if best is None:
        return None
    _, anchor, url = best
    title = title_of(anchor)
    if rules.title and (node := item.css_first(rules.title)) is not None:
        title = _flat(node.text(separator=" "))
    elif not title and (heading := item.css_first("h1, h2, h3, h4, h5, h6")) is not None:
        title = _flat(heading.text(separator=" "))
    published = _published(item, title, rules, zone, page, url)
    return ArticleLink(url=url, title=title, published=published)


def _published(
    item: LexborNode,
    title: str,
    rules: ListingRules,
    zone: ZoneInfo,
    page: FetchedPage,
    url: str,
) -> Published | None:
    now = page.fetched_at
    if rules.date and (node := item.css_first(rules.date)) is not None:
        text = _flat(node.text(separator=" "))
        return listing_date(text, zone=zone, now=now, date_format=rules.date_format)
    node = item.css_first("time[datetime]")
    texts = [node.attributes.get("datetime") or ""] if node is not None else []
    whole = _flat(item.text(separator=" "))
    texts.append(whole.replace(title, " ") if title else whole)
    if item.tag == "a":
        texts += _beside(item)
    for text in texts:
        if found := listing_date(text, zone=zone, now=now):
            return found
    return url_date(url, zone=zone, now=now)


def _beside(anchor: LexborNode) -> tuple[str, str]:
    """Return the text behind a link and before it, as far as its line goes.

    Old pages part their lines by ``<br>`` alone, so that no element holds a link with its date.
    """
    parts: list[str] = []
    for step in ("next", "prev"):
        text, node = "", getattr(anchor, step)
        while node is not None and node.tag not in {"br", "a"} and len(text) < _LINE_CHARS:
            if node.tag == "-text" or node.tag in _INLINE:
                text = f"{text} {node.text()}" if step == "next" else f"{node.text()} {text}"
            node = getattr(node, step)
        parts.append(_flat(text))
    return parts[0], parts[1]


def title_of(anchor: LexborNode) -> str:
    """Return what a link calls its article: the longer of its text and its title attribute."""
    heading = anchor.css_first("h1, h2, h3, h4, h5, h6, [class*=title], [class*=tit]")
    heading = heading or _titled(anchor)
    text = _flat((heading or anchor).text(separator=" " if heading is None else ""))
    shown = without_dates(text).strip("·•◆■●▪> ")
    if _MORE.fullmatch(shown):
        shown = ""
    told = _flat(anchor.attributes.get("title") or "")
    stem = shown.rstrip(".…。 ")
    if told and (not shown or (len(told) > len(shown) and (told.startswith(stem[:8])))):
        return told.splitlines()[0]
    if not shown and (image := anchor.css_first("img[alt]")) is not None:
        return _flat(image.attributes.get("alt") or "")
    return shown


def _titled(anchor: LexborNode) -> LexborNode | None:
    """Return the element with the title in a link that holds a whole entry; None for a plain one.

    The first of its blocks without blocks of their own that is long enough for a title and is no
    date: summary, source and figures follow it.
    """
    blocks = [node for node in anchor.css(_BLOCKS) if len(node.css(_BLOCKS)) == 1]
    if len(blocks) < _FEWEST_BLOCKS:
        return None
    return next(
        (node for node in blocks if len(without_dates(_flat(node.text()))) >= _TITLE_CHARS), None
    )


def _is_headed(anchor: LexborNode, item: LexborNode) -> bool:
    """Tell whether a link stands in a heading of its entry: then it is the one with the title."""
    node: LexborNode | None = anchor.parent
    while node is not None and node.mem_id != item.mem_id:
        if node.tag in _HEADINGS:
            return bool(title_of(anchor))
        node = node.parent
    return False


def _length(title: str) -> float:
    return min(len(title), 60)


def _flat(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
