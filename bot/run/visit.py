"""One visit to a source and what follows from it: its rhythm, its health, when to look next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.pipeline.crawl import silent
from bot.schedule import rhythm
from bot.schedule.learning import learn
from bot.schedule.timetable import LastVisit, Pace, plan
from bot.urls import host_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.model import Source
    from bot.pipeline.crawl import Crawler
    from bot.pipeline.report import CrawlReport
    from bot.run.watchman import Watchman
    from bot.schedule.timetable import Plan
    from storage.states import States


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Visits sources, learns from each visit and plans the next."""

    crawler: Crawler
    states: States
    watchman: Watchman | None
    #: enabled sources on each host
    host_counts: Mapping[str, int]
    dice: random.Random
    now: Callable[[], datetime]

    async def visit(
        self, source: Source, should_stop: Callable[[], bool]
    ) -> tuple[CrawlReport, Plan]:
        """Visit a source, keep when to look next in its state, and return both."""
        report = await self.crawler.crawl(source, should_stop=should_stop, on_progress=silent)
        state = await asyncio.to_thread(self.states.get, source.id)
        known = rhythm.load(state.rhythm)
        if not report.is_failure:
            known = learn(known, report.finished_at, report.found)
        if self.watchman is not None:
            await self.watchman.after_visit(source, report, known)
        planned = plan(
            Pace(
                min_interval_s=source.min_interval_s,
                max_interval_s=source.max_interval_s,
                host_source_count=self.host_counts[host_of(source.url)],
            ),
            LastVisit(
                at=report.finished_at,
                failure_count=state.failure_count,
                max_age_s=report.max_age_s,
                retry_after_s=_left_s(report.retry_at, report.finished_at),
            ),
            known,
            now=self.now(),
            chance=self.dice.random(),
        )
        await asyncio.to_thread(
            self.states.put,
            replace(
                state,
                next_run_at=planned.at,
                rhythm=rhythm.dump(known),
                plan_reason=planned.reason,
            ),
        )
        return report, planned


def _left_s(until: datetime | None, at: datetime) -> float | None:
    return None if until is None else max(0.0, (until - at).total_seconds())
