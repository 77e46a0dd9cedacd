"""Connecting to a database: pragmas, transactions that read or write, faults of the disk.

SQLite in WAL mode with ``synchronous=FULL``: a commit is on disk when it returns, readers never
wait for the writer.  PostgreSQL through psycopg 3.  Both by one URL.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from storage.errors import DatabaseDamagedError, DatabaseUnreachableError, DiskError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine

#: Key of the PostgreSQL advisory lock that makes writers take turns: ``xianwen`` in ASCII.
WRITER_LOCK = 0x7869616E77656E

#: How long a PostgreSQL that says nothing is waited for, as libpq's connection parameters: a
#: worker must know that it is cut off before another takes its work over.
PATIENCE = {"connect_timeout": 10, "tcp_user_timeout": 12000, "keepalives_idle": 10}

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=60000",
    # Each connection has a cache of its own, and the system's holds the file for all of them: with
    # four times as much no operation is faster.
    "PRAGMA cache_size=-8192",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
)


def connect(url: str | Path) -> Engine:
    """Return an engine with our pragmas and transactions; touches no schema and may be lazy."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    try:
        return create_engine(
            address,
            pool_pre_ping=True,
            connect_args={"options": "-c timezone=UTC", "application_name": "xianwen", **PATIENCE},
        )
    except ImportError as error:
        raise DatabaseUnreachableError(
            f"PostgreSQL needs the extra `postgres` ({error.name} is missing): "
            "pip install 'xianwen[postgres]'"
        ) from error


def connect_unchanging(path: Path) -> Engine:
    """Return an engine that reads an SQLite file which nobody writes to, and leaves it as it is."""
    address = make_url("sqlite://").set(
        database=f"file:{quote(str(path.absolute()))}", query={"immutable": "1", "uri": "true"}
    )
    return create_engine(address)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that writes: one at a time, committed at the end, undone by an error.

    Writers take turns from their first statement on (``BEGIN IMMEDIATE``, an advisory lock),
    so what a transaction reads still holds when it writes.
    """
    if (path := sqlite_path(engine)) in _damaged:
        raise DatabaseDamagedError(_DAMAGED.format(path=path, what="found earlier"))
    with _explained(engine), engine.connect() as connection:
        if engine.name == "sqlite":
            connection.connection.info["is_writing"] = True
        with connection.begin():
            if engine.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that only reads and sees one state of the archive throughout."""
    with _explained(engine), engine.connect() as connection:
        if engine.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def fetch(engine: Engine, statement: str, values: Sequence[object]) -> Sequence[Any]:
    """Run one statement that reads SQLite, in the driver's own form, and return its rows.

    For what is asked for each article: a transaction of SQLAlchemy's costs several times what
    such a look-up does.  Raises what ``reading`` raises.
    """
    with _explained(engine):
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(statement, values, error, sqlite3.Error) from error
        finally:
            connection.close()


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Turn what the disk did to an SQLite database into a sentence; let the rest pass."""
    try:
        yield
    except DBAPIError as error:
        told = fault_of(engine, error)
        if told is None:
            raise
        raise told from error


def fault_of(engine: Engine, error: DBAPIError) -> StorageError | None:
    """Return the fault of file or disk that an error of SQLite tells, None for any other.

    A damaged file is remembered: whoever writes on in it destroys what could still be saved.
    Source: SQLite result codes 8, 10, 11, 13 and 26 (https://sqlite.org/rescode.html).
    """
    path, what = sqlite_path(engine), str(error.orig)
    if path is None:
        return None
    if "malformed" in what or "is not a database" in what:
        _damaged.add(path)
        return DatabaseDamagedError(_DAMAGED.format(path=path, what=what))
    if any(sign in what for sign in ("disk is full", "disk I/O error", "readonly database")):
        return DiskError(
            f"{path} cannot be written: {what}. Free space on its disk, or make it writable; "
            "what was kept before is kept, and the rest is taken up again."
        )
    return None


_DAMAGED = (
    "{path} is damaged ({what}): nothing more is written to it. Stop xianwen, set the file aside, "
    "restore the newest backup with `xianwen archive restore`, and look after the disk."
)
#: files in which damage was met since the process began
_damaged: set[Path | None] = set()


def libpq_url(engine: Engine) -> str:
    """Return the address of a PostgreSQL database as libpq reads it, password included."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def driver_of(connection: Connection) -> Any:
    """Return psycopg's own connection, for a library that joins the same transaction."""
    return connection.connection.driver_connection


def sqlite_path(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    if engine.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def file_of(url: str | Path) -> Path | None:
    """Return the file that an address of SQLite names, None for another database."""
    address = _address(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database)


def _address(url: str | Path) -> URL:
    if isinstance(url, Path) or "://" not in url:
        return make_url("sqlite://").set(database=str(Path(url).absolute()))
    try:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseUnreachableError(
            f"{url.split('://', 1)[0]}:// is no database that can be used; "
            "write sqlite:///path or postgresql://user@host/name "
            "(PostgreSQL needs the extra: pip install 'xianwen[postgres]')"
        ) from error
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseUnreachableError(
            f"{address.get_backend_name()} is not supported; use sqlite or postgresql"
        )
    return address


def _sqlite(address: URL) -> Engine:
    if not address.database:
        raise DatabaseUnreachableError("an SQLite archive needs a file: sqlite:///path")
    folder = Path(address.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(f"cannot make the folder {folder}: {error}") from error
    engine = create_engine(address)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and is always deferred.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    # Not by an event: an engine that has one looks for events at every step of every statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign, assignment]
    return engine


def _begin(connection: Any) -> None:
    """Begin a transaction of SQLite: the writers' turn is taken where ``writing`` asks for it."""
    is_writing = connection.info.pop("is_writing", False)
    connection.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
