"""The archive documents of every topic, counted anew only where something can have changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.publish.archives import ArchivePart, month_span, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
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

    def stretch(
        self, start: datetime, end: datetime, selection: Selection, *, offset: int, limit: int
    ) -> tuple[Article, ...]:
        """Return some of the articles with ``start <= sorted_at < end``, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    parts: tuple[ArchivePart, ...]
    #: ``time.monotonic`` of the last walk through the whole past
    walked_s: float


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
        is_trusted = held is not None and self._clock() - held.walked_s < TRUSTED_S
        if held is None or not is_trusted or not held.parts:
            return self._walk(topic)
        growing = held.parts[-1].month
        since = month_span(growing)[0]
        if any(article.sorted_at < since for article in changed):
            return self._walk(topic)
        settled = tuple(part for part in held.parts if part.month != growing)
        recent = self._articles.timeline(topic.selection, since=since)
        parts = parts_of(recent, stride=self._stride, before=settled)
        self._held[topic.path] = _Held(parts=parts, walked_s=held.walked_s)
        return parts

    def articles(self, topic: Topic, part: ArchivePart) -> tuple[Article, ...]:
        """Return the articles of an archive document, newest first."""
        start, end = part.span
        found = self._articles.stretch(
            start, end, topic.selection, offset=part.offset, limit=part.count
        )
        return found[::-1]

    def _walk(self, topic: Topic) -> tuple[ArchivePart, ...]:
        parts = parts_of(self._articles.timeline(topic.selection), stride=self._stride)
        if len(self._held) >= _MAX_HELD and topic.path not in self._held:
            self._held.clear()
        self._held[topic.path] = _Held(parts=parts, walked_s=self._clock())
        return parts
