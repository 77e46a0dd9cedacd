"""Keeping an article: everything that one page gives, written in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from storage import fingerprints, search_index
from storage.columns import to_microseconds
from storage.errors import TakenDownError, UnknownArticleError
from storage.ids import next_id
from storage.rows import content, published_columns, sorted_instant
from storage.schema import (
    article_districts,
    article_media,
    article_urls,
    articles,
    revision_pages,
    revisions,
    stories,
    tombstone_urls,
    tombstones,
)
from storage.schema import fingerprints as fingerprint_rows
from storage.sharing import share_districts
from storage.stories import begin_story, settle_heads
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

    from storage.model import NewArticle

#: Places of the full-text index in one second, before it runs over into the next.
_PLACES_A_SECOND = 16
#: Longer than any two crawls need between deciding on an article and keeping it.
_SAME_MOMENT = timedelta(minutes=5)


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
    keys = _keys(new)
    if _is_taken_down(connection, new, keys):
        raise TakenDownError(f"{new.canonical_url} was taken down and is not kept again")
    number = _number(connection, new, keys)
    if number is None:
        return _add(connection, new, keys, raw_records())
    before = connection.execute(select(articles).where(articles.c.number == number)).one()
    _add_urls(connection, number, keys)
    _change(
        connection, new, before, raw_records, is_page_seen=is_page_seen, is_revision=is_revision
    )
    return number


def add_alias(connection: Connection, number: int, canonical_url: str) -> None:
    """Let a further address lead to an article."""
    _add_urls(connection, number, (url_key(canonical_url),))


def _keys(new: NewArticle) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url_key(url) for url in (new.canonical_url, new.url)))


def _is_taken_down(connection: Connection, new: NewArticle, keys: tuple[str, ...]) -> bool:
    """Tell whether its address, or its text at the same source, was taken down."""
    at_address = select(tombstone_urls.c.url_key).where(tombstone_urls.c.url_key.in_(keys))
    if connection.scalar(at_address.limit(1)) is not None:
        return True
    same_text = select(tombstones.c.article_id).where(
        tombstones.c.text_fingerprint == new.fingerprints.text,
        tombstones.c.source_id == new.source_id,
    )
    return bool(new.fingerprints.bands) and connection.scalar(same_text.limit(1)) is not None


def _number(connection: Connection, new: NewArticle, keys: tuple[str, ...]) -> int | None:
    if new.article_id is not None:
        number: int | None = connection.scalar(
            select(articles.c.number).where(articles.c.id == new.article_id)
        )
        if number is None:
            raise UnknownArticleError(f"no article {new.article_id}")
    else:
        number = connection.scalar(
            select(article_urls.c.article).where(article_urls.c.url_key == keys[0])
        )
    return number


def _add(
    connection: Connection, new: NewArticle, keys: tuple[str, ...], raw_ids: tuple[int, ...]
) -> int:
    article_id = next_id(new.seen_at, _last_id(connection))
    story_id = (
        _standing_story(connection, new) or _story_of_same_text(connection, new) or article_id
    )
    sorted_at = sorted_instant(
        new.published_at, new.published_precision, new.seen_at, new.not_after
    )
    position = _free_position(connection, int(sorted_at.timestamp()))
    number: int = connection.execute(
        insert(articles)
        .values(
            id=article_id,
            story_id=story_id,
            position=position,
            source_id=new.source_id,
            first_seen_at=new.seen_at,
            revised_at=None,
            revision_number=1,
            sorted_at=sorted_at,
            changed_at=new.seen_at,
            status="live",
            withdrawn_at=None,
            is_head=True,
            is_backfilled=new.is_backfilled,
            **_current(new),
        )
        .returning(articles.c.number)
    ).scalar_one()
    _add_urls(connection, number, keys)
    _write_districts(
        connection, number, new, story_id, sorted_at, new.seen_at, is_backfilled=new.is_backfilled
    )
    _write_revision(connection, number, 1, new, raw_ids)
    _write_derived(connection, number, position, new, is_first=True)
    if story_id == article_id:
        begin_story(connection, story_id, number, new.seen_at)
    else:
        share_districts(connection, story_id)
        settle_heads(connection, story_id)
    return number


def _last_id(connection: Connection) -> str | None:
    """Return the greatest id ever given, to an article that stands or to one taken down."""
    given = (
        connection.scalar(select(func.max(articles.c.id))),
        connection.scalar(select(func.max(tombstones.c.article_id))),
    )
    return max((one for one in given if one is not None), default=None)


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
    values: dict[str, Any] = _current(new)
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
        _write_revision(connection, number, before.revision_number + 1, new, raw_records())
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
    _write_districts(
        connection,
        number,
        new,
        before.story_id,
        before.sorted_at,
        changed_at,
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
    _write_derived(connection, number, before.position, new, source_id=before.source_id)
    share_districts(connection, before.story_id)
    settle_heads(connection, before.story_id)


def _current(new: NewArticle) -> dict[str, Any]:
    """Return the columns that a revision may change."""
    return {
        "canonical_url": new.canonical_url,
        "url": new.url,
        "title": new.title,
        **published_columns(new.published_at, new.published_precision),
        "source_name": new.source_name,
        "authors": list(new.authors),
        "editors": [list(pair) for pair in new.editors],
        "breadcrumb": list(new.breadcrumb),
        "category": new.breadcrumb[-1] if new.breadcrumb else None,
        "republish": new.republish,
    }


def _write_revision(
    connection: Connection,
    number: int,
    revision_number: int,
    new: NewArticle,
    raw_ids: tuple[int, ...],
) -> None:
    connection.execute(
        insert(revisions).values(
            article=number,
            number=revision_number,
            seen_at=new.seen_at,
            title=new.title,
            **published_columns(new.published_at, new.published_precision),
            source_name=new.source_name,
            content_fingerprint=new.fingerprints.content,
            reason=new.reason,
            raw_record_id=raw_ids[0] if raw_ids else None,
            content=content(new.blocks, new.text, new.html, new.removed),
        )
    )
    if raw_ids[1:]:
        connection.execute(
            insert(revision_pages),
            [
                {"article": number, "revision": revision_number, "page": page, "raw_record_id": id_}
                for page, id_ in enumerate(raw_ids[1:], start=2)
            ],
        )


def _write_districts(
    connection: Connection,
    number: int,
    new: NewArticle,
    story_id: str,
    sorted_at: object,
    changed_at: object,
    *,
    is_backfilled: bool,
) -> None:
    rows = {
        district.adcode: {
            "article": number,
            "adcode": district.adcode,
            "place": place,
            "evidence": district.evidence,
            "town": district.town,
            "story_id": story_id,
            "sorted_at": sorted_at,
            "changed_at": changed_at,
            "is_head": True,
            "is_backfilled": is_backfilled,
        }
        for place, district in reversed(list(enumerate(new.districts)))
    }
    if rows:
        connection.execute(insert(article_districts), list(rows.values()))


def _write_derived(
    connection: Connection,
    number: int,
    position: int,
    new: NewArticle,
    *,
    source_id: str | None = None,
    is_first: bool = False,
) -> None:
    if not is_first:
        fingerprints.forget(connection, number)
    fingerprints.write(connection, number, new.fingerprints)
    search_index.add(
        connection,
        position,
        title=new.title,
        body=new.text,
        adcodes={district.adcode for district in new.districts},
        source_id=source_id or new.source_id,
    )
    if is_first:
        keys = {url_key(b.url) for b in new.blocks if b.kind == "image" and b.url}
        _add_pictures(connection, number, keys)
    else:
        _settle_pictures(connection, number)


def _settle_pictures(connection: Connection, number: int) -> None:
    """Put down the pictures of every revision: what was shown once is never collected."""
    shown = {
        url_key(url)
        for kept in connection.scalars(
            select(revisions.c.content).where(revisions.c.article == number)
        )
        for kind, _, _, url, _ in kept["blocks"]
        if kind == "image" and url
    }
    known = set(
        connection.scalars(select(article_media.c.url_key).where(article_media.c.article == number))
    )
    for gone in known - shown:
        connection.execute(
            delete(article_media).where(
                article_media.c.article == number, article_media.c.url_key == gone
            )
        )
    _add_pictures(connection, number, shown - known)


def _add_pictures(connection: Connection, number: int, keys: set[str]) -> None:
    if keys:
        connection.execute(
            insert(article_media),
            [{"article": number, "url_key": key} for key in sorted(keys)],
        )


def _add_urls(connection: Connection, number: int, keys: tuple[str, ...]) -> None:
    known = set(
        connection.scalars(select(article_urls.c.url_key).where(article_urls.c.url_key.in_(keys)))
    )
    rows = [{"url_key": key, "article": number} for key in keys if key not in known]
    if rows:
        connection.execute(insert(article_urls), rows)


def _standing_story(connection: Connection, new: NewArticle) -> str | None:
    """Return the story that it is to join, unless its last article was taken down meanwhile."""
    if new.story_id is None:
        return None
    return connection.scalar(select(stories.c.id).where(stories.c.id == new.story_id))


def _story_of_same_text(connection: Connection, new: NewArticle) -> str | None:
    """Return the story of the very same text when another crawl met it a moment ago.

    Two crawls at once may each have found nothing alike; what was there before is the
    caller's to judge.
    """
    if not new.fingerprints.bands:
        return None
    return connection.scalar(
        select(articles.c.story_id)
        .join(fingerprint_rows, fingerprint_rows.c.article == articles.c.number)
        .where(
            fingerprint_rows.c.text == new.fingerprints.text,
            articles.c.first_seen_at >= new.seen_at - _SAME_MOMENT,
        )
        .order_by(articles.c.number)
        .limit(1)
    )


def _free_position(connection: Connection, second: int) -> int:
    """Return the first free place of the full-text index from a second on."""
    wanted = max(second, 0) * _PLACES_A_SECOND
    while True:
        taken = connection.scalars(
            select(articles.c.position)
            .where(articles.c.position >= wanted, articles.c.position < wanted + _PLACES_A_SECOND)
            .order_by(articles.c.position)
        )
        for position in taken:
            if position != wanted:
                return wanted
            wanted += 1
        if wanted % _PLACES_A_SECOND:
            return wanted
        if not connection.scalar(select(articles.c.position).where(articles.c.position == wanted)):
            return wanted
