"""Full-text search: Chinese by pairs of characters, filtered, newest first or best first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, text

from storage.database import reading
from storage.periods import PLACES_A_SECOND, steps_back
from storage.ranking import RANKED_AMONG, WEIGHED, Ranking
from storage.rows import by_numbers
from storage.schema import articles, revisions
from storage.search_index import district_facet, source_facet
from storage.tokens import normalise, phrases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from storage.model import Article

#: Longer queries are cut: nobody reads the rest, and each phrase is a look-up.
MAX_PHRASES = 16
_MAX_PHRASE_TOKENS = 64
_SNIPPET_BEFORE = 24
_SNIPPET_LENGTH = 120


class Order(StrEnum):
    """How results are ordered."""

    NEWEST = "newest"
    RANK = "rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of text with its matches: (text, is a match) in order; joined it is the piece."""

    parts: tuple[tuple[str, bool], ...]
    #: whether the text goes on before and after the piece
    is_cut_before: bool = False
    is_cut_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An article that was found, with its title and a piece of its text marked up."""

    article: Article
    title: Snippet
    snippet: Snippet


class Search:
    """The search over all articles."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(
        self,
        query: str,
        *,
        adcodes: tuple[str, ...] | None = None,
        source_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        order: Order = Order.NEWEST,
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[SearchHit, ...]:
        """Return articles that hold every phrase of the query; may be empty.

        ``since <= sorted_at < until``.  ``Order.RANK`` ranks the newest ``RANKED_AMONG`` matches
        (``storage.ranking``) and finds no others.  No query raises: what holds no letter or digit
        finds nothing.
        """
        wanted = [
            (found[:_MAX_PHRASE_TOKENS], is_prefix and len(found) <= _MAX_PHRASE_TOKENS)
            for found, is_prefix in phrases(query)[:MAX_PHRASES]
        ]
        if not wanted or adcodes == ():
            return ()
        low = -1 if since is None else int(since.timestamp()) * PLACES_A_SECOND
        high = 2**62 if until is None else int(until.timestamp()) * PLACES_A_SECOND
        facets = _facets(adcodes, source_id)
        words = [w for w in _words(query) if w][:MAX_PHRASES]
        stretch = _Stretch(wanted=wanted, facets=facets, low=low, high=high)
        with reading(self._engine) as connection:
            if order is Order.NEWEST:
                places = _newest(connection, stretch, offset + limit)[offset:]
            else:
                places = _best(connection, stretch, words)[offset : offset + limit]
            rows = connection.execute(
                select(articles.c.position, articles.c.number).where(
                    articles.c.position.in_(places)
                )
            )
            numbers = {row.position: row.number for row in rows}
            found = by_numbers(connection, [numbers[p] for p in places if p in numbers])
        return tuple(
            SearchHit(
                article=article,
                title=mark(article.title, words),
                snippet=snippet(article.text, words),
            )
            for article in found
        )


def mark(line: str, words: list[str]) -> Snippet:
    """Return a whole line with the words in it marked."""
    return Snippet(parts=_parts(line, words))


