"""When each source is looked at; knows nothing of pages.

``plan`` decides, as a pure function with a reason; ``Timetable`` keeps one APScheduler job per
source, armed anew after each visit, so that a source can never overlap itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

#: a visit that found news halves the interval, one that found none lengthens it by half
NEWS_FACTOR = 0.5
SILENCE_FACTOR = 1.5
#: each failure in a row doubles the wait
FAILURE_FACTOR = 2.0
#: share of the interval by which a visit may be moved either way
JITTER = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a source allows: the bounds of its interval."""

    min_interval_s: float
    max_interval_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVisit:
    """What the last visit to a source was like."""

    #: aware; None before the first visit
    at: datetime | None
    interval_s: float
    has_news: bool
    #: failures in a row, 0 after a success
    failure_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to look next, and why."""

    #: aware
    at: datetime
    #: before jitter
    interval_s: float
    reason: str


def plan(pace: Pace, last: LastVisit, *, now: datetime, chance: float) -> Plan:
    """Return when a source should be looked at next, seen from ``now`` (aware).

    ``chance`` in [0, 1) places the visit inside its jitter.  A source never looked at is due
    within its shortest interval, so that a start does not ask all hosts at once; failures back
    off to the longest interval and are never given up.
    """
    if last.at is None:
        wait_s = pace.min_interval_s * chance
        return Plan(
            at=now + timedelta(seconds=min(wait_s, 60.0)),
            interval_s=pace.min_interval_s,
            reason="first visit, spread out",
        )
    if last.failure_count:
        backoff_s = pace.min_interval_s * FAILURE_FACTOR ** min(last.failure_count, 30)
        interval_s = _bounded(backoff_s, pace)
        reason = f"failed {last.failure_count} times in a row"
    elif last.has_news:
        interval_s = _bounded(last.interval_s * NEWS_FACTOR, pace)
        reason = "found news"
    else:
        interval_s = _bounded(last.interval_s * SILENCE_FACTOR, pace)
        reason = "found nothing new"
    shift = 1.0 + JITTER * (2.0 * chance - 1.0)
    return Plan(
        at=max(now, last.at + timedelta(seconds=interval_s * shift)),
        interval_s=interval_s,
        reason=reason,
    )


def _bounded(interval_s: float, pace: Pace) -> float:
    return min(max(interval_s, pace.min_interval_s), pace.max_interval_s)


class Timetable:
    """One job per source on APScheduler: armed, fired once, armed anew by whoever ran it."""

    def __init__(self, visit: Callable[[str], Awaitable[None]]) -> None:
        self._visit = visit
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin to fire; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Fire no more. What is under way goes on; its owner ends it."""
        self._scheduler.shutdown(wait=False)

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
            max_instances=1,
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
