"""Made-up sources of county news: when each publishes, drawn at random from a seed.

Nothing here looks at the prior of ``bot.schedule.workdays``, but the days off, which are the State
Council's.  Rates are spread evenly over the logarithm from one article a week to sixty a day, so
that each seed has as many quiet sources as busy ones; the habits are dealt out among them.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.model import Precision, Published
from bot.schedule.workdays import is_workday

DAY_S = 86400
CHINA_S = 8 * 3600
MIN_PER_DAY, MAX_PER_DAY = 1 / 7, 60.0
#: share of sources whose pages give a day only
DAY_ONLY_SHARE = 0.7
#: of the years before a source was added, this much stands on its listing
LISTING_LENGTH = 20
HISTORY_DAYS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days over which a fleet of sources is watched."""

    first: date
    days: int

    @property
    def start_s(self) -> float:
        """Midnight in China before the first day."""
        return (self.first.toordinal() - date(1970, 1, 1).toordinal()) * DAY_S - CHINA_S

    @property
    def end_s(self) -> float:
        """Midnight in China after the last day."""
        return self.start_s + self.days * DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSource:
    """One source and its articles."""

    habit: str
    #: articles a working day, as drawn
    per_day: float
    #: Unix time of each article, ascending, from long before the span to its end
    published_s: tuple[float, ...]
    has_day_only: bool

    def dated(self, published_s: float) -> Published:
        """Return what the page says of when an article was published."""
        if self.has_day_only:
            midnight = (published_s + CHINA_S) // DAY_S * DAY_S - CHINA_S
            return Published(at=datetime.fromtimestamp(midnight, UTC), precision=Precision.DAY)
        minute = published_s // 60 * 60
        return Published(at=datetime.fromtimestamp(minute, UTC), precision=Precision.MINUTE)

    def listed(self, at_s: float) -> tuple[float, ...]:
        """Return the newest articles on the listing when it is seen for the first time."""
        end = bisect_right(self.published_s, at_s)
        return self.published_s[max(0, end - LISTING_LENGTH) : end]


#: from a day to the seconds after midnight of its articles
DayOfArticles = Callable[[date], list[float]]


