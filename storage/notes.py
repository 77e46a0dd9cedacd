"""Short values by name that outlive the process: what was told, what is in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from storage.database import reading, writing
from storage.schema import cursors

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Notes:
    """Values by name; each owner keeps to names of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> str | None:
        """Return a value; None when there is none."""
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(
                select(cursors.c.value).where(cursors.c.task == name)
            )
        return found

    def all(self, prefix: str) -> dict[str, str]:
        """Return the values whose names begin with ``prefix``, by the rest of their names."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(cursors.c.task, cursors.c.value)
                .where(cursors.c.task.startswith(prefix, autoescape=True))
                .order_by(cursors.c.task)
            )
            return {row.task.removeprefix(prefix): row.value for row in rows}

    def put(self, name: str, value: str) -> None:
        """Keep a value in place of the former one."""
        values = {"value": value, "updated_at": datetime.now(UTC)}
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(cursors).where(cursors.c.task == name).values(values)
            )
            if changed.rowcount == 0:
                connection.execute(insert(cursors).values(task=name, **values))

    def claim(self, name: str, value: str) -> bool:
        """Keep a value; return whether it is another than before. One claimant wins."""
        with writing(self._engine) as connection:
            known = connection.scalar(select(cursors.c.value).where(cursors.c.task == name))
            if known == value:
                return False
            connection.execute(delete(cursors).where(cursors.c.task == name))
            connection.execute(
                insert(cursors).values(task=name, value=value, updated_at=datetime.now(UTC))
            )
        return True

    def drop(self, name: str) -> None:
        """Forget a value."""
        with writing(self._engine) as connection:
            connection.execute(delete(cursors).where(cursors.c.task == name))
