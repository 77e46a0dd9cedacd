"""The first schema: every table, and the full-text index of each database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "title, body, facets, content='', tokenize='ascii')",
)
POSTGRESQL = (
    "CREATE TABLE search_index (position bigint PRIMARY KEY, terms tsvector NOT NULL)",
    "CREATE INDEX search_index_terms ON search_index USING gin (terms) WITH (fastupdate = off)",
)


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "articles",
        sa.Column("number", KEY, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("published_offset_s", sa.Integer(), nullable=True),
        sa.Column("published_precision", sa.String(length=8), nullable=True),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("revised_at", sa.BigInteger(), nullable=True),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("sorted_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=True),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("editors", sa.Text(), nullable=False),
        sa.Column("breadcrumb", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("republish", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("position"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "articles_category", "articles", ["category", "sorted_at", "number"], unique=False
    )
    op.create_index("articles_changed", "articles", ["changed_at"], unique=False)
    op.create_index("articles_heads", "articles", ["is_head", "sorted_at", "number"], unique=False)
    op.create_index("articles_sorted", "articles", ["sorted_at", "number"], unique=False)
    op.create_index(
        "articles_source", "articles", ["source_id", "sorted_at", "number"], unique=False
    )
    op.create_index("articles_story", "articles", ["story_id", "number"], unique=False)
    op.create_table(
        "crawls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("link_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("revised_count", sa.Integer(), nullable=False),
        sa.Column("reprint_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.Column("body_bytes", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("crawls_finished", "crawls", ["finished_at"], unique=False)
    op.create_index("crawls_source", "crawls", ["source_id", "finished_at"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task"),
    )
    op.create_table(
        "media",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "pending_links",
        sa.Column("number", KEY, nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("published_offset_s", sa.Integer(), nullable=True),
        sa.Column("published_precision", sa.String(length=8), nullable=True),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("url_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "pending_links_due", "pending_links", ["source_id", "next_try_at"], unique=False
    )
    op.create_table(
        "raw_records",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("payload_record_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["payload_record_id"],
            ["raw_records.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("file", "offset"),
        sqlite_autoincrement=True,
    )
    op.create_index("raw_records_digest", "raw_records", ["payload_digest"], unique=False)
    op.create_index("raw_records_payload", "raw_records", ["payload_record_id"], unique=False)
    op.create_index("raw_records_url", "raw_records", ["url_key", "fetched_at"], unique=False)
    op.create_table(
        "source_states",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("listing_digest", sa.Text(), nullable=True),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_news_at", sa.BigInteger(), nullable=True),
        sa.Column("next_run_at", sa.BigInteger(), nullable=True),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.Column("failure_text", sa.Text(), nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("is_walk_open", sa.Boolean(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=True),
        sa.Column("plan_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source_id"),
    )
    op.create_table(
        "tombstones",
        sa.Column("article_id", sa.String(length=26), nullable=False),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("taken_down_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adcodes", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("text_fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.create_index("tombstones_at", "tombstones", ["taken_down_at"], unique=False)
    op.create_index(
        "tombstones_text", "tombstones", ["text_fingerprint", "source_id"], unique=False
    )
    op.create_table(
        "article_checks",
        sa.Column("article", KEY, nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("next_check_at", sa.BigInteger(), nullable=True),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("article_checks_next", "article_checks", ["next_check_at"], unique=False)
    op.create_table(
        "article_districts",
        sa.Column("article", KEY, nullable=False),
        sa.Column("adcode", sa.String(length=6), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("sorted_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article", "adcode"),
    )
    op.create_index(
        "article_districts_changed", "article_districts", ["adcode", "changed_at"], unique=False
    )
    op.create_index(
        "article_districts_heads",
        "article_districts",
        ["adcode", "is_head", "sorted_at", "article"],
        unique=False,
    )
    op.create_index(
        "article_districts_sorted",
        "article_districts",
        ["adcode", "sorted_at", "article"],
        unique=False,
    )
    op.create_index(
        "article_districts_story",
        "article_districts",
        ["story_id", "adcode", "article"],
        unique=False,
    )
    op.create_index(
        "article_districts_town",
        "article_districts",
        ["town", "adcode", "sorted_at", "article"],
        unique=False,
    )
    op.create_table(
        "article_media",
        sa.Column("article", KEY, nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article", "url_key"),
    )
    op.create_index("article_media_url", "article_media", ["url_key"], unique=False)
    op.create_table(
        "article_urls",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("article", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("url_key"),
    )
    op.create_index("article_urls_article", "article_urls", ["article"], unique=False)
    op.create_table(
        "fingerprint_bands",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("article", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("band", "article"),
        sqlite_with_rowid=False,
    )
    op.create_index("fingerprint_bands_article", "fingerprint_bands", ["article"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("article", KEY, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("fingerprints_text", "fingerprints", ["text", "article"], unique=False)
    op.create_table(
        "media_urls",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["media.digest"],
        ),
        sa.PrimaryKeyConstraint("url_key"),
    )
    op.create_index("media_urls_digest", "media_urls", ["digest"], unique=False)
    op.create_table(
        "revision_pages",
        sa.Column("article", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("page", sa.SmallInteger(), nullable=False),
        sa.Column("raw_record_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.ForeignKeyConstraint(
            ["raw_record_id"],
            ["raw_records.id"],
        ),
        sa.PrimaryKeyConstraint("article", "revision", "page"),
    )
    op.create_index("revision_pages_raw", "revision_pages", ["raw_record_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("article", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("published_offset_s", sa.Integer(), nullable=True),
        sa.Column("published_precision", sa.String(length=8), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=True),
        sa.Column("content_fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw_record_id", KEY, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.ForeignKeyConstraint(
            ["raw_record_id"],
            ["raw_records.id"],
        ),
        sa.PrimaryKeyConstraint("article", "number"),
    )
    op.create_index("revisions_raw", "revisions", ["raw_record_id"], unique=False)
    op.create_table(
        "stories",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("original", KEY, nullable=True),
        sa.Column("original_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["original"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tombstone_urls",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["tombstones.article_id"],
        ),
        sa.PrimaryKeyConstraint("url_key"),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        op.execute(statement)
