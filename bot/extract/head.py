"""What the head of a page declares: metas, JSON-LD, title, styles, canonical address."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from bot.css import hiding_rules
from bot.extract.outline import squeeze

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

#: schema.org types that are a news article or near it
_ARTICLE_TYPES = ("newsarticle", "article", "reportagenewsarticle", "blogposting", "webpage",
                  "videoobject", "liveblogposting", "opinionnewsarticle", "analysisnewsarticle")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The declarations of a page; all of them untrusted, most of them right."""

    #: text of <title>
    title: str
    #: lower-case name, property or itemprop → first content
    metas: dict[str, str]
    #: the JSON-LD object that describes the article; empty when there is none
    article: dict[str, Any] = field(default_factory=dict)
    #: rules of <style> blocks that hide something
    styles: tuple[str, ...] = ()
    canonical: str | None = None

    def meta(self, *names: str) -> str | None:
        """Return the content of the first of ``names`` that is there and not empty."""
        for name in names:
            if value := self.metas.get(name):
                return value
        return None


def read_head(tree: LexborHTMLParser) -> Head:
    """Return what the head declares; never fails on broken declarations."""
    metas: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and content.strip():
            metas.setdefault(name.strip().lower(), squeeze(unescape(content)))
    title = tree.css_first("title")
    canonical = tree.css_first('link[rel="canonical"]')
    return Head(
        title=squeeze(title.text()) if title is not None else "",
        metas=metas,
        article=_json_ld(tree),
        styles=hiding_rules(node.text() for node in tree.css("style")),
        canonical=canonical.attributes.get("href") if canonical is not None else None,
    )


def _json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(data, 0):
            kind = item.get("@type")
            kinds = [str(k).lower() for k in (kind if isinstance(kind, list) else [kind])]
            if any(k in _ARTICLE_TYPES for k in kinds) and (
                not found or ("headline" in item and "headline" not in found)
            ):
                found = item
    return found


def _objects(data: object, depth: int) -> list[dict[str, Any]]:
    if depth > 3:
        return []
    if isinstance(data, list):
        return [item for entry in data for item in _objects(entry, depth + 1)]
    if isinstance(data, dict):
        return [data, *_objects(data.get("@graph"), depth + 1)]
    return []


def text_of(value: object) -> str:
    """Return a JSON-LD value as text: the first of a list, the name of an object."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return squeeze(unescape(value)) if isinstance(value, str) else ""


def names_of(value: object) -> tuple[str, ...]:
    """Return the names in a JSON-LD person or list of persons, organisations left out."""
    entries = value if isinstance(value, list) else [value]
    names: list[str] = []
    for entry in entries:
        if isinstance(entry, dict) and "organization" in str(entry.get("@type", "")).lower():
            continue
        if name := text_of(entry):
            names.append(name)
    return tuple(names)
