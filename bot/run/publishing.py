"""Feeds follow the archive: those that a change concerns are written soon, and not too often."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.publish.book import FeedBook
    from bot.publish.websub import HubPinger
    from storage.model import Article

logger = structlog.get_logger()

#: articles come in bursts: a feed is written once for several
REST_S = 1.0
#: Of the time, feeds take a quarter at most: when many change, each round waits for more of them,
#: and what they have in common (everything, a city, a rubric) is written once for all.
REST_TIMES = 3.0
#: but no reader waits longer than this
LONGEST_REST_S = 60.0
#: after a stop feeds may be written for so long: with the visits that are ended, and a little more
FINISH_S = 9.0


def rest_s(spent_s: float) -> float:
    """Return how long to gather changes after a round of writing that took ``spent_s``."""
    return min(max(REST_S, REST_TIMES * spent_s), LONGEST_REST_S)


class Publishing:
    """Writes the feeds of one process's articles."""

    def __init__(self, book: FeedBook, pinger: HubPinger) -> None:
        self.book = book
        self._pinger = pinger
        self._changed: dict[str, Article] = {}
        self._has_change = asyncio.Event()
        self._stop_seen_s = 0.0

    def note(self, article: Article) -> None:
        """Let the feeds of ``article`` be written soon."""
        self._changed[article.id] = article
        self._has_change.set()

    async def use(
        self, book: FeedBook, hubs: tuple[str, ...], should_stop: Callable[[], bool]
    ) -> None:
        """Go on with another book, of another configuration, and write what differs."""
        former, self.book = self.book, book
        self._pinger.use(hubs)
        try:
            rebuild = partial(book.rebuild_after, former, should_stop=should_stop)
            self._pinger.tell(await asyncio.to_thread(rebuild))
        except BaseException:
            self.book = former  # so that the same differs when it is tried again
            raise

    def finish(self) -> None:
        """Write what is left, once ``run`` is told to end."""
        self._has_change.set()

    async def run(self, stopping: asyncio.Event, is_over: Callable[[], bool]) -> None:
        """Bring all feeds up to date, then those of articles that changed, until it ``is_over``.

        A failure is told, and tried again with the next change.  What is served meanwhile are the
        feeds that were written before, so that a start never waits for thousands of feeds.
        """

        def is_late() -> bool:
            """Tell whether a stop waits for us; what is left is written at the next start."""
            if not stopping.is_set():
                return False
            self._stop_seen_s = self._stop_seen_s or time.monotonic()
            return is_all_due or time.monotonic() > self._stop_seen_s + FINISH_S

        is_all_due = True
        self._has_change.set()
        while True:
            await self._has_change.wait()
            self._has_change.clear()
            changed, self._changed = self._changed, {}
            began_s = time.monotonic()
            rest = REST_S  # after the whole, which comes but once
            try:
                if is_all_due:
                    rebuild_all = partial(self.book.rebuild_all, should_stop=is_late)
                    self._pinger.tell(await asyncio.to_thread(rebuild_all))
                    is_all_due = False
                elif changed:
                    rebuild = partial(self.book.rebuild_for, should_stop=is_late)
                    self._pinger.tell(await asyncio.to_thread(rebuild, tuple(changed.values())))
                    rest = rest_s(time.monotonic() - began_s)
            except Exception:
                logger.exception("feeds not written; they are built again with the next change")
                self._changed = changed | self._changed
            if is_over():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), rest)
