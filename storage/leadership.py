"""One leader among many processes: an advisory lock of PostgreSQL that dies with its connection.

What a leader decides it writes through the connection that holds the lock.  A process that lost
the lock, by a broken network or a long sleep, has lost that connection too and can write nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

#: Key of the lock: ``xwleader`` in ASCII.
LEADER_LOCK = 0x78776C6561646572
#: A server that hears nothing of a leader's machine ends its connection, and so its lock, within
#: idle + interval * count seconds.  Source: PostgreSQL, "TCP Settings".
_KEEPALIVE = ("tcp_keepalives_idle = 6", "tcp_keepalives_interval = 3", "tcp_keepalives_count = 3")


class Leadership:
    """The lock, held."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def take(cls, engine: Engine) -> Leadership | None:
        """Return the lock of a PostgreSQL database, None while another connection has it."""
        connection = engine.connect()
        try:
            with connection.begin():
                has_it = connection.scalar(
                    text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER_LOCK}
                )
                for setting in _KEEPALIVE if has_it else ():
                    connection.execute(text(f"SET {setting}"))
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if has_it:
            return cls(connection)
        connection.close()
        return None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that commits only while the lock is held.

        Raises SQLAlchemy's DBAPIError when the connection, and with it the lock, is gone.
        """
        with self._connection.begin():
            yield self._connection

    def confirm(self) -> None:
        """Return while the lock is held; raises DBAPIError when it is gone."""
        with self.writing() as connection:
            connection.execute(text("SELECT 1"))

    def give_up(self) -> None:
        """Let another lead."""
        self._connection.invalidate()
        self._connection.close()
