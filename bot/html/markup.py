"""The flat form of a parsed page: its serialised markup, cut at the tags.

Asking a tree for its nodes one by one costs a Python object for each answer; the markup that
the parser writes of its tree is one string, and cutting it costs next to nothing.  It must come
from an HTML serialiser (the HTML Standard, section 13.3): tags are balanced, attribute values
stand in double quotes, and ``<`` and ``>`` are escaped in text and in attribute values.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

#: Elements without an end tag (the HTML Standard, sections 13.1.2 and 13.3).
VOID = frozenset(
    """
    area base basefont bgsound br col embed frame hr img input keygen link meta param source
    track wbr
    """.split()
)
_TAG_AND_TEXT = re.compile(r"<([^>]*)>([^<]*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: characters of a tag whose attributes are worth remembering
_BRIEF = 1000
_ATTRIBUTE = re.compile(r'\s([^\s=]+)="([^"]*)"')


def without_comments(markup: str) -> str:
    """Return markup without its comments; what stands on both sides of one becomes one text."""
    before, *commented = markup.split("<!--")
    if not commented:
        return markup
    kept = [before]
    for at, piece in enumerate(commented):
        _, is_closed, after = piece.partition("-->")
        if not is_closed:
            # Another opening inside a comment, or one that is never closed: seldom.
            return "".join(kept) + _COMMENT.sub("", "<!--" + "<!--".join(commented[at:]))
        kept.append(after)
    return "".join(kept)


def tags_and_texts(markup: str, start: int = 0, stop: int = sys.maxsize) -> list[tuple[str, str]]:
    """Return (tag without its angle brackets, text behind it) of markup without comments.

    The pairs stand in document order and add up to the markup: a pair is longer by its two
    brackets.  A text has its entities still; ``decoded`` undoes them.
    """
    return _TAG_AND_TEXT.findall(markup, start, stop)


def decoded(text: str) -> str:
    """Undo the entities that a serialiser writes."""
    return (
        text.replace("&nbsp;", "\u00a0")
        .replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


def attribute(tag: str, name: str) -> str | None:
    """Return the value of one attribute of a start tag; None where it has none."""
    at = tag.find(f' {name}="')
    if at < 0:
        return None
    at += len(name) + 3
    value = tag[at : tag.find('"', at)]
    return decoded(value) if "&" in value else value


def attributes_of(tag: str) -> dict[str, str]:
    """Return all attributes of a start tag; one without a value has an empty one."""
    return _remembered(tag) if len(tag) <= _BRIEF else _attributes(tag)


@lru_cache(maxsize=512)
def _remembered(tag: str) -> dict[str, str]:
    return _attributes(tag)


def _attributes(tag: str) -> dict[str, str]:
    return {name: decoded(value) for name, value in _ATTRIBUTE.findall(tag)}


def end_of(markup: str, tag: str, start: int) -> int:
    """Return the offset past the end tag of the ``tag`` element whose start tag is at ``start``."""
    opening, closing = f"<{tag}", f"</{tag}>"
    end = start + len(opening)
    depth = 1
    while depth:
        close = markup.find(closing, end)
        if close < 0:
            return len(markup)
        depth += markup.count(opening, end, close) - 1
        end = close + len(closing)
    return end
