"""The web side on a loopback port, in a thread, for readers and browsers that are programs."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.publish.book import FeedBook
from bot.run.serving import listen, new_loop, web_server
from bot.web.app import create_app
from tests.readside import CATALOGUE, SITE, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.web.limits import Limits
    from storage.model import Article


class NoStates:
    def all(self):
        return {}


class NoHits:
    """A search that finds nothing."""

    def find(self, *_: object, **__: object) -> tuple[()]:
        return ()


@dataclass
class Live:
    origin: str
    shelf: Shelf
    book: FeedBook
    #: path and status of each answer, in order
    answers: list[tuple[str, int]] = field(default_factory=list)

    def change(self, *articles: Article) -> None:
        """Put articles into the archive and write the feeds that show them."""
        self.shelf.put(*articles)
        self.book.rebuild_for(articles)

    def statuses(self) -> list[int]:
        """Return what was answered since this was last asked."""
        answers, self.answers[:] = [status for _, status in self.answers], []
        return answers


def serve(server, door) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(server.serve(sockets=[door]))


@contextmanager
def live(
    place: Path, *articles: Article, is_noting: bool = True, limits: Limits | None = None
) -> Iterator[Live]:
    """Serve ``articles`` as a site, its feeds below ``place``.

    ``is_noting`` keeps the answers, and keeps polls from being answered before the application.
    """
    shelf = Shelf(*articles)
    with listen("127.0.0.1", 0) as door:
        origin = f"http://127.0.0.1:{door.getsockname()[1]}"
        book = FeedBook(
            articles=shelf,
            stories=shelf,
            catalogue=CATALOGUE,
            directory=place,
            site=replace(SITE, public_url=origin, hubs=()),
        )
        book.rebuild_all()
        app = create_app(
            book=book,
            articles=shelf,
            states=NoStates(),
            search=NoHits(),
            user_agent="Xianwen/0",
            limits=limits,
        )
        running = Live(origin, shelf, book)

        async def noting(scope, receive, send):
            async def note(message):
                if message["type"] == "http.response.start":
                    running.answers.append((scope["path"], message["status"]))
                await send(message)

            await app(scope, receive, note)

        server = web_server(noting if is_noting else app, limits)
        thread = threading.Thread(target=lambda: serve(server, door), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.should_exit = True
            thread.join(10)
