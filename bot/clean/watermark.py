"""Marks against copying that are left visible: the same few characters behind every paragraph.

EmpireCMS writes three random letters or digits and the site's name; the three differ from page
to page, so the mark is found on each page anew: an ending that most paragraphs share.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.model import Removal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: three random characters, at least one of them no ideograph, and a site's name
_MARK = re.compile(
    r"(?P<mark>[0-9A-Za-z]{3}[\u4e00-\u9fff]{2,12}(?:网|在线|报|台|新闻|客户端|网站|门户|资讯|政府网))\s*$"
)
#: so many paragraphs must end in a mark, and so large a share of them
_LEAST_COUNT = 2
_LEAST_SHARE = 0.5


def find_marks(texts: Sequence[str]) -> frozenset[str]:
    """Return the visible marks of a page: endings of EmpireCMS's form that its blocks share.

    A site's name alone is never a mark, so that a paragraph that truly ends in it stays whole.
    """
    endings: Counter[str] = Counter()
    spoken = [text for text in texts if text]
    for text in spoken:
        if match := _MARK.search(text):
            endings[match["mark"]] += 1
    return frozenset(
        mark
        for mark, count in endings.items()
        if count >= _LEAST_COUNT and count >= _LEAST_SHARE * len(spoken)
    )


def without_mark(
    text: str, marks: frozenset[str], patterns: Sequence[re.Pattern[str]]
) -> tuple[str, Removal | None]:
    """Return ``text`` without a mark at its end, and what was taken off."""
    bare = text.rstrip()
    for mark in marks:
        if bare.endswith(mark):
            return bare[: -len(mark)].rstrip(), Removal(rule="visible watermark", text=mark)
    for pattern in patterns:
        match = pattern.search(bare)
        if match and match.end() == len(bare) and match.group():
            return bare[: match.start()].rstrip(), Removal(
                rule=f"watermark of the source: {pattern.pattern}", text=match.group()
            )
    return text, None
