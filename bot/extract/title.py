"""The title: what the page shows as its headline, held against what its head declares."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.extract.furniture import Role
from bot.extract.head import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.extract.head import Head
    from bot.extract.outline import Outline

_META_TITLES = ("articletitle", "og:title", "twitter:title", "dc.title", "title", "headline")
#: a separator between a title and the names of section and site
_SEPARATOR = re.compile(
    r"(?:\s+[-–—|_·:：]+\s+|[_|｜]+|(?<![-—–])[-–](?![-—–])|\s*[_-]{2,}\s*|\s»\s|\s<\s)"
)
_LEAST = 4


def folded(text: str) -> str:
    """Return ``text`` as it is compared: width and case folded, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def find_title(page: Outline, head: Head, body: int) -> tuple[str, str]:
    """Return the title and the rule that found it; empty when there is none.

    A heading that the head's title begins with (or holds) is the title; else a line before the
    body that does; else what the head declares, with the site's name taken off.
    """
    declared = [head.title, text_of(head.article.get("headline"))]
    declared += [head.metas[name] for name in _META_TITLES if name in head.metas]
    keys = [folded(text) for text in declared if text]
    best: tuple[int, str, str] | None = None
    for rank, text in _headings(page, body):
        key = folded(text)
        if len(key) < _LEAST:
            continue
        place = next((k.find(key) for k in keys if key in k), -1)
        if place < 0:
            continue
        score = len(key) + (12 if rank == "h1" else 0) + (8 if place == 0 else 0)
        if best is None or score > best[0]:
            best = (score, text, f"{rank} that the head's title holds")
    if best is not None:
        return best[1], best[2]
    ones = [text for rank, text in _headings(page, body) if rank == "h1" and len(text) >= _LEAST]
    trimmed = strip_site(head.meta("articletitle", "og:title") or declared[1] or head.title)
    if len(ones) == 1 and (not trimmed or _shares(ones[0], trimmed)):
        return ones[0], "the only h1"
    if trimmed:
        return trimmed, "declared by the head, site name taken off"
    return (ones[0], "first h1") if ones else ("", "none")


def strip_site(title: str) -> str:
    """Return a declared title without the names of section and site behind it."""
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title.strip()
    first = parts[0].strip()
    if len(first) >= 6 or len(parts) == 2:
        cut = title.find(first) + len(first)
        rest = title[cut:]
        # A long second part belongs to the title: "A - B" of one headline.
        tail = [p.strip() for p in parts[1:]]
        if len(tail) >= 1 and len(tail[0]) > max(len(first), 14):
            return (
                title[: title.rfind(tail[-1])].rstrip(" -_|–—") if len(tail) > 1 else title.strip()
            )
        return title[:cut].strip() if rest else title.strip()
    return title.strip()


def _shares(one: str, other: str) -> bool:
    a, b = set(folded(one)), set(folded(other))
    return len(a & b) >= 0.5 * min(len(a), len(b))


def _headings(page: Outline, body: int) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of headings, and of the lines that stand before the body or begin it."""
    start = next((n for n, line in enumerate(page.lines) if line.element >= body), len(page.lines))
    for number, line in enumerate(page.lines):
        if line.is_hidden:
            continue
        path = page.ancestors(line.element)
        tags = {page.elements[i].tag for i in path[:4]}
        if "h1" in tags:
            yield "h1", line.text
        elif tags & {"h2", "h3"}:
            yield "heading", line.text
        elif number <= start + 3 and len(line.text) <= 120 and line.linked == 0:
            if any(page.elements[i].role is Role.FURNITURE for i in path):
                continue
            yield "line", line.text
