"""The first schema: every table, and the full-text index of each database."""

from __future__ import annotations

from alembic import op

from storage.schema import metadata
from storage.search_index import POSTGRESQL_DDL, SQLITE_DDL

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    metadata.create_all(connection)
    ddl = POSTGRESQL_DDL if connection.dialect.name == "postgresql" else SQLITE_DDL
    for statement in ddl:
        op.execute(statement)
