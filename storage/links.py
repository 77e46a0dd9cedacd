"""Links that were found on listings and wait to be followed.

Put down before they are followed and crossed off after the article is kept, so that a crawl cut
short at any instant is taken up where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from storage.database import reading, writing
from storage.rows import published, published_columns
from storage.schema import article_urls, pending_links, tombstone_urls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Engine, Row

#: bound variables in one statement; SQLite's own limit is 32,766 since 3.32
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLink:
    """A link that waits to be followed."""

    #: the address without its scheme: what identifies it
    url_key: str
    source_id: str
    url: str
    #: as the listing says it; may be cut short, may be empty
    title: str
    #: aware, with the source's own offset; None when the listing says nothing
    published_at: datetime | None
    published_precision: str | None
    #: UTC
    found_at: datetime
    #: UTC
    next_try_at: datetime
    #: tries that failed
    attempt_count: int = 0
    failure_kind: str | None = None


class PendingLinks:
    """The waiting list of all sources."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, url_keys: Collection[str]) -> frozenset[str]:
        """Return those of ``url_keys`` that the archive or the waiting list has.

        An address that was taken down counts as known: it must not come back.
        """
        keys = list(url_keys)
        found: set[str] = set()
        with reading(self._engine) as connection:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                for table in (article_urls, pending_links, tombstone_urls):
                    query = select(table.c.url_key).where(table.c.url_key.in_(chunk))
                    found.update(connection.scalars(query))
        return frozenset(found)

    def put(self, links: Iterable[PendingLink]) -> None:
        """Put ``links`` down in the order in which they are to be followed, in one transaction.

        A link that waits already stays as it is.
        """
        by_key: dict[str, PendingLink] = {}
        for link in links:
            by_key.setdefault(link.url_key, link)
        keys = list(by_key)
        if not keys:
            return
        with writing(self._engine) as connection:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                waiting = set(
                    connection.scalars(
                        select(pending_links.c.url_key).where(pending_links.c.url_key.in_(chunk))
                    )
                )
                rows = [_row(by_key[key]) for key in chunk if key not in waiting]
                if rows:
                    connection.execute(insert(pending_links), rows)

    def due(self, source_id: str, now: datetime, limit: int) -> tuple[PendingLink, ...]:
        """Return at most ``limit`` links of a source that may be followed at ``now`` (aware)."""
        query = (
            select(pending_links)
            .where(pending_links.c.source_id == source_id, pending_links.c.next_try_at <= now)
            .order_by(pending_links.c.number)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(_link(row) for row in connection.execute(query))

    def cross_off(self, url_key: str) -> None:
        """Forget a link: its article is kept, or it is no article."""
        with writing(self._engine) as connection:
            connection.execute(delete(pending_links).where(pending_links.c.url_key == url_key))

    def postpone(self, url_key: str, *, until: datetime, failure_kind: str) -> None:
        """Try a link again at ``until`` (aware) and remember how it failed."""
        with writing(self._engine) as connection:
            connection.execute(
                update(pending_links)
                .where(pending_links.c.url_key == url_key)
                .values(
                    next_try_at=until,
                    failure_kind=failure_kind,
                    attempt_count=pending_links.c.attempt_count + 1,
                )
            )

    def counts(self) -> dict[str, int]:
        """Return how many links wait, by source; sources without any are absent."""
        statement = select(pending_links.c.source_id, func.count()).group_by(
            pending_links.c.source_id
        )
        with reading(self._engine) as connection:
            return {row[0]: int(row[1]) for row in connection.execute(statement)}

    def count(self, source_id: str) -> int:
        """Return how many links of a source wait."""
        query = select(func.count()).where(pending_links.c.source_id == source_id)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0


def _row(link: PendingLink) -> dict[str, Any]:
    return {
        "url_key": link.url_key,
        "source_id": link.source_id,
        "url": link.url,
        "title": link.title,
        **published_columns(link.published_at, link.published_precision),
        "found_at": link.found_at,
        "attempt_count": link.attempt_count,
        "next_try_at": link.next_try_at,
        "failure_kind": link.failure_kind,
    }


def _link(row: Row[Any]) -> PendingLink:
    return PendingLink(
        url_key=row.url_key,
        source_id=row.source_id,
        url=row.url,
        title=row.title,
        published_at=published(row),
        published_precision=row.published_precision,
        found_at=row.found_at,
        attempt_count=row.attempt_count,
        next_try_at=row.next_try_at,
        failure_kind=row.failure_kind,
    )
