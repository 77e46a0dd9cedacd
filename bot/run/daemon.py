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

from bot import log
from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.clock import now
from bot.app.crawling import crawling
from bot.app.hubs import hub_pinging
from bot.errors import ConfigError, first_line
from bot.locate import Gazetteer
from bot.run.desk import OperatorDesk
from bot.run.housekeeping import keep_house
from bot.run.serving import Doors, Serving, doors
from bot.run.supervisor import Supervisor
from bot.run.visit import Visitor
from bot.run.watchman import Watchman, watchman_for
from bot.schedule.timetable import Timetable, start
from bot.sources import load
from bot.sources.reload import compare, watch
from bot.sources.standing import NOTE, Standing
from bot.urls import host_of
from bot.web.console import create_console
from storage.errors import StorageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.model import Source
    from bot.publish.book import FeedBook
    from bot.sources import Configuration
    from storage.model import Article

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
        self._configuration = configuration
        self._config_dir = config_dir
        self._asked = asyncio.Event()
        self._sources = {s.id: s for s in configuration.sources if s.is_enabled}
        self._host_counts = Counter(host_of(s.url) for s in self._sources.values())
        self._stopping = asyncio.Event()
        self._dice = random.Random()  # noqa: S311 -- spreads visits, guards nothing
        self._visits: set[asyncio.Task[None]] = set()
        #: ids of sources that are being visited, and of those to be visited again right after
        self._under_way: set[str] = set()
        self._again: set[str] = set()
        self._changed: dict[str, Article] = {}
        self._has_change = asyncio.Event()
        self._loaded_at = now()
        self._watchman: Watchman | None = None
        self._console: ASGIApp | None = None
        #: settings that wait for a restart
        self._waiting: tuple[str, ...] = ()

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
                async with hub_pinging(settings) as self._pinger:
                    await self._serve(book, archive, at)
            finally:
                archive.close()

    async def _serve(self, book: FeedBook, archive: Archive, at: Doors) -> None:
        self._book = book
        web = Serving(at, book, archive, self._configuration)
        serving = asyncio.create_task(web.run())
        async with crawling(self._configuration, archive, self._note, is_lasting=True) as crawler:
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
            web.show(book, self._configuration, self._console)
            planned = await asyncio.to_thread(archive.states.planned)
            for source in self._sources.values():
                self._arm(source, planned.get(source.id), timetable)
            timetable.start()
            await self._stand(archive)
            daily = asyncio.create_task(self._daily(archive))
            following = asyncio.create_task(self._follow(archive, timetable, web))
            host, port = at.public.getsockname()[:2]
            logger.info(
                "running", sources=len(self._sources), web=f"http://{host}:{port}", **at.told
            )
            # Writing thousands of feeds would hold up the start.
            publishing = asyncio.create_task(self._publish())
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
        self._has_change.set()
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

    async def _follow(self, archive: Archive, timetable: Timetable, web: Serving) -> None:
        """Take up edits of the configuration as they are saved."""
        if self._config_dir is None:
            return
        async for why in watch(self._config_dir, self._asked, self._stopping):
            new = await self._read(archive)
            if new is None:
                continue
            new = new.with_data_dir(self._configuration.settings.data_dir)
            if why == "checked" and compare(self._configuration, new).is_empty:
                continue
            while not self._stopping.is_set():
                old = self._configuration
                try:
                    await self._apply(new, why, archive, timetable, web)
                except Exception as error:
                    # Each step may be made twice: the same difference is put in force again.
                    self._configuration = old
                    if not isinstance(error, StorageError):
                        logger.exception("edit broke")
                    logger.warning("edit not in force yet, tried again", why=first_line(error))
                    await self._rest(AGAIN.total_seconds())
                else:
                    break

    async def _read(self, archive: Archive) -> Configuration | None:
        """Return what the files say now; None, and tell why, when it cannot be put in force."""
        assert self._config_dir is not None  # noqa: S101 -- tells mypy
        try:
            return await asyncio.to_thread(load, self._config_dir)
        except ConfigError as error:
            faults = tuple(str(fault) for fault in error.faults)
        except OSError as error:
            # Swapped under our hands: the next change tells of it again.
            faults = (f"{error.filename}: cannot be read: {error.strerror}",)
        for fault in faults:
            logger.warning("configuration refused, the former one stays in force", fault=fault)
        try:
            await self._stand(archive, faults)
        except StorageError as error:
            logger.warning("status knows nothing of it", why=first_line(error))
        return None

    async def _apply(
        self,
        new: Configuration,
        why: str,
        archive: Archive,
        timetable: Timetable,
        web: Serving,
    ) -> None:
        """Put another configuration in force: only what changed."""
        old, difference = self._configuration, compare(self._configuration, new)
        self._configuration = new
        self._sources = {s.id: s for s in new.sources if s.is_enabled}
        self._host_counts = Counter(host_of(s.url) for s in self._sources.values())
        self._waiting = tuple(dict.fromkeys([*self._waiting, *difference.waiting]))
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
        log.configure(style=new.settings.log.style, level=new.settings.log.level)
        if difference.has_other_districts:
            taker = replace(self._crawler.taker, gazetteer=Gazetteer(new.districts))
            self._crawler = replace(self._crawler, taker=taker)
        if old.sources != new.sources or difference.applied or difference.has_other_districts:
            self._book = await asyncio.to_thread(open_book, new, archive)
            web.show(self._book, new, self._console)
            # What feeds there are may have changed: those of new districts are written now.
            self._pinger.use(new.settings.publish.hubs)
            self._pinger.tell(await asyncio.to_thread(self._book.rebuild_all))
        logger.info(
            "configuration in force",
            why=why,
            added=" ".join(difference.added),
            removed=" ".join(difference.removed),
            changed=" ".join((*difference.reread, *difference.touched)),
            settings=" ".join(difference.applied),
            at_restart=" ".join(difference.waiting),
        )
        await self._stand(archive)

    def _new_console(self, archive: Archive, timetable: Timetable) -> ASGIApp | None:
        """Return the console; None when no directory of configuration is known to edit."""
        if self._config_dir is None:
            return None
        desk = OperatorDesk(
            archive=archive,
            fetcher=self._crawler.fetcher,
            config_dir=self._config_dir,
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
        """Forget what the last listing was, so that the next visit reads it by the new rules."""
        state = await asyncio.to_thread(archive.states.get, source_id)
        forgotten = replace(state, etag=None, last_modified=None, listing_digest=None)
        await asyncio.to_thread(archive.states.put, forgotten)
        timetable.arm(source_id, now())

    async def _stand(self, archive: Archive, faults: tuple[str, ...] = ()) -> None:
        """Let ``status`` know which configuration is in force."""
        if not faults:
            self._loaded_at = now()
        standing = Standing(
            loaded_at=self._loaded_at.isoformat(),
            source_count=len(self._sources),
            refused_at=now().isoformat() if faults else None,
            faults=faults,
            waiting=self._waiting,
        )
        await asyncio.to_thread(archive.notes.put, NOTE, standing.dump())

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

    def _note(self, article: Article) -> None:
        self._changed[article.id] = article
        self._has_change.set()

    async def _publish(self) -> None:
        """Bring all feeds up to date, then those of articles that changed.

        A failure is told, and tried again with the next change.  What is served meanwhile are the
        feeds that were written before, so that a start never waits for thousands of feeds.
        """
        is_all_due = True
        self._has_change.set()
        while True:
            await self._has_change.wait()
            self._has_change.clear()
            changed, self._changed = self._changed, {}
            try:
                if is_all_due:
                    self._pinger.tell(await asyncio.to_thread(self._book.rebuild_all))
                    is_all_due = False
                elif changed:
                    self._pinger.tell(
                        await asyncio.to_thread(self._book.rebuild_for, changed.values())
                    )
            except Exception:
                logger.exception("feeds not written; they are built again with the next change")
                self._changed = changed | self._changed
            if self._stopping.is_set() and not self._visits:
                return
            with contextlib.suppress(TimeoutError):
                # Articles come in bursts: a feed is written once for several.
                await asyncio.wait_for(self._stopping.wait(), 1.0)
