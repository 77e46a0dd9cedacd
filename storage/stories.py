"""Stories: which articles belong together, which of them stands for the rest, which came first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import bindparam, insert, select, update

from storage.database import reading
from storage.model import OF_STORY, Article, Story
from storage.rows import ARTICLES, by_numbers, published, read_articles
from storage.schema import article_districts, articles, stories

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Select


#: far below the number of variables that one statement may have, in both databases
_BATCH = 500
_BEGIN = insert(stories)
#: A form that a site publishes every day is a story without end; who began it is among the first.
_MAX_MEMBERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, as far as it tells where the text comes from."""

    article_id: str
    source_id: str
    source_name: str | None
    #: with the source's own offset
    published_at: datetime | None
    published_precision: str | None


#: From a story's articles, in the order of first sight, to the original's id and the reason.
Choose: TypeAlias = "Callable[[tuple[Member, ...]], tuple[str, str]]"


class Stories:
    """What the archive knows of stories."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, story_id: str) -> Story | None:
        """Return a story; None when none has this id."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(stories, articles.c.id.label("original_id"))
                .join(articles, articles.c.number == stories.c.original)
                .where(stories.c.id == story_id)
            ).one_or_none()
            if row is None:
                return None
            members = connection.scalars(
                select(articles.c.id)
                .where(articles.c.story_id == story_id)
                .order_by(articles.c.number)
            )
            return Story(
                id=row.id,
                created_at=row.created_at,
                original_id=row.original_id,
                original_reason=row.original_reason,
                article_ids=tuple(members),
            )

    def publications(self, story_id: str) -> tuple[Article, ...]:
        """Return the articles of a story in the order of first sight; may be empty."""
        with reading(self._engine) as connection:
            return read_articles(
                connection,
                ARTICLES.where(articles.c.story_id == story_id).order_by(articles.c.number),
            )

    def publications_of(self, story_ids: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """Return the articles of those stories that have several, in the order of first sight.

        Most have one, and cost no more than being looked at.
        """
        members: dict[str, list[int]] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(story_ids), _BATCH):
                rows = connection.execute(
                    select(articles.c.story_id, articles.c.number)
                    .where(articles.c.story_id.in_(story_ids[start : start + _BATCH]))
                    .order_by(articles.c.number)
                )
                for row in rows:
                    members.setdefault(row.story_id, []).append(row.number)
            several = {story: numbers for story, numbers in members.items() if len(numbers) > 1}
            return {story: by_numbers(connection, numbers) for story, numbers in several.items()}


def begin_story(connection: Connection, story_id: str, number: int, seen_at: datetime) -> None:
    """Begin a story with its first article."""
    connection.execute(
        _BEGIN,
        {
            "id": story_id,
            "created_at": seen_at,
            "original": number,
            "original_reason": "first seen",
        },
    )


def find_original(connection: Connection, story_id: str, choose: Choose) -> None:
    """Let ``choose`` say which article the others were taken from; it gets the first ones."""
    members = tuple(
        Member(
            article_id=row.id,
            source_id=row.source_id,
            source_name=row.source_name,
            published_at=published(row),
            published_precision=row.published_precision,
        )
        for row in connection.execute(_MEMBERS, {"story": story_id})
    )
    standing = connection.execute(_ORIGINAL, {"story": story_id}).one_or_none()
    if not members or standing is None:
        return
    article_id, reason = choose(members)
    if (article_id, reason) != tuple(standing):
        _set_original(connection, story_id, article_id, reason)


def _set_original(connection: Connection, story_id: str, article_id: str, reason: str) -> None:
    number = connection.execute(
        select(articles.c.number).where(
            articles.c.id == article_id, articles.c.story_id == story_id
        )
    ).scalar_one()
    connection.execute(
        update(stories)
        .where(stories.c.id == story_id)
        .values(original=number, original_reason=reason)
    )


def settle_heads(connection: Connection, story_id: str) -> None:
    """Say anew which articles stand for a story: the first seen, overall and in each district.

    The first stays what it is when others join, so a subscriber is never shown a story twice.  One
    that is in a district only because another publication says so, or that was old when it was
    taken in, stands for the story only where there is no other.
    """
    connection.execute(_SETTLE_HEAD, {"story": story_id})
    connection.execute(_SETTLE_HEADS_OF_DISTRICTS, {"story": story_id})


# Statements are made once: to make one costs several times what the databases take to run it.
# Only what changes is written: every row stands in half a dozen indexes.
_member = articles.alias("member")
_is_first = (
    articles.c.number
    == select(_member.c.number)
    .where(_member.c.story_id == bindparam("story"))
    .order_by(_member.c.is_backfilled, _member.c.number)
    .limit(1)
    .scalar_subquery()
)
_SETTLE_HEAD = (
    update(articles)
    .where(articles.c.story_id == bindparam("story"), articles.c.is_head != _is_first)
    .values(is_head=~articles.c.is_head)
)
_other = article_districts.alias("other")
_is_first_here = (
    article_districts.c.article
    == select(_other.c.article)
    .where(_other.c.story_id == bindparam("story"), _other.c.adcode == article_districts.c.adcode)
    .order_by(_other.c.is_backfilled, _other.c.evidence.startswith(OF_STORY), _other.c.article)
    .limit(1)
    .correlate(article_districts)
    .scalar_subquery()
)
_SETTLE_HEADS_OF_DISTRICTS = (
    update(article_districts)
    .where(
        article_districts.c.story_id == bindparam("story"),
        article_districts.c.is_head != _is_first_here,
    )
    .values(is_head=~article_districts.c.is_head)
)
_MEMBERS: Select[Any] = (
    select(
        articles.c.id,
        articles.c.source_id,
        articles.c.source_name,
        articles.c.published_at,
        articles.c.published_offset_s,
        articles.c.published_precision,
    )
    .where(articles.c.story_id == bindparam("story"))
    .order_by(articles.c.number)
    .limit(_MAX_MEMBERS)
)
_ORIGINAL = (
    select(articles.c.id, stories.c.original_reason)
    .join(articles, articles.c.number == stories.c.original)
    .where(stories.c.id == bindparam("story"))
)
