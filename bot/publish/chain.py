"""The archive documents of every topic, counted anew only where something can have changed.

A topic of a whole country has tens of thousands of articles a month, and a million behind them: of
the growing month only what follows the newest archived article is looked at when an article is new,
and of the past only how much of it there is and when it last changed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.publish.archives import ArchivePart, month_of, month_span, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.publish.topic import Topic
    from storage.model import Article, Placed, Selection

#: Another process (a takedown, a backfill) may change the past without telling this one: it is
#: looked at anew after so long.
TRUSTED_S = 600.0
#: topics whose chain is held; each is a few hundred bytes a month
_MAX_HELD = 5000


class HistoryReader(Protocol):
    """What is asked of the archive for the past; ``storage.articles.Articles`` is one."""

    def timeline(
        self, selection: Selection, *, since: datetime | None = None
    ) -> tuple[Placed, ...]:
        """Return the places of all articles with ``since <= sorted_at``, oldest first."""
        ...

    def extent(self, selection: Selection, *, before: datetime) -> tuple[int, datetime | None]:
        """Return how many articles have ``sorted_at < before``, and when any of them changed."""
        ...

    def stretch(
        self, start: datetime, end: datetime, selection: Selection, *, offset: int, limit: int
    ) -> tuple[Article, ...]:
        """Return some of the articles with ``start <= sorted_at < end``, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    parts: tuple[ArchivePart, ...]
    #: ``time.monotonic`` of the last look at the whole past
    walked_s: float
    #: what there was before the growing month, as ``HistoryReader.extent`` says it
    past: tuple[int, datetime | None]
    #: ``sorted_at`` and number of the newest archived article; None without any
    settled_to: tuple[datetime, int] | None


class Chains:
    """The chain of each topic's archive documents, oldest first."""

    def __init__(
        self,
        articles: HistoryReader,
        *,
        stride: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._articles = articles
        self._stride = stride
        self._clock = clock
        self._held: dict[str, _Held] = {}

    def forget(self) -> None:
        """Walk through the whole past of every topic again when it is next asked for."""
        self._held.clear()

    def of(self, topic: Topic, changed: Iterable[Article] = ()) -> tuple[ArchivePart, ...]:
        """Return the archive documents of ``topic``, oldest first; empty without any.

        Only the newest archived month and what came after it is counted anew, unless an article
        of ``changed`` stands before it.
        """
        held = self._held.get(topic.path)
        if held is None or not held.parts:
            return self._walk(topic)
        growing = held.parts[-1].month
        since = month_span(growing)[0]
        if self._clock() - held.walked_s >= TRUSTED_S:
            if self._articles.extent(topic.selection, before=since) != held.past:
                return self._walk(topic)
            held = self._held[topic.path] = replace(held, walked_s=self._clock())
        changed = tuple(changed)
        if any(article.sorted_at < since for article in changed):
            return self._walk(topic)
        if changed and self._is_unmoved(topic, held, changed):
            return held.parts
        settled = tuple(part for part in held.parts if part.month != growing)
        recent = self._articles.timeline(topic.selection, since=since)
        parts = parts_of(recent, stride=self._stride, before=settled)
        self._held[topic.path] = replace(held, parts=parts, settled_to=_settled_to(parts, recent))
        return parts

    def _is_unmoved(self, topic: Topic, held: _Held, changed: tuple[Article, ...]) -> bool:
        """Tell whether changed articles all stand behind what is archived, too few to archive."""
        if held.settled_to is None:
            return False
        at, number = held.settled_to
        if any(article.sorted_at <= at for article in changed):
            return False
        behind = [
            place
            for place in self._articles.timeline(topic.selection, since=at)
            if (place.sorted_at, place.number) > (at, number)
        ]
        months = {month_of(place.sorted_at) for place in behind}
        is_any_old = any(place.is_backfilled for place in behind)
        return len(behind) < self._stride and len(months) <= 1 and not is_any_old

    def articles(self, topic: Topic, part: ArchivePart) -> tuple[Article, ...]:
        """Return the articles of an archive document, newest first."""
        start, end = part.span
        found = self._articles.stretch(
            start, end, topic.selection, offset=part.offset, limit=part.count
        )
        return found[::-1]

    def _walk(self, topic: Topic) -> tuple[ArchivePart, ...]:
        places = self._articles.timeline(topic.selection)
        parts = parts_of(places, stride=self._stride)
        if len(self._held) >= _MAX_HELD and topic.path not in self._held:
            self._held.pop(next(iter(self._held)))
        growing = parts[-1].month if parts else ""
        since = month_span(growing)[0] if parts else None
        past = [p for p in places if since is not None and p.sorted_at < since]
        self._held[topic.path] = _Held(
            parts=parts,
            walked_s=self._clock(),
            past=(len(past), max((p.changed_at for p in past), default=None)),
            settled_to=_settled_to(parts, places[len(past) :]),
        )
        return parts


def _settled_to(
    parts: Sequence[ArchivePart], places: Sequence[Placed]
) -> tuple[datetime, int] | None:
    """Return where the newest archived article stands, of ``places`` that begin with a month."""
    if not parts:
        return None
    last = parts[-1]
    place = [p for p in places if month_of(p.sorted_at) == last.month][last.offset + last.count - 1]
    return place.sorted_at, place.number
