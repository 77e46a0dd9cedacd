"""Articles: kept, found by address or id, listed by district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select, union_all

from storage import keep as keeping
from storage import selection as selecting
from storage.database import fetch, reading, writing
from storage.following import settle
from storage.model import Article, Cursor, Placed, RawExchange, Revision, Selection
from storage.rows import (
    ARTICLES,
    by_numbers,
    found_by_number,
    read_articles,
    read_revision,
    removals,
)
from storage.schema import (
    article_districts,
    article_urls,
    articles,
    revisions,
    tombstone_urls,
)
from storage.stories import find_original
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from storage.following import Followed
    from storage.model import NewArticle, RemovedText
    from storage.raw import RawPages
    from storage.stories import Choose

#: Far below the number of variables that one statement may have, in both databases.
_BATCH = 500
_EVERYTHING = Selection()
_BY_ID = ARTICLES.where(articles.c.id == bindparam("article_id"))
_BY_URL = ARTICLES.where(
    articles.c.number
    == select(article_urls.c.article)
    .where(article_urls.c.url_key == bindparam("url_key"))
    .scalar_subquery()
)


class Articles:
    """The articles of the archive."""

    def __init__(self, engine: Engine, raw_pages: RawPages | None = None) -> None:
        self._engine = engine
        self._raw_pages = raw_pages

    def keep(
        self,
        new: NewArticle,
        raw: RawExchange | Sequence[RawExchange] | None = None,
        *,
        followed: Followed | None = None,
        choose_original: Choose | None = None,
    ) -> Article:
        """Keep an article, new or changed, with all that belongs to it, in one transaction.

        With ``article_id`` None it is a first sight, unless its address is known: then it is
        taken as another state of that article.  The same content again makes no revision but
        mends what stands beside it (HTML, districts, editors).  ``raw``, the page or the pages in
        their order, is appended to the WARC files before the transaction commits, and only when
        a revision is made; it is ignored when this object was made without ``raw_pages``.
        ``followed`` is the link that led here: it waits no longer, and the page's next look is put
        down, in the same transaction; and so is the original of a story that has several
        articles, as ``choose_original`` says.
        Raises TakenDownError, UnknownArticleError; ValueError for a naive datetime.
        """
        exchanges = (raw,) if isinstance(raw, RawExchange) else tuple(raw or ())
        with writing(self._engine) as connection:

            def raw_records() -> tuple[int, ...]:
                if self._raw_pages is None:
                    return ()
                return tuple(self._raw_pages.append(connection, one) for one in exchanges)

            number = keeping.keep(connection, new, raw_records)
            article = by_numbers(connection, [number])[0]
            if followed is not None:
                settle(connection, number, article.updated_at, followed, at=new.seen_at)
            if choose_original is not None and article.story_id != article.id:
                find_original(connection, article.story_id, choose_original)
            return article

    def remake(
        self,
        new: NewArticle,
        record_ids: Sequence[int],
        *,
        expected_revision: int,
        is_revision: bool,
    ) -> Article | None:
        """Keep what an article's raw pages are read as today; return it as it is now.

        ``is_revision`` makes a revision from the raw records ``record_ids``; otherwise what stands
        beside the content is mended.  Nobody has seen the page: a withdrawn article
        stays so.  None, and nothing is written, when the article is gone or no longer at
        ``expected_revision``.  Raises UnknownArticleError, TakenDownError.
        """
        with writing(self._engine) as connection:
            revision = connection.scalar(
                select(articles.c.revision_number).where(articles.c.id == new.article_id)
            )
            if revision != expected_revision:
                return None
            number = keeping.keep(
                connection,
                new,
                lambda: tuple(record_ids),
                is_page_seen=False,
                is_revision=is_revision,
            )
            return by_numbers(connection, [number])[0]

    def by_ids(self, article_ids: Sequence[str]) -> tuple[Article, ...]:
        """Return articles by their ids, oldest first sight first; unknown ones are left out."""
        with reading(self._engine) as connection:
            return tuple(
                article
                for start in range(0, len(article_ids), _BATCH)
                for article in read_articles(
                    connection,
                    ARTICLES.where(articles.c.id.in_(article_ids[start : start + _BATCH])).order_by(
                        articles.c.number
                    ),
                )
            )

    def get(self, article_id: str) -> Article | None:
        """Return an article; None when none has this id."""
        with reading(self._engine) as connection:
            found = read_articles(connection, _BY_ID, {"article_id": article_id})
        return found[0] if found else None

    def by_url(self, *canonical_urls: str) -> Article | None:
        """Return the article that the first known of addresses leads to, http and https alike."""
        keys = tuple(dict.fromkeys(url_key(url) for url in canonical_urls))
        if self._engine.name == "sqlite" and not _is_any_known(self._engine, keys):
            return None
        with reading(self._engine) as connection:
            for key in keys:
                found = read_articles(connection, _BY_URL, {"url_key": key})
                if found:
                    return found[0]
        return None

    def known_urls(self, canonical_urls: Iterable[str]) -> set[str]:
        """Return those of the addresses that lead to an article, or to one taken down."""
        by_key: dict[str, list[str]] = {}
        for url in canonical_urls:
            by_key.setdefault(url_key(url), []).append(url)
        keys = list(by_key)
        known: set[str] = set()
        with reading(self._engine) as connection:
            for start in range(0, len(keys), _BATCH):
                batch = keys[start : start + _BATCH]
                for key in connection.scalars(
                    union_all(
                        select(article_urls.c.url_key).where(article_urls.c.url_key.in_(batch)),
                        select(tombstone_urls.c.url_key).where(tombstone_urls.c.url_key.in_(batch)),
                    )
                ):
                    known.update(by_key[key])
        return known

    def newest(
        self,
        selection: Selection = _EVERYTHING,
        *,
        limit: int,
        before: Cursor | None = None,
        held: dict[int, Article] | None = None,
    ) -> tuple[Article, ...]:
        """Return articles newest first: by ``sorted_at``, then by id; may be empty.

        ``before`` is the ``cursor`` of the last article of the page before; it holds even when
        that article has gone.  What ``held`` has by its number is taken from there, and what had
        to be read is put into it: for several selections of one moment.
        """
        statement, values = selecting.newest(selection, limit=limit, before=before)
        with reading(self._engine) as connection:
            numbers = connection.scalars(statement, values).all()
            if held is None:
                return by_numbers(connection, numbers)
            held |= found_by_number(connection, [n for n in numbers if n not in held])
            return tuple(held[n] for n in numbers if n in held)

    def between(
        self,
        start: datetime,
        end: datetime,
        selection: Selection = _EVERYTHING,
        *,
        limit: int | None = None,
    ) -> tuple[Article, ...]:
        """Return articles with ``start <= sorted_at < end``, newest first."""
        held = selecting.every(selection).subquery()
        statement = (
            select(held.c.number)
            .where(held.c.sorted_at >= start, held.c.sorted_at < end)
            .order_by(held.c.sorted_at.desc(), held.c.number.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            numbers = connection.scalars(statement).all()
            return tuple(
                article
                for at in range(0, len(numbers), _BATCH)
                for article in by_numbers(connection, numbers[at : at + _BATCH])
            )

    def timeline(
        self, selection: Selection = _EVERYTHING, *, since: datetime | None = None
    ) -> tuple[Placed, ...]:
        """Return the places of all articles with ``since <= sorted_at``, oldest first."""
        statement, values = selecting.timeline(selection, has_since=since is not None)
        if since is not None:
            values["since"] = since
        with reading(self._engine) as connection:
            return tuple(Placed(*row) for row in connection.execute(statement, values))

    def extent(
        self, selection: Selection = _EVERYTHING, *, before: datetime
    ) -> tuple[int, datetime | None]:
        """Return how many articles have ``sorted_at < before``, and when any of them changed."""
        held = selecting.every(selection).subquery()
        statement = select(func.count(), func.max(held.c.changed_at)).where(
            held.c.sorted_at < before
        )
        with reading(self._engine) as connection:
            count, changed_at = connection.execute(statement).one()
        return count, changed_at

    def stretch(
        self,
        start: datetime,
        end: datetime,
        selection: Selection = _EVERYTHING,
        *,
        offset: int,
        limit: int,
    ) -> tuple[Article, ...]:
        """Return some of the articles with ``start <= sorted_at < end``, oldest first.

        ``offset`` of them are left out at the beginning, and at most ``limit`` returned.
        """
        held = selecting.every(selection).subquery()
        statement = (
            select(held.c.number)
            .where(held.c.sorted_at >= start, held.c.sorted_at < end)
            .order_by(held.c.sorted_at, held.c.number)
            .offset(offset)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return by_numbers(connection, connection.scalars(statement).all())

    def count(self, selection: Selection = _EVERYTHING) -> int:
        """Return how many articles there are; the cost grows with the answer."""
        held = selecting.every(selection).subquery()
        return self._scalar(select(func.count()).select_from(held)) or 0

    def span(self, selection: Selection = _EVERYTHING) -> tuple[datetime, datetime] | None:
        """Return the ``sorted_at`` of the oldest and the newest article; None without any."""
        held = selecting.every(selection).subquery()
        with reading(self._engine) as connection:
            oldest = connection.scalar(select(func.min(held.c.sorted_at)))
            newest = connection.scalar(select(func.max(held.c.sorted_at)))
        return None if oldest is None or newest is None else (oldest, newest)

    def changed_since(self, at: datetime) -> Iterator[Article]:
        """Go through the articles that changed at or after an instant; memory stays level."""
        last = 0
        while True:
            with reading(self._engine) as connection:
                numbers = connection.scalars(
                    select(articles.c.number)
                    .where(articles.c.changed_at >= at, articles.c.number > last)
                    .order_by(articles.c.number)
                    .limit(_BATCH)
                ).all()
                batch = by_numbers(connection, numbers)
            if not numbers:
                return
            yield from batch
            last = numbers[-1]

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """Return the revisions of an article, oldest first; empty when it is unknown."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(revisions)
                .join(articles, articles.c.number == revisions.c.article)
                .where(articles.c.id == article_id)
                .order_by(revisions.c.number)
            )
            return tuple(read_revision(row, article_id) for row in rows)

    def removed(self, article_id: str) -> tuple[RemovedText, ...]:
        """Return what cleaning took out of the article's page, with the rules."""
        kept = self._scalar(
            select(revisions.c.content)
            .join(
                articles,
                and_(
                    articles.c.number == revisions.c.article,
                    articles.c.revision_number == revisions.c.number,
                ),
            )
            .where(articles.c.id == article_id)
        )
        return () if kept is None else removals(kept)

    def towns(self, adcode: str) -> tuple[str, ...]:
        """Return the towns that articles of a district name, in no order that means anything."""
        table = article_districts
        with reading(self._engine) as connection:
            return tuple(
                connection.scalars(
                    select(table.c.town)
                    .where(table.c.adcode == adcode, table.c.town.is_not(None))
                    .distinct()
                    .order_by(table.c.town)
                )
            )

    def categories(self) -> tuple[str, ...]:
        """Return every category that an article has, in the order of their characters."""
        with reading(self._engine) as connection:
            return tuple(
                connection.scalars(
                    select(articles.c.category)
                    .where(articles.c.category.is_not(None))
                    .distinct()
                    .order_by(articles.c.category)
                )
            )

    def _scalar(self, statement: Any) -> Any:
        with reading(self._engine) as connection:
            return connection.scalar(statement)


def _is_any_known(engine: Engine, keys: tuple[str, ...]) -> bool:
    """Tell whether an address leads to an article: mostly none does, which is told at a glance."""
    marks = ", ".join("?" * len(keys))
    statement = f"SELECT 1 FROM article_urls WHERE url_key IN ({marks}) LIMIT 1"  # noqa: S608 - our own
    return bool(fetch(engine, statement, keys))
