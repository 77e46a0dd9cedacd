"""Of what the operator is told: one message a change of state, one on recovery, never twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.health.states import BAD, GOOD, State

if TYPE_CHECKING:
    from bot.health.memory import Memory

#: states that are slow by nature: one visit is enough
_AT_ONCE = frozenset({State.QUIET, State.STALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to the operator."""

    source_id: str
    #: ``source-broken`` or ``source-recovered``
    event: str
    title: str
    body: str


def due(
    source_id: str, memory: Memory, *, after_failures: int, name: str = "", url: str = ""
) -> tuple[Notice, Memory] | None:
    """Return the message that is due and the memory that it was told; None when none is.

    Keep the memory before the message is sent: a process that dies between the two then loses a
    message, and never sends one twice.
    """
    place = f"{name or source_id} ({source_id})" if name else source_id
    if memory.state in GOOD:
        if memory.told is None:
            return None
        notice = Notice(
            source_id=source_id,
            event="source-recovered",
            title=f"{place} is well again",
            body=f"It was {memory.told.value}.\n{url}".strip(),
        )
        return notice, replace(memory, told=None)
    wanted = 1 if memory.state in _AT_ONCE else after_failures
    if memory.state not in BAD or memory.told is memory.state or memory.count < wanted:
        return None
    lines = [memory.reason, url]
    if memory.proposal:
        lines += ["", "This would mend it:", memory.proposal]
    notice = Notice(
        source_id=source_id,
        event="source-broken",
        title=f"{place} is {memory.state.value}",
        body="\n".join(line for line in lines if line is not None),
    )
    return notice, replace(memory, told=memory.state)
