"""The states of a source and what a failure's kind makes of it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How a source is. ``docs/reference/health.md`` says what to do about each."""

    NEW = "new"
    OK = "ok"
    UNCHANGED = "unchanged"
    #: silent for longer than its rhythm, weekends and holidays taken into account
    QUIET = "quiet"
    #: read, but unlike itself: fewer links, other titles, no dates, short or unreadable articles
    DEGRADED = "degraded"
    LISTING_MISSING = "listing-missing"
    LISTING_EMPTY = "listing-empty"
    #: 403, 412, 429, 521, a challenge or a login
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots-denied"
    #: title, language and layout changed at once: nothing is published until it is itself again
    TAKEN_OVER = "taken-over"
    DNS = "dns"
    TLS = "tls"
    TIMEOUT = "timeout"
    #: every other failure to have the page: an error status, no connection, an unusable answer
    HTTP = "http"
    #: not looked at although it was due, or by rules past their ``valid_until``
    STALE = "stale"
    #: our own fault
    INTERNAL = "internal"


GOOD = frozenset({State.NEW, State.OK, State.UNCHANGED})
#: states of which the operator is told
BAD = frozenset(State) - GOOD
#: states in which the page was had and could not be used: a redesign may be behind it
REDESIGN = frozenset({State.DEGRADED, State.LISTING_MISSING, State.LISTING_EMPTY})
#: outcomes that say nothing of the source: we chose to stay away
NEUTRAL = frozenset({"host-closed", "quiet-hours", "budget-spent", "stopped"})

_OF_KIND = {
    "listing-missing": State.LISTING_MISSING,
    "listing-empty": State.LISTING_EMPTY,
    "blocked": State.BLOCKED,
    "challenge": State.BLOCKED,
    "login-wall": State.BLOCKED,
    "rate-limited": State.BLOCKED,
    "robots-denied": State.ROBOTS_DENIED,
    "robots-unreachable": State.ROBOTS_DENIED,
    "taken-over": State.TAKEN_OVER,
    "dns": State.DNS,
    "tls": State.TLS,
    "timeout": State.TIMEOUT,
    "internal": State.INTERNAL,
}


def of_failure(kind: str) -> State:
    """Return the state that a failed visit's kind makes."""
    return _OF_KIND.get(kind, State.HTTP)
