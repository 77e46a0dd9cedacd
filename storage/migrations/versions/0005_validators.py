"""The validators of articles' pages, so that another look costs the site no page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """None was kept before: the next look at each article asks for the whole page once more."""
    for name in ("etag", "last_modified"):
        op.add_column("article_checks", sa.Column(name, sa.Text()))
