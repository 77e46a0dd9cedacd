"""How far long tasks have come, so that each goes on after a kill."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from storage.database import reading, writing
from storage.schema import cursors

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Cursors:
    """The places at which long tasks stand, by the task's name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, task: str) -> Any:
        """Return what was put down last; None for a task that has not begun or is done."""
        with reading(self._engine) as connection:
            return connection.scalar(select(cursors.c.value).where(cursors.c.task == task))

    def put(self, task: str, value: object, *, at: datetime) -> None:
        """Put down where a task stands: ``value`` is anything that JSON can say."""
        with writing(self._engine) as connection:
            connection.execute(delete(cursors).where(cursors.c.task == task))
            connection.execute(insert(cursors).values(task=task, value=value, updated_at=at))

    def drop(self, task: str) -> None:
        """Forget a task: it is done."""
        with writing(self._engine) as connection:
            connection.execute(delete(cursors).where(cursors.c.task == task))

    @staticmethod
    def instant(text: str | None) -> datetime | None:
        """Return an instant that was put down in ISO 8601."""
        return None if text is None else datetime.fromisoformat(text)