def _poisson(rng: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, left = 0, math.exp(-mean)
    product = rng.random()
    while product > left:
        count += 1
        product *= rng.random()
    return count


def _office_hours(rng: random.Random) -> Callable[[], float]:
    """Return a drawer of instants in a morning and an afternoon peak of this source's own."""
    morning, afternoon = rng.gauss(10.0, 0.7), rng.gauss(16.0, 0.9)
    width, share = rng.uniform(0.5, 1.5), rng.uniform(0.3, 0.7)
    stray = rng.uniform(0.02, 0.15)

    def draw() -> float:
        if rng.random() < stray:
            return rng.uniform(6.5, 23.5) * 3600
        peak = morning if rng.random() < share else afternoon
        return min(max(rng.gauss(peak, width), 0.1), 23.9) * 3600

    return draw


def _free_day_factor(rng: random.Random) -> float:
    return rng.uniform(0.02, 0.6)


def office(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish one by one in office hours."""
    draw, free = _office_hours(rng), _free_day_factor(rng)

    def day(when: date) -> list[float]:
        return [draw() for _ in range(_poisson(rng, per_day * (1 if is_workday(when) else free)))]

    return day


def bursts(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish several articles minutes apart, some times a day."""
    draw, free = _office_hours(rng), _free_day_factor(rng)
    size, pause_s = min(rng.uniform(2.5, 7), max(1.0, per_day)), rng.uniform(90, 420)

    def day(when: date) -> list[float]:
        instants = []
        for _ in range(_poisson(rng, per_day / size * (1 if is_workday(when) else free))):
            at = draw()
            for _ in range(1 + _poisson(rng, size - 1)):
                instants.append(at)
                at += rng.expovariate(1 / pause_s)
        return instants

    return day


def batch(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish everything of a day at once, at about the same time."""
    hour, spread = rng.choice([8.5, 9.5, 11.5, 15, 17, 17.5, 20]), rng.uniform(0.1, 0.8)
    free = rng.choice([0.0, 0.0, 0.3, 1.0])
    is_daily = per_day >= 1

    def day(when: date) -> list[float]:
        if rng.random() > (1 if is_workday(when) else free) * min(1.0, per_day):
            return []
        at = rng.gauss(hour, spread) * 3600
        count = 1 + (_poisson(rng, per_day - 1) if is_daily else 0)
        return [at + rng.uniform(0, 20 * count) for _ in range(count)]

    return day


def irregular(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish much on some days and nothing on most, at any waking hour."""
    wildness = rng.uniform(0.8, 1.6)

    def day(_: date) -> list[float]:
        mean = per_day * rng.lognormvariate(-(wildness**2) / 2, wildness)
        return [rng.uniform(6, 23.5) * 3600 for _ in range(min(400, _poisson(rng, mean)))]

    return day


def all_day(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish from early to late, free days hardly excepted."""
    free, start, end = rng.uniform(0.6, 1.0), rng.uniform(5, 8), rng.uniform(20, 24)

    def day(when: date) -> list[float]:
        mean = per_day * (1 if is_workday(when) else free)
        return [rng.uniform(start, end) * 3600 for _ in range(_poisson(rng, mean))]

    return day


def weekly(rng: random.Random, per_day: float) -> DayOfArticles:
    """Publish on one day of the week, and not at all when that is a holiday."""
    weekday, hour = rng.randrange(5), rng.uniform(8.5, 18)

    def day(when: date) -> list[float]:
        if when.weekday() != weekday or not is_workday(when):
            return []
        count = max(1, _poisson(rng, per_day * 7))
        return [rng.gauss(hour, 1) * 3600 + rng.uniform(0, 300 * count) for _ in range(count)]

    return day


HABITS: dict[str, Callable[[random.Random, float], DayOfArticles]] = {
    "office": office,
    "bursts": bursts,
    "batch": batch,
    "irregular": irregular,
    "all day": all_day,
    "weekly": weekly,
}
#: how many of each hundred sources keep a habit; ``changing`` goes from one to another
SHARES = {
    "office": 28,
    "bursts": 22,
    "batch": 14,
    "irregular": 10,
    "all day": 8,
    "weekly": 6,
    "changing": 12,
}
#: habits that sources keep at any rate, which a changing source may change between
CHANGEABLE = ("office", "bursts", "batch", "all day")


def fleet(seed: int, count: int, span: Span) -> tuple[SimulatedSource, ...]:
    """Return ``count`` sources, the same for the same seed."""
    ratio = MAX_PER_DAY / MIN_PER_DAY
    per_days = [MIN_PER_DAY * ratio ** ((i + 0.5) / count) for i in range(count)]
    habits = _dealt(count)
    return tuple(
        _source(random.Random(f"source {seed} {i}"), habit, per_day, span)
        for i, (habit, per_day) in enumerate(zip(habits, per_days, strict=True))
    )


def _dealt(count: int) -> list[str]:
    """Return a habit for each of ``count`` rates, ascending: the same mix in every fleet.

    Steps by the golden section give every habit some quiet and some busy sources.  No source puts
    up hundreds of articles once a week: weekly ones are the quiet ones.
    """
    habits = []
    weekly_left = count * SHARES["weekly"] // 100
    others = [habit for habit, share in SHARES.items() if habit != "weekly" for _ in range(share)]
    for i in range(count):
        if i % 3 == 1 and weekly_left:
            habits.append("weekly")
            weekly_left -= 1
        else:
            habits.append(others[int(i * 0.6180339887 % 1 * len(others))])
    return habits


def _source(rng: random.Random, habit: str, per_day: float, span: Span) -> SimulatedSource:
    if habit == "changing":
        first, second = rng.sample(CHANGEABLE, 2)
        factor = rng.choice([1 / 4, 1 / 2, 1, 2, 4])
        later = min(MAX_PER_DAY, per_day * factor)
        before, after = HABITS[first](rng, per_day), HABITS[second](rng, later)
        changes_on = span.first + timedelta(days=round(span.days * rng.uniform(0.25, 0.75)))
    else:
        before = after = HABITS[habit](rng, per_day)
        changes_on = span.first
    instants = []
    for offset in range(-HISTORY_DAYS, span.days):
        when = span.first + timedelta(days=offset)
        midnight = span.start_s + offset * DAY_S
        instants += [midnight + s for s in (before if when < changes_on else after)(when)]
    return SimulatedSource(
        habit=habit,
        per_day=per_day,
        published_s=tuple(sorted(instant for instant in instants if instant < span.end_s)),
        has_day_only=rng.random() < DAY_ONLY_SHARE,
    )
