"""What a page lets robots do with it: ``X-Robots-Tag`` and the robots meta element."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD_CHARS = 32 * 1024
_META = re.compile(r"<meta\s[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
#: Directives that take a value after a colon, so that a colon is no name of a robot:
#: https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag
_WITH_VALUE = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}


def robots_directives(headers: Iterable[str], text: str, product: str) -> frozenset[str]:
    """Return the directives that hold for us, lower case, such as ``{"noarchive"}``.

    ``headers`` are the values of X-Robots-Tag, in order; ``none`` is returned as ``noindex`` and
    ``nofollow``.  Directives for a robot of another name do not count.
    """
    found: set[str] = set()
    for value in headers:
        found.update(_of_header(value, product.lower()))
    # The tags are looked for as they are: putting the head in lower case costs more than all else.
    for tag in _META.findall(text, 0, _HEAD_CHARS):
        if any(name in tag.lower() for name in ("robots", product.lower())):
            attributes = {
                name.lower(): unescape(double or single or bare)
                for name, double, single, bare in _ATTRIBUTE.findall(tag)
            }
            if attributes.get("name", "").strip().lower() in ("robots", product.lower()):
                found.update(_words(attributes.get("content", "")))
    if "none" in found:
        found |= {"noindex", "nofollow"}
    return frozenset(found)


def _of_header(value: str, product: str) -> set[str]:
    name, colon, rest = value.partition(":")
    robot = name.strip().lower()
    if colon and "," not in robot and robot not in _WITH_VALUE:
        return _words(rest) if robot == product else set()
    return _words(value)


def _words(value: str) -> set[str]:
    return {word for word in (part.strip().lower() for part in value.split(",")) if word}
