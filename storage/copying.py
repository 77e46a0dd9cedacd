"""Copying an archive's rows into an empty database of either kind, verified by digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, MetaData, Table, TypeDecorator, func, insert, select, text, tuple_

from storage import search_index
from storage.database import reading, writing
from storage.errors import ArchiveMismatchError
from storage.schema import article_districts, articles, metadata, revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Select

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCopy:
    """One table of a copy: how many rows, and the digest of them all in the order of their key."""

    name: str
    row_count: int
    #: sha256, hexadecimal
    digest: str


def copy_database(
    source: Engine,
    target: Engine,
    *,
    progress: Callable[[str, int], None] = lambda _table, _rows: None,
) -> tuple[TableCopy, ...]:
    """Copy every row of one state of ``source`` into the empty, migrated ``target``.

    The source may be written to meanwhile.  The target is written in one transaction: a copy that
    is cut short leaves it empty.  The full-text index is built anew.  Afterwards both sides are
    read and compared.  Raises ArchiveMismatchError when the target is not empty or differs.
    """
    with reading(source) as origin, writing(target) as destination:
        for table in metadata.sorted_tables:
            if destination.scalar(select(func.count()).select_from(table)):
                raise ArchiveMismatchError(
                    f"the target's table {table.name} is not empty: copy into a new database"
                )
        written = {
            table.name: _copy_table(origin, destination, table, progress)
            for table in metadata.sorted_tables
        }
        build_search_index(destination, progress=progress)
        _advance_sequences(destination)
        copies = tuple(
            TableCopy(name=table.name, row_count=written[table.name], digest=digest(origin, table))
            for table in metadata.sorted_tables
        )
        for table, copied in zip(metadata.sorted_tables, copies, strict=True):
            if digest(destination, table) != copied.digest:
                raise ArchiveMismatchError(f"the copy of table {table.name} differs")
    return copies


def digest(connection: Connection, table: Table) -> str:
    """Return the digest of a table's rows, the same in either database."""
    hashed = hashlib.sha256()
    for rows in _batches(connection, table):
        for row in rows:
            hashed.update(repr(tuple(row.values())).encode())
    return hashed.hexdigest()


def build_search_index(
    connection: Connection, *, progress: Callable[[str, int], None] = lambda _table, _rows: None
) -> int:
    """Build the full-text index anew from the articles; return how many it holds."""
    search_index.clear(connection)
    done, last = 0, 0
    while True:
        rows = connection.execute(
            select(articles.c.number, articles.c.position, articles.c.title, articles.c.source_id,
                   revisions.c.content)
            .join(
                revisions,
                (revisions.c.article == articles.c.number)
                & (revisions.c.number == articles.c.revision_number),
            )
            .where(articles.c.number > last)
            .order_by(articles.c.number)
            .limit(_BATCH)
        ).all()  # fmt: skip
        if not rows:
            return done
        last = rows[-1].number
        adcodes: dict[int, list[str]] = {}
        for number, adcode in connection.execute(
            select(article_districts.c.article, article_districts.c.adcode).where(
                article_districts.c.article.between(rows[0].number, last)
            )
        ):
            adcodes.setdefault(number, []).append(adcode)
        for row in rows:
            search_index.add(
                connection,
                row.position,
                title=row.title,
                body=row.content["text"],
                adcodes=adcodes.get(row.number, ()),
                source_id=row.source_id,
            )
        done += len(rows)
        progress("search index", done)


def _copy_table(
    origin: Connection,
    destination: Connection,
    table: Table,
    progress: Callable[[str, int], None],
) -> int:
    done = 0
    for rows in _batches(origin, table):
        destination.execute(insert(_plain(table)), rows)
        done += len(rows)
        progress(table.name, done)
    return done


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Read a table by its key in batches, so that memory stays level."""
    plain = _plain(table)
    key = list(plain.primary_key.columns)
    statement: Select[Any] = select(plain).order_by(*key).limit(_BATCH)
    after: Any = None
    while True:
        page = statement
        if after is not None:
            page = statement.where(tuple_(*key) > tuple_(*(after[column.name] for column in key)))
        rows = [dict(row) for row in connection.execute(page).mappings()]
        if not rows:
            return
        yield rows
        after = rows[-1]


@cache
def _plain(table: Table) -> Table:
    """Return a table whose values come and go as the database keeps them, packed or not."""
    return Table(
        table.name,
        MetaData(),
        *(
            Column(
                column.name,
                column.type.impl_instance
                if isinstance(column.type, TypeDecorator)
                else column.type,
                primary_key=column.primary_key,
            )
            for column in table.columns
        ),
    )


def _advance_sequences(connection: Connection) -> None:
    """Let numbers go on behind the highest that was copied; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            if sequence:
                highest = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("SELECT setval(CAST(:sequence AS regclass), :at, :is_used)"),
                    {"sequence": sequence, "at": highest or 1, "is_used": highest is not None},
                )
