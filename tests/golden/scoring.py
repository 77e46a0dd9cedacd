"""How well a page was read: what an extractor said of it against what a person says of it.

The body is scored by character 4-grams, the rest by equality after normalising.  The rules are
those of the gold beside the real pages: body by the multiset overlap of 4-grams per page, then
averaged; titles without spaces and in one width; dates by day, and by minute where the page
shows a time.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, fields
from statistics import fmean
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

#: length of the character n-grams that bodies are compared by
GRAM = 4
#: a paragraph belongs to the gold when this share of its 4-grams does
OWN_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What a person says of a page."""

    id: str
    title: str
    #: aware; None when the page tells no day
    published: datetime | None
    #: the page shows a time of day, and ``published`` carries it
    has_time: bool
    source: str | None
    #: empty when nobody is named
    authors: tuple[str, ...]
    #: names in any order; empty when nobody is named
    editors: tuple[str, ...]
    #: (role, name) pairs in page order; None when the gold tells names only
    roles: tuple[tuple[str, str], ...] | None
    #: the body as a reader would take it; empty for an article of pictures alone
    paragraphs: tuple[str, ...]
    timezone: str = "Asia/Shanghai"
    #: addresses of the article's pictures in order; None when the gold does not tell
    images: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an extractor says of a page; a field that it does not have stays None."""

    paragraphs: tuple[str, ...]
    title: str | None = None
    #: naive ones are taken as in the page's own time zone
    published: datetime | None = None
    source: str | None = None
    authors: tuple[str, ...] | None = None
    editors: tuple[str, ...] | None = None
    roles: tuple[tuple[str, str], ...] | None = None
    images: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One page: shares from 0 to 1; None where the gold has nothing to judge by."""

    precision: float
    recall: float
    f1: float
    #: share of the paragraphs read that belong to the article; None when none was read
    paragraph_precision: float | None
    #: share of the gold's paragraphs that were read as one paragraph, letter by letter
    paragraph_exact: float | None
    #: every paragraph read belongs to the article
    is_free_of_boilerplate: bool
    has_title: bool
    has_day: bool | None
    has_minute: bool | None
    has_source: bool | None
    #: no source is claimed where the page names none
    has_no_false_source: bool | None
    has_authors: bool | None
    #: nobody is named where the page names nobody
    has_no_false_author: bool | None
    has_editors: bool | None
    has_roles: bool | None
    has_images: bool | None


def score(gold: Gold, reading: Reading) -> Score:
    """Judge one reading of one page."""
    precision, recall, f1 = _overlap(gold.paragraphs, reading.paragraphs)
    read = [p for p in map(squeeze, reading.paragraphs) if p]
    own = [_is_own(p, gold) for p in read]
    true = [p for p in map(squeeze, gold.paragraphs) if p]
    return Score(
        precision=precision,
        recall=recall,
        f1=f1,
        paragraph_precision=fmean(own) if own else None,
        paragraph_exact=_kept_apart(true, read) if true else None,
        is_free_of_boilerplate=all(own),
        has_title=fold(gold.title) == fold(reading.title or ""),
        has_day=_same_time(gold, reading, "%Y-%m-%d") if gold.published else None,
        has_minute=_same_time(gold, reading, "%Y-%m-%d %H:%M") if gold.has_time else None,
        has_source=fold(gold.source) == fold(reading.source or "") if gold.source else None,
        has_no_false_source=None if gold.source else not reading.source,
        has_authors=_names(gold.authors) == _names(reading.authors) if gold.authors else None,
        has_no_false_author=None if gold.authors else not reading.authors,
        has_editors=_names(gold.editors) == _names(reading.editors) if gold.editors else None,
        has_roles=_same_roles(gold, reading) if gold.roles else None,
        has_images=gold.images == reading.images if gold.images is not None else None,
    )


def summary(scores: list[Score]) -> dict[str, float | None]:
    """Return each figure's mean over the pages that it applies to; None when to none."""
    means: dict[str, float | None] = {}
    for name in (f.name for f in fields(Score)):
        values = [float(v) for v in (getattr(s, name) for s in scores) if v is not None]
        means[name] = fmean(values) if values else None
    return means


def squeeze(text: str) -> str:
    """Return ``text`` without any white space: what is compared of a body."""
    return "".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return ``text`` without white space and in one width: what is compared of a title."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def grams(paragraphs: tuple[str, ...]) -> Counter[str]:
    """Return the multiset of character 4-grams of a body, paragraphs joined.

    A body shorter than a 4-gram counts as one.
    """
    text = squeeze("".join(paragraphs))
    if not text:
        return Counter()
    return Counter(text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1)))


def _overlap(true: tuple[str, ...], read: tuple[str, ...]) -> tuple[float, float, float]:
    gold, found = grams(true), grams(read)
    if not gold or not found:
        same = float(not gold and not found)
        return same, same, same
    common = (gold & found).total()
    precision, recall = common / found.total(), common / gold.total()
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def _is_own(paragraph: str, gold: Gold) -> bool:
    whole = squeeze("".join(gold.paragraphs))
    if len(paragraph) < GRAM:
        return paragraph in whole
    pieces = grams((paragraph,))
    return (pieces & grams(gold.paragraphs)).total() >= OWN_SHARE * pieces.total()


def _kept_apart(true: list[str], read: list[str]) -> float:
    return (Counter(true) & Counter(read)).total() / len(true)


def _same_time(gold: Gold, reading: Reading, form: str) -> bool:
    if gold.published is None or reading.published is None:
        return False
    zone = ZoneInfo(gold.timezone)
    read = reading.published
    read = read.replace(tzinfo=zone) if read.tzinfo is None else read.astimezone(zone)
    return gold.published.astimezone(zone).strftime(form) == read.strftime(form)


def _names(names: tuple[str, ...] | None) -> set[str]:
    return {fold(name) for name in names or ()}


def _same_roles(gold: Gold, reading: Reading) -> bool:
    def folded(pairs: tuple[tuple[str, str], ...] | None) -> list[tuple[str, str]]:
        return sorted((fold(role), fold(name)) for role, name in pairs or ())

    return folded(gold.roles) == folded(reading.roles)
