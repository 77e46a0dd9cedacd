"""Bring a database to this release's schema, under a lock, so that two starts never collide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from storage.database import writing
from storage.errors import SchemaTooNewError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

#: The newest revision in ``migrations/versions``; a test holds the two together.
HEAD = "0005"

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(engine: Engine, target: str = HEAD) -> None:
    """Migrate to ``target``; does nothing when the schema stands there already.

    The whole migration is one transaction in both databases: a kill leaves the former schema.
    Raises SchemaTooNewError when the database is ahead of this release.
    """
    with engine.connect() as connection:
        if version(connection) == target:
            return
    from alembic import command

    with writing(engine) as connection:
        current = version(connection)
        if current is not None and current > HEAD:
            raise SchemaTooNewError(
                f"the archive has schema {current}, this release knows up to {HEAD}: "
                "install the release that wrote it, or restore a backup"
            )
        command.upgrade(_config(connection), target)


def version(connection: Connection) -> str | None:
    """Return the schema revision of a database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
