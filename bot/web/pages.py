"""Pages for people: the front page, places, articles with their history, what this is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.publish.archives import PART_LENGTH, parse_stem
from bot.publish.compose import addresses, subtitle_of
from bot.publish.topic import EVERYTHING, Scope, Topic
from bot.web.difference import differences
from bot.web.render import language_of
from storage.model import Cursor

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import District
    from bot.publish.book import FeedBook
    from bot.publish.feed import Entry
    from bot.web.render import Renderer
    from storage.model import Article, Revision

#: entries on one page of a place
PAGE_LENGTH = 30
#: headlines of each district on the front page, and stories above them
HEADLINES = 4
LEADS = 10
#: of which one with a picture may stand first
LEADS_FOR_PICTURE = 4
#: above this many districts the front page names them without their headlines
MAX_DISTRICTS_WITH_HEADLINES = 60


#: above this many sources, pages for readers do not list them
MAX_SOURCES_NAMED = 500


class ArticleArchive(Protocol):
    """What the pages ask of the archive beside what the feeds ask."""

    def get(self, article_id: str) -> Article | None:
        """Return an article; None when none has this id."""
        ...

    def towns(self, adcode: str) -> tuple[str, ...]:
        """Return the towns that articles of a district name."""
        ...

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """Return an article's revisions, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A topic on the front page with its newest entries."""

    topic: Topic
    entries: tuple[Entry, ...]


