"""What is known of hosts over restarts: manners, robots.txt, and what we cost each by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, insert, select, update

from storage.database import reading, writing
from storage.model import HostTraffic, KeptRobots
from storage.schema import host_days, host_states, robots_copies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection, Engine


class Hosts:
    """Hosts by their name, as ``host`` or ``host:port``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state(self, host: str) -> dict[str, Any] | None:
        """Return what was kept of a host, in its keeper's own form; None when nothing was."""
        with reading(self._engine) as connection:
            found: dict[str, Any] | None = connection.scalar(
                select(host_states.c.state).where(host_states.c.host == host)
            )
            return found

    def put_state(self, host: str, state: Mapping[str, Any], *, at: datetime) -> None:
        """Keep what is known of a host in place of the former; ``state`` is plain JSON."""
        with writing(self._engine) as connection:
            _put(connection, host_states, {"host": host}, {"state": dict(state), "saved_at": at})

    def robots(self, origin: str) -> KeptRobots | None:
        """Return the last robots.txt of ``scheme://host[:port]``; None when there was none yet."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(robots_copies).where(robots_copies.c.origin == origin)
            ).one_or_none()
        if row is None:
            return None
        return KeptRobots(origin=row.origin, text=row.body, fetched_at=row.fetched_at)

    def put_robots(self, copy: KeptRobots) -> None:
        """Keep a robots.txt in place of the former."""
        with writing(self._engine) as connection:
            _put(
                connection,
                robots_copies,
                {"origin": copy.origin},
                {"body": copy.text, "fetched_at": copy.fetched_at},
            )

    def add_traffic(self, counts: Iterable[HostTraffic]) -> None:
        """Add counts to those of their host and day."""
        with writing(self._engine) as connection:
            for one in counts:
                table = host_days.c
                key = (table.day == one.day.isoformat()) & (table.host == one.host)
                added = {
                    "request_count": one.request_count,
                    "body_bytes": one.body_bytes,
                    "not_modified_count": one.not_modified_count,
                    "failure_count": one.failure_count,
                }
                changed = connection.execute(
                    update(host_days)
                    .where(key)
                    .values({name: table[name] + number for name, number in added.items()})
                )
                if changed.rowcount == 0:
                    connection.execute(
                        insert(host_days).values(day=one.day.isoformat(), host=one.host, **added)
                    )

    def traffic(self, since: date) -> tuple[HostTraffic, ...]:
        """Return the counts of each host and day from ``since`` on, newest day first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(host_days)
                .where(host_days.c.day >= since.isoformat())
                .order_by(host_days.c.day.desc(), host_days.c.host)
            ).all()
        return tuple(
            HostTraffic(
                host=row.host,
                day=since.fromisoformat(row.day),
                request_count=row.request_count,
                body_bytes=row.body_bytes,
                not_modified_count=row.not_modified_count,
                failure_count=row.failure_count,
            )
            for row in rows
        )


def _put(
    connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Write one row in place of the one with its key."""
    ((name, value),) = key.items()
    changed = connection.execute(update(table).where(table.c[name] == value).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(table).values({**key, **values}))
