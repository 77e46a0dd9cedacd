"""Articles that were old when they were taken in: no news for those who subscribe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_LIVE = (
    ("articles_live", "articles", ["sorted_at", "number"]),
    ("article_districts_live", "article_districts", ["adcode", "sorted_at", "article"]),
)


def upgrade() -> None:
    """Every article that is there already was found on a live listing."""
    for table in ("articles", "article_districts"):
        op.add_column(
            table,
            sa.Column("is_backfilled", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    for name, table, columns in _LIVE:
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text("is_head = 1 AND is_backfilled = 0"),
            postgresql_where=sa.text("is_head AND NOT is_backfilled"),
        )
