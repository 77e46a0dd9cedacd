"""Opening the archive's database: connected, and brought to this release's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from storage.database import connect, fault_of
from storage.errors import DatabaseUnreachableError
from storage.migrate import migrate

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def open_database(url: str | Path) -> Engine:
    """Open the archive's database, made or migrated to this release's schema as needed.

    ``url`` is the path of an SQLite file, ``sqlite:///path`` or
    ``postgresql://user@host/name``.  Raises DatabaseUnreachableError, SchemaTooNewError.
    """
    engine = connect(url)
    try:
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


def _unreachable(engine: Engine, error: DBAPIError) -> str:
    """Return in one line which database cannot be opened, why, and what to look at."""
    place = engine.url.set(drivername=engine.name).render_as_string(hide_password=True)
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
