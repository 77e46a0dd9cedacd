"""Feeds that stand in no file: narrowed ones, and those of topics without a feed on disk."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from bot.publish.archives import archive_urls, parse_name
from bot.publish.compose import addresses
from bot.publish.document import write
from bot.publish.feed import Format
from bot.publish.files import pack
from bot.publish.narrow import MAX_ENTRIES, PARAMETERS, Narrowing, narrow, narrowing_of
from bot.publish.topic import EVERYTHING, Scope, Topic
from bot.web.feeds import (
    VARY,
    Prepared,
    archive_headers,
    choose,
    document_headers,
    is_person,
    prepare_bodies,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    from bot.publish.archives import ArchivePart
    from bot.publish.book import FeedBook
    from bot.publish.feed import Entry, Feed
    from bot.web.feeds import Headers
    from bot.web.render import Renderer

_FORMATS = {form.value: form for form in Format}
#: made feeds that are held, and for how long the newest stays true beside the archive's own word
_MAX_HELD = 256
_HELD_S = 60.0
_PREVIEW_LENGTH = 30


#: which document: place, format, and what else tells it from others there
_Key = tuple[str, Format, str]


class MadeFeed:
    """A feed's answer to one request."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared

    async def __call__(self, scope: AsgiScope, _receive: Receive, send: Send) -> None:
        """Send the document, or that it is current."""
        headers = dict(scope["headers"])
        start, body = choose(
            self._prepared,
            scope["method"],
            headers.get(b"accept-encoding", b""),
            headers.get(b"if-none-match"),
            headers.get(b"if-modified-since"),
        )
        await send(start)
        await send(body)


class MadeFeeds:
    """Makes feeds when they are asked for, and holds the newest of them."""

    def __init__(self, *, book: FeedBook, renderer: Renderer) -> None:
        self._book = book
        self._renderer = renderer
        # Starlette answers in threads.
        self._lock = threading.Lock()
        self._held: OrderedDict[_Key, tuple[object, Prepared]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Return the route of every address below ``/feeds/``."""
        return [Route("/feeds/{path:path}", self.feed)]

    def feed(self, request: Request) -> Response | MadeFeed:
        """Answer a feed's address that the fast way left."""
        first, _, rest = request.path_params["path"].partition("/")
        slug = self._book.catalogue.slug_of_code(first)
        if slug is not None:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/feeds/{slug}/{rest}{query}", status_code=301)
        place, _, name = request.path_params["path"].rpartition("/")
        if place.endswith("/archive"):
            return self._archived(request, place.removesuffix("/archive"), name)
        if not name and self._book.catalogue.find(place) is not None:
            return RedirectResponse(f"/d/{place}", status_code=301)
        form = _FORMATS.get(name)
        if form is None:
            raise HTTPException(404)
        topic = self._book.catalogue.find(place)
        if topic is None or not self._is_there(topic):
            raise HTTPException(404)
        is_raw = "raw" in request.query_params
        if not is_raw and any(map(_is_person, request.headers.raw)):
            return self._preview(request, topic)
        try:
            narrowing = narrowing_of(
                {key: request.query_params.get(key, "") for key in PARAMETERS}
                if request.url.query
                else {}
            )
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        return MadeFeed(self._made(topic, form, narrowing))

    def _archived(self, request: Request, place: str, name: str) -> Response | MadeFeed:
        """Answer an archive document's address: for ever, when it names the version it gets."""
        found = parse_name(name)
        topic = self._book.catalogue.find(place)
        if found is None or topic is None:
            raise HTTPException(404)
        month, number, form = found
        chain = self._book.chain(topic)
        position = next(
            (n for n, p in enumerate(chain) if p.month == month and p.number == number), None
        )
        if position is None:
            raise HTTPException(404)
        if "raw" not in request.query_params and any(map(_is_person, request.headers.raw)):
            return self._preview_archive(request, topic, chain, position)
        part = chain[position]
        is_versioned = request.query_params.get("v") == part.version
        key = (f"{topic.path}/archive/{part.stem}", form, str(is_versioned))
        headers = archive_headers(
            archive_urls(topic, part, self._book.site)[form], form, is_immutable=is_versioned
        )
        return MadeFeed(
            self._hold(
                key, part.version, headers, lambda: self._book.archive(topic, chain, position)
            )
        )

    def _preview_archive(
        self, request: Request, topic: Topic, chain: tuple[ArchivePart, ...], position: int
    ) -> Response:
        articles = self._book.archive(topic, chain, position).entries
        return self._page(request, topic, articles[:_PREVIEW_LENGTH])

    def _is_there(self, topic: Topic) -> bool:
        """Tell whether a topic exists: a rubric by its articles, every other one by its name."""
        return topic.scope is not Scope.CATEGORY or bool(self._book.newest(topic, limit=1))

    def _preview(self, request: Request, topic: Topic) -> Response:
        """Show a person who opened a feed's address what it is and what it holds.

        Never shared: a cache that minds no Vary must not hand the page to a reader.
        """
        newest = self._book.newest(topic, limit=_PREVIEW_LENGTH)
        return self._page(request, topic, self._book.entries(newest))

    def _page(self, request: Request, topic: Topic, entries: tuple[Entry, ...]) -> Response:
        response = self._renderer.page(
            request,
            "feed.html",
            topic=topic,
            entries=entries,
            addresses=addresses(topic, self._book.site),
            here=request.url.path,
        )
        response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
        response.headers["Vary"] = VARY.decode()
        return response

    def _made(self, topic: Topic, form: Format, narrowing: Narrowing) -> Prepared:
        key = (topic.path, form, narrowing.query)
        token = (self._newest_change(), int(time.monotonic() / _HELD_S))
        headers = document_headers(topic, form, self._book.site, query=narrowing.query)
        return self._hold(key, token, headers, lambda: self._narrowed(topic, narrowing))

    def _narrowed(self, topic: Topic, narrowing: Narrowing) -> Feed:
        own_limit = self._book.site.entry_limit
        limit = MAX_ENTRIES if narrowing.has_words else narrowing.limit or own_limit
        feed = self._book.feed(topic, limit=limit)
        if narrowing.query:
            feed = narrow(feed, narrowing, own_limit=own_limit)
        return feed

    def _hold(
        self, key: _Key, token: object, headers: Headers, make: Callable[[], Feed]
    ) -> Prepared:
        """Return the answer held for ``key`` while ``token`` stays the same, else make it."""
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == token:
                self._held.move_to_end(key)
                return held[1]
        document = write(make(), key[1])
        packed = pack(document.body)
        prepared = prepare_bodies(
            {"": document.body, "gzip": packed[".gz"], "br": packed[".br"]},
            headers,
            document.last_modified,
        )
        with self._lock:
            self._held[key] = (token, prepared)
            while len(self._held) > _MAX_HELD:
                self._held.popitem(last=False)
        return prepared

    def _newest_change(self) -> int:
        """Return what changes when the feed of everything does."""
        try:
            return self._book.path(EVERYTHING, Format.ATOM).stat().st_mtime_ns
        except OSError:
            return 0


def _is_person(header: tuple[bytes, bytes]) -> bool:
    return is_person(*header)
