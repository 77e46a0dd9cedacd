"""Chinese office life: which days are worked, and at which hours a county publishes.

Holidays and the weekend days that are worked in exchange (调休) come from the ``holidays``
library, which follows the State Council's yearly notice.  A year whose notice is not in the
installed release has its statutory days alone; a year beyond the library's lunar tables has only
its weekends.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6

#: articles an hour, at each hour of a working day, of a county source of which nothing is known
#: yet: some three a day, written in office hours with a rest at noon
WORKING_DAY_RATES = (
    *(0.01, 0.005, 0.005, 0.005, 0.005, 0.01, 0.02, 0.05, 0.19, 0.31, 0.31, 0.23),
    *(0.09, 0.10, 0.23, 0.29, 0.31, 0.27, 0.15, 0.08, 0.07, 0.05, 0.03, 0.015),
)
#: on a free one a third of that
FREE_DAY_RATES = tuple(rate / 3 for rate in WORKING_DAY_RATES)


@lru_cache(maxsize=16)
def _notice(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the worked weekend days of a year, both dated within it.

    The next year's notice is asked too: it may move days around 1 January.
    """
    # Imported here: whoever only shows what is known of a source need not wait for the library.
    from holidays import country_holidays

    calendar = country_holidays("CN", years=(year, year + 1))
    off = frozenset(day for day in calendar if day.year == year)
    return off, frozenset(day for day in calendar.weekend_workdays if day.year == year)


@lru_cache(maxsize=4096)
def weekday_like(ordinal: int) -> int:
    """Return the weekday, 0 for Monday, that offices keep on a day (proleptic Gregorian ordinal).

    A holiday is kept like a Sunday, a weekend day worked in exchange like a Friday.
    """
    day = date.fromordinal(ordinal)
    off, worked = _notice(day.year)
    if day in worked:
        return FRIDAY
    return SUNDAY if day in off else day.weekday()


def is_workday(day: date) -> bool:
    """Return whether offices work on ``day``."""
    return weekday_like(day.toordinal()) < SATURDAY
