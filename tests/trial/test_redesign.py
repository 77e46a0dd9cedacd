"""A site is redesigned: seen, told once, a right proposal, mended by an edit, well again."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from bot.app.archive import open_archive
from bot.app.crawling import crawling
from bot.health import State
from bot.health.notify import AppriseChannel
from bot.run.watchman import Watchman
from bot.schedule.rhythm import Rhythm
from bot.sources import edit
from bot.sources.load import load
from bot.sources.reload import compare
from bot.trial.attempt import try_source
from bot.trial.pages import LivePages
from bot.trial.repair import find_repair
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.app.archive import Archive
    from bot.model import Source
    from bot.pipeline.crawl import Crawler
    from bot.trial.repair import Repair
    from tests.trial.conftest import Installation


class Heard(list[dict[str, Any]]):
    """Messages that came, and a way to wait for the next."""

    def __init__(self) -> None:
        super().__init__()
        self._has_more = threading.Condition()

    def take(self, message: dict[str, Any]) -> None:
        with self._has_more:
            self.append(message)
            self._has_more.notify_all()

    def wait(self, count: int) -> None:
        with self._has_more:
            assert self._has_more.wait_for(lambda: len(self) >= count, timeout=60)


@contextmanager
def webhook() -> Iterator[tuple[str, Heard]]:
    """An HTTP server on loopback and the messages that it was sent."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/", heard
        server.shutdown()
        thread.join()


class Operation:
    """What the daemon does with one source, visit by visit; a new watchman is a restart."""

    def __init__(self, crawler: Crawler, archive: Archive, url: str) -> None:
        self._crawler, self._archive, self._url = crawler, archive, url

    async def visit(self, source: Source) -> State:
        async def repair(broken: Source) -> Repair | None:
            def known(urls: Collection[str]) -> int:
                return len(self._archive.links.known({url_key(url) for url in urls}))

            return await find_repair(broken, LivePages(self._crawler.fetcher), known)

        watchman = Watchman(
            notes=self._archive.notes,
            channel=AppriseChannel([self._url]),
            after_failures=2,
            repair=repair,
        )
        report = await self._crawler.crawl(source)
        return (await watchman.after_visit(source, report, Rhythm())).state


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_redesign_from_first_sight_to_recovery(installation: Installation) -> None:
    world = installation.world
    text = installation.sources.read_text("utf-8")
    ruled = edit.with_block(
        text,
        "replica-ziyang",
        edit.find(text, "replica-ziyang").text
        + "    listing:\n      item: .list li\n"
        + "    article:\n      title: .title\n      body: '#text'\n",
    )
    installation.sources.write_text(ruled, "utf-8")
    configuration = load(installation.config, environment={}).with_data_dir(installation.data)
    source = next(s for s in configuration.sources if s.id == "replica-ziyang")
    archive = open_archive(configuration.settings)
    with webhook() as (url, heard):
        async with crawling(configuration, archive, lambda _article: None) as crawler:
            operation = Operation(crawler, archive, url)
            for _ in range(4):
                assert await operation.visit(source) in {State.OK, State.UNCHANGED}
                world.clock.advance(hours=12)
                world.catch_up()
            world.redesign("portal")
            world.catch_up()
            states = [await operation.visit(source) for _ in range(3)]
            assert states == [State.LISTING_MISSING] * 3
            assert len(heard) == 1, "told after the second visit, and once"
            assert "is listing-missing" in heard[0]["title"]
            assert "section.news-stream" in heard[0]["message"]
            memory = Watchman(
                notes=archive.notes,
                channel=AppriseChannel([]),
                after_failures=1,
                repair=None,  # type: ignore[arg-type]
            ).recall(source.id)
            assert memory.proposal is not None

            # The operator follows the proposal, word by word.
            entry = edit.find(ruled, source.id).text
            head = entry[: entry.index("    listing:")]
            lines = "".join(f"    {line}\n" for line in memory.proposal.splitlines())
            installation.sources.write_text(
                edit.with_block(ruled, source.id, head + lines), "utf-8"
            )
            after = load(installation.config, environment={})
            assert compare(configuration, after).reread == (source.id,)
            mended = next(s for s in after.sources if s.id == source.id)
            state = archive.states.get(source.id)
            archive.states.put(replace(state, listing_digest=None, etag=None))
            assert await operation.visit(mended) is State.OK
            assert await operation.visit(mended) is State.UNCHANGED
            assert [message["title"] for message in heard[1:]] == ["replica-ziyang is well again"]
            tried = await try_source(mended, LivePages(crawler.fetcher))
            truth = {" ".join(t.title.split()) for t in world.truth()}
            assert all(one.article and one.article.title in truth for one in tried.articles)
            assert tried.warnings == ()
    archive.close()


async def test_a_message_that_nobody_took_is_sent_again_and_one_that_was_is_not(
    installation: Installation,
) -> None:
    configuration = load(installation.config, environment={}).with_data_dir(installation.data)
    source = replace(configuration.sources[0], url="http://127.0.0.1:9/")
    archive = open_archive(configuration.settings)
    sent: list[str] = []

    class Deaf:
        is_deaf = True

        async def send(self, title: str, body: str, *, event: str) -> bool:
            if not self.is_deaf:
                sent.append(title)
            return not self.is_deaf

    channel = Deaf()

    async def no_repair(_: Source) -> None:
        return None

    async with crawling(configuration, archive, lambda _article: None) as crawler:
        watchman = Watchman(
            notes=archive.notes, channel=channel, after_failures=1, repair=no_repair
        )
        report = await crawler.crawl(source)
        for _ in range(2):
            await watchman.after_visit(source, report, Rhythm())
        channel.is_deaf = False
        for _ in range(3):
            await watchman.after_visit(source, report, Rhythm())
        assert sent == [f"{source.id} is http"]
        now = report.finished_at
        assert await watchman.digest([source], archive.crawls, now)
        assert not await watchman.digest([source], archive.crawls, now)
        assert sent[1:] == ["1 sources, 1 of them not well"]
    archive.close()
