"""Articles that go on over several pages: the next one's address, and joining them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.urls import canonicalise, resolve

if TYPE_CHECKING:
    from bot.extract.reading import Reading
    from bot.model import ExtractedArticle

#: Characters of markup that a link of a page number takes at most.
_LONGEST_LINK = 400
_NEXT = re.compile(
    r"^[\s\[【<«]*(?:下\s*一\s*页|下页|后一页|下一頁|next(?: page)?|weiter|suivante?|siguiente|›|»|>|>>)[\s\]】>»]*$",
    re.IGNORECASE,
)
#: How the text of such a link begins.
_FIRST = frozenset("[【<«下后nNwWsS›»>2")
#: A link whose markup has none of these names no next page.
_TRACE = re.compile(r"下一页|下页|后一页|下一頁|下 一 页|>2<|>\[2\]<|ext|eiter|uivant|iguiente|›|»")
#: How EmpireCMS, DedeCMS, PHPCMS and others name the pages of one article:
#: 98982.html → 98982_2.html, c1-2.html, content_2.htm, ?page=2
_PAGE = re.compile(
    r"(?P<stem>.*?)(?:[_-](?P<number>\d{1,2}))?(?P<end>\.s?html?|\.aspx?|\.php|\.jsp|/?)$"
)
_QUERY_PAGE = re.compile(r"(?:^|&)(?:page|p|pn|paged)=(\d{1,2})(?:&|$)")


def find_next_page(page: Reading) -> str | None:
    """Return the absolute address of the article's next page; None on its last page."""
    if page.body is None:
        return None
    outline = page.outline
    start = page.body.element
    end = min(len(outline.tags), outline.ends[start] + 400)
    likely = {
        outline.links[at]
        for line in outline.lines
        for text, at in line.parts
        if start <= at < end and text.lstrip()[:1] in _FIRST
    }
    for at in sorted(likely):
        begin, stop = outline.starts[at], outline.stops[at]
        if at < start or stop - begin > _LONGEST_LINK:
            continue
        if not _TRACE.search(outline.markup, begin, stop):
            continue
        text = outline.text_of(at)
        if not text or len(text) > 14:
            continue
        href = outline.attribute(at, "href") or ""
        if _NEXT.match(text) or text == "2":
            target = resolve(page.url, href)
            if target and follows(page.url, target):
                return target
    return None


def follows(current: str, target: str) -> bool:
    """Tell whether ``target`` is named as the page after ``current`` of the same article."""
    one, two = urlsplit(canonicalise(current)), urlsplit(canonicalise(target))
    if one.netloc != two.netloc:
        return False
    if one.path == two.path:
        before, after = _QUERY_PAGE.search(one.query), _QUERY_PAGE.search(two.query)
        return after is not None and int(after[1]) == (int(before[1]) if before else 1) + 1
    here, there = _PAGE.fullmatch(one.path), _PAGE.fullmatch(two.path)
    if not here or not there or not there["number"]:
        return False
    number = int(there["number"])
    first: str | None = here["number"]
    if here["stem"] == there["stem"] and first is not None:
        return number == int(first) + 1
    end: str = here["end"]
    stem = one.path.removesuffix(end)
    return stem.rstrip("/") == there["stem"].rstrip("/") and number == 2


def join(first: ExtractedArticle, *others: ExtractedArticle) -> ExtractedArticle:
    """Return the article with the bodies of its further pages behind its own, in their order.

    The fields are the first page's; editors and authors, who often sign on the last page only,
    are gathered from all.
    """
    if not others:
        return first
    parts = (first, *others)
    return replace(
        first,
        body_html="\n".join(part.body_html for part in parts),
        styles=tuple(dict.fromkeys(style for part in parts for style in part.styles)),
        authors=tuple(dict.fromkeys(name for part in parts for name in part.authors)),
        editors=tuple(dict.fromkeys(pair for part in parts for pair in part.editors)),
        source_name=next((part.source_name for part in parts if part.source_name), None),
        published=next((part.published for part in parts if part.published), None),
        removed=tuple(removal for part in parts for removal in part.removed),
        next_page_url=parts[-1].next_page_url,
    )
