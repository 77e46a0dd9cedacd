"""What we cost each host, by day: requests, bytes, and how many were answered with 304."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDay:
    """The traffic with one host on one day."""

    host: str
    #: in the time zone of the report
    day: date
    request_count: int
    #: of entities, as sent
    body_bytes: int
    not_modified_count: int
    #: requests that got no whole answer
    failure_count: int


class Traffic:
    """Counts since the start or the last ``drain``."""

    def __init__(self, *, timezone: str = "Asia/Shanghai") -> None:
        self._timezone = ZoneInfo(timezone)
        self._counts: dict[tuple[date, str], list[int]] = {}

    def count(self, host: str, now: datetime, *, status: int | None, body_bytes: int = 0) -> None:
        """Count one request; ``status`` None means that no whole answer came."""
        day = now.astimezone(self._timezone).date()
        counts = self._counts.setdefault((day, host), [0, 0, 0, 0])
        counts[0] += 1
        counts[1] += body_bytes
        counts[2] += status == 304
        counts[3] += status is None

    def report(self) -> tuple[HostDay, ...]:
        """Return all counts, by day and host."""
        return tuple(
            HostDay(
                host=host,
                day=day,
                request_count=counts[0],
                body_bytes=counts[1],
                not_modified_count=counts[2],
                failure_count=counts[3],
            )
            for (day, host), counts in sorted(self._counts.items())
        )

    def drain(self) -> tuple[HostDay, ...]:
        """Return all counts and begin anew, so that the caller can add them to what it keeps."""
        report = self.report()
        self._counts.clear()
        return report
