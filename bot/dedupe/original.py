"""Which publication of a story the others were taken from, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.dedupe.reading import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Published

#: what pages give as their source when they mean themselves
OWN_WORDS = frozenset(
    {"本站原创", "本站", "本网", "本网站", "本站讯", "本网讯", "原创", "本报", "网站原创"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One article of a story, as far as it tells where the text comes from."""

    article_id: str
    #: 来源 as its page names it, empty when it names none
    source_name: str
    #: what others call the site that it stands on, such as 平利 and 平利县新闻网; may be empty
    site_names: tuple[str, ...]
    published: Published | None


def original_of(publications: Sequence[Publication]) -> tuple[str, str]:
    """Return the id of the original and the reason, given the articles in order of first sight.

    In this order: whom the others name as their 来源; who calls the text its own, if that is one
    alone; who published it on an earlier day than all others; who was seen first.
    ``publications`` holds at least one.
    """
    named = [
        (one, count)
        for one in publications
        if (count := sum(_names(other, one) for other in publications if other is not one))
    ]
    if named:
        most = max(count for _, count in named)
        foremost = [one for one, count in named if count == most]
        if len(foremost) == 1:
            others = "another publication names" if most == 1 else f"{most} others name"
            return foremost[0].article_id, f"来源: {others} its site"
    own = [one for one in publications if _is_own(one)]
    if len(own) == 1:
        return own[0].article_id, f"来源: it calls the text its own ({own[0].source_name})"
    days = [(one.published.at.date(), one) for one in publications if one.published is not None]
    if len(days) == len(publications) > 1:
        day = min(at for at, _ in days)
        first = [one for at, one in days if at == day]
        if len(first) == 1:
            return first[0].article_id, f"published first, on {day}"
    return publications[0].article_id, "first seen"


def _names(other: Publication, one: Publication) -> bool:
    """Tell whether the 来源 of another publication names the site of this one, and not its own."""
    said = plain(other.source_name)
    if not said or said in OWN_WORDS:
        return False
    return _is_named(said, one) and not _is_named(said, other)


def _is_named(said: str, one: Publication) -> bool:
    return any(plain(name) in said for name in one.site_names if len(plain(name)) > 1)


def _is_own(one: Publication) -> bool:
    said = plain(one.source_name)
    return said in OWN_WORDS or (bool(said) and _is_named(said, one))