def snippet(body: str, words: list[str]) -> Snippet:
    """Return a piece of a text around the first of the words that it holds."""
    flat = " ".join(body.split())
    found = _pattern(words).search(flat) if words else None
    start = 0 if found is None else max(0, found.start() - _SNIPPET_BEFORE)
    end = min(len(flat), start + _SNIPPET_LENGTH)
    return Snippet(
        parts=_parts(flat[start:end], words),
        is_cut_before=start > 0,
        is_cut_after=end < len(flat),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """What is looked for, and between which places of the index: ``low <= place < high``."""

    wanted: list[tuple[list[str], bool]]
    facets: list[list[str]]
    low: int
    high: int


def _newest(connection: Connection, of: _Stretch, least: int) -> list[int]:
    """Return the places of the newest matches, at most ``least``, newest first."""
    if connection.dialect.name == "postgresql":
        query = _tsquery(of.wanted, of.facets)
        return _newest_by_steps(connection, query, low=of.low, high=of.high, least=least)
    return _by_fts5(connection, _fts5(of.wanted, of.facets), of.low, of.high, least)


def _best(connection: Connection, of: _Stretch, words: list[str]) -> list[int]:
    """Return the places of the newest ``RANKED_AMONG`` matches, best first."""
    newest = _newest(connection, of, RANKED_AMONG)
    if not newest:
        return []
    # Written out: to bind hundreds of parameters takes longer than to read what they name.
    places = ",".join(map(str, newest))
    rows = connection.exec_driver_sql(
        f"SELECT position, title FROM articles WHERE position IN ({places})"  # noqa: S608 - integers
    )
    ranking = Ranking(
        words=tuple(words), titles={position: normalise(title) for position, title in rows}
    )
    by_title = ranking.by_title()
    texts = {
        row.position: normalise(row.content["text"])
        for row in connection.execute(_TEXTS, {"places": by_title[:WEIGHED]})
    }
    return ranking.best_first(texts) + by_title[WEIGHED:]


def _by_fts5(connection: Connection, query: str, low: int, high: int, least: int) -> list[int]:
    rows = connection.exec_driver_sql(_FTS5_NEWEST, (query, low, high, least))
    return [place for (place,) in rows]


_FTS5_NEWEST = (
    "SELECT rowid FROM search_index WHERE search_index MATCH ? "
    "AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
)
_TEXTS = (
    select(articles.c.position, articles.c.title, revisions.c.content)
    .join(
        revisions,
        and_(
            revisions.c.article == articles.c.number,
            revisions.c.number == articles.c.revision_number,
        ),
    )
    .where(articles.c.position.in_(bindparam("places", expanding=True)))
)
#: Materialised, or the planner would walk the places and read every article on the way.
_GIN_NEWEST = text(
    "WITH matches AS MATERIALIZED "
    "(SELECT position FROM search_index WHERE terms @@ CAST(:query AS tsquery)) "
    "SELECT position FROM matches WHERE position >= :low AND position < :high "
    "ORDER BY position DESC LIMIT :least"
)
#: For this transaction: the planner takes reading every row for cheap, as it counts rows and
#: does not see that each is unpacked.
_BY_INDEX = text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")
#: The newest place, and the one that so many articles are newer than.
_REACH = text(
    "SELECT (SELECT max(position) FROM search_index WHERE position < :high), "
    "(SELECT position FROM search_index WHERE position < :high "
    "ORDER BY position DESC OFFSET :least LIMIT 1)"
)


def _newest_by_steps(
    connection: Connection, query: str, *, low: int, high: int, least: int
) -> list[int]:
    """Return the newest places that match a tsquery, at most ``least``, newest first."""
    values = {"low": low, "high": high, "least": least}
    connection.execute(_BY_INDEX)
    top, below = connection.execute(_REACH, values).one()
    # Where there are no more articles than are wanted, there is nothing to go back to by steps.
    for start, periods in steps_back(top, below) if below is not None else ():
        stretch = " | ".join(f"'{term}'" for term in periods)
        found = connection.scalars(
            _GIN_NEWEST, values | {"query": f"{query} & ({stretch})", "low": max(low, start)}
        ).all()
        if len(found) >= least or start <= low:
            return list(found)
    return list(connection.scalars(_GIN_NEWEST, values | {"query": query}))


def _facets(adcodes: tuple[str, ...] | None, source_id: str | None) -> list[list[str]]:
    facets = []
    if adcodes is not None:
        facets.append([district_facet(adcode) for adcode in adcodes])
    if source_id is not None:
        facets.append([source_facet(source_id)])
    return facets


def _fts5(wanted: list[tuple[list[str], bool]], facets: list[list[str]]) -> str:
    terms = [
        f'{{title body}} : "{" ".join(found)}"{"*" * is_prefix}' for found, is_prefix in wanted
    ]
    terms += ["(" + " OR ".join(f'facets : "{facet}"' for facet in group) + ")" for group in facets]
    return " AND ".join(terms)


def _tsquery(wanted: list[tuple[list[str], bool]], facets: list[list[str]]) -> str:
    terms = []
    for found, is_prefix in wanted:
        quoted = [f"'{token}'" for token in found]
        if is_prefix:
            quoted[-1] += ":*"
        terms.append("(" + " <-> ".join(quoted) + ")")
    terms += ["(" + " | ".join(f"'{facet}'" for facet in group) + ")" for group in facets]
    return " & ".join(terms)


def _words(query: str) -> list[str]:
    """Return the words of a query as a reader sees them, longest first, for marking."""
    parts = re.split(r'["“”]', query)
    words = [
        word.strip(" \t，。、；：！？,.;:!?()（）")
        for index, part in enumerate(parts)
        for word in ([part.strip()] if index % 2 else part.split())
    ]
    return sorted({normalise(word) for word in words}, key=lambda word: (-len(word), word))


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)


def _parts(piece: str, words: list[str]) -> tuple[tuple[str, bool], ...]:
    if not words:
        return ((piece, False),) if piece else ()
    parts: list[tuple[str, bool]] = []
    last = 0
    for match in _pattern(words).finditer(piece):
        if match.start() > last:
            parts.append((piece[last : match.start()], False))
        parts.append((match.group(), True))
        last = match.end()
    if last < len(piece):
        parts.append((piece[last:], False))
    return tuple(parts)
