"""Opening the archive's database: connected, and brought to this release's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from storage.database import connect, fault_of, file_of
from storage.errors import DatabaseUnreachableError, NoArchiveError
from storage.migrate import migrate, version

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def open_database(url: str | Path, *, may_make: bool = True) -> Engine:
    """Open the archive's database, made or migrated to this release's schema as needed.

    ``url`` is the path of an SQLite file, ``sqlite:///path`` or
    ``postgresql://user@host/name``.  Raises DatabaseUnreachableError, SchemaTooNewError, and
    NoArchiveError where there is none and none is to be made.
    """
    file = file_of(url)
    if not may_make and file is not None and not (file.is_file() and file.stat().st_size):
        raise NoArchiveError(_NO_ARCHIVE.format(place=file))
    engine = connect(url)
    try:
        if not may_make:
            _require_archive(engine)
        migrate(engine)
    except DBAPIError as error:
        engine.dispose()
        told = fault_of(engine, error)
        if told is not None:
            raise told from error
        raise DatabaseUnreachableError(_unreachable(engine, error)) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


_NO_ARCHIVE = (
    "there is no archive at {place}: `xianwen run` or `xianwen once` begins one; "
    "is it the right --config and --data-dir?"
)


def _require_archive(engine: Engine) -> None:
    with engine.connect() as connection:
        if version(connection) is None:
            raise NoArchiveError(_NO_ARCHIVE.format(place=_place(engine)))


def _place(engine: Engine) -> str:
    """Return the address of a database as it may be shown."""
    return engine.url.set(drivername=engine.name).render_as_string(hide_password=True)


def _unreachable(engine: Engine, error: DBAPIError) -> str:
    """Return in one line which database cannot be opened, why, and what to look at."""
    place = _place(engine)
    why = " ".join(str(error.orig).split("\n", 1)[0].split()).rstrip(".")
    if engine.name == "sqlite":
        remedy = "make the file and its folder writable for this user"
    elif "password" in why or "authentication" in why or "role" in why:
        remedy = "mend user and password of `database`"
    elif "does not exist" in why:
        remedy = "make it with createdb, or mend its name in `database`"
    else:
        remedy = "start the server, or mend `database`; pg_isready tells whether it answers"
    return f"database {place}: cannot be opened: {why}; {remedy}"
