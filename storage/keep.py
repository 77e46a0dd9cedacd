"""Keeping an article: everything that one page gives, written in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from storage import article_rows as rows
from storage import fingerprints, search_index
from storage.columns import to_microseconds
from storage.errors import TakenDownError
from storage.ids import next_id
from storage.known import known_of, number_of, story_of
from storage.rows import content, sorted_instant
from storage.schema import article_districts, article_urls, articles, revisions
from storage.sharing import share_districts
from storage.stories import begin_story, settle_heads
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

    from storage.known import Known
    from storage.model import NewArticle


def keep(
    connection: Connection,
    new: NewArticle,
    raw_records: Callable[[], tuple[int, ...]],
    *,
    is_page_seen: bool = True,
    is_revision: bool | None = None,
) -> int:
    """Write an article or what has become of it; return its number.

    ``raw_records`` is called once it is certain that something will be written, and gives the
    records that the raw pages were kept as, in the order of the pages.  An address that is known
    already is never kept as a second article, whatever the caller believed: a page that two
    crawls fetched at once stays one.  ``is_page_seen`` tells that the page stands, so that a
    withdrawn article is live again; ``is_revision`` tells whether the content is another, where the
    caller knows better than the fingerprints, which may be of another version.
    Raises TakenDownError, UnknownArticleError; ValueError for a naive datetime.
    """
    for instant in (new.seen_at, new.published_at):
        if instant is not None:
            to_microseconds(instant)
    known = known_of(connection, new)
    if known.is_taken_down:
        raise TakenDownError(f"{new.canonical_url} was taken down and is not kept again")
    number = known.number if new.article_id is None else number_of(connection, new.article_id)
    if number is None:
        return _add(connection, new, known, raw_records())
    before = connection.execute(select(articles).where(articles.c.number == number)).one()
    rows.add_urls(connection, number, known.fresh_keys)
    _change(
        connection, new, before, raw_records, is_page_seen=is_page_seen, is_revision=is_revision
    )
    return number


def add_alias(connection: Connection, number: int, canonical_url: str) -> None:
    """Let a further address lead to an article, unless it leads to one."""
    key = url_key(canonical_url)
    holder = connection.scalar(select(article_urls.c.article).where(article_urls.c.url_key == key))
    rows.add_urls(connection, number, (key,) if holder is None else ())


def _add(connection: Connection, new: NewArticle, known: Known, raw_ids: tuple[int, ...]) -> int:
    article_id = next_id(new.seen_at, known.last_id)
    story_id = story_of(connection, new) or article_id
    sorted_at = sorted_instant(
        new.published_at, new.published_precision, new.seen_at, new.not_after
    )
    number, position = rows.add_article(
        connection, new, article_id=article_id, story_id=story_id, sorted_at=sorted_at
    )
    rows.add_urls(connection, number, known.fresh_keys)
    rows.add_districts(
        connection,
        number,
        new,
        story_id=story_id,
        sorted_at=sorted_at,
        changed_at=new.seen_at,
        is_backfilled=new.is_backfilled,
    )
    rows.add_revision(connection, number, 1, new, raw_ids)
    rows.add_derived(connection, number, position, new, source_id=new.source_id)
    rows.add_pictures(connection, number, new)
    if story_id == article_id:
        begin_story(connection, story_id, number, new.seen_at)
    else:
        share_districts(connection, story_id)
        settle_heads(connection, story_id)
    return number


def _change(
    connection: Connection,
    new: NewArticle,
    before: Row[Any],
    raw_records: Callable[[], tuple[int, ...]],
    *,
    is_page_seen: bool,
    is_revision: bool | None,
) -> None:
    """Write a revision when the content is another; else only mend what stands beside it."""
    number = before.number
    former = connection.execute(
        select(revisions).where(
            revisions.c.article == number, revisions.c.number == before.revision_number
        )
    ).one()
    adcodes = connection.scalars(
        select(article_districts.c.adcode).where(article_districts.c.article == number)
    ).all()
    is_material = (
        former.content_fingerprint != new.fingerprints.content
        if is_revision is None
        else is_revision
    )
    values: dict[str, Any] = rows.current_columns(new)
    is_back = is_page_seen and before.status != "live"
    if is_back:
        values |= {"status": "live", "withdrawn_at": None}
    changed_at = before.changed_at
    if is_material or is_back:
        changed_at = max(changed_at, new.seen_at)
    if is_material:
        values["revised_at"] = changed_at
        values["revision_number"] = before.revision_number + 1
    connection.execute(
        update(articles).where(articles.c.number == number).values(**values, changed_at=changed_at)
    )
    if is_material:
        rows.add_revision(connection, number, before.revision_number + 1, new, raw_records())
    else:
        connection.execute(
            update(revisions)
            .where(revisions.c.article == number, revisions.c.number == former.number)
            .values(
                title=new.title,
                content=content(new.blocks, new.text, new.html, new.removed),
                content_fingerprint=new.fingerprints.content,
            )
        )
    connection.execute(delete(article_districts).where(article_districts.c.article == number))
    rows.add_districts(
        connection,
        number,
        new,
        story_id=before.story_id,
        sorted_at=before.sorted_at,
        changed_at=changed_at,
        is_backfilled=before.is_backfilled,
    )
    search_index.remove(
        connection,
        before.position,
        title=before.title,
        body=former.content["text"],
        adcodes=adcodes,
        source_id=before.source_id,
    )
    fingerprints.forget(connection, number)
    rows.add_derived(connection, number, before.position, new, source_id=before.source_id)
    rows.settle_pictures(connection, number)
    share_districts(connection, before.story_id)
    settle_heads(connection, before.story_id)
