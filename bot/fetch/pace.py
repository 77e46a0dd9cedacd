"""How fast a host may be asked, as pure decisions over what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from bot.fetch.settings import Politeness

#: the newest answer's share in the smoothed answering time
_SHARE = 0.3
#: what a good answer leaves of a slowdown
_RECOVERY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of a host; worth keeping over a restart."""

    #: ``host`` or ``host:port`` as in ``bot.urls.host_of``
    host: str
    #: smoothed answering time; 0 before the first answer
    answer_s: float = 0.0
    #: multiplies every pause; 1 when the host is content with us
    slowdown: float = 1.0
    #: failures of the host in a row
    failure_count: int = 0
    #: UTC; nothing is asked before; None when it is open
    closed_until: datetime | None = None
    #: why it is closed, as the end of a sentence about the host
    closed_because: str = ""
    #: Crawl-delay or Request-rate of its robots.txt, uncapped; 0 when it names none
    robots_delay_s: float = 0.0


def delay_s(state: HostState, own_delay_s: float, rules: Politeness) -> float:
    """Return the pause after a request: never under the source's own, longer for slow hosts."""
    wanted_s = max(own_delay_s, min(state.robots_delay_s, rules.max_crawl_delay_s))
    paced_s = min(state.answer_s * rules.pace_factor, rules.max_delay_s)
    slowed_s = 0.0
    if state.slowdown > 1.0:
        slowed_s = min(max(wanted_s, 1.0) * state.slowdown, rules.max_delay_s)
    return max(wanted_s, paced_s, slowed_s)


def after_answer(state: HostState, *, elapsed_s: float) -> HostState:
    """Return the state after an answer that shows the host well, an error page included."""
    smoothed = elapsed_s
    if state.answer_s:
        smoothed = state.answer_s + _SHARE * (elapsed_s - state.answer_s)
    slowdown = max(1.0, state.slowdown * _RECOVERY)
    return HostState(
        host=state.host,
        answer_s=smoothed,
        slowdown=slowdown,
        robots_delay_s=state.robots_delay_s,
    )


def after_overload(
    state: HostState,
    *,
    status: int,
    retry_after_s: float | None,
    now: datetime,
    rules: Politeness,
    dice: random.Random,
) -> HostState:
    """Return the state after a 429 or 503: slower from now on, and closed for a while."""
    count = state.failure_count + 1
    if retry_after_s is not None:
        rest_s = min(max(retry_after_s, 0.0), rules.max_retry_after_s)
        because = f"it answered {status} and asked for {retry_after_s:g} s of rest"
    else:
        rest_s = _backoff_s(rules.overload_backoff_s, count - 1, rules, dice)
        because = f"it answered {status}"
    return replace(
        state,
        slowdown=min(state.slowdown * 2, rules.max_slowdown),
        failure_count=count,
        closed_until=now + timedelta(seconds=rest_s),
        closed_because=because,
    )


def after_failure(
    state: HostState, *, kind: str, now: datetime, rules: Politeness, dice: random.Random
) -> HostState:
    """Return the state after the host failed; its circuit opens after so many in a row."""
    count = state.failure_count + 1
    if count < rules.circuit_threshold:
        return replace(state, failure_count=count)
    rest_s = _backoff_s(rules.backoff_s, count - rules.circuit_threshold, rules, dice)
    return replace(
        state,
        failure_count=count,
        closed_until=now + timedelta(seconds=rest_s),
        closed_because=f"it failed {count} times in a row, last with {kind}",
    )


def retry_pause_s(attempt: int, rules: Politeness, dice: random.Random) -> float:
    """Return the pause before try number ``attempt + 1`` of one request, ``attempt`` from 1."""
    return float(2**attempt) * (1 + rules.jitter * dice.random())


def _backoff_s(base_s: float, step: int, rules: Politeness, dice: random.Random) -> float:
    rest_s = min(base_s * 2.0 ** min(step, 32), rules.max_backoff_s)
    return rest_s * (1 + rules.jitter * (dice.random() - 0.5) * 2)


def parse_retry_after(value: str | None, now: datetime, date: str | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for, None when it asks for nothing.

    Both forms, delay-seconds and HTTP-date; a date in the past is 0.  ``date`` is the server's
    Date header: servers with wrong clocks mean their own time.  Source: RFC 9110 section 10.2.3.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    at = _http_date(text)
    if at is None:
        return None
    return max(0.0, (at - (_http_date(date or "") or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
