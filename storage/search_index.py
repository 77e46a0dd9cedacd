"""The full-text index: what is written to it when an article is kept, in either database.

SQLite: a contentless FTS5 table whose row id is the article's ``position``.  PostgreSQL: a
table of ``tsvector`` under a GIN index.  Both get the tokens that ``storage.tokens`` makes, in
three columns: title, body, and facets (a district, a source; ``§`` begins no word), so that
a filter is one more term of the same look-up.  PostgreSQL's gets periods as well (``periods``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from storage.periods import period_terms
from storage.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

#: PostgreSQL keeps no position beyond this in a tsvector (section 8.11.1 of its manual).
_MAX_POSITION = 16383
#: A tsvector may not exceed 1 MB; this many tokens of two characters stay far below.
_MAX_TOKENS = 50_000

_ADD_TO_POSTGRESQL = text("INSERT INTO search_index VALUES (:position, CAST(:terms AS tsvector))")
_ADD_TO_SQLITE = text(
    "INSERT INTO search_index (rowid, title, body, facets) "
    "VALUES (:position, :title, :body, :facets)"
)


def district_facet(adcode: str) -> str:
    """Return the term under which articles of a district are found."""
    return f"§d{adcode}"


def source_facet(source_id: str) -> str:
    """Return the term under which articles of a source are found."""
    return "§s" + source_id.encode().hex()


def add(
    connection: Connection,
    position: int,
    *,
    title: str,
    body: str,
    adcodes: Iterable[str],
    source_id: str,
) -> None:
    """Put an article into the index."""
    if connection.dialect.name == "postgresql":
        terms = vector(position, title=title, body=body, adcodes=adcodes, source_id=source_id)
        connection.execute(_ADD_TO_POSTGRESQL, {"position": position, "terms": terms})
        return
    columns = _columns(title, body, adcodes, source_id)
    title_terms, body_terms, facets = (" ".join(column) for column in columns)
    connection.execute(
        _ADD_TO_SQLITE,
        {"position": position, "title": title_terms, "body": body_terms, "facets": facets},
    )


def vector(position: int, *, title: str, body: str, adcodes: Iterable[str], source_id: str) -> str:
    """Return what PostgreSQL's index holds of an article, as a literal of ``tsvector``."""
    columns = _columns(title, body, adcodes, source_id)
    return _tsvector(*columns, period_terms(position))


def remove(
    connection: Connection,
    position: int,
    *,
    title: str,
    body: str,
    adcodes: Iterable[str],
    source_id: str,
) -> None:
    """Take an article out again; the arguments are those that it was put in with.

    A contentless FTS5 table cannot look them up (``contentless_delete`` needs SQLite 3.43).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("DELETE FROM search_index WHERE position = :position"), {"position": position}
        )
        return
    title_terms, body_terms, facets = (
        " ".join(column) for column in _columns(title, body, adcodes, source_id)
    )
    connection.execute(
        text(
            "INSERT INTO search_index (search_index, rowid, title, body, facets) "
            "VALUES ('delete', :position, :title, :body, :facets)"
        ),
        {"position": position, "title": title_terms, "body": body_terms, "facets": facets},
    )


def clear(connection: Connection) -> None:
    """Empty the index, to fill it anew."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("TRUNCATE search_index"))
    else:
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('delete-all')"))


def _columns(
    title: str, body: str, adcodes: Iterable[str], source_id: str
) -> tuple[list[str], list[str], list[str]]:
    facets = [*sorted(district_facet(adcode) for adcode in adcodes), source_facet(source_id)]
    return tokens(title), tokens(body)[:_MAX_TOKENS], facets


def _tsvector(title: list[str], body: list[str], facets: list[str], periods: list[str]) -> str:
    """Write a tsvector literal: title weighted A, a gap so that no phrase spans title and body."""
    places: dict[str, list[str]] = {}
    for number, token in enumerate(title, start=1):
        places.setdefault(token, []).append(f"{min(number, _MAX_POSITION)}A")
    for number, token in enumerate(body, start=len(title) + 2):
        places.setdefault(token, []).append(f"{min(number, _MAX_POSITION)}")
    terms = [f"'{token}':{','.join(at[:255])}" for token, at in places.items()]
    terms.extend(f"'{term}'" for term in (*facets, *periods))
    return " ".join(terms)
