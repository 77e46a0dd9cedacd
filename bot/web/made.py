"""Feeds that stand in no file: narrowed ones, and those of topics without a feed on disk."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from bot.publish.compose import addresses
from bot.publish.document import write
from bot.publish.feed import Format
from bot.publish.files import pack
from bot.publish.narrow import MAX_ENTRIES, PARAMETERS, Narrowing, narrow, narrowing_of
from bot.publish.topic import EVERYTHING, Scope, Topic
from bot.web.feeds import VARY, Prepared, choose, document_headers, is_person, prepare_bodies

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    from bot.publish.book import FeedBook
    from bot.web.render import Renderer

_FORMATS = {form.value: form for form in Format}
#: made feeds that are held, and for how long the newest stays true beside the archive's own word
_MAX_HELD = 256
_HELD_S = 60.0
_PREVIEW_LENGTH = 30


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
        self._held: OrderedDict[tuple[str, Format, str], tuple[object, Prepared]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Return the route of every address below ``/feeds/``."""
        return [Route("/feeds/{path:path}", self.feed)]

    def feed(self, request: Request) -> Response | MadeFeed:
        """Answer a feed's address that the fast way left."""
        place, _, name = request.path_params["path"].rpartition("/")
        form = _FORMATS.get(name)
        if form is None:
            raise HTTPException(404)
        slug = self._book.catalogue.slug_of_code(place)
        if slug is not None:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/feeds/{slug}/{name}{query}", status_code=301)
        topic = self._book.catalogue.find(place)
        if topic is None or not self._is_there(topic):
            raise HTTPException(404)
        is_raw = "raw" in request.query_params
        if not is_raw and any(is_person(*header) for header in request.headers.raw):
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

    def _is_there(self, topic: Topic) -> bool:
        """Tell whether a topic exists: a rubric by its articles, every other one by its name."""
        return topic.scope is not Scope.CATEGORY or bool(self._book.newest(topic, limit=1))

    def _preview(self, request: Request, topic: Topic) -> Response:
        """Show a person who opened a feed's address what it is and what it holds.

        Never shared: a cache that minds no Vary must not hand the page to a reader.
        """
        response = self._renderer.page(
            request,
            "feed.html",
            topic=topic,
            entries=self._book.entries(self._book.newest(topic, limit=_PREVIEW_LENGTH)),
            addresses=addresses(topic, self._book.site),
            here=request.url.path,
        )
        response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
        response.headers["Vary"] = VARY.decode()
        return response

    def _made(self, topic: Topic, form: Format, narrowing: Narrowing) -> Prepared:
        key = (topic.path, form, narrowing.query)
        token = (self._newest_change(), int(time.monotonic() / _HELD_S))
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == token:
                self._held.move_to_end(key)
                return held[1]
        own_limit = self._book.site.entry_limit
        limit = MAX_ENTRIES if narrowing.has_words else narrowing.limit or own_limit
        feed = self._book.feed(topic, limit=limit)
        if narrowing.query:
            feed = narrow(feed, narrowing, own_limit=own_limit)
        document = write(feed, form)
        packed = pack(document.body)
        prepared = prepare_bodies(
            {"": document.body, "gzip": packed[".gz"], "br": packed[".br"]},
            document_headers(topic, form, self._book.site, query=narrowing.query),
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
