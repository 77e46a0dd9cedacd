"""Articles that were old when they were taken in: no news for those who subscribe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Every article that is there already was found on a live listing."""
    for table in ("articles", "article_districts"):
        op.add_column(
            table,
            sa.Column("is_backfilled", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.create_index(
        "articles_live", "articles", ["is_head", "is_backfilled", "sorted_at", "number"]
    )
    op.create_index(
        "article_districts_live",
        "article_districts",
        ["adcode", "is_head", "is_backfilled", "sorted_at", "article"],
    )
