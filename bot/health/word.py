"""How a source is, in a word, with what only the clock knows: that nobody looked at it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.health.states import State

if TYPE_CHECKING:
    from datetime import datetime

    from bot.health.memory import Memory
    from storage.model import SourceState

#: a source that was due for so long and not looked at is stale
OVERDUE = timedelta(hours=1)


def word_for(state: SourceState | None, memory: Memory, now: datetime) -> str:
    """Return how an enabled source is, in a word."""
    if state is None or state.last_attempt_at is None:
        return "never visited"
    if state.is_paused:
        return "paused"
    if is_overdue(state, now):
        return State.STALE.value
    if memory.state is not State.NEW:
        return memory.state.value
    return state.failure_kind or State.OK.value


def is_overdue(state: SourceState, now: datetime) -> bool:
    """Tell whether a source was due long ago and nobody looked: no daemon runs, or it is stuck."""
    if state.next_run_at is None or state.is_paused:
        return False
    return state.next_run_at + OVERDUE < now
