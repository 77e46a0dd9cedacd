"""Taking an article down: gone everywhere, with a tombstone that keeps it from coming back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select, union, update

from storage import fingerprints, search_index
from storage.database import reading, writing
from storage.errors import UnknownArticleError
from storage.ids import time_of
from storage.media import picture_of_row
from storage.schema import (
    article_checks,
    article_districts,
    article_media,
    article_urls,
    articles,
    cursors,
    media,
    media_urls,
    raw_records,
    revision_pages,
    revisions,
    stories,
    tombstone_urls,
    tombstones,
)
from storage.schema import fingerprints as fingerprint_rows
from storage.sharing import share_districts
from storage.stories import settle_heads

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row

    from storage.media import Media
    from storage.raw import RawPages

_TASK = "takedown:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of an article that was taken down: nothing of its content."""

    article_id: str
    story_id: str
    source_id: str
    #: districts whose feeds carried it
    adcodes: tuple[str, ...]
    taken_down_at: datetime
    reason: str

    @property
    def first_seen_at(self) -> datetime:
        """When the article was first seen: its id tells."""
        return time_of(self.article_id)


class Takedowns:
    """The takedowns of an archive.

    The rows go in one transaction, which also notes what is to be wiped from the WARC and picture
    files; wiping follows, and is taken up again by ``finish`` when it was cut short.
    """

    def __init__(self, engine: Engine, raw_pages: RawPages, pictures: Media) -> None:
        self._engine = engine
        self._raw_pages = raw_pages
        self._pictures = pictures

    def take_down(self, article_id: str, reason: str, *, at: datetime) -> Tombstone:
        """Remove an article: text, revisions, pictures, raw pages, search; leave a tombstone.

        Its addresses are never kept again.  Other publications of its story stay.
        Raises UnknownArticleError.
        """
        with writing(self._engine) as connection:
            if connection.dialect.name == "sqlite":
                # What is deleted must not be readable in the file's free pages either.
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            article = connection.execute(
                select(articles).where(articles.c.id == article_id)
            ).one_or_none()
            if article is None:
                raise UnknownArticleError(f"no article {article_id}")
            tombstone = _bury(connection, article, reason, at)
            wiping = _remove(connection, article)
            connection.execute(
                insert(cursors).values(task=_TASK + article_id, value=wiping, updated_at=at)
            )
        self.finish()
        return tombstone

    def finish(self) -> int:
        """Wipe what takedowns have left to wipe; return how many were finished."""
        with reading(self._engine) as connection:
            tasks = connection.execute(
                select(cursors.c.task, cursors.c.value).where(cursors.c.task.startswith(_TASK))
            ).all()
        for task in tasks:
            for file, offset, length in task.value["raw"]:
                self._raw_pages.wipe(file, offset, length)
            for file_name in task.value["pictures"]:
                (self._pictures.directory / file_name[:2] / file_name).unlink(missing_ok=True)
            with writing(self._engine) as connection:
                connection.execute(delete(cursors).where(cursors.c.task == task.task))
        return len(tasks)

    def all(self, *, since: datetime | None = None) -> tuple[Tombstone, ...]:
        """Return the tombstones, newest first."""
        statement = select(tombstones).order_by(
            tombstones.c.taken_down_at.desc(), tombstones.c.article_id.desc()
        )
        if since is not None:
            statement = statement.where(tombstones.c.taken_down_at >= since)
        with reading(self._engine) as connection:
            return tuple(_tombstone(row) for row in connection.execute(statement))

    def get(self, article_id: str) -> Tombstone | None:
        """Return the tombstone of an article; None when it was not taken down."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(tombstones).where(tombstones.c.article_id == article_id)
            ).one_or_none()
        return None if row is None else _tombstone(row)


def _bury(connection: Connection, article: Row[Any], reason: str, at: datetime) -> Tombstone:
    adcodes = connection.scalars(
        select(article_districts.c.adcode)
        .where(article_districts.c.article == article.number)
        .order_by(article_districts.c.place)
    ).all()
    text_hash = connection.scalar(
        select(fingerprint_rows.c.text).where(fingerprint_rows.c.article == article.number)
    )
    connection.execute(
        insert(tombstones).values(
            article_id=article.id,
            story_id=article.story_id,
            source_id=article.source_id,
            taken_down_at=at,
            reason=reason,
            adcodes=list(adcodes),
            text_fingerprint=text_hash or "",
        )
    )
    keys = connection.scalars(
        select(article_urls.c.url_key).where(article_urls.c.article == article.number)
    ).all()
    connection.execute(
        insert(tombstone_urls), [{"url_key": key, "article_id": article.id} for key in keys]
    )
    return Tombstone(
        article_id=article.id,
        story_id=article.story_id,
        source_id=article.source_id,
        adcodes=tuple(adcodes),
        taken_down_at=at,
        reason=reason,
    )


def _remove(connection: Connection, article: Row[Any]) -> dict[str, Any]:
    """Delete every row of an article; return the bytes and files to wipe."""
    number = article.number
    newest = connection.execute(
        select(revisions).where(
            revisions.c.article == number, revisions.c.number == article.revision_number
        )
    ).one()
    adcodes = connection.scalars(
        select(article_districts.c.adcode).where(article_districts.c.article == number)
    ).all()
    search_index.remove(
        connection,
        article.position,
        title=article.title,
        body=newest.content["text"],
        adcodes=adcodes,
        source_id=article.source_id,
    )
    records = _raw_records(connection, number)
    pictures = _remove_pictures(connection, number)
    fingerprints.forget(connection, number)
    for table in (article_districts, article_checks, article_urls, revision_pages, revisions):
        connection.execute(delete(table).where(table.c.article == number))
    _leave_story(connection, article)
    connection.execute(delete(articles).where(articles.c.number == number))
    share_districts(connection, article.story_id)
    settle_heads(connection, article.story_id)
    ids = [record.id for record in records]
    connection.execute(delete(raw_records).where(raw_records.c.id.in_(ids)))
    return {
        "raw": [[record.file, record.offset, record.length] for record in records],
        "pictures": pictures,
    }


def _raw_records(connection: Connection, number: int) -> list[Row[Any]]:
    """Return every raw page of an article: of its revisions, of its addresses, same bytes.

    A page that another article was made from stays, and so does the record that holds its bytes.
    """
    of_revisions = union(
        select(revisions.c.raw_record_id).where(
            revisions.c.article == number, revisions.c.raw_record_id.is_not(None)
        ),
        select(revision_pages.c.raw_record_id).where(revision_pages.c.article == number),
    )
    of_urls = select(article_urls.c.url_key).where(article_urls.c.article == number)
    digests = connection.scalars(
        select(raw_records.c.payload_digest).where(
            or_(raw_records.c.id.in_(of_revisions), raw_records.c.url_key.in_(of_urls))
        )
    ).all()
    elsewhere = union(
        select(revisions.c.raw_record_id).where(
            revisions.c.article != number, revisions.c.raw_record_id.is_not(None)
        ),
        select(revision_pages.c.raw_record_id).where(revision_pages.c.article != number),
    )
    referring = raw_records.alias("referring")
    return list(
        connection.execute(
            select(raw_records).where(
                raw_records.c.payload_digest.in_(digests),
                raw_records.c.id.not_in(elsewhere),
                ~select(referring.c.id)
                .where(
                    referring.c.payload_record_id == raw_records.c.id, referring.c.id.in_(elsewhere)
                )
                .exists(),
            )
        )
    )


def _remove_pictures(connection: Connection, number: int) -> list[str]:
    """Delete the pictures that no other article shows; return their file names."""
    keys = connection.scalars(
        select(article_media.c.url_key).where(article_media.c.article == number)
    ).all()
    connection.execute(delete(article_media).where(article_media.c.article == number))
    gone = []
    for row in connection.execute(
        select(media)
        .join(media_urls, media_urls.c.digest == media.c.digest)
        .where(media_urls.c.url_key.in_(keys))
        .distinct()
    ).all():
        is_shown = connection.scalar(
            select(func.count())
            .select_from(article_media)
            .join(media_urls, media_urls.c.url_key == article_media.c.url_key)
            .where(media_urls.c.digest == row.digest)
        )
        if is_shown:
            continue
        connection.execute(delete(media_urls).where(media_urls.c.digest == row.digest))
        connection.execute(delete(media).where(media.c.digest == row.digest))
        gone.append(picture_of_row(row).file_name)
    return gone


def _leave_story(connection: Connection, article: Row[Any]) -> None:
    """Take an article out of its story, which ends with its last article."""
    next_one = connection.scalar(
        select(func.min(articles.c.number)).where(
            articles.c.story_id == article.story_id, articles.c.number != article.number
        )
    )
    if next_one is None:
        connection.execute(delete(stories).where(stories.c.id == article.story_id))
        return
    connection.execute(
        update(stories)
        .where(stories.c.id == article.story_id, stories.c.original == article.number)
        .values(original=next_one, original_reason="first seen of those that stand")
    )


def _tombstone(row: Row[Any]) -> Tombstone:
    return Tombstone(
        article_id=row.article_id,
        story_id=row.story_id,
        source_id=row.source_id,
        adcodes=tuple(row.adcodes),
        taken_down_at=row.taken_down_at,
        reason=row.reason,
    )
