"""How a visit to a source changes what is known of its rhythm.

A page mostly gives a day, or nothing, as its date.  Then an article is known to have come between
two visits, and is spread over that gap as the rhythm so far would have it: one step of expectation
maximisation (Dempster, Laird and Rubin 1977) at each visit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Precision
from bot.schedule.rhythm import Rhythm, china_hours, outlook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.model import Published
    from bot.schedule.rhythm import Stretch

#: after these the counts behind the rates, and those behind the trend, weigh half
HALF_LIFE_H = 28 * 24.0
TREND_HALF_LIFE_H = 36.0
#: a first visit learns from the dates on the listing, this far back
BACKLOG = timedelta(days=28)
#: of a longer stretch only the end is learned from: nobody looked
LONGEST_GAP = timedelta(days=28)


def learn(rhythm: Rhythm, at: datetime, found: Sequence[Published | None]) -> Rhythm:
    """Return the rhythm after a visit at ``at`` (aware) that could be read.

    ``found`` holds, for every article that was not known before, what its page or its entry on the
    listing says of when it was published; it may be empty.  A failed visit teaches nothing and is
    not told.  A visit before the last one, after the clock was set back, is left out.
    """
    since = rhythm.seen_until
    if since is None:
        return _learn_backlog(rhythm, at, found)
    if at <= since:
        return rhythm
    return _learn_gap(rhythm, max(since, at - LONGEST_GAP), at, found)


def _learn_backlog(rhythm: Rhythm, at: datetime, found: Sequence[Published | None]) -> Rhythm:
    """Learn from the dates that stand on a listing when it is seen for the first time.

    The oldest tenth is left out, and the rest tells what came since the oldest that remains: a
    listing is cut off at some length, and an old article may be pinned on top.
    """
    dated = sorted((p for p in found if p and p.at < at), key=lambda p: p.at)
    kept = dated[(len(dated) + 9) // 10 :]
    if not kept:
        return replace(rhythm, seen_until=at)
    since = max(kept[0].at, at - BACKLOG)
    learned = _learn_gap(rhythm, since, at, [p for p in kept if p.at >= since])
    # How a listing filled is history: it says nothing of the last days, nor of bursts.
    return replace(learned, recent=rhythm.recent, echo=rhythm.echo, found_at=None)


def _learn_gap(
    rhythm: Rhythm, since: datetime, at: datetime, found: Sequence[Published | None]
) -> Rhythm:
    gap_h = (at - since).total_seconds() / 3600
    gap = list(outlook(rhythm, since, at))
    fade = 0.5 ** (gap_h / HALF_LIFE_H)
    recent_fade = 0.5 ** (gap_h / TREND_HALF_LIFE_H)
    counts = [count * fade for count in rhythm.counts]
    hours = [watched * fade for watched in rhythm.hours]
    echo_counts = [count * fade for count, _ in rhythm.echo]
    echo_expected = [expected * fade for _, expected in rhythm.echo]
    expected_in_gap = 0.0
    trend = rhythm.trend
    for stretch in gap:
        expected = rhythm.rates[stretch.cell] * stretch.length_h
        expected_in_gap += expected * stretch.echo_factor
        hours[stretch.cell] += stretch.length_h * stretch.echo_factor
        echo_expected[stretch.echo] += expected * trend
    for published in found:
        for stretch, share in _shares(gap, published):
            counts[stretch.cell] += share
            echo_counts[stretch.echo] += share
    return Rhythm(
        seen_until=at,
        found_at=at if found else rhythm.found_at,
        watched_h=rhythm.watched_h * fade + gap_h,
        counts=tuple(counts),
        hours=tuple(hours),
        recent=(
            rhythm.recent[0] * recent_fade + len(found),
            rhythm.recent[1] * recent_fade + expected_in_gap,
        ),
        echo=tuple(zip(echo_counts, echo_expected, strict=True)),
    )


def _shares(gap: Sequence[Stretch], published: Published | None) -> Iterator[tuple[Stretch, float]]:
    """Yield how much of one article falls into each stretch of a gap; the shares add up to one.

    A date outside of the gap says nothing: the article was put on the page later than it says.
    """
    within: Sequence[Stretch] = gap
    if published is not None:
        first = int(china_hours(published.at))
        last = first + (23 if published.precision is Precision.DAY else 0)
        within = [stretch for stretch in gap if first <= stretch.hour <= last] or gap
    weights = [stretch.rate * stretch.length_h for stretch in within]
    total = sum(weights)
    for stretch, weight in zip(within, weights, strict=True):
        yield stretch, weight / total
