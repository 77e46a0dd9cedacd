"""What a page says of itself beside its list: for telling the district, the site and its feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.discover.html import base_of
from bot.urls import resolve

if TYPE_CHECKING:
    from bot.model import FetchedPage

_CRUMBS = (
    "[class*=crumb], [class*=position], [class*=location], [class*=dqwz], [class*=weizhi], "
    "[class*=place], [class*=path], [id*=position], [class*=mbx], [class*=where]"
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfDescription:
    """What a page says of itself."""

    title: str
    headings: str
    #: description and keywords
    about: str
    #: its text without links, flat
    text: str
    #: (address, type) of the feeds that it declares, absolute
    feeds: tuple[tuple[str, str], ...]
    #: absolute addresses of the breadcrumb's links, outermost first
    trail: tuple[str, ...]
    script_count: int
    link_count: int


def describe(page: FetchedPage) -> SelfDescription:
    """Return what an HTML page says of itself."""
    tree = LexborHTMLParser(page.text)
    base = base_of(tree, page.effective_url)
    titles = tree.css("title")
    title = _flat(titles[0].text()) if titles else ""
    about = " ".join(
        node.attributes.get("content") or ""
        for node in tree.css(
            "meta[name=description i], meta[name=keywords i], meta[name=sitename i], "
            "meta[name=columnname i], meta[property='og:site_name']"
        )
    )
    scripts = len(tree.css("script"))
    links = len(tree.css("a[href]"))
    for node in tree.css("script, style, noscript, template, select"):
        node.decompose()
    crumbs = tree.css(_CRUMBS)
    trail = [
        url
        for crumb in crumbs[:1]
        for node in crumb.css("a[href]")
        if (url := resolve(base, node.attributes.get("href") or ""))
    ]
    headings = [node.text(separator=" ") for node in [*tree.css("h1, h2"), *crumbs]]
    feeds = tuple(
        (url, kind)
        for node in tree.css("link[rel=alternate][href]")
        if (kind := (node.attributes.get("type") or "").lower()) in _FEED_TYPES
        and (url := resolve(base, node.attributes.get("href") or ""))
    )
    for node in tree.css("a, title"):
        node.decompose()
    body = tree.body
    return SelfDescription(
        title=title,
        headings=_flat(" ".join(headings)),
        about=_flat(about),
        text=_flat(body.text(separator=" ")) if body is not None else "",
        feeds=feeds,
        trail=tuple(dict.fromkeys(trail)),
        script_count=scripts,
        link_count=links,
    )


def selector_of_text(page: FetchedPage, wanted: str) -> str | None:
    """Return a selector of the first element whose text is ``wanted``, by id or class; or None."""
    tree = LexborHTMLParser(page.text)
    flat = re.sub(r"\s+", "", wanted)
    for node in tree.css("h1, h2, h3, h4, [class*=tit], [id*=tit], font, strong, p, td, div"):
        if re.sub(r"\s+", "", node.text()) != flat:
            continue
        names = (node.attributes.get("class") or "").split()
        identity = node.attributes.get("id")
        tries = [f"#{identity}" if identity else "", *(f"{node.tag}.{name}" for name in names)]
        if node.tag in {"h1", "h2"}:
            tries.append(node.tag)
        for selector in filter(None, tries):
            if re.fullmatch(r"[\w#.-]+", selector):
                first = tree.css_first(selector)
                if first is not None and first.mem_id == node.mem_id:
                    return selector
    return None


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
