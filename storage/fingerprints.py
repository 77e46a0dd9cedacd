"""Finding articles by their fingerprints: the same text, or texts that may be alike.

Each MinHash band is a row under a covering index, so a look-up is a fixed number of short index
walks.  A band that thousands of articles share (a form that a site fills in every day) is read
from its newest end only, which keeps the cost level however often the form recurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, text

from storage.columns import from_microseconds, unpacked
from storage.database import fetch, reading
from storage.ids import least_id
from storage.schema import fingerprint_bands, fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine

    from storage.model import KeptFingerprints

#: How many of the newest articles of one band are considered.
_BAND_DEPTH = 24
#: How many of the newest articles with the very same text are considered.
_SAME_TEXT_DEPTH = 4


_ADD = insert(fingerprints)
_ADD_BAND = insert(fingerprint_bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """An article that may be alike: what a decision on another one needs of it."""

    id: str
    story_id: str
    canonical_url: str
    title: str
    source_id: str
    source_name: str | None
    #: with the source's own offset
    published_at: datetime | None
    published_precision: str | None
    first_seen_at: datetime
    text: str
    content_fingerprint: str
    text_fingerprint: str


class Fingerprints:
    """The look-up of articles that may be the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def similar(
        self, of: KeptFingerprints, *, since: datetime | None = None, limit: int = 8
    ) -> tuple[Alike, ...]:
        """Return articles with the same text first, then those that share most bands.

        Those first seen before ``since`` are left out.  They are candidates: whether they are
        alike is for the caller to verify.  May be empty.
        """
        rows = sorted(self._candidates(of, since, limit), key=_place)
        return tuple(_alike(row) for row in rows)

    def _candidates(
        self, of: KeptFingerprints, since: datetime | None, limit: int
    ) -> Sequence[Sequence[Any]]:
        """Read the articles that may be alike; in no order."""
        least = "" if since is None else least_id(since)
        if self._engine.name == "postgresql":
            values = {"text": of.text, "bands": list(of.bands), "least": least, "limit": limit}
            with reading(self._engine) as connection:
                return connection.execute(_POSTGRESQL, values).all()
        # Two statements, each for itself: what is kept between them only adds to the second.
        found = fetch(self._engine, _OLDEST, (least,)) if least else ((1,),)
        if not found:
            return ()
        oldest = found[0][0]
        bands = [value for band in of.bands for value in (band, oldest)]
        return fetch(self._engine, _sqlite(len(of.bands)), (of.text, oldest, *bands, limit))


def _place(row: Sequence[Any]) -> tuple[int, int, int]:
    """Sort the same text, first seen first, before the most alike, of those the newest first."""
    number, is_same, shared = row[:3]
    return (0, 0, number) if is_same else (1, -shared, -number)


_SAME_TEXT = (
    "SELECT article, 1 AS is_same FROM (SELECT article FROM fingerprints "  # noqa: S608 - our own
    f"WHERE text = {{}} AND article >= {{}} ORDER BY article LIMIT {_SAME_TEXT_DEPTH}) AS same"
)
_OF_BAND = (
    "SELECT article FROM fingerprint_bands "  # noqa: S608
    f"WHERE band = {{}} AND article >= {{}} ORDER BY article DESC LIMIT {_BAND_DEPTH}"
)
_MOST_ALIKE = """
WITH walks AS ({walks}), most_alike AS (
    SELECT article, max(is_same) AS is_same, count(*) AS shared FROM walks GROUP BY article
    ORDER BY is_same DESC, shared DESC, article DESC LIMIT {limit}
)
SELECT articles.number, most_alike.is_same, most_alike.shared, articles.id, articles.story_id,
    articles.canonical_url, articles.title, articles.source_id, articles.source_name,
    articles.published_at, articles.published_offset_s, articles.published_precision,
    articles.first_seen_at, revisions.content, fingerprints.content AS content_fingerprint,
    fingerprints.text AS text_fingerprint
FROM most_alike JOIN articles ON articles.number = most_alike.article
JOIN revisions ON revisions.article = articles.number
    AND revisions.number = articles.revision_number
JOIN fingerprints ON fingerprints.article = articles.number
"""
_OLDEST = "SELECT number FROM articles WHERE id >= ? ORDER BY id LIMIT 1"
_SINCE = (
    "coalesce((SELECT number FROM articles WHERE id >= :least ORDER BY id LIMIT 1), 9e15::bigint)"
)
#: To plan twenty walks costs PostgreSQL more than to make them; SQLite has no lateral join.
_POSTGRESQL = text(
    _MOST_ALIKE.format(
        walks=f"{_SAME_TEXT.format(':text', _SINCE)} UNION ALL "  # noqa: S608
        "SELECT shared.article, 0 FROM unnest(CAST(:bands AS bigint[])) AS wanted(band) "
        f"CROSS JOIN LATERAL ({_OF_BAND.format('wanted.band', _SINCE)}) AS shared",
        limit=":limit",
    )
)


@cache
def _sqlite(band_count: int) -> str:
    band = _OF_BAND.format("?", "?")
    walks = [_SAME_TEXT.format("?", "?"), *[f"SELECT article, 0 FROM ({band})"] * band_count]  # noqa: S608
    return _MOST_ALIKE.format(walks=" UNION ALL ".join(walks), limit="?")


def _alike(row: Sequence[Any]) -> Alike:
    (
        _number, _is_same, _shared, article_id, story_id, canonical_url, title, source_id,
        source_name, published_at, offset_s, precision, first_seen_at, content,
        content_fingerprint, text_fingerprint,
    ) = row  # fmt: skip
    return Alike(
        id=article_id,
        story_id=story_id,
        canonical_url=canonical_url,
        title=title,
        source_id=source_id,
        source_name=source_name,
        published_at=_published(published_at, offset_s),
        published_precision=precision,
        first_seen_at=from_microseconds(first_seen_at),
        text=unpacked(content)["text"],
        content_fingerprint=content_fingerprint,
        text_fingerprint=text_fingerprint,
    )


def _published(microseconds: int | None, offset_s: int | None) -> datetime | None:
    """Return a published time with the source's own offset."""
    if microseconds is None:
        return None
    zone = timezone(timedelta(seconds=offset_s)) if offset_s else UTC
    return from_microseconds(microseconds).astimezone(zone)


def write(connection: Connection, number: int, kept: KeptFingerprints) -> None:
    """Keep the fingerprints of an article that has none."""
    connection.execute(_ADD, {"article": number, "content": kept.content, "text": kept.text})
    if kept.bands:
        connection.execute(
            _ADD_BAND,
            [{"band": band, "article": number} for band in dict.fromkeys(kept.bands)],
        )


def forget(connection: Connection, number: int) -> None:
    """Drop the fingerprints of an article."""
    connection.execute(delete(fingerprint_bands).where(fingerprint_bands.c.article == number))
    connection.execute(delete(fingerprints).where(fingerprints.c.article == number))
