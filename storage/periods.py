"""Stretches of time as terms of PostgreSQL's full-text index, so that search can go back by steps.

A GIN index knows no order: asked for the newest twenty of a word it fetches every article that has
it.  So each article carries, as further terms, the periods that it falls into, from some minutes to
years; a search asks for the newest period first and for a four times longer one while it
lacks matches.  What it fetches is then bounded by what it was asked for, and the number of steps by
the logarithm of the time that the archive spans.  SQLite's index walks newest first by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Places of the full-text index in one second, before it runs over into the next.
PLACES_A_SECOND = 16
#: Seconds; from 22.5 minutes to 2.8 years.  A change needs a migration.
WIDTHS_S = tuple(1350 * 4**level for level in range(9))


def period_terms(position: int) -> list[str]:
    """Return the terms of the periods that a place of the index falls into."""
    return [
        _term(level, position // (width * PLACES_A_SECOND)) for level, width in enumerate(WIDTHS_S)
    ]


def steps_back(top: int, least: int) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield ever longer stretches that end behind the place ``top`` and reach below ``least``.

    Each is where it begins and the terms of the two periods that make it up.
    """
    for level, width in enumerate(WIDTHS_S):
        places = width * PLACES_A_SECOND
        number = top // places
        start = (number - 1) * places
        if start <= least:
            yield start, (_term(level, number - 1), _term(level, number))


def _term(level: int, number: int) -> str:
    # ``§`` begins no word.
    return f"§t{level}.{number}"
