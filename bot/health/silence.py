"""Whether a source is silent for longer than its rhythm lets expect. Pure."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.schedule.rhythm import outlook

if TYPE_CHECKING:
    from datetime import datetime

    from bot.schedule.rhythm import Rhythm

#: a silence is told when so improbable, were nothing wrong
IMPROBABLE = 0.002
#: and only when it lasts for so long
SHORTEST = timedelta(hours=36)
#: a source that was watched for less than this is not known well enough
WATCHED_H = 72.0
#: silences longer than this are not summed up hour by hour any further
LONGEST = timedelta(days=60)


def silence(rhythm: Rhythm, now: datetime) -> str | None:
    """Return for how long a source has been silent beyond its rhythm; None when it has not.

    The rates are those of its hours of the week, holidays taken as Sundays.  Trend and echo are
    left out: they fall with the very silence that is judged here.
    """
    if rhythm.found_at is None or rhythm.watched_h < WATCHED_H:
        return None
    length = now - rhythm.found_at
    if length < SHORTEST:
        return None
    start = max(rhythm.found_at, now - LONGEST)
    expected = sum(
        rhythm.rates[stretch.cell] * stretch.length_h for stretch in outlook(rhythm, start, now)
    )
    if math.exp(-expected) > IMPROBABLE:
        return None
    days = length.total_seconds() / 86400
    return f"nothing new for {days:.1f} days, in which some {expected:.0f} articles are usual"
