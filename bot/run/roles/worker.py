"""The worker: visits the sources whose turn it is, many at a time, one of a site."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.app.clock import now
from bot.app.crawling import crawling
from bot.errors import first_line
from bot.locate import Gazetteer
from bot.pipeline.report import STOPPED
from bot.run.jobs import BEATS
from bot.run.visit import Visitor
from bot.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app.archive import Archive
    from bot.fetch.fetcher import Fetcher
    from bot.pipeline.crawl import Crawler
    from bot.run.inforce import InForce
    from bot.run.jobs import Jobs
    from bot.run.watchman import Watchman
    from bot.sources.load import Configuration
    from bot.sources.reload import Difference
    from storage.model import Article

logger = structlog.get_logger()

#: wait before the database is tried again
AGAIN_S = 1.0


class CutShortError(InterruptedError):
    """The visit was ended by the stop of its process; another worker takes it up."""


class Worker:
    """One of the workers of an installation."""

    def __init__(
        self,
        archive: Archive,
        in_force: InForce,
        queue: Jobs,
        new_watchman: Callable[[Fetcher], Watchman],
    ) -> None:
        self._archive = archive
        self._in_force = in_force
        self._queue = queue
        self._new_watchman = new_watchman
        self._dice = random.Random()  # noqa: S311 -- spreads visits, guards nothing
        self._beat_at_s = _since_boot_s()
        #: grows by one whenever the heart beats again after it stood still
        self._life = 0
        in_force.listeners.append(self._changed)

    async def run(self, stopping: asyncio.Event) -> None:
        """Visit until ``stopping``; then finish the articles in hand and give back the rest."""
        self._stopping = stopping
        async with crawling(
            self._in_force.configuration, self._archive, _readers_follow, is_lasting=True
        ) as crawler:
            self._take_up(crawler)
            beating = asyncio.create_task(self._beat())
            while not stopping.is_set():
                working = asyncio.create_task(
                    self._queue.work(
                        self._visit,
                        concurrency=self._in_force.configuration.settings.fetch.max_hosts,
                        owed_s=self._owed_s,
                    )
                )
                stop = asyncio.create_task(stopping.wait())
                await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
                stop.cancel()
                if stopping.is_set():
                    working.cancel()
                try:
                    await working
                except asyncio.CancelledError:
                    if not stopping.is_set():
                        raise
                except Exception as error:  # noqa: BLE001 -- the database went: it may come back
                    told = str(error.__cause__ or error).split("\n", 1)[0]
                    logger.warning("queue out of reach, tried again", why=told)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), AGAIN_S)
            await beating

    async def _beat(self) -> None:
        """Note that this process lives and has its database, as often as its heart beats."""
        while not self._stopping.is_set():
            try:
                await self._queue.ask()
            except Exception as error:  # noqa: BLE001 -- whatever it is, the heart stood still
                logger.info("database out of reach", why=first_line(error))
            else:
                self._note_beat()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._queue.stalled_after_s / BEATS)

    def _note_beat(self) -> None:
        if self._is_silent():
            self._life += 1
        self._beat_at_s = _since_boot_s()

    def _is_silent(self) -> bool:
        return _since_boot_s() - self._beat_at_s > self._queue.stalled_after_s / 2

    def _must_stop(self, life: int) -> bool:
        """Tell whether a visit must end: at the stop, and when others may take us for dead.

        Their visits take the place of ours after ``stalled_after``, and a host must never have two
        visitors: whoever was frozen, or cut off from the database, ends what he began in that
        ``life``, also when his heart beats again.
        """
        return self._stopping.is_set() or life != self._life or self._is_silent()

    def _take_up(self, crawler: Crawler) -> None:
        configuration = self._in_force.configuration
        self._crawler = crawler
        self._sources = {s.id: s for s in configuration.sources if s.is_enabled}
        self._visitor = Visitor(
            crawler=crawler,
            states=self._archive.states,
            watchman=self._new_watchman(crawler.fetcher),
            host_counts=Counter(host_of(s.url) for s in self._sources.values()),
            dice=self._dice,
            now=now,
        )

    async def _changed(self, _old: Configuration, difference: Difference) -> None:
        crawler = self._crawler
        if difference.has_other_districts:
            gazetteer = Gazetteer(self._in_force.configuration.districts)
            crawler = replace(crawler, taker=replace(crawler.taker, gazetteer=gazetteer))
        self._take_up(crawler)

    async def _visit(self, source_id: str) -> None:
        source = self._sources.get(source_id)
        if source is None:
            logger.warning("visit left out: this process knows no such source", source=source_id)
            return
        states = self._archive.states
        if (await asyncio.to_thread(states.get, source_id)).is_paused:
            at = now() + timedelta(seconds=source.max_interval_s)
            await asyncio.to_thread(states.plan, source_id, at)
            return
        await self._crawler.fetcher.learn_anew(source.url)
        report, _ = await self._visitor.visit(source, partial(self._must_stop, self._life))
        if report.outcome == STOPPED:
            raise CutShortError
        if self._sources.get(source_id) not in {source, None}:
            # It was edited while we were there.
            await asyncio.to_thread(states.plan, source_id, now())
        # Whoever visits the site next, anywhere, finds its pause kept.
        await asyncio.sleep(self._owed_s(source_id))

    def _owed_s(self, source_id: str) -> float:
        source = self._sources.get(source_id)
        return 0.0 if source is None else self._crawler.fetcher.owed_s(source.url)


def _since_boot_s() -> float:
    """Return seconds of a clock that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _readers_follow(_article: Article) -> None:
    """Tell nobody: web nodes see what changed in the archive."""
