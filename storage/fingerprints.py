"""Finding articles by their fingerprints: the same text, or texts that may be alike.

Each MinHash band is a row under a covering index, so a look-up is a fixed number of short index
walks.  A band that thousands of articles share (a form that a site fills in every day) is read
from its newest end only, which keeps the cost level however often the form recurs.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, text, union_all

from storage.database import reading
from storage.rows import by_numbers
from storage.schema import fingerprint_bands, fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import CompoundSelect, Connection, Engine

    from storage.model import Article, KeptFingerprints

#: How many of the newest articles of one band are considered.
_BAND_DEPTH = 24
#: How many of the newest articles with the very same text are considered.
_SAME_TEXT_DEPTH = 4


_SAME_TEXT = (
    select(fingerprints.c.article)
    .where(fingerprints.c.text == bindparam("text"))
    .order_by(fingerprints.c.article)
    .limit(_SAME_TEXT_DEPTH)
)
_ADD = insert(fingerprints)
_ADD_BAND = insert(fingerprint_bands)


class Fingerprints:
    """The look-up of articles that may be the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def similar(self, of: KeptFingerprints, *, limit: int = 8) -> tuple[Article, ...]:
        """Return articles with the same text first, then those that share most bands.

        They are candidates: whether they are alike is for the caller to verify.  May be empty.
        """
        with reading(self._engine) as connection:
            return by_numbers(connection, candidates(connection, of, limit=limit))


def candidates(connection: Connection, of: KeptFingerprints, *, limit: int) -> list[int]:
    """Return the numbers of articles that may be alike, most alike first."""
    same = connection.scalars(_SAME_TEXT, {"text": of.text}).all()
    found = dict.fromkeys(same)
    if of.bands:
        shared = Counter(_sharing(connection, of.bands))
        ranked = sorted(shared.items(), key=lambda pair: (-pair[1], -pair[0]))
        found.update(dict.fromkeys(number for number, _ in ranked))
    return list(found)[:limit]


def _sharing(connection: Connection, bands: tuple[int, ...]) -> Iterable[int]:
    """Yield the article of each band that is shared, of each band the newest ones."""
    if connection.dialect.name == "postgresql":
        return connection.scalars(_LATERAL, {"bands": list(bands), "depth": _BAND_DEPTH})
    named = {f"band{number}": band for number, band in enumerate(bands)}
    return connection.scalars(_walks(len(bands)), named)


#: To plan twenty walks costs PostgreSQL more than to make them; SQLite has no lateral join.
_LATERAL = text(
    "SELECT shared.article FROM unnest(CAST(:bands AS bigint[])) AS wanted(band) "
    "CROSS JOIN LATERAL (SELECT article FROM fingerprint_bands "
    "WHERE fingerprint_bands.band = wanted.band ORDER BY article DESC LIMIT :depth) AS shared"
)


@cache
def _walks(count: int) -> CompoundSelect[int]:
    """Return the walks along so many bands; made once, for making it costs more than running it."""
    return union_all(
        *(
            select(
                select(fingerprint_bands.c.article)
                .where(fingerprint_bands.c.band == bindparam(f"band{number}"))
                .order_by(fingerprint_bands.c.article.desc())
                .limit(_BAND_DEPTH)
                .subquery()
            )
            for number in range(count)
        )
    )


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
