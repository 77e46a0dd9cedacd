"""The read side as one ASGI callable: feeds from memory in front, pages behind."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web.age import FeedAges
from bot.web.feeds import FeedFront
from bot.web.limits import Throttle
from bot.web.made import MadeFeeds
from bot.web.media import KeptPictures
from bot.web.metrics import Metrics
from bot.web.pages import Pages
from bot.web.render import STATIC, Renderer, language_of
from bot.web.search import SearchPages
from bot.web.words import BAD_STATES, states_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from bot.publish.book import FeedBook
    from bot.web.limits import Limits
    from bot.web.metrics import Facts
    from bot.web.pages import ArticleArchive
    from storage.media import Media
    from storage.search import Search
    from storage.states import States


def create_app(
    *,
    book: FeedBook,
    articles: ArticleArchive,
    states: States,
    user_agent: str,
    media: Media | None = None,
    search: Search | None = None,
    facts: Facts | None = None,
    console: ASGIApp | None = None,
    has_metrics: bool = True,
    limits: Limits | None = None,
    is_static: bool = False,
) -> ASGIApp:
    """Return the whole web side of one installation.

    ``user_agent`` is what the page ``/bot`` tells webmasters to look for.  ``facts`` are what
    ``/metrics`` and the states on ``/status`` are made from; ``console`` is for operators.
    ``limits`` bound what one client may ask; None lets everybody ask anything.
    ``is_static`` makes pages that link nothing but what files can answer.
    """
    renderer = Renderer(book.site, is_static=is_static)
    site = _Site(book, articles, states, renderer, facts)
    pages = Pages(book=book, articles=articles, renderer=renderer, user_agent=user_agent)
    app = Starlette(
        routes=[
            *pages.routes(),
            Route("/status", site.status),
            Route("/en/status", site.status),
            Route("/opml.xml", site.opml),
            Route("/healthz", site.healthz),
            Route("/readyz", site.readyz),
            *(KeptPictures(media).routes() if media is not None else ()),
            *(
                SearchPages(book=book, search=search, renderer=renderer).routes()
                if search is not None
                else ()
            ),
            *(
                (Route("/metrics", Metrics(facts).endpoint),)
                if facts is not None and has_metrics
                else ()
            ),
            *((Mount("/console", console),) if console is not None else ()),
            *MadeFeeds(book=book, renderer=renderer).routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={404: site.not_found},
    )
    ages = FeedAges(book.catalogue, states)
    ages.look()
    is_limited = limits is not None and limits.requests_per_minute > 0
    return FeedFront(
        Throttle(app, limits) if limits is not None and is_limited else app,
        directory=book.directory,
        catalogue=book.catalogue,
        site=book.site,
        ages=ages,
    )


def create_operator_app(facts: Facts, console: ASGIApp | None = None) -> ASGIApp:
    """Return what operators have at an address of their own: the console and ``/metrics``."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/console/" if console else "/metrics")),
            Route("/healthz", healthz),
            Route("/metrics", Metrics(facts).endpoint),
            *((Mount("/console", console),) if console is not None else ()),
        ]
    )


class _Site:
    """What is neither a feed from memory nor a page of articles."""

    def __init__(
        self,
        book: FeedBook,
        articles: ArticleArchive,
        states: States,
        renderer: Renderer,
        facts: Facts | None = None,
    ) -> None:
        self._facts = facts
        self._book = book
        self._articles = articles
        self._states = states
        self._renderer = renderer

    def status(self, request: Request) -> Response:
        """Show when each source was last read and what is wrong with it."""
        names = self._book.catalogue.sources
        states = self._states.all()
        words = self._facts.standing().health if self._facts is not None else {}
        rows = []
        for source_id, source in names.items():
            state = states.get(source_id)
            known = words.get(source_id) or (state and state.failure_kind)
            word = str(known or ("ok" if state else "new"))
            rows.append((source, state, word))
        # What is wrong stands first, the rest in the order of the configuration.
        rows.sort(key=lambda row: row[2] not in BAD_STATES)
        counts = Counter(word for _, _, word in rows)
        return self._renderer.page(
            request,
            "status.html",
            rows=rows,
            tally=sorted(counts.items(), key=lambda item: (item[0] in BAD_STATES, -item[1])),
            bad=BAD_STATES,
            states=states_in(language_of(request)),
            max_age_s=10,
        )

    def opml(self, _request: Request) -> Response:
        """Send all feeds as OPML 2.0."""
        path = self._book.directory / "opml.xml"
        if not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type="text/x-opml; charset=utf-8")

    async def healthz(self, _request: Request) -> Response:
        """Say that the process lives."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _request: Request) -> Response:
        """Say whether the archive answers and the feeds stand."""
        try:
            await asyncio.to_thread(self._states.all)
        except Exception as error:  # noqa: BLE001 -- whatever it is, we are not ready
            return PlainTextResponse(f"archive: {type(error).__name__}\n", status_code=503)
        if not (self._book.directory / "opml.xml").is_file():
            return PlainTextResponse("feeds: not written yet\n", status_code=503)
        return PlainTextResponse("ready\n")

    def not_found(self, request: Request, _error: Exception) -> Response:
        """Show that there is no such page."""
        return self._renderer.page(request, "missing.html", status_code=404)
