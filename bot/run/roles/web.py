"""The web role: serves feeds and pages, and keeps its feeds up to date from the archive alone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.app.book import open_book
from bot.app.clock import now
from bot.app.hubs import hub_pinging
from bot.errors import first_line
from bot.run.desk import OperatorDesk
from bot.run.publishing import REST_S, rest_s
from bot.run.serving import Doors, Serving
from bot.web.console import create_console
from storage.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.fetch.fetcher import Fetcher
    from bot.publish.book import FeedBook
    from bot.run.inforce import InForce
    from bot.sources.load import Configuration
    from bot.sources.reload import Difference

logger = structlog.get_logger()


class WebNode:
    """One of the servers of an installation."""

    def __init__(self, archive: Archive, in_force: InForce, fetcher: Fetcher, at: Doors) -> None:
        self._archive = archive
        self._in_force = in_force
        self._fetcher = fetcher
        self._asked: set[asyncio.Task[None]] = set()
        self._is_all_due = True
        #: ids of articles whose feeds are to be written
        self._due: dict[str, None] = {}
        #: the book of the configuration that the feeds on disk are of; None while it is in force
        self._former: FeedBook | None = None
        self._console = self._new_console()
        self._book = open_book(in_force.configuration, archive)
        self._web = Serving(at, self._book, archive, in_force.configuration, self._console)
        in_force.listeners.append(self._changed)

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until ``stopping``."""
        serving = asyncio.create_task(self._web.run())
        stop = asyncio.create_task(stopping.wait())
        # Each node tells the hubs of what it writes: a hub that is told twice looks twice.
        async with hub_pinging(self._in_force.configuration.settings) as self._pinger:
            following = asyncio.create_task(self._follow(stopping))
            await asyncio.wait({stop, serving}, return_when=asyncio.FIRST_COMPLETED)
            stopping.set()
            await following
        self._web.stop()
        await serving
        stop.cancel()

    def _new_console(self) -> ASGIApp | None:
        if self._in_force.config_dir is None:
            return None
        desk = OperatorDesk(
            archive=self._archive,
            fetcher=self._fetcher,
            config_dir=self._in_force.config_dir,
            configuration=lambda: self._in_force.configuration,
            arm=self._arm,
        )
        public_url = self._in_force.configuration.settings.web.public_url
        return create_console(desk, is_https=public_url.startswith("https://"))

    def _arm(self, source_id: str, at: datetime) -> None:
        task = asyncio.create_task(asyncio.to_thread(self._archive.states.plan, source_id, at))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _changed(self, old: Configuration, difference: Difference) -> None:
        new = self._in_force.configuration
        if old.sources == new.sources and not (
            difference.applied or difference.has_other_districts
        ):
            return
        book = await asyncio.to_thread(open_book, new, self._archive)
        self._former, self._book = self._former or self._book, book
        self._web.show(book, new, self._console)
        self._pinger.use(new.settings.publish.hubs)

    async def _follow(self, stopping: asyncio.Event) -> None:
        """Bring every feed up to date once, then those that a change can have changed."""
        changes = Changes(self._archive.engine, since=now())
        while not stopping.is_set():
            rest = REST_S
            try:
                rest = await self._step(changes, stopping.is_set)
            except Exception as error:  # noqa: BLE001 -- a database or a disk that is away may come back
                logger.warning("feeds not brought up to date, tried again", why=first_line(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), rest)

    async def _step(self, changes: Changes, should_stop: Callable[[], bool]) -> float:
        """Write what is due; what cannot be written stays due. Return how long to rest, seconds."""
        changed = await asyncio.to_thread(changes.next)
        self._due |= dict.fromkeys(changed.article_ids)
        self._is_all_due = self._is_all_due or changed.has_takedown
        due, former, book = tuple(self._due), self._former, self._book
        rest = REST_S
        if self._is_all_due:
            rebuild_all = partial(book.rebuild_all, should_stop=should_stop)
            self._pinger.tell(await asyncio.to_thread(rebuild_all))
            self._is_all_due = False
        else:
            if former is not None:
                rebuild_after = partial(book.rebuild_after, former, should_stop=should_stop)
                self._pinger.tell(await asyncio.to_thread(rebuild_after))
            if due:
                began_s = time.monotonic()
                found = await asyncio.to_thread(self._archive.articles.by_ids, due)
                rebuild = partial(book.rebuild_for, found, should_stop=should_stop)
                self._pinger.tell(await asyncio.to_thread(rebuild))
                rest = rest_s(time.monotonic() - began_s)
        for article_id in due:
            self._due.pop(article_id, None)
        if self._book is book:
            self._former = None
        return rest
