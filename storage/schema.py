"""The tables, for SQLite and PostgreSQL alike.

An article has two keys: ``id`` is what the world sees and never changes, ``number`` is a small
integer by which the other tables refer to it; both grow in the order of first sight.
The full-text index differs between the two databases and is made by the migrations and used by
``storage.search`` alone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Instant, Json, Key, PackedJson

metadata = MetaData()

#: the tables in an order in which each comes after those that it refers to
articles = Table(
    "articles",
    metadata,
    Column("number", Key, primary_key=True),
    Column("id", String(26), nullable=False),
    Column("story_id", String(26), nullable=False),
    #: place in the full-text index: grows with ``sorted_at``, unique
    Column("position", BigInteger, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Instant),
    #: the source's own offset from UTC, seconds
    Column("published_offset_s", Integer),
    Column("published_precision", String(8)),
    Column("first_seen_at", Instant, nullable=False),
    Column("revised_at", Instant),
    Column("revision_number", Integer, nullable=False),
    Column("sorted_at", Instant, nullable=False),
    #: last time that anything a reader sees has changed: first sight, revision, withdrawal
    Column("changed_at", Instant, nullable=False),
    Column("source_name", Text),
    Column("authors", Json, nullable=False),
    Column("editors", Json, nullable=False),
    Column("breadcrumb", Json, nullable=False),
    #: last level of the breadcrumb
    Column("category", Text),
    Column("republish", String(8), nullable=False),
    Column("status", String(10), nullable=False),
    Column("withdrawn_at", Instant),
    #: represents its story in feeds that carry a story once: the first seen of those that stand
    Column("is_head", Boolean(create_constraint=False), nullable=False),
    #: taken in when it was old already: kept and listed, and no news
    Column("is_backfilled", Boolean(create_constraint=False), nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("position"),
    Index("articles_sorted", "sorted_at", "number"),
    Index("articles_heads", "is_head", "sorted_at", "number"),
    Index("articles_live", "is_head", "is_backfilled", "sorted_at", "number"),
    Index("articles_source", "source_id", "sorted_at", "number"),
    Index("articles_category", "category", "sorted_at", "number"),
    Index("articles_changed", "changed_at"),
    Index("articles_story", "story_id", "number"),
    sqlite_autoincrement=True,
)

revisions = Table(
    "revisions",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Instant),
    Column("published_offset_s", Integer),
    Column("published_precision", String(8)),
    Column("source_name", Text),
    Column("content_fingerprint", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw_record_id", Key, ForeignKey("raw_records.id")),
    #: ``{"blocks": [[kind, text, html, url, alt]…], "text", "html", "removed": [[rule, text]…]}``
    Column("content", PackedJson, nullable=False),
    PrimaryKeyConstraint("article", "number"),
    Index("revisions_raw", "raw_record_id"),
)

#: the further pages of a revision that was made from several; the first stands in ``revisions``
revision_pages = Table(
    "revision_pages",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    Column("revision", Integer, nullable=False),
    #: counted from 2
    Column("page", SmallInteger, nullable=False),
    Column("raw_record_id", Key, ForeignKey("raw_records.id"), nullable=False),
    PrimaryKeyConstraint("article", "revision", "page"),
    Index("revision_pages_raw", "raw_record_id"),
)

article_urls = Table(
    "article_urls",
    metadata,
    #: canonical address without its scheme, so that http and https meet
    Column("url_key", Text, primary_key=True),
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    Index("article_urls_article", "article"),
)

article_districts = Table(
    "article_districts",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    Column("adcode", String(6), nullable=False),
    #: order in which the assignments were made
    Column("place", SmallInteger, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("town", Text),
    #: copies of the article's own, so that a district's feed is one walk along one index
    Column("story_id", String(26), nullable=False),
    Column("sorted_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    #: represents its story in this district
    Column("is_head", Boolean(create_constraint=False), nullable=False),
    Column("is_backfilled", Boolean(create_constraint=False), nullable=False),
    PrimaryKeyConstraint("article", "adcode"),
    Index("article_districts_sorted", "adcode", "sorted_at", "article"),
    Index("article_districts_heads", "adcode", "is_head", "sorted_at", "article"),
    Index("article_districts_live", "adcode", "is_head", "is_backfilled", "sorted_at", "article"),
    Index("article_districts_town", "town", "adcode", "sorted_at", "article"),
    Index("article_districts_changed", "adcode", "changed_at"),
    Index("article_districts_story", "story_id", "adcode", "article"),
)

stories = Table(
    "stories",
    metadata,
    #: the id of the article that began it
    Column("id", String(26), primary_key=True),
    Column("created_at", Instant, nullable=False),
    #: the article that the others were taken from, as far as can be told
    Column("original", Key, ForeignKey("articles.number")),
    Column("original_reason", Text, nullable=False),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), primary_key=True),
    Column("content", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("fingerprints_text", "text", "article"),
)

fingerprint_bands = Table(
    "fingerprint_bands",
    metadata,
    Column("band", BigInteger, nullable=False),
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    PrimaryKeyConstraint("band", "article"),
    Index("fingerprint_bands_article", "article"),
    sqlite_with_rowid=False,
)

article_checks = Table(
    "article_checks",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), primary_key=True),
    Column("checked_at", Instant, nullable=False),
    #: when the page should be looked at again; None: never
    Column("next_check_at", Instant),
    #: answers in a row that say that the page is gone
    Column("missing_count", Integer, nullable=False),
    Column("missing_since", Instant),
    #: of the page's last answer, exactly as sent; the next look asks with them
    Column("etag", Text),
    Column("last_modified", Text),
    Index("article_checks_next", "next_check_at"),
)

raw_records = Table(
    "raw_records",
    metadata,
    Column("id", Key, primary_key=True),
    Column("file", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    #: ``response`` or ``revisit``
    Column("kind", String(8), nullable=False),
    Column("url_key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("status", Integer, nullable=False),
    Column("payload_bytes", BigInteger, nullable=False),
    #: ``sha256:`` and 64 hexadecimal digits, of the entity as received
    Column("payload_digest", Text, nullable=False),
    #: for a revisit, the record that holds the payload
    Column("payload_record_id", Key, ForeignKey("raw_records.id")),
    UniqueConstraint("file", "offset"),
    Index("raw_records_url", "url_key", "fetched_at"),
    Index("raw_records_digest", "payload_digest"),
    Index("raw_records_payload", "payload_record_id"),
    sqlite_autoincrement=True,
)

source_states = Table(
    "source_states",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("listing_digest", Text),
    Column("last_attempt_at", Instant),
    Column("last_success_at", Instant),
    Column("last_news_at", Instant),
    Column("next_run_at", Instant),
    Column("failure_count", Integer, nullable=False),
    Column("failure_kind", Text),
    Column("failure_text", Text),
    Column("is_paused", Boolean(create_constraint=False), nullable=False),
    Column("is_walk_open", Boolean(create_constraint=False), nullable=False),
    Column("rhythm", Text),
    Column("plan_reason", Text),
)

pending_links = Table(
    "pending_links",
    metadata,
    #: grows in the order in which links are to be followed
    Column("number", Key, primary_key=True),
    Column("url_key", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published_at", Instant),
    #: the source's own offset from UTC, seconds
    Column("published_offset_s", Integer),
    Column("published_precision", String(8)),
    Column("found_at", Instant, nullable=False),
    Column("attempt_count", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("failure_kind", Text),
    UniqueConstraint("url_key"),
    Index("pending_links_due", "source_id", "next_try_at"),
    sqlite_autoincrement=True,
)

crawls = Table(
    "crawls",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("link_count", Integer, nullable=False),
    Column("new_count", Integer, nullable=False),
    Column("revised_count", Integer, nullable=False),
    Column("reprint_count", Integer, nullable=False),
    Column("unchanged_count", Integer, nullable=False),
    Column("failed_count", Integer, nullable=False),
    Column("request_count", Integer, nullable=False),
    Column("body_bytes", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Index("crawls_source", "source_id", "finished_at"),
    Index("crawls_finished", "finished_at"),
    sqlite_autoincrement=True,
)

media = Table(
    "media",
    metadata,
    #: ``sha256`` of the bytes, 64 hexadecimal digits; also its place on disk
    Column("digest", String(64), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("byte_count", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("stored_at", Instant, nullable=False),
)

media_urls = Table(
    "media_urls",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("digest", String(64), ForeignKey("media.digest")),
    Column("fetched_at", Instant, nullable=False),
    #: why there is no picture, such as ``svg`` or ``too large``; empty when there is one
    Column("refusal", Text, nullable=False),
    Index("media_urls_digest", "digest"),
)

article_media = Table(
    "article_media",
    metadata,
    Column("article", Key, ForeignKey("articles.number"), nullable=False),
    Column("url_key", Text, nullable=False),
    PrimaryKeyConstraint("article", "url_key"),
    Index("article_media_url", "url_key"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("article_id", String(26), primary_key=True),
    Column("story_id", String(26), nullable=False),
    Column("taken_down_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    #: districts whose feeds carried it
    Column("adcodes", Json, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("text_fingerprint", Text, nullable=False),
    Index("tombstones_at", "taken_down_at"),
    Index("tombstones_text", "text_fingerprint", "source_id"),
)

tombstone_urls = Table(
    "tombstone_urls",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("article_id", String(26), ForeignKey("tombstones.article_id"), nullable=False),
)

#: how far a long task has come, so that it goes on after a kill
cursors = Table(
    "cursors",
    metadata,
    Column("task", Text, primary_key=True),
    Column("value", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

#: how each host is to be asked: what fetching knows of it, in its own form
host_states = Table(
    "host_states",
    metadata,
    #: ``host`` or ``host:port``
    Column("host", Text, primary_key=True),
    Column("state", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

robots_copies = Table(
    "robots_copies",
    metadata,
    #: ``scheme://host[:port]``
    Column("origin", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

#: what we cost each host by day
host_days = Table(
    "host_days",
    metadata,
    #: ``2026-03-12``
    Column("day", String(10), nullable=False),
    Column("host", Text, nullable=False),
    Column("request_count", BigInteger, nullable=False),
    Column("body_bytes", BigInteger, nullable=False),
    Column("not_modified_count", BigInteger, nullable=False),
    Column("failure_count", BigInteger, nullable=False),
    PrimaryKeyConstraint("day", "host"),
)
