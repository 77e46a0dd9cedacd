"""How much an archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from storage.database import reading, sqlite_path
from storage.schema import (
    article_districts,
    articles,
    media,
    raw_records,
    revisions,
    stories,
    tombstones,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from storage.raw import RawPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How much an archive holds."""

    article_count: int
    withdrawn_count: int
    revision_count: int
    story_count: int
    tombstone_count: int
    raw_record_count: int
    picture_count: int
    #: adcode → articles
    by_district: dict[str, int]
    #: source id → articles
    by_source: dict[str, int]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    database_bytes: int
    raw_bytes: int
    #: of the entities as received, before compression and without their repetitions
    raw_payload_bytes: int
    picture_bytes: int


def stats(engine: Engine, raw_pages: RawPages) -> Stats:
    """Count what an archive holds; reads every index once."""
    with reading(engine) as connection:

        def count(table: object) -> int:
            return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

        by_district = connection.execute(
            select(article_districts.c.adcode, func.count()).group_by(article_districts.c.adcode)
        )
        by_source = connection.execute(
            select(articles.c.source_id, func.count()).group_by(articles.c.source_id)
        )
        first, last = connection.execute(
            select(func.min(articles.c.first_seen_at), func.max(articles.c.first_seen_at))
        ).one()
        return Stats(
            article_count=count(articles),
            withdrawn_count=connection.scalar(
                select(func.count()).where(articles.c.status == "withdrawn")
            )
            or 0,
            revision_count=count(revisions),
            story_count=count(stories),
            tombstone_count=count(tombstones),
            raw_record_count=count(raw_records),
            picture_count=count(media),
            by_district={row[0]: row[1] for row in by_district},
            by_source={row[0]: row[1] for row in by_source},
            first_seen_at=first,
            last_seen_at=last,
            database_bytes=_database_bytes(engine),
            raw_bytes=sum(path.stat().st_size for path in raw_pages.files()),
            raw_payload_bytes=connection.scalar(
                select(func.sum(raw_records.c.payload_bytes)).where(
                    raw_records.c.kind == "response"
                )
            )
            or 0,
            picture_bytes=connection.scalar(select(func.sum(media.c.byte_count))) or 0,
        )


def _database_bytes(engine: Engine) -> int:
    path = sqlite_path(engine)
    if path is not None:
        return sum(
            file.stat().st_size
            for suffix in ("", "-wal")
            if (file := path.with_name(path.name + suffix)).exists()
        )
    with reading(engine) as connection:
        return connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
