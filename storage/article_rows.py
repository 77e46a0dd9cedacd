"""The rows of one article, as they are written when it is kept or revised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select

from storage import fingerprints, search_index
from storage.periods import PLACES_A_SECOND
from storage.rows import content, published_columns
from storage.schema import (
    article_districts,
    article_media,
    article_urls,
    articles,
    revision_pages,
    revisions,
)
from storage.urls import url_key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.model import NewArticle

# Statements are made once: to make one costs several times what the databases take to run it.
_ADD_ARTICLE = insert(articles).returning(articles.c.number)
_ADD_URL = insert(article_urls)
_ADD_DISTRICT = insert(article_districts)
_ADD_REVISION = insert(revisions)
_ADD_PAGE = insert(revision_pages)
_ADD_PICTURE = insert(article_media)
_PLACES = (
    select(articles.c.position)
    .where(articles.c.position >= bindparam("low"), articles.c.position < bindparam("high"))
    .order_by(articles.c.position)
)


def add_article(
    connection: Connection, new: NewArticle, *, article_id: str, story_id: str, sorted_at: datetime
) -> tuple[int, int]:
    """Write the row of a first sight; return its number and its place in the full-text index."""
    position = _free_position(connection, int(sorted_at.timestamp()))
    number: int = connection.execute(
        _ADD_ARTICLE,
        {
            "id": article_id,
            "story_id": story_id,
            "position": position,
            "source_id": new.source_id,
            "first_seen_at": new.seen_at,
            "revised_at": None,
            "revision_number": 1,
            "sorted_at": sorted_at,
            "changed_at": new.seen_at,
            "status": "live",
            "withdrawn_at": None,
            "is_head": True,
            "is_backfilled": new.is_backfilled,
            **current_columns(new),
        },
    ).scalar_one()
    return number, position


def current_columns(new: NewArticle) -> dict[str, Any]:
    """Return the columns of ``articles`` that a revision may change."""
    return {
        "canonical_url": new.canonical_url,
        "url": new.url,
        "title": new.title,
        **published_columns(new.published_at, new.published_precision),
        "source_name": new.source_name,
        "authors": list(new.authors),
        "editors": [list(pair) for pair in new.editors],
        "breadcrumb": list(new.breadcrumb),
        "category": new.breadcrumb[-1] if new.breadcrumb else None,
        "republish": new.republish,
    }


def add_urls(connection: Connection, number: int, fresh_keys: tuple[str, ...]) -> None:
    """Let addresses lead to an article; none of them leads to one yet."""
    if fresh_keys:
        connection.execute(_ADD_URL, [{"url_key": key, "article": number} for key in fresh_keys])


def add_revision(
    connection: Connection,
    number: int,
    revision_number: int,
    new: NewArticle,
    raw_ids: tuple[int, ...],
) -> None:
    """Write a revision, made from the raw records ``raw_ids`` in the order of its pages."""
    connection.execute(
        _ADD_REVISION,
        {
            "article": number,
            "number": revision_number,
            "seen_at": new.seen_at,
            "title": new.title,
            **published_columns(new.published_at, new.published_precision),
            "source_name": new.source_name,
            "content_fingerprint": new.fingerprints.content,
            "reason": new.reason,
            "raw_record_id": raw_ids[0] if raw_ids else None,
            "content": content(new.blocks, new.text, new.html, new.removed),
        },
    )
    if raw_ids[1:]:
        connection.execute(
            _ADD_PAGE,
            [
                {"article": number, "revision": revision_number, "page": page, "raw_record_id": id_}
                for page, id_ in enumerate(raw_ids[1:], start=2)
            ],
        )


def add_districts(
    connection: Connection,
    number: int,
    new: NewArticle,
    *,
    story_id: str,
    sorted_at: datetime,
    changed_at: datetime,
    is_backfilled: bool,
) -> None:
    """Write the assignments of an article that has none; a district's first one counts."""
    rows = {
        district.adcode: {
            "article": number,
            "adcode": district.adcode,
            "place": place,
            "evidence": district.evidence,
            "town": district.town,
            "story_id": story_id,
            "sorted_at": sorted_at,
            "changed_at": changed_at,
            "is_head": True,
            "is_backfilled": is_backfilled,
        }
        for place, district in reversed(list(enumerate(new.districts)))
    }
    if rows:
        connection.execute(_ADD_DISTRICT, list(rows.values()))


def add_derived(
    connection: Connection, number: int, position: int, new: NewArticle, *, source_id: str
) -> None:
    """Write what is made from the content: fingerprints and the full-text index."""
    fingerprints.write(connection, number, new.fingerprints)
    search_index.add(
        connection,
        position,
        title=new.title,
        body=new.text,
        adcodes={district.adcode for district in new.districts},
        source_id=source_id,
    )


def add_pictures(connection: Connection, number: int, new: NewArticle) -> None:
    """Put down the pictures that the first revision shows."""
    keys = {url_key(block.url) for block in new.blocks if block.kind == "image" and block.url}
    _add_pictures(connection, number, keys)


def settle_pictures(connection: Connection, number: int) -> None:
    """Put down the pictures of every revision: what was shown once is never collected."""
    shown = {
        url_key(url)
        for kept in connection.scalars(
            select(revisions.c.content).where(revisions.c.article == number)
        )
        for kind, _, _, url, _ in kept["blocks"]
        if kind == "image" and url
    }
    known = set(
        connection.scalars(select(article_media.c.url_key).where(article_media.c.article == number))
    )
    for gone in known - shown:
        connection.execute(
            delete(article_media).where(
                article_media.c.article == number, article_media.c.url_key == gone
            )
        )
    _add_pictures(connection, number, shown - known)


def _add_pictures(connection: Connection, number: int, keys: set[str]) -> None:
    if keys:
        connection.execute(
            _ADD_PICTURE, [{"article": number, "url_key": key} for key in sorted(keys)]
        )


def _free_position(connection: Connection, second: int) -> int:
    """Return the first free place of the full-text index from a second on."""
    first = max(second, 0) * PLACES_A_SECOND
    while True:
        last = first + PLACES_A_SECOND
        taken = set(connection.scalars(_PLACES, {"low": first, "high": last}))
        for position in range(first, last):
            if position not in taken:
                return position
        first = last
