"""Where a listing goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_NEXT = re.compile(
    r"([>›»→]*\s*下一?[页頁]\s*[>›»→]*|后一?页|next( page)?|older posts?|[>›»])",
    re.IGNORECASE,
)
#: TRS WCM draws its pager by script: createPageHTML(12, 0, "index", "html") means page 1 of 12
_TRS = re.compile(
    r"createPageHTML\w*\(\s*(\d+)\s*,\s*(\d+)\s*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
_NUMBERED = re.compile(r"(?:[_-]|/page/|/p)(\d+)(?:/|\.\w+)?$")


def next_page(
    tree: LexborHTMLParser, base: str, url: str, text: str, selector: str | None
) -> str | None:
    """Return the absolute address of the next listing page, None on the last one.

    By the selector when there is one; else by ``rel=next``, the words 下一页, TRS's script, or the
    link whose text is the number after this page's own.
    """
    if selector is not None:
        node = tree.css_first(selector)
        return _target(base, node.attributes.get("href") if node is not None else None, url)
    for node in tree.css("link[rel=next], a[rel=next]"):
        if target := _target(base, node.attributes.get("href"), url):
            return target
    anchors = tree.css("a[href]")
    for node in anchors:
        label = re.sub(r"\s+", " ", node.text()).strip() or node.attributes.get("title") or ""
        if _NEXT.fullmatch(label) and (target := _target(base, node.attributes.get("href"), url)):
            return target
    if match := _TRS.search(text):
        count, index = int(match[1]), int(match[2])
        name = f"{match[3]}_{index + 1}.{match[4]}"
        return resolve(base, name) if index + 1 < count else None
    label = str(_number(url) + 1)
    for node in anchors:
        if node.text().strip().strip("[]") == label:
            target = _target(base, node.attributes.get("href"), url)
            if target and _number(target) == int(label):
                return target
    return None


def _number(url: str) -> int:
    """Return which page of its listing an address is; 1 when it has no number."""
    parts = urlsplit(url)
    for key in ("page", "p", "pageNo", "pageIndex", "PageNo"):
        value = parse_qs(parts.query).get(key, [""])[0]
        if value.isdigit():
            return int(value)
    match = _NUMBERED.search(parts.path)
    return int(match[1]) if match else 1


def _target(base: str, href: str | None, url: str) -> str | None:
    if not href or href.startswith("#"):
        return None
    target = resolve(base, href)
    return target if target not in {url, resolve(base, url)} else None
