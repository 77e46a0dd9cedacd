"""What the archive knows of an article before it is kept, asked in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.errors import UnknownArticleError
from storage.schema import article_urls, articles, fingerprints, stories, tombstone_urls, tombstones
from storage.urls import url_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.model import NewArticle

#: Longer than any two crawls need between deciding on an article and keeping it.
_SAME_MOMENT = timedelta(minutes=5)

# Statements are made once: to make one costs several times what the databases take to run it.
_KNOWN = select(
    select(tombstone_urls.c.article_id)
    .where(tombstone_urls.c.url_key.in_((bindparam("canonical"), bindparam("other"))))
    .limit(1)
    .scalar_subquery()
    .label("gone_from_address"),
    select(tombstones.c.article_id)
    .where(
        tombstones.c.text_fingerprint == bindparam("text_fingerprint"),
        tombstones.c.source_id == bindparam("source_id"),
    )
    .limit(1)
    .scalar_subquery()
    .label("gone_text"),
    select(article_urls.c.article)
    .where(article_urls.c.url_key == bindparam("canonical"))
    .scalar_subquery()
    .label("at_canonical"),
    select(article_urls.c.article)
    .where(article_urls.c.url_key == bindparam("other"))
    .scalar_subquery()
    .label("at_other"),
    select(func.max(articles.c.id)).scalar_subquery().label("last_id"),
    select(func.max(tombstones.c.article_id)).scalar_subquery().label("last_gone_id"),
)
_NUMBER = select(articles.c.number).where(articles.c.id == bindparam("article_id"))
_STORY = select(stories.c.id).where(stories.c.id == bindparam("story_id"))
_STORY_OF_TEXT = (
    select(articles.c.story_id)
    .join(fingerprints, fingerprints.c.article == articles.c.number)
    .where(
        fingerprints.c.text == bindparam("text_fingerprint"),
        articles.c.first_seen_at >= bindparam("since"),
    )
    .order_by(articles.c.number)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the addresses and the text of an article that is to be kept."""

    #: the article that its address leads to; None for a first sight
    number: int | None
    #: its address, or its text at the same source, was taken down
    is_taken_down: bool
    #: the greatest id ever given, to an article that stands or to one taken down
    last_id: str | None
    #: those of its addresses that lead to no article yet
    fresh_keys: tuple[str, ...]


def known_of(connection: Connection, new: NewArticle) -> Known:
    """Return what is known of the addresses and the text of an article."""
    canonical, other = url_key(new.canonical_url), url_key(new.url)
    row = connection.execute(
        _KNOWN,
        {
            "canonical": canonical,
            "other": other,
            "text_fingerprint": new.fingerprints.text,
            "source_id": new.source_id,
        },
    ).one()
    held = {canonical: row.at_canonical, other: row.at_other}
    return Known(
        number=row.at_canonical,
        # A text too short to be told apart by its bands is no proof.
        is_taken_down=row.gone_from_address is not None
        or (bool(new.fingerprints.bands) and row.gone_text is not None),
        last_id=max((one for one in (row.last_id, row.last_gone_id) if one), default=None),
        fresh_keys=tuple(key for key, holder in held.items() if holder is None),
    )


def number_of(connection: Connection, article_id: str) -> int:
    """Return the number of an article.  Raises UnknownArticleError when there is none."""
    number: int | None = connection.scalar(_NUMBER, {"article_id": article_id})
    if number is None:
        raise UnknownArticleError(f"no article {article_id}")
    return number


def story_of(connection: Connection, new: NewArticle) -> str | None:
    """Return the story that an article joins; None when it begins one.

    The story that was decided on, unless its last article was taken down meanwhile; else that of
    the very same text when another crawl met it a moment ago: two crawls at once may each have
    found nothing alike.  What was there before is the caller's to judge.
    """
    if new.story_id is not None:
        standing: str | None = connection.scalar(_STORY, {"story_id": new.story_id})
        if standing is not None:
            return standing
    if not new.fingerprints.bands:
        return None
    return connection.scalar(
        _STORY_OF_TEXT,
        {"text_fingerprint": new.fingerprints.text, "since": new.seen_at - _SAME_MOMENT},
    )
