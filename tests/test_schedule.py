"""When each source is looked at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedule import LastVisit, Pace, Timetable, plan

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PACE = Pace(min_interval_s=300, max_interval_s=86400)


def visit(*, interval_s: float = 1200, has_news: bool = False, failure_count: int = 0) -> LastVisit:
    return LastVisit(at=NOW, interval_s=interval_s, has_news=has_news, failure_count=failure_count)


@pytest.mark.parametrize(
    ("last", "interval_s", "reason"),
    [
        pytest.param(visit(has_news=True), 600, "found news", id="a find shortens"),
        pytest.param(visit(), 1800, "found nothing new", id="silence lengthens"),
        pytest.param(visit(has_news=True, interval_s=301), 300, "found news", id="lower bound"),
        pytest.param(visit(interval_s=80000), 86400, "found nothing new", id="upper bound"),
        pytest.param(visit(failure_count=1), 600, "failed 1 times in a row", id="first failure"),
        pytest.param(visit(failure_count=3), 2400, "failed 3 times in a row", id="backs off"),
        pytest.param(visit(failure_count=9999), 86400, "failed 9999 times in a row", id="ceiling"),
    ],
)
def test_the_interval_and_its_reason(last: LastVisit, interval_s: float, reason: str) -> None:
    planned = plan(PACE, last, now=NOW, chance=0.5)
    assert (planned.interval_s, planned.reason) == (interval_s, reason)
    assert planned.at == NOW + timedelta(seconds=interval_s)


def test_jitter_moves_a_visit_by_a_tenth_either_way() -> None:
    early = plan(PACE, visit(interval_s=400), now=NOW, chance=0.0)
    late = plan(PACE, visit(interval_s=400), now=NOW, chance=1.0)
    assert early.at == NOW + timedelta(seconds=540)
    assert late.at == NOW + timedelta(seconds=660)


def test_a_visit_that_was_due_while_the_daemon_was_down_is_made_at_once() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert plan(PACE, visit(), now=tomorrow, chance=0.5).at == tomorrow


def test_first_visits_are_spread() -> None:
    first = LastVisit(at=None, interval_s=0, has_news=False, failure_count=0)
    waits = {plan(PACE, first, now=NOW, chance=c / 10).at - NOW for c in range(10)}
    assert len(waits) > 1
    assert max(waits) <= timedelta(seconds=60)


async def test_an_armed_visit_happens_once() -> None:
    visited: list[str] = []
    done = asyncio.Event()

    async def visit_source(source_id: str) -> None:
        visited.append(source_id)
        done.set()

    timetable = Timetable(visit_source)
    timetable.start()
    try:
        timetable.arm("ziyang", datetime.now(UTC) + timedelta(days=1))
        timetable.arm("ziyang", datetime.now(UTC) - timedelta(hours=1))
        timetable.arm("hanbin", datetime.now(UTC) + timedelta(days=1))
        await asyncio.wait_for(done.wait(), 10)
        assert visited == ["ziyang"]
        assert timetable.next_visit_at("ziyang") is None
        assert timetable.next_visit_at("hanbin") is not None
        timetable.disarm("hanbin")
        assert timetable.next_visit_at("hanbin") is None
    finally:
        timetable.stop()
