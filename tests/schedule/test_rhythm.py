"""What a source's history teaches, and how it is kept."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Precision, Published
from bot.schedule.learning import learn
from bot.schedule.rhythm import CELLS, Rhythm, dump, load, outlook

CHINA = timezone(timedelta(hours=8))
#: a Monday
MONDAY = datetime(2026, 11, 2, tzinfo=CHINA)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def expected(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    return sum(stretch.rate * stretch.length_h for stretch in outlook(rhythm, start, end))


def watched(
    published: list[datetime], *, until: datetime, every: timedelta = HOUR, is_dated: bool = False
) -> Rhythm:
    """The rhythm after visits from MONDAY on; articles carry their minute, or no date."""
    rhythm = learn(Rhythm(), MONDAY, ())
    at = MONDAY + every
    while at <= until:
        found = [
            Published(at=instant, precision=Precision.MINUTE) if is_dated else None
            for instant in published
            if at - every < instant <= at
        ]
        rhythm = learn(rhythm, at, found)
        at += every
    return rhythm


def daily(hour: int, *, weeks: int, count: int = 1) -> list[datetime]:
    return [
        MONDAY + timedelta(days=day, hours=hour, minutes=30)
        for day in range(weeks * 7)
        for _ in range(count)
    ]


def test_office_hours_are_expected_of_an_unknown_source() -> None:
    rhythm = Rhythm()
    morning = expected(rhythm, MONDAY + 9 * HOUR, MONDAY + 10 * HOUR)
    night = expected(rhythm, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)
    sunday = expected(rhythm, MONDAY - 15 * HOUR, MONDAY - 14 * HOUR)
    assert morning > 3 * sunday * 0.99
    assert sunday > 3 * night


@pytest.mark.parametrize(
    ("holiday", "working_day"),
    [
        pytest.param("2026-02-17", "2026-03-17", id="Spring Festival"),
        pytest.param("2026-03-07", "2026-02-28", id="a Saturday, and one worked in exchange"),
    ],
)
def test_a_free_day_brings_less_than_a_working_day(holiday: str, working_day: str) -> None:
    def day(text: str) -> float:
        start = datetime.fromisoformat(text).replace(tzinfo=CHINA)
        return expected(Rhythm(), start, start + 24 * HOUR)

    assert day(holiday) == pytest.approx(day(working_day) / 3)


def test_the_rate_comes_to_what_was_seen() -> None:
    rhythm = watched(daily(10, weeks=4, count=8), until=MONDAY + 4 * WEEK)
    assert rhythm.per_week == pytest.approx(56, rel=0.1)


def test_a_habit_at_an_odd_hour_is_learned() -> None:
    rhythm = watched(daily(22, weeks=4, count=3), until=MONDAY + 4 * WEEK)
    start = MONDAY + 4 * WEEK
    late = expected(rhythm, start + 22 * HOUR, start + 23 * HOUR)
    assert late > 0.5 * expected(rhythm, start, start + 24 * HOUR)


def test_a_habit_of_one_weekday_is_learned() -> None:
    fridays = [
        MONDAY + week * WEEK + timedelta(days=4, hours=10, minutes=minute)
        for week in range(7)
        for minute in range(0, 50, 10)
    ]
    rhythm = watched(fridays, until=MONDAY + 7 * WEEK)
    start = MONDAY + 7 * WEEK
    days = [
        expected(rhythm, start + day * 24 * HOUR, start + (day + 1) * 24 * HOUR) for day in range(5)
    ]
    assert days[4] > 2 * max(days[:4])


def test_an_article_without_a_date_is_spread_over_the_gap_as_expected() -> None:
    before = learn(Rhythm(), MONDAY, ())
    after = learn(before, MONDAY + 24 * HOUR, [None])
    assert sum(after.counts) == pytest.approx(1)
    assert after.counts[10] > 10 * after.counts[3]


def test_an_article_with_a_minute_falls_into_its_hour() -> None:
    published = Published(at=MONDAY + timedelta(hours=3, minutes=20), precision=Precision.MINUTE)
    after = learn(learn(Rhythm(), MONDAY, ()), MONDAY + 24 * HOUR, [published])
    assert after.counts[3] == 1


def test_an_article_with_a_day_falls_into_its_part_of_the_gap() -> None:
    published = Published(at=MONDAY, precision=Precision.DAY)
    after = learn(learn(Rhythm(), MONDAY + 12 * HOUR, ()), MONDAY + 36 * HOUR, [published])
    assert sum(after.counts[12:24]) == pytest.approx(1)


@pytest.mark.parametrize("precision", list(Precision))
@pytest.mark.parametrize("days", [-400, 400])
def test_a_date_outside_of_the_gap_counts_all_the_same(precision: Precision, days: int) -> None:
    published = Published(at=MONDAY + timedelta(days=days), precision=precision)
    after = learn(learn(Rhythm(), MONDAY, ()), MONDAY + 2 * HOUR, [published])
    assert sum(after.counts[:2]) == pytest.approx(1)


def test_silence_lowers_what_is_expected_and_a_find_raises_it() -> None:
    start = MONDAY + 2 * WEEK
    rhythm = watched(daily(10, weeks=2, count=5), until=start)

    def tomorrow(after: Rhythm) -> float:
        return expected(after, start + 58 * HOUR, start + 59 * HOUR)

    silent = learn(rhythm, start + 24 * HOUR, ())
    busy = learn(rhythm, start + 24 * HOUR, [None] * 20)
    assert tomorrow(silent) < tomorrow(rhythm) < tomorrow(busy)


def test_little_is_expected_after_the_one_batch_of_the_day() -> None:
    batches = [
        MONDAY + timedelta(days=day, hours=9 + (day * 5) % 9, minutes=5)
        for day in range(42)
        for _ in range(6)
    ]
    rhythm = watched(batches, until=MONDAY + 6 * WEEK)
    start = MONDAY + 6 * WEEK + 12 * HOUR
    waiting = learn(rhythm, start, ())
    served = learn(rhythm, start, [None] * 6)
    now = (start + HOUR, start + 5 * HOUR)
    assert expected(served, *now) < 0.5 * expected(waiting, *now)


def test_a_changed_habit_replaces_the_old_one() -> None:
    evenings = [instant + 8 * WEEK for instant in daily(20, weeks=8, count=4)]
    rhythm = watched(daily(9, weeks=8, count=4) + evenings, until=MONDAY + 16 * WEEK)
    start = MONDAY + 16 * WEEK
    morning = expected(rhythm, start + 9 * HOUR, start + 10 * HOUR)
    assert expected(rhythm, start + 20 * HOUR, start + 21 * HOUR) > 2 * morning


def test_the_first_visit_learns_from_the_dates_on_the_listing() -> None:
    at = MONDAY + 60 * HOUR
    listing = [
        Published(at=MONDAY + timedelta(days=-day), precision=Precision.DAY)
        for day in range(4)
        for _ in range(5)
    ]
    pinned = Published(at=MONDAY - timedelta(days=900), precision=Precision.DAY)
    rhythm = learn(Rhythm(), at, [*listing, pinned, None])
    assert rhythm.per_week == pytest.approx(5 * 7, rel=0.5)
    assert rhythm.found_at is None
    assert learn(Rhythm(), at, [None] * 20) == Rhythm(seen_until=at)


def test_a_clock_set_back_teaches_nothing() -> None:
    rhythm = learn(Rhythm(), MONDAY, ())
    assert learn(rhythm, MONDAY - HOUR, [None]) is rhythm


def test_a_year_of_absence_is_survived() -> None:
    rhythm = watched(daily(10, weeks=2), until=MONDAY + 2 * WEEK)
    after = learn(rhythm, MONDAY + 60 * WEEK, [None] * 100)
    assert 28 * 24 < after.watched_h < 42 * 24


@given(
    gaps=st.lists(
        st.tuples(
            st.floats(min_value=0.001, max_value=900),
            st.lists(
                st.none()
                | st.builds(
                    lambda days, precision: Published(
                        at=MONDAY + timedelta(days=days), precision=precision
                    ),
                    st.floats(min_value=-3000, max_value=3000),
                    st.sampled_from(Precision),
                ),
                max_size=30,
            ),
        ),
        max_size=12,
    )
)
def test_any_history_leaves_finite_rates_above_zero(
    gaps: list[tuple[float, list[Published | None]]],
) -> None:
    rhythm, at = Rhythm(), MONDAY
    for gap_h, found in gaps:
        at += timedelta(hours=gap_h)
        rhythm = learn(rhythm, at, found)
        assert all(0 < rate < 1e9 for rate in rhythm.rates)
        assert all(stretch.rate > 0 for stretch in outlook(rhythm, at, at + 48 * HOUR))
    again = load(dump(rhythm))
    assert again.seen_until == rhythm.seen_until
    pairs = zip(again.rates, rhythm.rates, strict=True)
    assert all(math.isclose(one, other, rel_tol=0.01, abs_tol=1e-12) for one, other in pairs)


def test_it_is_small_when_kept() -> None:
    kept = dump(watched(daily(10, weeks=4, count=8), until=MONDAY + 4 * WEEK))
    assert len(kept) < 3000
    assert dump(load(kept)) == kept


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(None, id="nothing"),
        pytest.param("", id="empty"),
        pytest.param("{", id="cut off"),
        pytest.param("[]", id="a list"),
        pytest.param("7", id="a number"),
        pytest.param('{"version":99}', id="another version"),
        pytest.param('{"version":1}', id="keys missing"),
    ],
)
def test_what_cannot_be_read_begins_anew(kept: str | None) -> None:
    assert load(kept) == Rhythm()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("counts", [1.0] * (CELLS - 1)),
        ("counts", [-1.0] * CELLS),
        ("hours", [float("nan")] * CELLS),
        ("hours", None),
        ("echo", [[1.0, 1.0]]),
        ("recent", [1.0]),
        ("seen_until", 1e30),
    ],
)
def test_a_damaged_part_begins_anew(key: str, value: object) -> None:
    kept = json.loads(dump(Rhythm(seen_until=MONDAY)))
    assert load(json.dumps(kept)) != Rhythm()
    assert load(json.dumps(kept | {key: value})) == Rhythm()
