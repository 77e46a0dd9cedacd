"""Looking at kept pages again: when each is due, and when a page counts as withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.database import reading, writing
from storage.errors import UnknownArticleError
from storage.following import settle, write_check
from storage.keep import add_alias
from storage.model import Article, KeptValidators, Status
from storage.rows import found_by_number
from storage.schema import article_checks, article_districts, articles

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from storage.following import Followed

#: A page that is gone must have said so this often, over this long, before we believe it.
MISSING_ANSWERS = 2
MISSING_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An article whose page should be looked at again."""

    article: Article
    #: of the page when it was read last; none where it was missing since
    validators: KeptValidators


class Checks:
    """The re-checks of articles."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(
        self, at: datetime, *, source_id: str | None = None, limit: int = 100
    ) -> tuple[Due, ...]:
        """Return articles whose pages should be looked at again, longest due first."""
        checks = article_checks.c
        statement = (
            select(checks.article, checks.etag, checks.last_modified)
            .where(article_checks.c.next_check_at <= at)
            .order_by(article_checks.c.next_check_at, article_checks.c.article)
            .limit(limit)
        )
        if source_id is not None:
            statement = statement.join(
                articles, articles.c.number == article_checks.c.article
            ).where(articles.c.source_id == source_id)
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
            found = found_by_number(connection, [row.article for row in rows])
        return tuple(
            Due(
                article=found[row.article],
                validators=KeptValidators(etag=row.etag, last_modified=row.last_modified),
            )
            for row in rows
        )

    def touch(
        self,
        article_id: str,
        *,
        at: datetime,
        next_check_at: datetime | None = None,
        canonical_url: str | None = None,
        followed: Followed | None = None,
    ) -> None:
        """Record that the page was seen and stands; a withdrawn article is live again.

        ``canonical_url`` is a further address that led to it, ``followed`` the link: it waits no
        longer, and says when the page is looked at next.  Raises UnknownArticleError.
        """
        with writing(self._engine) as connection:
            number, status, updated_at = _state(connection, article_id)
            if canonical_url is not None:
                add_alias(connection, number, canonical_url)
            if followed is not None:
                settle(connection, number, updated_at, followed, at=at)
            else:
                write_check(connection, number, at, next_check_at)
            if status is Status.WITHDRAWN:
                _set_status(connection, number, Status.LIVE, at)

    def missing(
        self, article_id: str, *, at: datetime, next_check_at: datetime | None = None
    ) -> Status:
        """Record that the page answered 404, 410 or the like; return the article's status.

        It is withdrawn once the page has said so twice or more over a day.
        Raises UnknownArticleError.
        """
        with writing(self._engine) as connection:
            number, status, _ = _state(connection, article_id)
            row = connection.execute(
                select(article_checks).where(article_checks.c.article == number)
            ).one_or_none()
            count = (row.missing_count if row is not None else 0) + 1
            since = row.missing_since if row is not None and row.missing_since else at
            write_check(connection, number, at, next_check_at, count, since)
            is_gone = count >= MISSING_ANSWERS and at - since >= MISSING_FOR
            if is_gone and status is Status.LIVE:
                _set_status(connection, number, Status.WITHDRAWN, at)
                return Status.WITHDRAWN
            return status

    def schedule(self, article_id: str, next_check_at: datetime | None, *, at: datetime) -> None:
        """Say that a page was looked at and taught nothing, and when it is next; None: never."""
        with writing(self._engine) as connection:
            number, _, _ = _state(connection, article_id)
            changed = connection.execute(
                update(article_checks)
                .where(article_checks.c.article == number)
                .values(checked_at=at, next_check_at=next_check_at)
            )
            if changed.rowcount == 0:
                write_check(connection, number, at, next_check_at)


def _state(connection: Connection, article_id: str) -> tuple[int, Status, datetime]:
    """Return the article's number, its status, and when it was seen first or revised last."""
    row = connection.execute(
        select(
            articles.c.number, articles.c.status, articles.c.revised_at, articles.c.first_seen_at
        ).where(articles.c.id == article_id)
    ).one_or_none()
    if row is None:
        raise UnknownArticleError(f"no article {article_id}")
    return row.number, Status(row.status), row.revised_at or row.first_seen_at


def _set_status(connection: Connection, number: int, status: Status, at: datetime) -> None:
    withdrawn_at = at if status is Status.WITHDRAWN else None
    connection.execute(
        update(articles)
        .where(articles.c.number == number)
        .values(status=status.value, withdrawn_at=withdrawn_at, changed_at=at)
    )
    connection.execute(
        update(article_districts).where(article_districts.c.article == number).values(changed_at=at)
    )
