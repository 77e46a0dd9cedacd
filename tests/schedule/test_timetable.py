"""When each source is looked at."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.schedule.learning import learn
from bot.schedule.rhythm import Rhythm
from bot.schedule.timetable import LastVisit, Pace, Timetable, plan, start

CHINA = timezone(timedelta(hours=8))
#: 10 o'clock on a Monday
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
PACE = Pace(min_interval_s=300, max_interval_s=86400, typical_interval_s=1800)
LAST = LastVisit(at=NOW)


def publishing(per_hour: float) -> Rhythm:
    """A source watched for some weeks that publishes evenly."""
    return Rhythm(
        counts=(per_hour * 100,) * 168, hours=(100.0,) * 168, watched_h=16800, seen_until=NOW
    )


@pytest.mark.parametrize(
    ("per_hour", "low_s", "high_s"),
    [
        pytest.param(1.0, 1500, 2000, id="one article an hour: the typical interval"),
        pytest.param(20.0, 300, 300, id="many: the shortest"),
        pytest.param(0.0, 30000, 86400, id="none: up to the longest"),
        pytest.param(4.0, 600, 1000, id="four times the rate: less than half the interval"),
    ],
)
def test_the_interval_follows_the_rate(per_hour: float, low_s: float, high_s: float) -> None:
    planned = plan(PACE, LAST, publishing(per_hour), now=NOW, chance=0.5)
    assert low_s <= planned.interval_s <= high_s
    assert planned.at == NOW + timedelta(seconds=planned.interval_s)


def test_office_hours_are_looked_at_more_often_than_nights() -> None:
    day = plan(PACE, LAST, Rhythm(), now=NOW, chance=0.5)
    night_at = NOW + timedelta(hours=12)
    night = plan(PACE, LastVisit(at=night_at), Rhythm(), now=night_at, chance=0.5)
    assert night.interval_s > 2 * day.interval_s


def test_silence_lengthens_and_a_find_shortens() -> None:
    before = publishing(0.5)
    at = NOW + timedelta(hours=8)
    silent, busy = (
        plan(PACE, LastVisit(at=at), learn(before, at, found), now=at, chance=0.5).interval_s
        for found in ((), (None,) * 12)
    )
    assert silent > busy


def test_the_reason_is_a_sentence() -> None:
    planned = plan(PACE, LAST, publishing(1.0), now=NOW, chance=0.5)
    assert planned.reason == "some 168 articles a week, 0.5 to be expected in the next 30 min"


@pytest.mark.parametrize(
    ("last", "pace", "interval_s", "reason"),
    [
        pytest.param(LAST, PACE, 300, "held to the shortest interval", id="shortest"),
        pytest.param(
            replace(LAST, max_age_s=900), PACE, 900, "held back by its Cache-Control", id="max-age"
        ),
        pytest.param(
            replace(LAST, max_age_s=10), PACE, 300, "held to the shortest interval", id="short age"
        ),
        pytest.param(
            replace(LAST, max_age_s=1e7), PACE, 3600, "held back by its Cache-Control", id="cap"
        ),
        pytest.param(
            LAST,
            replace(PACE, host_interval_s=60, host_source_count=20),
            1200,
            "held back to spare the host, which has 20 sources",
            id="host",
        ),
        pytest.param(
            replace(LAST, failure_count=1, retry_after_s=7200),
            PACE,
            7200,
            "held back by its Retry-After",
            id="retry-after",
        ),
        pytest.param(
            replace(LAST, failure_count=1, retry_after_s=1e9),
            replace(PACE, max_interval_s=3600),
            86400,
            "held back by its Retry-After",
            id="a Retry-After of years is cut to a day",
        ),
    ],
)
def test_what_holds_a_visit_back(
    last: LastVisit, pace: Pace, interval_s: float, reason: str
) -> None:
    for chance in (0.0, 0.5, 0.99):
        planned = plan(pace, last, publishing(100.0), now=NOW, chance=chance)
        assert planned.interval_s == interval_s
        assert planned.reason.endswith(f"; {reason}")
        assert planned.at >= NOW + timedelta(seconds=interval_s)


def test_the_longest_interval_is_named() -> None:
    planned = plan(replace(PACE, max_interval_s=3600), LAST, publishing(0.0), now=NOW, chance=0.5)
    assert planned.interval_s == 3600
    assert planned.reason.endswith("; held to the longest interval")


@pytest.mark.parametrize(
    ("failure_count", "interval_s", "reason"),
    [
        (1, 600, "failed 1 time in a row"),
        (3, 2400, "failed 3 times in a row"),
        (9999, 86400, "failed 9999 times in a row; held to the longest interval"),
    ],
)
def test_failures_back_off_and_are_never_given_up(
    failure_count: int, interval_s: float, reason: str
) -> None:
    last = replace(LAST, failure_count=failure_count)
    planned = plan(PACE, last, publishing(1.0), now=NOW, chance=0.5)
    assert (planned.interval_s, planned.reason) == (interval_s, reason)


def test_jitter_moves_a_visit_by_a_tenth_either_way() -> None:
    early, middle, late = (
        plan(PACE, LAST, publishing(1.0), now=NOW, chance=chance) for chance in (0.0, 0.5, 1.0)
    )
    assert early.interval_s == middle.interval_s == late.interval_s
    tenth = pytest.approx(middle.interval_s / 10)
    assert (middle.at - early.at).total_seconds() == tenth
    assert (late.at - middle.at).total_seconds() == tenth


def test_a_visit_that_is_overdue_is_made_at_once() -> None:
    later = NOW + timedelta(days=3)
    assert plan(PACE, LAST, publishing(1.0), now=later, chance=0.5).at == later


@pytest.mark.parametrize("planned_at", [None, NOW - timedelta(days=1)], ids=["new", "overdue"])
def test_a_start_spreads_what_is_due(planned_at: datetime | None) -> None:
    plans = [start(planned_at, now=NOW, spread_s=600, chance=c / 10) for c in range(10)]
    waits = [p.at - NOW for p in plans]
    assert waits == [timedelta(seconds=60 * c) for c in range(10)]
    assert {p.reason for p in plans} == {
        "first visit, spread out"
        if planned_at is None
        else "overdue since before the start, spread out"
    }


def test_a_start_keeps_what_is_planned_for_later() -> None:
    later = NOW + timedelta(hours=5)
    assert start(later, now=NOW, spread_s=600, chance=0.9).at == later


def test_a_source_never_visited_is_due_within_its_shortest_interval() -> None:
    planned = plan(PACE, LastVisit(at=None), Rhythm(), now=NOW, chance=0.5)
    assert planned.at == NOW + timedelta(seconds=150)


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


async def test_a_clock_that_is_set_back_delays_no_visit() -> None:
    wall, steady = [NOW.timestamp()], [100.0]
    timetable = Timetable(unwanted, clock=lambda: wall[0], steady=lambda: steady[0])
    timetable.start()
    try:
        at = datetime.now(UTC) + timedelta(days=9)
        timetable.arm("a", at)
        timetable.arm("b", at + timedelta(hours=1))
        wall[0], steady[0] = wall[0] + 9, steady[0] + 10
        assert timetable.look() == 0, "a second is the clock's own drift"
        wall[0] -= 86400
        assert timetable.look() == 86400
        assert timetable.look() == 0
        assert timetable.next_visit_at("a") == at - timedelta(days=1)
        assert timetable.next_visit_at("b") == at - timedelta(hours=23)
        wall[0] += 2 * 86400
        assert timetable.look() == 0, "what is due by a clock set forward is due"
        assert timetable.next_visit_at("a") == at - timedelta(days=1)
    finally:
        timetable.stop()


async def unwanted(_source_id: str) -> None:
    """Fail: nothing is due."""
    raise AssertionError
