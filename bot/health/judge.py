"""From a finished visit and what is remembered to the state of a source. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.health.drift import listing_drift, text_drift
from bot.health.silence import silence
from bot.health.states import BAD, NEUTRAL, State, of_failure

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.health.memory import Memory, Profile
    from bot.schedule.rhythm import Rhythm

#: listings and texts that are remembered
MOST_PROFILES = 20
MOST_TEXTS = 40
#: odd listings in a row that agree with each other become the usual ones, if they bring articles
NEW_NORMAL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a finished visit tells of a source's health."""

    #: ``ok``, ``unchanged``, ``stopped``, or the kind of the failure
    outcome: str
    detail: str = ""
    #: None when the listing was not read
    profile: Profile | None = None
    #: lengths of the texts that were new
    text_chars: tuple[int, ...] = ()
    #: articles that could not be had or read
    failed_count: int = 0
    #: articles that could
    taken_count: int = 0


def judge(
    memory: Memory, visit: Visit, rhythm: Rhythm, *, now: datetime, valid_until: date | None = None
) -> Memory:
    """Return what is to be remembered after ``visit``: ``state`` and ``reason`` are the verdict.

    ``now`` is aware.  What is odd is not taken for usual, so that a slow drift cannot hide; odd
    listings that stay the same and bring articles become the usual ones in the end.
    """
    if visit.outcome in NEUTRAL:
        return memory
    if visit.outcome not in {"ok", "unchanged"}:
        return _entered(memory, of_failure(visit.outcome), visit.detail, now)
    drift = _drift(memory, visit)
    memory = _learned(memory, visit, is_odd=drift is not None)
    if drift is not None and len(memory.odd) < NEW_NORMAL:
        return _entered(memory, State.DEGRADED, drift, now)
    if visit.profile is None and memory.state is State.DEGRADED:
        # 304, or the same links as before: nothing has changed for the better.
        return _entered(memory, State.DEGRADED, memory.reason, now)
    if told := silence(rhythm, now):
        return _entered(memory, State.QUIET, told, now)
    if valid_until is not None and now.date() > valid_until:
        reason = f"its rules were meant to hold until {valid_until}: look at it, set another day"
        return _entered(memory, State.STALE, reason, now)
    return _entered(memory, State(visit.outcome), "", now)


def _drift(memory: Memory, visit: Visit) -> str | None:
    if visit.profile is not None and (told := listing_drift(visit.profile, memory.profiles)):
        return told
    if told := text_drift(visit.text_chars, memory.text_chars):
        return told
    if visit.failed_count >= 3 and not visit.taken_count:
        return f"none of {visit.failed_count} articles could be read"
    return None


def _learned(memory: Memory, visit: Visit, *, is_odd: bool) -> Memory:
    if is_odd:
        if visit.profile is None:
            return memory
        odd = (*memory.odd, visit.profile)[-NEW_NORMAL:]
        if len(odd) == NEW_NORMAL and listing_drift(odd[-1], odd[:-1]) is None:
            return replace(memory, odd=(), profiles=odd, text_chars=visit.text_chars)
        return replace(memory, odd=odd)
    profiles = memory.profiles
    if visit.profile is not None:
        profiles = (*profiles, visit.profile)[-MOST_PROFILES:]
    texts = (*memory.text_chars, *visit.text_chars)[-MOST_TEXTS:]
    odd = () if visit.profile is not None else memory.odd
    return replace(memory, profiles=profiles, text_chars=texts, odd=odd)


def _entered(memory: Memory, state: State, reason: str, now: datetime) -> Memory:
    """Return the memory in ``state``; ``ok`` and ``unchanged`` are one and the same stay."""
    is_same = state is memory.state or not ({state, memory.state} & BAD)
    return replace(
        memory,
        state=state,
        reason=reason,
        since=memory.since if is_same and memory.since is not None else now,
        count=memory.count + 1 if is_same else 1,
        proposal=memory.proposal if is_same and state in BAD else None,
    )