class Pages:
    """The pages and what they are made from."""

    def __init__(
        self, *, book: FeedBook, articles: ArticleArchive, renderer: Renderer, user_agent: str = ""
    ) -> None:
        self._book = book
        self._articles = articles
        self._renderer = renderer
        self._user_agent = user_agent

    def routes(self) -> list[Route]:
        """Return the routes of both languages."""
        return [
            Route(base + path, endpoint)
            for base in ("", "/en")
            for path, endpoint in (
                ("/", self.front),
                ("/d/{path:path}", self.place),
                ("/a/{article_id}", self.article),
                ("/a/{article_id}/history", self.history),
                ("/feeds/", self.subscribe),
                ("/about", self.about),
                ("/bot", self.about),
            )
        ]

    def front(self, request: Request) -> Response:
        """Show the newest stories and every place with its headlines."""
        book = self._book
        leads = _with_a_picture_first(book.entries(book.newest(EVERYTHING, limit=LEADS)))
        standing = book.catalogue.standing()
        districts = [t for t in standing if t.scope is Scope.DISTRICT]
        has_headlines = len(districts) <= MAX_DISTRICTS_WITH_HEADLINES
        groups = [
            (
                within,
                [
                    Place(
                        topic=topic,
                        entries=book.entries(book.newest(topic, limit=HEADLINES))
                        if has_headlines
                        else (),
                    )
                    for topic in members
                ],
            )
            for within, members in groupby(districts, key=lambda topic: topic.within)
        ]
        cities = {(*t.within, t.name): t for t in standing if t.scope is Scope.CITY}
        return self._renderer.page(
            request,
            "front.html",
            leads=leads,
            groups=groups,
            has_headlines=has_headlines,
            cities=cities,
            topic=EVERYTHING,
            addresses=addresses(EVERYTHING, book.site),
            updated=max((entry.updated for entry in leads), default=None),
        )

    def place(self, request: Request) -> Response:
        """Show a topic's articles, newest first, page by page."""
        book = self._book
        path = request.path_params["path"].rstrip("/")
        first, _, rest = path.partition("/")
        slug = book.catalogue.slug_of_code(first)
        if slug is not None:
            base = "/en" if language_of(request) == "en" else ""
            return RedirectResponse(f"{base}/d/{slug}{'/' + rest if rest else ''}", 301)
        topic = book.catalogue.find(path)
        if topic is None:
            return self._month(request, path)
        before = cursor_of(request.query_params.get("before"))
        articles = book.newest(topic, limit=PAGE_LENGTH + 1, before=before)
        if not articles and before is None and topic.scope is Scope.CATEGORY:
            raise HTTPException(404)
        shown = articles[:PAGE_LENGTH]
        older = cursor_text(shown[-1]) if len(articles) > PAGE_LENGTH else None
        entries = book.entries(shown)
        members = book.catalogue.members(topic)
        return self._renderer.page(
            request,
            "place.html",
            topic=topic,
            subtitle=subtitle_of(topic, book.site),
            days=by_day(entries),
            months=book.months(topic),
            older=older,
            is_first=before is None,
            addresses=addresses(topic, book.site),
            districts=members if topic.scope is Scope.CITY else (),
            towns=self._towns(members[0]) if topic.scope is Scope.DISTRICT else (),
            updated=max((entry.updated for entry in entries), default=None),
        )

    def _towns(self, district: District) -> tuple[str, ...]:
        """Return the towns of a district that have news, in the gazetteer's order."""
        named = set(self._articles.towns(district.adcode))
        return tuple(town for town in district.towns if town in named)

    def _month(self, request: Request, path: str) -> Response:
        """Show a topic's articles of one month, newest first."""
        book = self._book
        place, _, stem = path.rpartition("/")
        topic, parsed = book.catalogue.find(place), parse_stem(stem)
        if topic is None or parsed is None:
            raise HTTPException(404)
        month, number = parsed
        found = book.month(topic, month, number=number)
        if not found:
            raise HTTPException(404)
        has_later = len(found) > PART_LENGTH
        entries = book.entries(found[1:] if has_later else found)
        return self._renderer.page(
            request,
            "month.html",
            topic=topic,
            month=month,
            days=by_day(entries),
            later=f"{month}.{number + 1}" if has_later else None,
            earlier=None if number == 1 else month if number == 2 else f"{month}.{number - 1}",
            months=book.months(topic),
            addresses=addresses(topic, book.site),
            max_age_s=300,
        )

    def article(self, request: Request) -> Response:
        """Show an article whole, as far as its source allows."""
        article = self._get(request)
        entry = self._book.entries((article,))[0]
        districts = [
            district
            for kept in article.districts
            if (district := self._book.catalogue.district(kept.adcode)) is not None
        ]
        return self._renderer.page(
            request,
            "article.html",
            article=article,
            entry=entry,
            districts=districts,
            max_age_s=300,
        )

    def history(self, request: Request) -> Response:
        """Show what was changed from each revision to the next, newest first."""
        article = self._get(request)
        if article.republish != "full":
            raise HTTPException(404)
        revisions = self._articles.revisions(article.id)
        return self._renderer.page(
            request,
            "history.html",
            article=article,
            entry=self._book.entries((article,))[0],
            steps=differences(revisions),
            max_age_s=300,
        )

    def subscribe(self, request: Request) -> Response:
        """Show the addresses of all standing feeds."""
        topics = self._book.catalogue.standing()
        sources = [t for t in topics if t.scope is Scope.SOURCE]
        return self._renderer.page(
            request,
            "subscribe.html",
            groups=[
                (within, list(members))
                for within, members in groupby(
                    (t for t in topics if t.scope in {Scope.CITY, Scope.DISTRICT}),
                    key=lambda t: t.within if t.scope is Scope.DISTRICT else (*t.within, t.name),
                )
            ],
            everything=EVERYTHING,
            sources=sources if len(sources) <= MAX_SOURCES_NAMED else [],
            source_count=len(sources),
        )

    def about(self, request: Request) -> Response:
        """Say who visits the sites, why, and how to be left alone."""
        return self._renderer.page(
            request, "about.html", user_agent=self._user_agent, max_age_s=3600
        )

    def _get(self, request: Request) -> Article:
        article = self._articles.get(request.path_params["article_id"])
        if article is None:
            raise HTTPException(404)
        return article


def _with_a_picture_first(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return entries with the first that has a kept picture before the few that are newer.

    A front page leads with a picture when one is nearly as new as the newest story.
    """
    for entry in entries[:LEADS_FOR_PICTURE]:
        if any(picture.media_type for picture in entry.pictures):
            return (entry, *(other for other in entries if other is not entry))
    return entries


def by_day(entries: tuple[Entry, ...]) -> list[tuple[date, list[Entry]]]:
    """Return entries by the day of their publication, in the order given."""
    return [
        (day, list(members))
        for day, members in groupby(entries, key=lambda entry: entry.published.date())
    ]


def cursor_text(article: Article) -> str:
    """Return the place behind an article as a page's address carries it."""
    return f"{int(article.sorted_at.timestamp() * 1_000_000)}-{article.id}"


def cursor_of(text: str | None) -> Cursor | None:
    """Return the place that an address names; None for none; 404 for nonsense."""
    if text is None:
        return None
    micros, _, article_id = text.partition("-")
    if not micros.isascii() or not micros.isdigit() or len(micros) > 17 or not article_id:
        raise HTTPException(404)
    at = datetime.fromtimestamp(int(micros) // 1_000_000, UTC)
    return Cursor(sorted_at=at.replace(microsecond=int(micros) % 1_000_000), id=article_id[:40])
