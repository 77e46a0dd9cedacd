"""When each source is looked at; knows nothing of pages.

``plan`` decides, as a pure function with a reason; ``Timetable`` keeps one APScheduler job per
source, armed anew after each visit, so that a source can never overlap itself.

How often is a matter of cost.  With visits every T hours, articles that come at a rate r wait
T/2 on average, so that at a given number of requests the mean delay is least where visits are as
dense as the square root of the rate.  Density follows a higher power of it here, ``EAGERNESS``:
that favours the hours in which most articles come, and lowers the median delay at the cost of the
slowest few (``benchmarks/freshness.py`` has the figures).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.schedule.rhythm import outlook

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.schedule.rhythm import Rhythm

logger = structlog.get_logger()

#: how often the clock is looked at, and what counts as set back: less is a clock being disciplined
LOOK_S = 10.0
SET_BACK_S = 15.0
#: power of the expected rate that the density of visits follows
EAGERNESS = 0.6
#: each failure in a row doubles the wait
FAILURE_FACTOR = 2.0
#: share of the interval by which a visit may be moved either way
JITTER = 0.1
#: a host that asks to be left alone for longer than this is asked again all the same
MAX_CACHE_S = 3600.0
MAX_RETRY_AFTER_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a source and its host allow, and how eager we are."""

    min_interval_s: float
    max_interval_s: float
    #: the interval of a source while it publishes one article an hour; others in proportion
    typical_interval_s: float = 1800.0
    #: least mean time between two visits to the host, shared by the sources on it
    host_interval_s: float = 60.0
    #: enabled sources on the host, this one included
    host_source_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVisit:
    """What the last visit to a source was like."""

    #: aware; None before the first visit
    at: datetime | None
    #: failures in a row, 0 after a success
    failure_count: int = 0
    #: Cache-Control max-age of the listing (RFC 9111, 5.2.2.1)
    max_age_s: float | None = None
    #: Retry-After of a refusal (RFC 9110, 10.2.3)
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to look next, and why."""

    #: aware
    at: datetime
    #: before jitter
    interval_s: float
    reason: str


def plan(pace: Pace, last: LastVisit, rhythm: Rhythm, *, now: datetime, chance: float) -> Plan:
    """Return when a source should be looked at next, seen from ``now`` (aware).

    ``chance`` in [0, 1) places the visit inside its jitter.  Failures back off to the longest
    interval and are never given up.  What politeness asks for outweighs the longest interval.
    """
    if last.at is None:
        return start(None, now=now, spread_s=pace.min_interval_s, chance=chance)
    floor_s, bound = _floor(pace, last)
    if last.failure_count:
        wanted_s = pace.min_interval_s * FAILURE_FACTOR ** min(last.failure_count, 30)
        wanted_s = min(wanted_s, pace.max_interval_s)
        reason = f"failed {last.failure_count} {_plural('time', last.failure_count)} in a row"
    else:
        wanted_s, reason = _wanted(pace, rhythm, last.at)
    interval_s = max(wanted_s, floor_s)
    if floor_s >= wanted_s:
        reason = f"{reason}; {bound}"
    elif wanted_s >= pace.max_interval_s:
        reason = f"{reason}; held to the longest interval"
    shifted_s = interval_s * (1.0 + JITTER * (2.0 * chance - 1.0))
    return Plan(
        at=max(now, last.at + timedelta(seconds=max(shifted_s, floor_s))),
        interval_s=interval_s,
        reason=reason,
    )


def start(planned_at: datetime | None, *, now: datetime, spread_s: float, chance: float) -> Plan:
    """Return when to look at a source for the first time after the daemon's start.

    ``planned_at`` (aware) is what had been planned before, None for a new source.  What is overdue
    or new is spread over ``spread_s``, so that a start does not ask all hosts at once.
    """
    if planned_at is not None and planned_at > now:
        wait_s = (planned_at - now).total_seconds()
        return Plan(at=planned_at, interval_s=wait_s, reason="as planned before the start")
    wait_s = spread_s * chance
    what = "first visit" if planned_at is None else "overdue since before the start"
    return Plan(at=now + timedelta(seconds=wait_s), interval_s=wait_s, reason=f"{what}, spread out")


def _floor(pace: Pace, last: LastVisit) -> tuple[float, str]:
    """Return the shortest interval that is allowed, and who asks for it."""
    bounds = [
        (pace.min_interval_s, "held to the shortest interval"),
        (
            pace.host_interval_s * pace.host_source_count,
            f"held back to spare the host, which has {pace.host_source_count} "
            f"{_plural('source', pace.host_source_count)}",
        ),
    ]
    if last.max_age_s is not None:
        bounds.append((min(last.max_age_s, MAX_CACHE_S), "held back by its Cache-Control"))
    if last.retry_after_s is not None:
        asked_s = min(last.retry_after_s, MAX_RETRY_AFTER_S)
        bounds.append((asked_s, "held back by its Retry-After"))
    return max(bounds, key=lambda bound: bound[0])


def _wanted(pace: Pace, rhythm: Rhythm, since: datetime) -> tuple[float, str]:
    """Return the interval that the rhythm asks for, at most the longest, and the reason."""
    horizon = since + timedelta(seconds=pace.max_interval_s)
    missing = pace.typical_interval_s / 3600
    waited_h = expected = 0.0
    for stretch in outlook(rhythm, since, horizon):
        density = stretch.rate**EAGERNESS
        step_h = min(stretch.length_h, missing / density)
        waited_h += step_h
        expected += stretch.rate * step_h
        missing -= density * step_h
        if step_h < stretch.length_h:
            break
    reason = (
        f"some {_count(rhythm.per_week)} articles a week, "
        f"{_count(expected)} to be expected in the next {_duration(waited_h)}"
    )
    return waited_h * 3600, reason


def _count(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _duration(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.0f} h"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


class Timetable:
    """One job per source on APScheduler: armed, fired once, armed anew by whoever ran it.

    A clock that is set back would leave every source alone for as long as it was set back: it is
    noticed beside the clock that only goes on, and all that is planned moves with it.  A clock that
    is set forward, or a machine that slept, makes visits due, once each.
    """

    def __init__(
        self,
        visit: Callable[[str], Awaitable[None]],
        *,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` tells Unix time, ``steady`` seconds that only grow."""
        self._visit = visit
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._clock, self._steady = clock, steady
        self._ahead_s = clock() - steady()
        self._looking: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to fire; needs a running event loop."""
        self._scheduler.start()
        self._look_again()

    def stop(self) -> None:
        """Fire no more. What is under way goes on; its owner ends it."""
        if self._looking is not None:
            self._looking.cancel()
        self._scheduler.shutdown(wait=False)

    def look(self) -> float:
        """Move all that is planned back with a clock that was set back; return by how many s."""
        ahead_s = self._clock() - self._steady()
        set_back_s, self._ahead_s = self._ahead_s - ahead_s, ahead_s
        if set_back_s < SET_BACK_S:
            return 0.0
        for job in self._scheduler.get_jobs():
            self.arm(job.id, job.next_run_time - timedelta(seconds=set_back_s))
        return set_back_s

    def _look_again(self) -> None:
        if set_back_s := self.look():
            logger.warning("clock was set back, visits are made as planned", by_s=round(set_back_s))
        loop = asyncio.get_running_loop()
        self._looking = loop.call_later(LOOK_S, self._look_again)

    def arm(self, source_id: str, at: datetime) -> None:
        """Look at ``source_id`` at ``at`` (aware), instead of whenever it was planned before.

        A visit that is due while the process slept is made once, however late.
        """
        self._scheduler.add_job(
            self._visit,
            DateTrigger(run_date=at),
            args=(source_id,),
            id=source_id,
            replace_existing=True,
            # Whoever visits keeps a source from overlapping itself; a job that were skipped here
            # would be gone, and with it the source.
            max_instances=3,
            coalesce=True,
            misfire_grace_time=None,
        )

    def disarm(self, source_id: str) -> None:
        """Look at ``source_id`` no more."""
        if self._scheduler.get_job(source_id) is not None:
            self._scheduler.remove_job(source_id)

    def next_visit_at(self, source_id: str) -> datetime | None:
        """Return when the source is looked at next, aware, or None when it is not planned."""
        job = self._scheduler.get_job(source_id)
        return None if job is None else job.next_run_time
