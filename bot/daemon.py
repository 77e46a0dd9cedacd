"""The daemon: the clock, the crawls, the feeds and the web in one process."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot import rhythm
from bot.app import crawling, listen, now, open_archive, open_book, web_app, web_server
from bot.learning import learn
from bot.pipeline.crawl import silent
from bot.schedule import LastVisit, Pace, Timetable, plan, start
from bot.urls import host_of

if TYPE_CHECKING:
    import socket

    from bot.app import Archive
    from bot.model import Source
    from bot.pipeline.crawl import Crawler
    from bot.publish.book import FeedBook
    from bot.sources import Configuration
    from storage.model import Article

logger = structlog.get_logger()

#: after SIGTERM an article in hand has so long, then it is dropped; it is taken up at the start
FINISH_S = 8.0
#: the first visits after a start are spread over so long, so that a stranger sees news soon
FIRST_VISITS_S = 60.0


class Daemon:
    """Everything in one process: the clock, the crawls, the feeds, the web."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._sources = {s.id: s for s in configuration.sources if s.is_enabled}
        self._host_counts = Counter(host_of(s.url) for s in self._sources.values())
        self._stopping = asyncio.Event()
        self._dice = random.Random()  # noqa: S311 -- spreads visits, guards nothing
        self._visits: set[asyncio.Task[None]] = set()
        self._changed: dict[str, Article] = {}
        self._has_change = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then finish the articles in hand and return.

        Raises AddressTakenError before anything is fetched, and storage's StorageError.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        settings = self._configuration.settings
        with listen(settings.web.host, settings.web.port) as door:
            archive = await asyncio.to_thread(open_archive, settings)
            try:
                book = open_book(self._configuration, archive)
                await asyncio.to_thread(book.rebuild_all)
                await self._serve(book, archive, door)
            finally:
                archive.close()

    async def _serve(self, book: FeedBook, archive: Archive, door: socket.socket) -> None:
        server = web_server(web_app(book, archive, self._configuration))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        publishing = asyncio.create_task(self._publish(book))
        async with crawling(self._configuration, archive, self._note) as crawler:
            limit = asyncio.Semaphore(self._configuration.settings.fetch.max_hosts)

            async def visit(source_id: str) -> None:
                task = asyncio.current_task()
                assert task is not None  # noqa: S101 -- tells mypy: we are inside a task
                self._visits.add(task)
                try:
                    async with limit:
                        await self._visit(source_id, crawler, archive, timetable)
                except asyncio.CancelledError:
                    if not self._stopping.is_set():
                        raise
                    logger.info(
                        "visit dropped at the stop, taken up at the start", source=source_id
                    )
                finally:
                    self._visits.discard(task)

            timetable = Timetable(visit)
            timetable.start()
            for source in self._sources.values():
                state = await asyncio.to_thread(archive.states.get, source.id)
                first = start(
                    state.next_run_at,
                    now=now(),
                    spread_s=min(source.min_interval_s, FIRST_VISITS_S),
                    chance=self._dice.random(),
                )
                timetable.arm(source.id, first.at)
            host, port = door.getsockname()[:2]
            logger.info("running", sources=len(self._sources), web=f"http://{host}:{port}")
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
            self._stopping.set()
            logger.info("stopping", visits_under_way=len(self._visits))
            timetable.stop()
            if self._visits:
                _, late = await asyncio.wait(self._visits, timeout=FINISH_S)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
        self._has_change.set()
        await publishing
        server.should_exit = True
        await serving
        stopping.cancel()
        logger.info("stopped")

    async def _visit(
        self, source_id: str, crawler: Crawler, archive: Archive, timetable: Timetable
    ) -> None:
        source = self._sources[source_id]
        if self._stopping.is_set():
            return
        report = await crawler.crawl(source, should_stop=self._stopping.is_set, on_progress=silent)
        state = await asyncio.to_thread(archive.states.get, source_id)
        known = rhythm.load(state.rhythm)
        if not report.is_failure:
            known = learn(known, report.finished_at, report.found)
        planned = plan(
            self._pace(source),
            LastVisit(at=report.finished_at, failure_count=state.failure_count),
            known,
            now=now(),
            chance=self._dice.random(),
        )
        await asyncio.to_thread(
            archive.states.put,
            replace(
                state,
                next_run_at=planned.at,
                rhythm=rhythm.dump(known),
                plan_reason=planned.reason,
            ),
        )
        if not self._stopping.is_set():
            timetable.arm(source_id, planned.at)

    def _pace(self, source: Source) -> Pace:
        return Pace(
            min_interval_s=source.min_interval_s,
            max_interval_s=source.max_interval_s,
            host_source_count=self._host_counts[host_of(source.url)],
        )

    def _note(self, article: Article) -> None:
        self._changed[article.id] = article
        self._has_change.set()

    async def _publish(self, book: FeedBook) -> None:
        """Bring feeds up to date whenever articles changed; a failure is told and tried again."""
        while True:
            await self._has_change.wait()
            self._has_change.clear()
            changed, self._changed = self._changed, {}
            if changed:
                try:
                    await asyncio.to_thread(book.rebuild_for, changed.values())
                except Exception:
                    logger.exception("feeds not written; they are built again with the next change")
                    self._changed = changed | self._changed
            if self._stopping.is_set() and not self._visits:
                return
            with contextlib.suppress(TimeoutError):
                # Articles come in bursts: a feed is written once for several.
                await asyncio.wait_for(self._stopping.wait(), 1.0)
