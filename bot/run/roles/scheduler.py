"""The scheduler: decides when each source is visited, while it leads.

APScheduler decides when, from ``next_run_at`` of each source's state.  What is due goes into the
queue in one transaction with a ``next_run_at`` far ahead, so that nothing is queued twice, and a
visit that were lost all the same is made a longest interval later.  The worker writes the true one
after the visit.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot.app.clock import now
from bot.app.fetching import fetch_settings
from bot.errors import first_line
from bot.fetch.pace import HostState, delay_s
from bot.pipeline.hosts import KeptHostStates
from bot.run import jobs
from bot.run.daemon import FIRST_VISITS_S
from bot.run.housekeeping import keep_house
from bot.schedule.timetable import Timetable, start
from bot.urls import host_of
from storage.leadership import Leadership
from storage.states import plan_visits

if TYPE_CHECKING:
    from bot.app.archive import Archive
    from bot.model import Source
    from bot.run.inforce import InForce
    from bot.run.jobs import Jobs
    from bot.run.watchman import Watchman
    from bot.sources.load import Configuration
    from bot.sources.reload import Difference

logger = structlog.get_logger()

#: how often due visits go into the queue, and how often the states are looked at
TURN_S = 0.25
LOOK_S = 1.0
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class Scheduler:
    """One of the schedulers of an installation."""

    def __init__(
        self, archive: Archive, in_force: InForce, queue: Jobs, watchman: Watchman
    ) -> None:
        self._archive = archive
        self._in_force = in_force
        self._queue = queue
        self._watchman = watchman
        self._dice = random.Random()  # noqa: S311 -- spreads visits, guards nothing
        #: ids of sources that are due
        self._due: set[str] = set()
        self._take_up()
        in_force.listeners.append(self._changed)

    def _take_up(self) -> None:
        configuration = self._in_force.configuration
        self._sources = {s.id: s for s in configuration.sources if s.is_enabled}

    async def run(self, stopping: asyncio.Event) -> None:
        """Lead whenever nobody else does, until ``stopping``."""
        while not stopping.is_set():
            leadership = None
            try:
                leadership = await asyncio.to_thread(Leadership.take, self._archive.engine)
                if leadership is not None:
                    logger.info("leading", sources=len(self._sources))
                    await self._lead(leadership, stopping)
            except Exception as error:  # noqa: BLE001 -- whatever it was: another may lead, or we again
                logger.warning("not leading any more", why=first_line(error))
            finally:
                if leadership is not None:
                    await asyncio.to_thread(leadership.give_up)
            await _pause(stopping, self._queue.stalled_after_s / jobs.BEATS)

    async def _lead(self, leadership: Leadership, stopping: asyncio.Event) -> None:
        self._due.clear()
        timetable = Timetable(self._fire)
        timetable.start()
        try:
            await self._arm(timetable, is_start=True)
            looked_at = rescued_at = asyncio.get_running_loop().time()
            beat_s = self._queue.stalled_after_s / jobs.BEATS
            while not stopping.is_set():
                await self._enqueue(leadership)
                at = asyncio.get_running_loop().time()
                if at >= looked_at + LOOK_S:
                    looked_at = at
                    await self._arm(timetable)
                if at >= rescued_at + beat_s:
                    rescued_at = at
                    await asyncio.to_thread(leadership.confirm)
                    await self._rescue()
                    await asyncio.to_thread(self._in_force.stand, self._archive.notes)
                    await self._daily()
                await _pause(stopping, TURN_S)
        finally:
            timetable.stop()

    async def _fire(self, source_id: str) -> None:
        self._due.add(source_id)

    async def _arm(self, timetable: Timetable, *, is_start: bool = False) -> None:
        """Arm every source that is due soon; one that was never visited, or is overdue, spread."""
        at = now()
        soon = None if is_start else at + timedelta(seconds=60)
        planned = await asyncio.to_thread(self._archive.states.planned, soon)
        for source_id, source in self._sources.items():
            due_at = planned.get(source_id)
            if source_id in self._due or (due_at is None and not is_start):
                continue
            armed_at = timetable.next_visit_at(source_id)
            if is_start:
                spread_s = min(source.min_interval_s, FIRST_VISITS_S)
                first = start(due_at, now=at, spread_s=spread_s, chance=self._dice.random())
                timetable.arm(source_id, first.at)
            elif due_at is not None and (armed_at is None or due_at < armed_at - _A_MOMENT):
                timetable.arm(source_id, due_at)

    async def _enqueue(self, leadership: Leadership) -> None:
        fired, self._due = self._due, set()
        due = [self._sources[source_id] for source_id in fired if source_id in self._sources]
        if due:
            await asyncio.to_thread(self._put_down, leadership, due)

    def _put_down(self, leadership: Leadership, due: list[Source]) -> None:
        at = now()
        far = {s.id: at + timedelta(seconds=max(s.max_interval_s, FIRST_VISITS_S)) for s in due}
        with leadership.writing() as connection:
            jobs.enqueue(connection, due)
            plan_visits(connection, far)

    async def _rescue(self) -> None:
        settings = fetch_settings(self._in_force.configuration.settings)
        hosts = KeptHostStates(hosts=self._archive.hosts, now=now)

        async def owed_s(source_id: str) -> float:
            source = self._sources.get(source_id)
            if source is None:
                return 0.0
            host = host_of(source.url)
            state = await hosts.load(host) or HostState(host=host)
            pause_s = delay_s(state, source.delay_s, settings.politeness)
            return max(0.0, pause_s - self._queue.stalled_after_s)

        for source_id in await self._queue.rescue(owed_s):
            logger.warning("visit taken over from a worker that died", source=source_id)

    async def _daily(self) -> None:
        """Keep house, and send a digest at the hour that the settings ask for: once a day each."""
        settings, archive = self._in_force.configuration.settings, self._archive
        keep_s = settings.archive.keep_visits_s
        await keep_house(archive.crawls, archive.notes, keep_visits_s=keep_s, at=now())
        at = settings.notify.digest_at
        if at is not None and now().astimezone(_SHANGHAI).time() >= at:
            await self._watchman.digest(self._sources.values(), archive.crawls, now())

    async def _changed(self, _old: Configuration, difference: Difference) -> None:
        """Take up an edit: every scheduler does, and doing it twice does no harm."""
        self._take_up()
        for source_id in (*difference.added, *difference.reread):
            await asyncio.to_thread(self._archive.states.forget_listing, source_id, due_at=now())


#: an instant in the database is rounded to microseconds
_A_MOMENT = timedelta(seconds=1)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
