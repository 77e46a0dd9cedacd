"""A page to be looked at: without anything active, and with what was taken from it outlined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.discover.html import base_of
from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.model import FetchedPage

_ACTIVE = (
    "script, style, link, iframe, frame, object, embed, meta, base, noscript, template, input, "
    "button, audio, video, source, svg"
)
#: texts longer than this are no single paragraph
LONGEST_CHARS = 3000
_KEPT = {"class", "id", "title", "data-mark", "colspan", "rowspan", "align"}
_COLOURS = {"link": "#1f6b36", "dropped": "#b0a89b", "title": "#9c1c1c", "body": "#1f6b36",
            "removed": "#b0a89b", "date": "#1c4f9c"}  # fmt: skip
_STYLE = (
    "body{font:14px/1.6 system-ui,sans-serif;margin:8px;color:#222;background:#fff}"
    "[data-mark]{outline:2px solid;outline-offset:1px}"
    "[data-mark]::before{content:attr(data-mark);font:10px/1 sans-serif;background:#fff;"
    "border:1px solid;padding:0 3px;margin-right:3px}"
    + "".join(f"[data-mark={name}]{{outline-color:{c}}}" for name, c in _COLOURS.items())
)


def marked_listing(page: FetchedPage, kept: Collection[str], dropped: Collection[str]) -> str:
    """Return a listing with its links marked; ``kept`` and ``dropped`` are absolute addresses."""
    tree = LexborHTMLParser(page.text)
    base = base_of(tree, page.effective_url)
    for node in tree.css("a[href]"):
        url = resolve(base, node.attributes.get("href") or "")
        if url in kept:
            node.attrs["data-mark"] = "link"
        elif url in dropped:
            node.attrs["data-mark"] = "dropped"
    return _quiet(tree)


def marked_article(page: FetchedPage, parts: Mapping[str, Collection[str]]) -> str:
    """Return an article with the elements marked that hold the texts of each part."""
    tree = LexborHTMLParser(page.text)
    wanted = {_squeezed(text): name for name, texts in parts.items() for text in texts if text}
    gone = sorted((_squeezed(text) for text in parts.get("removed", ())), key=len, reverse=True)
    # The innermost first: what holds an element that is marked is not marked itself.
    for node in reversed(tree.css("h1, h2, h3, p, div, td, span, font, strong, time, li, section")):
        text = _squeezed(node.text())
        name = wanted.get(text)
        if name is None and len(text) < LONGEST_CHARS:
            # A paragraph still holds the hidden text that was removed from it.
            for one in gone:
                text = text.replace(one, "") if one else text
            name = wanted.get(text)
        if name is not None and node.css_first("[data-mark]:not([data-mark=removed])") is None:
            node.attrs["data-mark"] = name
    return _quiet(tree)


def _quiet(tree: LexborHTMLParser) -> str:
    """Return a page that loads nothing, runs nothing and leads nowhere."""
    for node in tree.css(_ACTIVE):
        node.decompose()
    for node in tree.css("body *"):
        for name in list(node.attributes):
            if name not in _KEPT:
                del node.attrs[name]
    body = tree.body
    inner = body.html if body is not None else ""
    return f"<!DOCTYPE html><meta charset=utf-8><style>{_STYLE}</style>{inner}"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
