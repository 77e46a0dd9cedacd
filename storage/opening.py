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
        place = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachableError(f"cannot open {place}: {error.orig}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine
