"""The clock of a replica: the machine's own, or one that a test moves by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

#: Answers the present instant, aware.
Clock = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """Return the machine's time, in UTC."""
    return datetime.now(UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a replica's clock needs an aware datetime")
        self._now = now

    @classmethod
    def at(cls, text: str) -> HandClock:
        """Return a clock that shows ``text``, an ISO 8601 instant with its offset."""
        return cls(datetime.fromisoformat(text))

    def __call__(self) -> datetime:
        return self._now

    def advance(self, **parts: float) -> datetime:
        """Move on by ``timedelta(**parts)`` and return the new instant."""
        self._now += timedelta(**parts)
        return self._now
