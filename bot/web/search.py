"""Searching the archive: a page for people, and the same question as a feed for readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.publish.characters import one_line
from bot.publish.document import http_date, write
from bot.publish.feed import BEFORE_ALL, BY_SUFFIX, Format
from bot.publish.site import CHINA
from bot.publish.topic import EVERYTHING, Scope
from bot.web.negotiate import matches_any
from bot.web.pages import MAX_SOURCES_NAMED
from storage.search import Order

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.model import District
    from bot.publish.book import FeedBook
    from bot.publish.feed import Feed
    from bot.publish.topic import SourceName
    from bot.web.render import Renderer
    from storage.search import Search, SearchHit

#: results on a page and in a feed
RESULTS = 30
#: nobody reads further, and each page is found anew
MAX_PAGE = 20
#: a query is a few words
MAX_QUERY_LENGTH = 200
_MAX_AGE_S = 300
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; empty fields ask for nothing."""

    query: str = ""
    district: District | None = None
    source_id: str = ""
    since: date | None = None
    until: date | None = None
    order: Order = Order.NEWEST
    page: int = 1

    @property
    def parameters(self) -> dict[str, str]:
        """The question as parameters of an address, the page left out."""
        named = {
            "q": self.query,
            "district": self.district.slug if self.district else "",
            "source": self.source_id,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "order": self.order.value if self.order is not Order.NEWEST else "",
        }
        return {name: value for name, value in named.items() if value}


class SearchPages:
    """Serves ``/search`` in both languages, and ``/search.atom``, ``.rss`` and ``.json``."""

    def __init__(self, *, book: FeedBook, search: Search, renderer: Renderer) -> None:
        self._book = book
        self._search = search
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """Return the routes of the search."""
        return [
            Route("/search", self.page),
            Route("/en/search", self.page),
            Route("/search.{suffix}", self.feed),
        ]

    def page(self, request: Request) -> Response:
        """Show the form and what was found; 400 for a day or a place that is none."""
        try:
            question = self._question(request)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        hits = self._find(question, limit=RESULTS + 1) if question.query else ()
        following = question.page + 1 if len(hits) > RESULTS and question.page < MAX_PAGE else None
        parameters = question.parameters
        response = self._renderer.page(
            request,
            "search.html",
            question=question,
            hits=hits[:RESULTS],
            older=urlencode(parameters | {"page": str(following)}) if following else "",
            feed_url=self._feed_url(question) if question.query else "",
            districts=[d for t in self._book.catalogue.standing() if t.scope is Scope.DISTRICT
                       for d in self._book.catalogue.members(t)],
            sources=self._sources(question),
        )  # fmt: skip
        # What people look for is theirs, and no page for search engines.
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "private, max-age=60"
        return response

    def feed(self, request: Request) -> Response:
        """Send the newest articles that are found as a feed; 400 without a query."""
        form = BY_SUFFIX.get(request.path_params["suffix"])
        if form is None:
            raise HTTPException(404)
        try:
            question = self._question(request)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        if not question.query:
            return PlainTextResponse(
                "q: give the words to find, as in /search.atom?q=茶叶\n", status_code=400
            )
        question = replace(question, page=1, order=Order.NEWEST)
        document = write(self._as_feed(question, self._find(question, limit=RESULTS)), form)
        headers = {
            "ETag": document.etag,
            "Last-Modified": http_date(document.last_modified),
            "Cache-Control": f"public, max-age={_MAX_AGE_S}",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        known = request.headers.get("if-none-match")
        if known and matches_any(known.encode(), (document.etag.encode(),)):
            return Response(status_code=304, headers=headers)
        return Response(document.body, media_type=document.media_type, headers=headers)

    def _sources(self, question: Question) -> dict[str, SourceName]:
        """Return the sources to choose from: all of them, or the chosen one where they are many."""
        known = self._book.catalogue.sources
        if len(known) <= MAX_SOURCES_NAMED:
            return known
        return {key: one for key, one in known.items() if key == question.source_id}

    def _find(self, question: Question, *, limit: int) -> tuple[SearchHit, ...]:
        district = question.district
        return self._search.find(
            question.query,
            adcodes=(district.adcode,) if district else None,
            source_id=question.source_id or None,
            since=_midnight(question.since),
            until=_midnight(question.until, timedelta(days=1)),
            order=question.order,
            limit=limit,
            offset=(question.page - 1) * RESULTS,
        )

    def _as_feed(self, question: Question, hits: tuple[SearchHit, ...]) -> Feed:
        site = self._book.site
        entries = self._book.entries(hit.article for hit in hits)
        parameters = urlencode(question.parameters)
        return replace(
            self._book.feed(EVERYTHING, limit=1),
            id=site.tag("2026", f"search/{parameters}"),
            title=f"“{question.query}” · {site.title}",
            subtitle=f"检索“{question.query}”的结果",
            home_url=f"{site.public_url}/search?{parameters}",
            self_urls={form: self._feed_url(question, form.suffix) for form in Format},
            updated=max((e.updated for e in entries), default=BEFORE_ALL.astimezone(CHINA)),
            entries=entries,
            hubs=(),
            history=None,
            removed=(),
        )

    def _feed_url(self, question: Question, suffix: str = "atom") -> str:
        parameters = question.parameters
        parameters.pop("order", None)
        return f"{self._book.site.public_url}/search.{suffix}?{urlencode(parameters)}"

    def _question(self, request: Request) -> Question:
        """Return what is asked; ValueError says which parameter is wrong and what it may be."""
        given = request.query_params
        name = given.get("district", "").strip()
        try:
            page = int(given.get("page") or 1)
            order = Order(given.get("order") or Order.NEWEST)
        except ValueError:
            raise ValueError("page is a number, order is newest or rank") from None
        return Question(
            query=one_line(given.get("q", ""))[:MAX_QUERY_LENGTH],
            district=self._district(name) if name else None,
            source_id=one_line(given.get("source", ""))[:MAX_QUERY_LENGTH],
            since=_day(given.get("since", ""), "since"),
            until=_day(given.get("until", ""), "until"),
            order=order,
            page=min(max(page, 1), MAX_PAGE),
        )

    def _district(self, name: str) -> District:
        """Return a district by its slug or code."""
        catalogue = self._book.catalogue
        topic = catalogue.find(catalogue.slug_of_code(name) or name)
        members = catalogue.members(topic) if topic and topic.scope is Scope.DISTRICT else ()
        if not members:
            raise ValueError(f"district: there is no {name[:40]!r}; /feeds/ lists them")
        return members[0]


def _day(text: str, parameter: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{parameter}: write a day as 2026-11-24") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        # Beyond these an instant in China has no name in UTC, and there was no web.
        raise ValueError(f"{parameter}: a day between {_FIRST_YEAR} and {_LAST_YEAR}")
    return day


def _midnight(day: date | None, after: timedelta = timedelta(0)) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + after
