"""Unknown watermarks, found across the pages of a site and across two fetches of one page.

Within a page ``watermark`` tells them by their recurrence; a page of two paragraphs shows none.
What stands behind the finished sentences of page after page, and varies in a short random part or
not at all, is a mark; so is what two fetches of one page draw anew.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.clean.watermark import ENDED, ended_tails, split_token
from bot.model import Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

#: pages that must show a mark of a random part and a name, and one of a name alone
_PAGES, _PAGES_OF_NAMES = 3, 4
#: blocks that must end otherwise in two fetches of a page
_PARAGRAPHS = 2
_TOKEN = re.compile(r"[A-Za-z0-9]{3,10}")
_LONGEST_STEM = 30


def ending_of(texts: Sequence[str]) -> Ending | None:
    """Return what most of a page's long blocks end in behind their sentences; None for nothing."""
    tails, long_count = ended_tails(texts)
    split = [split_token(tail) for tail in tails]
    for stem, count in Counter(stem for _, stem in split).most_common(1):
        if len(stem) >= 2 and count * 2 >= long_count:
            tokens = tuple(sorted({token for token, own in split if own == stem}))
            return Ending(stem=stem, tokens=tokens, count=count)
    return None


def patterns_of(endings: Sequence[Ending]) -> tuple[str, ...]:
    """Return what to cut from the ends of blocks, by the endings of a site's pages; one a page.

    A name alone must have stood behind several sentences of one page, as no byline does.
    """
    by_stem: dict[str, list[Ending]] = {}
    for ending in endings:
        by_stem.setdefault(ending.stem, []).append(ending)
    found = []
    for stem, pages in by_stem.items():
        tokens = {token for page in pages for token in page.tokens}
        lengths = {len(token) for token in tokens}
        if len(lengths) != 1:
            continue
        (length,) = lengths
        if length and len(pages) >= _PAGES and len(tokens) >= 2:
            found.append(_pattern(f"[A-Za-z0-9]{{{length}}}", stem))
        elif (
            not length
            and len(stem) >= 4
            and len(pages) >= _PAGES_OF_NAMES
            and sum(page.count > 1 for page in pages) >= 2
        ):
            found.append(_pattern("", stem))
    return tuple(found)


def pattern_of_change(before: Sequence[str], after: Sequence[str]) -> str | None:
    """Return what to cut where two fetches of a page differ in nothing but the ends of blocks.

    ``before`` and ``after`` are the texts of its blocks in order.  None where they are the same,
    or differ in anything that may be an edit.
    """
    if len(before) != len(after):
        return None
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    changes = {_change(old, new) for old, new in pairs}
    change = changes.pop() if len(changes) == 1 and len(pairs) >= _PARAGRAPHS else None
    return None if change is None else _pattern(f"[A-Za-z0-9]{{{change[1]}}}", change[0])


def _change(old: str, new: str) -> tuple[str, int] | None:
    """Return (name, length of the random part) of a mark that was drawn anew; else None."""
    (one,), (other,) = (ended_tails([text])[0] or [""] for text in (old, new))
    if not one or not other or old[: len(old) - len(one)] != new[: len(new) - len(other)]:
        return None
    (token, stem), (token_now, stem_now) = split_token(one), split_token(other)
    if token and stem == stem_now and len(token) == len(token_now):
        return stem, len(token)
    if len(one) == len(other) and _TOKEN.fullmatch(one) and _TOKEN.fullmatch(other):
        return "", len(one)
    return None


def _pattern(token: str, stem: str) -> str:
    return rf"(?<=[{re.escape(ENDED)}])\s*{token}{re.escape(stem[:_LONGEST_STEM])}"
