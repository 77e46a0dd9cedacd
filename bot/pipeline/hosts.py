"""What fetching knows of hosts, kept in the archive so that a restart forgets no promise."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.fetch.pace import HostState
from bot.fetch.robots import RobotsCopy
from storage.model import HostTraffic, KeptRobots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.fetch.traffic import HostDay
    from storage.hosts import Hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHostStates:
    """``bot.fetch.lane.HostStates`` on the archive."""

    hosts: Hosts
    now: Callable[[], datetime]

    async def load(self, host: str) -> HostState | None:
        """Return what was kept; None for a host that was never kept."""
        kept = await asyncio.to_thread(self.hosts.state, host)
        if kept is None:
            return None
        until = kept["closed_until"]
        closed_until = None if until is None else datetime.fromisoformat(until)
        return HostState(**{**kept, "host": host, "closed_until": closed_until})

    async def save(self, state: HostState) -> None:
        """Keep a state in place of the former."""
        record = asdict(state)
        until = state.closed_until
        record["closed_until"] = None if until is None else until.isoformat()
        await asyncio.to_thread(self.hosts.put_state, state.host, record, at=self.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRobotsCopies:
    """``bot.fetch.robots.RobotsCopies`` on the archive."""

    hosts: Hosts

    async def load(self, origin: str) -> RobotsCopy | None:
        """Return the last copy, however old; None when there is none."""
        kept = await asyncio.to_thread(self.hosts.robots, origin)
        if kept is None:
            return None
        return RobotsCopy(origin=kept.origin, text=kept.text, fetched_at=kept.fetched_at)

    async def save(self, copy: RobotsCopy) -> None:
        """Keep a copy in place of the former."""
        kept = KeptRobots(origin=copy.origin, text=copy.text, fetched_at=copy.fetched_at)
        await asyncio.to_thread(self.hosts.put_robots, kept)


async def keep_traffic(hosts: Hosts, days: Iterable[HostDay]) -> None:
    """Add counts to those that the archive has."""
    counts = [
        HostTraffic(
            host=one.host,
            day=one.day,
            request_count=one.request_count,
            body_bytes=one.body_bytes,
            not_modified_count=one.not_modified_count,
            failure_count=one.failure_count,
        )
        for one in days
    ]
    if counts:
        await asyncio.to_thread(hosts.add_traffic, counts)
