"""Periods in PostgreSQL's full-text index, by which search goes back step by step."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the periods of each article; SQLite's index needs none."""
    if op.get_bind().dialect.name != "postgresql":
        return
    terms = ", ".join(
        f"'§t{level}.' || (position / {1350 * 4**level * 16})::text" for level in range(9)
    )
    op.execute(f"UPDATE search_index SET terms = terms || array_to_tsvector(ARRAY[{terms}])")  # noqa: S608
