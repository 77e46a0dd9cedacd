"""Telling hubs of feeds that changed (WebSub, https://www.w3.org/TR/websub/ section 7).

How a publisher tells its hub is left to the two; what hubs take in practice is a form with
``hub.mode=publish`` and the document's address, as ``hub.url`` or ``hub.topic``.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.publish.book import FeedChange

logger = structlog.get_logger()

#: articles come in bursts: a hub is told when nothing has changed for so long …
QUIET_S = 5.0
#: … or at the latest so long after the first change that it was not told of
MAX_WAIT_S = 60.0
#: after a failure a hub is left alone for so long, each time longer; then it is given up
RETRY_AFTER_S = (30.0, 120.0, 600.0, 1800.0)
#: the most addresses that wait for a hub that does not answer; the oldest are dropped
MAX_WAITING = 20_000


class Poster(Protocol):
    """What posts a form; ``bot.fetch.form.FormPoster`` is one."""

    async def post(self, url: str, fields: Mapping[str, str]) -> str | None:
        """Return None when the form was taken, else why not."""
        ...


@dataclass(slots=True)
class _Hub:
    """One hub, its queue, and whoever works on it."""

    url: str
    #: addresses to tell of, in the order of their changes
    waiting: dict[str, None] = field(default_factory=dict)
    has_news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class HubPinger:
    """Tells each hub of changed feeds, each by a task of its own: none waits for another.

    ``tell`` only puts addresses down; whoever writes feeds never waits for a hub.
    """

    def __init__(
        self,
        poster: Poster,
        *,
        quiet_s: float = QUIET_S,
        max_wait_s: float = MAX_WAIT_S,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
    ) -> None:
        self._poster = poster
        self._quiet_s = quiet_s
        self._max_wait_s = max_wait_s
        self._retry_after_s = tuple(retry_after_s)
        self._hubs: dict[str, _Hub] = {}

    def use(self, urls: Iterable[str]) -> None:
        """Tell these hubs from now on; what waits for others is dropped with them."""
        wanted = tuple(dict.fromkeys(urls))
        for url in [url for url in self._hubs if url not in wanted]:
            task = self._hubs.pop(url).task
            if task is not None:
                task.cancel()
        for url in wanted:
            if url not in self._hubs:
                hub = self._hubs[url] = _Hub(url)
                hub.task = asyncio.create_task(self._serve(hub))

    def tell(self, changes: Iterable[FeedChange]) -> None:
        """Put down that feeds changed whose files are on disk; call it in the event loop."""
        urls = [url for change in changes for url in change.urls]
        if not urls:
            return
        for hub in self._hubs.values():
            for url in urls:
                hub.waiting.setdefault(url)
            while len(hub.waiting) > MAX_WAITING:
                del hub.waiting[next(iter(hub.waiting))]
            hub.has_news.set()

    async def close(self, *, within_s: float = 2.0) -> None:
        """Tell every hub what still waits, as far as it can be done in time, and end."""
        tasks = [hub.task for hub in self._hubs.values() if hub.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(self._send(hub) for hub in self._hubs.values()))
        self._hubs.clear()

    async def _serve(self, hub: _Hub) -> None:
        failures = 0
        while True:
            await hub.has_news.wait()
            if failures:
                await asyncio.sleep(self._retry_after_s[failures - 1])
            else:
                await self._settle(hub)
            hub.has_news.clear()
            reason = await self._send(hub)
            if reason is None:
                failures = 0
                continue
            failures += 1
            hub.has_news.set()
            logger.warning("hub not told", hub=hub.url, reason=reason, waiting=len(hub.waiting))
            if failures > len(self._retry_after_s):
                logger.error("hub given up until feeds change again", hub=hub.url)
                hub.waiting.clear()
                hub.has_news.clear()
                failures = 0

    async def _settle(self, hub: _Hub) -> None:
        """Wait until nothing has changed for a while, but not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._max_wait_s):
                while True:
                    hub.has_news.clear()
                    try:
                        await asyncio.wait_for(hub.has_news.wait(), self._quiet_s)
                    except TimeoutError:
                        return

    async def _send(self, hub: _Hub) -> str | None:
        """Tell a hub of every address that waits; stop at the first failure and return it."""
        told = 0
        while hub.waiting:
            url = next(iter(hub.waiting))
            # Out of the queue first: a change while we speak must be told again.
            del hub.waiting[url]
            form = {"hub.mode": "publish", "hub.url": url, "hub.topic": url}
            try:
                reason = await self._poster.post(hub.url, form)
            except asyncio.CancelledError:
                hub.waiting.setdefault(url)
                raise
            if reason is not None:
                hub.waiting.setdefault(url)
                return reason
            told += 1
        if told:
            logger.info("hub told", hub=hub.url, feeds=told)
        return None
