"""What is known of a source between two crawls, and the history of its crawls."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, delete, func, insert, select, type_coerce, update

from storage.database import reading, writing
from storage.model import Crawl, DayOfCrawls, SourceState
from storage.schema import crawls, source_states

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row


class States:
    """The state of each source."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, source_id: str) -> SourceState:
        """Return the state of a source; that of one never visited when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(source_states).where(source_states.c.source_id == source_id)
            ).one_or_none()
        return SourceState(source_id=source_id) if row is None else _state(row)

    def put(self, state: SourceState) -> None:
        """Keep a state in place of the former one."""
        values = asdict(state)
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(source_states)
                .where(source_states.c.source_id == state.source_id)
                .values(values)
            )
            if changed.rowcount == 0:
                connection.execute(insert(source_states).values(values))

    def all(self) -> dict[str, SourceState]:
        """Return the state of every source ever visited, by its id."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(source_states).order_by(source_states.c.source_id))
            return {row.source_id: _state(row) for row in rows}

    def planned(self, before: datetime | None = None) -> dict[str, datetime]:
        """Return when each planned source is due, by its id: all, or those due before."""
        due_at = source_states.c.next_run_at
        statement = select(source_states.c.source_id, due_at).where(
            due_at.is_not(None) if before is None else due_at < before
        )
        with reading(self._engine) as connection:
            return {row.source_id: row.next_run_at for row in connection.execute(statement)}

    def plan(self, source_id: str, at: datetime) -> None:
        """Let a source be due at ``at`` (aware), and leave all else that is known of it."""
        with writing(self._engine) as connection:
            plan_visits(connection, {source_id: at})

    def forget_listing(self, source_id: str, *, due_at: datetime) -> None:
        """Let the next visit, at ``due_at`` (aware), read the listing as if it were the first.

        What else is known of the source stays.
        """
        state = self.get(source_id)
        self.put(
            replace(state, etag=None, last_modified=None, listing_digest=None, next_run_at=due_at)
        )

    def forget(self, source_id: str) -> None:
        """Drop the state of a source that is no more; its crawls and articles stay."""
        with writing(self._engine) as connection:
            connection.execute(delete(source_states).where(source_states.c.source_id == source_id))


def plan_visits(connection: Connection, times: Mapping[str, datetime]) -> None:
    """Let each source be due at its instant (aware), within the caller's transaction."""
    known = set(
        connection.scalars(
            select(source_states.c.source_id).where(source_states.c.source_id.in_(times))
        )
    )
    for source_id, at in times.items():
        if source_id in known:
            connection.execute(
                update(source_states)
                .where(source_states.c.source_id == source_id)
                .values(next_run_at=at)
            )
        else:
            state = SourceState(source_id=source_id, next_run_at=at)
            connection.execute(insert(source_states).values(asdict(state)))


#: the day of China begins so long before that of UTC
_CHINA_S = 8 * 3600
_MICROSECONDS = 1_000_000
_DAY_S = 86400


class Crawls:
    """The history of crawls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, crawl: Crawl) -> None:
        """Keep a finished crawl."""
        with writing(self._engine) as connection:
            connection.execute(insert(crawls).values(asdict(crawl)))

    def per_day(self, since: datetime) -> tuple[DayOfCrawls, ...]:
        """Return the sums of each source's crawls that ended since, by their days in China."""
        seconds = type_coerce(crawls.c.finished_at, BigInteger) // _MICROSECONDS
        day = ((seconds + _CHINA_S) // _DAY_S).label("day")
        names = ("new_count", "reprint_count", "request_count")
        sums = [func.sum(crawls.c[name]).label(name) for name in names]
        statement = (
            select(crawls.c.source_id, day, *sums)
            .where(crawls.c.finished_at >= since)
            .group_by(crawls.c.source_id, day)
        )
        with reading(self._engine) as connection:
            return tuple(
                DayOfCrawls(
                    source_id=row.source_id,
                    day=date(1970, 1, 1) + timedelta(days=row.day),
                    article_count=int(row.new_count + row.reprint_count),
                    request_count=int(row.request_count),
                )
                for row in connection.execute(statement)
            )

    def totals(self, since: datetime) -> dict[str, dict[str, int]]:
        """Return the sums of all crawls that ended since, by outcome; ``crawls`` counts them."""
        names = ("new_count", "revised_count", "reprint_count", "failed_count", "request_count",
                 "body_bytes")  # fmt: skip
        sums = [func.sum(crawls.c[name]).label(name) for name in names]
        statement = (
            select(crawls.c.outcome, func.count().label("crawls"), *sums)
            .where(crawls.c.finished_at >= since)
            .group_by(crawls.c.outcome)
        )
        with reading(self._engine) as connection:
            return {
                row.outcome: {name: int(getattr(row, name)) for name in ("crawls", *names)}
                for row in connection.execute(statement)
            }

    def newest(
        self, source_id: str | None = None, *, limit: int = 50, since: datetime | None = None
    ) -> tuple[Crawl, ...]:
        """Return the newest crawls, of one source or of all, newest first."""
        statement = select(crawls).order_by(crawls.c.finished_at.desc(), crawls.c.id.desc())
        if source_id is not None:
            statement = statement.where(crawls.c.source_id == source_id)
        if since is not None:
            statement = statement.where(crawls.c.finished_at >= since)
        with reading(self._engine) as connection:
            return tuple(_crawl(row) for row in connection.execute(statement.limit(limit)))

    def drop_before(self, instant: datetime) -> int:
        """Drop crawls that finished before ``instant``; return how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(crawls).where(crawls.c.finished_at < instant)).rowcount


def _state(row: Row[Any]) -> SourceState:
    return SourceState(**{field.name: getattr(row, field.name) for field in fields(SourceState)})


def _crawl(row: Row[Any]) -> Crawl:
    return Crawl(**{field.name: getattr(row, field.name) for field in fields(Crawl)})
