"""The daemon: the clock, the crawls, the feeds and the web in one process."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.clock import now
from bot.app.crawling import crawling
from bot.app.hubs import hub_pinging
from bot.errors import first_line
from bot.locate import Gazetteer
from bot.run.desk import OperatorDesk
from bot.run.housekeeping import keep_house
from bot.run.inforce import InForce
from bot.run.publishing import Publishing
from bot.run.serving import Doors, Serving, doors
from bot.run.supervisor import Supervisor
from bot.run.visit import Visitor
from bot.run.watchman import Watchman, watchman_for
from bot.schedule.timetable import Timetable, start
from bot.urls import host_of
from bot.web.console import create_console
from storage.errors import StorageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.model import Source
    from bot.sources.load import Configuration
    from bot.sources.reload import Difference

logger = structlog.get_logger()

#: after SIGTERM an article in hand has so long, then it is dropped; it is taken up at the start
FINISH_S = 8.0
#: how often the clock is looked at for the digest
DIGEST_LOOK_S = 30.0
#: what failed by the disk or the database is tried again after so long
AGAIN = timedelta(seconds=10)
SHANGHAI = ZoneInfo("Asia/Shanghai")
#: the first visits after a start are spread over so long, so that a stranger sees news soon
FIRST_VISITS_S = 60.0


class Daemon:
    """Everything in one process: the clock, the crawls, the feeds, the web."""

    def __init__(self, configuration: Configuration, *, config_dir: Path | None = None) -> None:
        """``config_dir`` is watched for edits; None watches nothing."""
        self._in_force = InForce(configuration, config_dir)
        self._asked = asyncio.Event()
        self._take_up()
        self._stopping = asyncio.Event()
        self._dice = random.Random()  # noqa: S311 -- spreads visits, guards nothing
        self._visits: set[asyncio.Task[None]] = set()
        #: ids of sources that are being visited, and of those to be visited again right after
        self._under_way: set[str] = set()
        self._again: set[str] = set()
        self._watchman: Watchman | None = None
        self._console: ASGIApp | None = None

    @property
    def _configuration(self) -> Configuration:
        return self._in_force.configuration

    def _take_up(self) -> None:
        self._sources = {s.id: s for s in self._configuration.sources if s.is_enabled}
        self._host_counts = Counter(host_of(s.url) for s in self._sources.values())

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then finish the articles in hand and return.

        Raises AddressTakenError before anything is fetched, and storage's StorageError.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        settings = self._configuration.settings
        with doors(settings.web) as at:
            archive = await asyncio.to_thread(open_archive, settings)
            try:
                book = open_book(self._configuration, archive)
                async with hub_pinging(settings) as pinger:
                    await self._serve(Publishing(book, pinger), archive, at)
            finally:
                archive.close()

    async def _serve(self, feeds: Publishing, archive: Archive, at: Doors) -> None:
        web = Serving(at, feeds.book, archive, self._configuration)
        serving = asyncio.create_task(web.run())
        async with crawling(self._configuration, archive, feeds.note, is_lasting=True) as crawler:
            self._crawler = crawler
            self._watchman = self._new_watchman(archive)
            limit = asyncio.Semaphore(self._configuration.settings.fetch.max_hosts)

            async def visit(source_id: str) -> None:
                if source_id in self._under_way:
                    self._again.add(source_id)
                    return
                task = asyncio.current_task()
                assert task is not None  # noqa: S101 -- tells mypy: we are inside a task
                self._visits.add(task)
                self._under_way.add(source_id)
                try:
                    async with limit:
                        await self._visit(source_id, archive, timetable)
                except asyncio.CancelledError:
                    if not self._stopping.is_set():
                        raise
                    logger.info(
                        "visit dropped at the stop, taken up at the start", source=source_id
                    )
                except Exception as error:
                    # A disk that is full, a database that is held: it passes, the source stays.
                    if not isinstance(error, StorageError):
                        logger.exception("visit broke", source=source_id)
                    logger.warning("visit made again soon", source=source_id, why=first_line(error))
                    timetable.arm(source_id, now() + AGAIN)
                finally:
                    self._visits.discard(task)
                    self._under_way.discard(source_id)
                    if source_id in self._again:
                        self._again.discard(source_id)
                        if source_id in self._sources and not self._stopping.is_set():
                            timetable.arm(source_id, now())

            timetable = Timetable(visit)
            self._console = self._new_console(archive, timetable)
            web.show(feeds.book, self._configuration, self._console)
            planned = await asyncio.to_thread(archive.states.planned)
            for source in self._sources.values():
                self._arm(source, planned.get(source.id), timetable)
            timetable.start()

            async def changed(old: Configuration, difference: Difference) -> None:
                await self._changed(difference, archive, timetable)
                await self._show(old, difference, archive, feeds, web)

            self._in_force.listeners.append(changed)
            self._in_force.notes = archive.notes
            await asyncio.to_thread(self._in_force.stand, archive.notes)
            daily = asyncio.create_task(self._daily(archive))
            following = asyncio.create_task(self._in_force.follow(self._asked, self._stopping))
            host, port = at.public.getsockname()[:2]
            logger.info(
                "running", sources=len(self._sources), web=f"http://{host}:{port}", **at.told
            )
            # Writing thousands of feeds would hold up the start.
            publishing = asyncio.create_task(feeds.run(self._stopping, self._is_over))
            supervisor = Supervisor.of()
            supervisor.tell("READY=1", f"STATUS={len(self._sources)} sources, http://{host}:{port}")
            breathing = asyncio.create_task(supervisor.keep_alive())
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
            self._stopping.set()
            breathing.cancel()
            supervisor.tell("STOPPING=1")
            logger.info("stopping", visits_under_way=len(self._visits))
            timetable.stop()
            await asyncio.gather(following, daily, return_exceptions=True)
            if self._visits:
                _, late = await asyncio.wait(self._visits, timeout=FINISH_S)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
        feeds.finish()
        await publishing
        web.stop()
        await serving
        stopping.cancel()
        logger.info("stopped")

    def _arm(self, source: Source, planned_at: datetime | None, timetable: Timetable) -> None:
        """Plan the first visit to a source since the start, or since it was added."""
        first = start(
            planned_at,
            now=now(),
            spread_s=min(source.min_interval_s, FIRST_VISITS_S),
            chance=self._dice.random(),
        )
        timetable.arm(source.id, first.at)

    async def _changed(
        self, difference: Difference, archive: Archive, timetable: Timetable
    ) -> None:
        """Put an edit in force: only what changed. Each step may be made twice."""
        new = self._configuration
        self._take_up()
        for source_id in difference.removed:
            timetable.disarm(source_id)
        for source_id in difference.added:
            state = await asyncio.to_thread(archive.states.get, source_id)
            self._arm(self._sources[source_id], state.next_run_at, timetable)
        for source_id in difference.reread:
            await self._reread(source_id, archive, timetable)
        for source_id in difference.touched:
            at = timetable.next_visit_at(source_id)
            latest = now() + timedelta(seconds=self._sources[source_id].max_interval_s)
            if at is not None and at > latest:
                timetable.arm(source_id, latest)
        self._watchman = self._new_watchman(archive)
        if difference.has_other_districts:
            taker = replace(self._crawler.taker, gazetteer=Gazetteer(new.districts))
            self._crawler = replace(self._crawler, taker=taker)

    async def _show(
        self,
        old: Configuration,
        difference: Difference,
        archive: Archive,
        feeds: Publishing,
        web: Serving,
    ) -> None:
        """Let feeds and pages be those of the configuration in force."""
        new = self._configuration
        if old.sources == new.sources and not (
            difference.applied or difference.has_other_districts
        ):
            return
        book = await asyncio.to_thread(open_book, new, archive)
        web.show(book, new, self._console)
        # What feeds there are may have changed: those of new districts are written now.
        await feeds.use(book, new.settings.publish.hubs, self._stopping.is_set)

    def _is_over(self) -> bool:
        return self._stopping.is_set() and not self._visits

    def _new_console(self, archive: Archive, timetable: Timetable) -> ASGIApp | None:
        """Return the console; None when no directory of configuration is known to edit."""
        if self._in_force.config_dir is None:
            return None
        desk = OperatorDesk(
            archive=archive,
            fetcher=self._crawler.fetcher,
            config_dir=self._in_force.config_dir,
            configuration=lambda: self._configuration,
            arm=timetable.arm,
        )
        public_url = self._configuration.settings.web.public_url
        return create_console(desk, is_https=public_url.startswith("https://"))

    def _new_watchman(self, archive: Archive) -> Watchman:
        notify = self._configuration.settings.notify
        return watchman_for(notify, archive, self._crawler.fetcher)

    async def _daily(self, archive: Archive) -> None:
        """Keep house, and send a digest at the hour that the settings ask for: once a day each."""
        while not self._stopping.is_set():
            await self._keep_house(archive)
            at = self._configuration.settings.notify.digest_at
            local = now().astimezone(SHANGHAI)
            if at is not None and self._watchman is not None and local.time() >= at:
                try:
                    await self._watchman.digest(self._sources.values(), archive.crawls, now())
                except Exception:
                    logger.exception("digest not sent, tried again")
            await self._rest(DIGEST_LOOK_S)

    async def _keep_house(self, archive: Archive) -> None:
        keep_s = self._configuration.settings.archive.keep_visits_s
        try:
            await keep_house(archive.crawls, archive.notes, keep_visits_s=keep_s, at=now())
        except StorageError as error:
            logger.warning("old visits not dropped, tried again", why=first_line(error))

    async def _rest(self, seconds: float) -> None:
        """Wait, but not beyond the stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _reread(self, source_id: str, archive: Archive, timetable: Timetable) -> None:
        """Visit a source at once, and read its listing by the new rules."""
        at = now()
        await asyncio.to_thread(archive.states.forget_listing, source_id, due_at=at)
        timetable.arm(source_id, at)

    async def _visit(self, source_id: str, archive: Archive, timetable: Timetable) -> None:
        source = self._sources.get(source_id)
        if self._stopping.is_set() or source is None:
            return
        if (await asyncio.to_thread(archive.states.get, source_id)).is_paused:
            timetable.arm(source_id, now() + timedelta(seconds=source.max_interval_s))
            return
        visitor = Visitor(
            crawler=self._crawler,
            states=archive.states,
            watchman=self._watchman,
            host_counts=self._host_counts,
            dice=self._dice,
            now=now,
        )
        _, planned = await visitor.visit(source, self._stopping.is_set)
        if self._stopping.is_set() or source_id not in self._sources:
            return
        if self._sources[source_id] == source:
            # Whoever asked for another visit meanwhile wants it earlier than the plan has it.
            if timetable.next_visit_at(source_id) is None:
                timetable.arm(source_id, planned.at)
        else:
            # It was edited while we were there.
            await self._reread(source_id, archive, timetable)
