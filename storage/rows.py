"""Rows of the tables as kept values, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from storage.model import Article, KeptBlock, KeptDistrict, RemovedText, Revision, Status
from storage.schema import article_districts, articles, fingerprints, revisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

#: Articles with their newest content; add conditions and an order.
ARTICLES: Select[Any] = (
    select(
        articles,
        revisions.c.content,
        fingerprints.c.content.label("content_fingerprint"),
        fingerprints.c.text.label("text_fingerprint"),
    )
    .join(
        revisions,
        and_(
            revisions.c.article == articles.c.number,
            revisions.c.number == articles.c.revision_number,
        ),
    )
    .join(fingerprints, fingerprints.c.article == articles.c.number)
)
# Made once: to make a statement costs more than running it.
_BY_NUMBERS = ARTICLES.where(articles.c.number.in_(bindparam("numbers", expanding=True)))
_DISTRICTS = (
    select(
        article_districts.c.article,
        article_districts.c.adcode,
        article_districts.c.evidence,
        article_districts.c.town,
    )
    .where(article_districts.c.article.in_(bindparam("numbers", expanding=True)))
    .order_by(article_districts.c.article, article_districts.c.place)
)


def read_articles(
    connection: Connection, statement: Select[Any], values: Mapping[str, object] | None = None
) -> tuple[Article, ...]:
    """Run a statement made from ``ARTICLES`` and return its articles in its order."""
    rows = connection.execute(statement, values).all()
    districts = read_districts(connection, [row.number for row in rows])
    return tuple(_article(row, districts.get(row.number, ())) for row in rows)


def by_numbers(connection: Connection, numbers: Sequence[int]) -> tuple[Article, ...]:
    """Return articles in the order of ``numbers``; those that do not exist are left out."""
    found = found_by_number(connection, numbers)
    return tuple(found[n] for n in numbers if n in found)


def found_by_number(connection: Connection, numbers: Sequence[int]) -> dict[int, Article]:
    """Return articles by their numbers; those that do not exist are left out."""
    if not numbers:
        return {}
    rows = connection.execute(_BY_NUMBERS, {"numbers": numbers}).all()
    districts = read_districts(connection, [row.number for row in rows])
    return {row.number: _article(row, districts.get(row.number, ())) for row in rows}


def read_districts(
    connection: Connection, numbers: Sequence[int]
) -> dict[int, tuple[KeptDistrict, ...]]:
    """Return the assignments of articles, in the order in which they were made."""
    if not numbers:
        return {}
    found: dict[int, list[KeptDistrict]] = {}
    for row in connection.execute(_DISTRICTS, {"numbers": numbers}):
        found.setdefault(row.article, []).append(
            KeptDistrict(adcode=row.adcode, evidence=row.evidence, town=row.town)
        )
    return {number: tuple(kept) for number, kept in found.items()}


def read_revision(row: Row[Any], article_id: str) -> Revision:
    """Return a row of ``revisions`` as a value."""
    return Revision(
        article_id=article_id,
        number=row.number,
        seen_at=row.seen_at,
        title=row.title,
        published_at=published(row),
        published_precision=row.published_precision,
        source_name=row.source_name,
        blocks=_blocks(row.content),
        text=row.content["text"],
        html=row.content["html"],
        content_fingerprint=row.content_fingerprint,
        reason=row.reason,
        raw_record_id=row.raw_record_id,
    )


def published(row: Row[Any]) -> datetime | None:
    """Return the published time with the source's own offset."""
    at: datetime | None = row.published_at
    if at is None or not row.published_offset_s:
        return at
    return at.astimezone(timezone(timedelta(seconds=row.published_offset_s)))


def published_columns(at: datetime | None, precision: str | None) -> dict[str, Any]:
    """Return the columns that keep a published time; ValueError for a naive one."""
    offset = None if at is None else at.utcoffset()
    if at is not None and offset is None:
        raise ValueError(f"naive published time {at!r}")
    return {
        "published_at": at,
        "published_offset_s": None if offset is None else int(offset.total_seconds()),
        "published_precision": precision if at is not None else None,
    }


def content(
    blocks: Iterable[KeptBlock], text: str, html: str, removed: Iterable[RemovedText]
) -> dict[str, Any]:
    """Return the packed column of a revision."""
    return {
        "blocks": [[block.kind, block.text, block.html, block.url, block.alt] for block in blocks],
        "text": text,
        "html": html,
        "removed": [[removal.rule, removal.text] for removal in removed],
    }


def removals(kept: dict[str, Any]) -> tuple[RemovedText, ...]:
    """Return what cleaning took out of a revision's page."""
    return tuple(RemovedText(rule=rule, text=text) for rule, text in kept["removed"])


def _blocks(kept: dict[str, Any]) -> tuple[KeptBlock, ...]:
    return tuple(
        KeptBlock(kind=kind, text=text, html=html, url=url, alt=alt)
        for kind, text, html, url, alt in kept["blocks"]
    )


def _article(row: Row[Any], districts: tuple[KeptDistrict, ...]) -> Article:
    return Article(
        id=row.id,
        story_id=row.story_id,
        source_id=row.source_id,
        canonical_url=row.canonical_url,
        url=row.url,
        title=row.title,
        published_at=published(row),
        published_precision=row.published_precision,
        first_seen_at=row.first_seen_at,
        revised_at=row.revised_at,
        revision_number=row.revision_number,
        sorted_at=row.sorted_at,
        source_name=row.source_name,
        authors=tuple(row.authors),
        editors=tuple((role, name) for role, name in row.editors),
        breadcrumb=tuple(row.breadcrumb),
        districts=districts,
        blocks=_blocks(row.content),
        text=row.content["text"],
        html=row.content["html"],
        republish=row.republish,
        status=Status(row.status),
        withdrawn_at=row.withdrawn_at,
        changed_at=row.changed_at,
        is_story_head=row.is_head,
        is_backfilled=row.is_backfilled,
        content_fingerprint=row.content_fingerprint,
        text_fingerprint=row.text_fingerprint,
    )


def sorted_instant(
    published_at: datetime | None,
    precision: str | None,
    first_seen_at: datetime,
    not_after: datetime | None = None,
) -> datetime:
    """Return the instant that orders an article in every list: stable, never in the future.

    An article without a date stands at its first sight, or at ``not_after`` when that is earlier.
    A time of day is taken as it is.  A day alone is filled with the time of first sight, held
    within that day of the source's own calendar; what ties is ordered by first sight.
    """
    if published_at is None or published_at > first_seen_at:
        return min(first_seen_at, not_after or first_seen_at).astimezone(UTC)
    if precision == "day":
        last = published_at + timedelta(days=1, seconds=-1)
        return min(first_seen_at, last).astimezone(UTC)
    return published_at.astimezone(UTC)
