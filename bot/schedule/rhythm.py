"""What is known of when a source publishes: articles an hour, at each hour of the week.

A :class:`Rhythm` is kept with each source between two visits (``dump``, ``load``); ``learning``
makes the next one from a visit; ``outlook`` tells what is to be expected from an instant on.  Hours
are those of China, and public holidays count as Sundays (``workdays``).

The expected rate is a product.  Each factor is a count divided by what the factors before it led
to expect, shrunk towards one while there is little to count:

    level x hour of a working or free day x hour of the week x trend x echo

*Trend* is the last days alone: silence lowers it, a find raises it.  *Echo* is the time since the
last find: some sources publish in bursts, others once a day and then no more.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.schedule.workdays import FREE_DAY_RATES, SATURDAY, WORKING_DAY_RATES, weekday_like

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSION = 1
CELLS = 7 * 24
#: China keeps one time, without summer time since 1991
CHINA_OFFSET_H = 8
UNIX_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
#: ends of the stretches after a find that the echo tells apart, in hours
ECHO_ENDS_H = (0.75, 2.0, 6.0, 16.0)

WORKING_DAYS, FREE_DAYS = range(SATURDAY), range(SATURDAY, 7)
#: articles an hour, for each hour of the week, of a source of which nothing is known
USUAL_RATES = WORKING_DAY_RATES * len(WORKING_DAYS) + FREE_DAY_RATES * len(FREE_DAYS)

#: weight of each factor's prior, in articles
LEVEL_STRENGTH = 1.0
DAY_STRENGTH = 3.0
WEEK_STRENGTH = 2.0
TREND_STRENGTH = 4.0
ECHO_STRENGTH = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is known of when a source publishes. Counts fade with age."""

    #: aware; the last visit that could be read; None before the first
    seen_until: datetime | None = None
    #: aware; the last visit that found something
    found_at: datetime | None = None
    #: hours watched in all
    watched_h: float = 0.0
    #: articles, and hours watched times their echo, for each hour of the week from Monday 0 h
    counts: tuple[float, ...] = (0.0,) * CELLS
    hours: tuple[float, ...] = (0.0,) * CELLS
    #: articles of the last days, and how many the rates had led to expect
    recent: tuple[float, float] = (0.0, 0.0)
    #: the same for each stretch of time since the last find
    echo: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * (len(ECHO_ENDS_H) + 1)
    #: articles an hour before trend and echo, for each hour of the week
    rates: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if {len(self.counts), len(self.hours)} != {CELLS}:
            raise ValueError(f"a rhythm has {CELLS} hours")
        if len(self.echo) != len(ECHO_ENDS_H) + 1:
            raise ValueError(f"a rhythm has {len(ECHO_ENDS_H) + 1} echoes")
        object.__setattr__(self, "rates", _rates(self.counts, self.hours))

    @property
    def per_week(self) -> float:
        """Articles a week, as far as they were counted; of an unknown source what is usual."""
        return CELLS * (sum(self.counts) + sum(USUAL_RATES) / 7) / (self.watched_h + 24)

    @property
    def trend(self) -> float:
        """How much the last days brought beside what the rates had led to expect; 1 for as much."""
        return shrunk(*self.recent, TREND_STRENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of one hour, and the rate expected in it."""

    #: whole hours since 1970, in China's time
    hour: int
    #: hour of the week
    cell: int
    #: index of the stretch of time since the last find
    echo: int
    length_h: float
    #: articles an hour
    rate: float
    #: how much the time since the last find makes of it
    echo_factor: float


def outlook(rhythm: Rhythm, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield what is to be expected from ``start`` to ``end`` (aware), hour by hour, in order.

    It is what would be expected if nothing were found before.
    """
    trend = rhythm.trend
    echoes = [shrunk(*seen, ECHO_STRENGTH) for seen in rhythm.echo]
    found_h = china_hours(rhythm.found_at) if rhythm.found_at is not None else float("-inf")
    at_h, end_h = china_hours(start), china_hours(end)
    while at_h < end_h:
        hour = int(at_h)
        next_h = min(hour + 1.0, end_h)
        day, hour_of_day = divmod(hour, 24)
        cell = weekday_like(UNIX_EPOCH_ORDINAL + day) * 24 + hour_of_day
        echo = bisect_right(ECHO_ENDS_H, (at_h + next_h) / 2 - found_h)
        yield Stretch(
            hour=hour,
            cell=cell,
            echo=echo,
            length_h=next_h - at_h,
            rate=rhythm.rates[cell] * trend * echoes[echo],
            echo_factor=echoes[echo],
        )
        at_h = next_h


def china_hours(at: datetime) -> float:
    """Return hours since 1970-01-01 00:00 in China's time."""
    return at.timestamp() / 3600 + CHINA_OFFSET_H


def shrunk(count: float, expected: float, strength: float) -> float:
    """Return count by expected, held to one as if ``strength`` more had come as expected.

    The posterior mean of a Poisson rate's factor under a Gamma prior of mean one.
    """
    return (strength + count) / (strength + expected)


def _rates(counts: Sequence[float], hours: Sequence[float]) -> tuple[float, ...]:
    """Return articles an hour for each hour of the week, the finer shrunk to the coarser."""
    level = shrunk(sum(counts), _expected(USUAL_RATES, hours), LEVEL_STRENGTH)
    by_hour: list[float] = []
    for prior, days in ((WORKING_DAY_RATES, WORKING_DAYS), (FREE_DAY_RATES, FREE_DAYS)):
        of_day = []
        for hour, prior_rate in enumerate(prior):
            same = slice(days.start * 24 + hour, days.stop * 24, 24)
            rate = level * prior_rate
            of_day.append(rate * shrunk(sum(counts[same]), rate * sum(hours[same]), DAY_STRENGTH))
        by_hour += of_day * len(days)
    # The same formula as shrunk(), written out: this runs at every visit.
    rates = [
        rate * (WEEK_STRENGTH + count) / (WEEK_STRENGTH + rate * watched)
        for rate, count, watched in zip(by_hour, counts, hours, strict=True)
    ]
    # Shrinking moved the shape; what it leads to expect in all still has to be what was seen.
    scale = shrunk(sum(counts), _expected(rates, hours), LEVEL_STRENGTH)
    return tuple([rate * scale for rate in rates])


def _expected(rates: Sequence[float], hours: Sequence[float]) -> float:
    return sum([rate * watched for rate, watched in zip(rates, hours, strict=True)])


def dump(rhythm: Rhythm) -> str:
    """Return the rhythm as a line of JSON of some two kilobytes, to be kept with the source."""
    kept = {
        "version": VERSION,
        "seen_until": rhythm.seen_until and rhythm.seen_until.timestamp(),
        "found_at": rhythm.found_at and rhythm.found_at.timestamp(),
        "watched_h": _short(rhythm.watched_h),
        "counts": [_short(value) for value in rhythm.counts],
        "hours": [_short(value) for value in rhythm.hours],
        "recent": [_short(value) for value in rhythm.recent],
        "echo": [[_short(value) for value in pair] for pair in rhythm.echo],
    }
    return json.dumps(kept, separators=(",", ":"))


def load(text: str | None) -> Rhythm:
    """Return the rhythm that ``dump`` wrote.

    Nothing kept, or kept by another version of this file, or damaged, begins anew: what was
    learned is a convenience, and is learned again within some weeks.
    """
    try:
        kept = json.loads(text or "{}")
        if kept.get("version") != VERSION:
            return Rhythm()
        return Rhythm(
            seen_until=_instant(kept["seen_until"]),
            found_at=_instant(kept["found_at"]),
            watched_h=_amount(kept["watched_h"]),
            counts=tuple(map(_amount, kept["counts"])),
            hours=tuple(map(_amount, kept["hours"])),
            recent=(_amount(kept["recent"][0]), _amount(kept["recent"][1])),
            echo=tuple((_amount(count), _amount(expected)) for count, expected in kept["echo"]),
        )
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError):
        return Rhythm()


def _instant(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)


def _amount(value: float) -> float:
    if not 0.0 <= value < float("inf"):
        raise ValueError(f"{value} is no amount")
    return float(value)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
