"""Feeds follow the archive: when they are written, and what a stop or a failure leaves."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.run.publishing import LONGEST_REST_S, REST_S, Publishing, rest_s
from tests.readside import article

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.publish.book import FeedBook
    from bot.publish.websub import HubPinger


class Pinger:
    """Hubs that hear everything."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.heard = asyncio.Event()

    def tell(self, changes: Any) -> None:
        self.told.append(changes)
        self.heard.set()

    def use(self, hubs: tuple[str, ...]) -> None:
        self.hubs = hubs


class Book:
    """A book that notes what it is asked for; its first whole rebuild lasts until it must stop."""

    def __init__(self, *, is_long: bool = False, fails: int = 0) -> None:
        self.asked: list[Any] = []
        self.is_long, self.fails = is_long, fails
        self.began, self.failed = threading.Event(), threading.Event()

    def rebuild_all(self, *, should_stop: Callable[[], bool]) -> str:
        self.began.set()
        while self.is_long and not should_stop():
            pass
        return "all"

    def rebuild_for(self, articles: Any, *, should_stop: Callable[[], bool]) -> tuple[str, ...]:
        assert not should_stop()
        if self.fails:
            self.fails -= 1
            self.failed.set()
            raise OSError("disk full")
        self.asked.append({one.id for one in articles})
        return ("some",)

    def rebuild_after(self, former: Any, *, should_stop: Callable[[], bool]) -> str:
        assert not should_stop()
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.asked.append(former)
        return "after"


def publishing(book: Book) -> tuple[Publishing, Pinger]:
    pinger = Pinger()
    return Publishing(cast("FeedBook", book), cast("HubPinger", pinger)), pinger


@pytest.mark.parametrize(
    ("spent_s", "rest"), [(0.0, REST_S), (0.1, REST_S), (2.0, 6.0), (1000.0, LONGEST_REST_S)]
)
def test_the_more_there_is_to_write_the_longer_changes_are_gathered(
    spent_s: float, rest: float
) -> None:
    assert rest_s(spent_s) == rest


async def test_what_was_noted_before_the_stop_is_written_after_it() -> None:
    book = Book()
    feeds, pinger = publishing(book)
    stopping = asyncio.Event()
    feeds.note(article(1))
    running = asyncio.create_task(feeds.run(stopping, stopping.is_set))
    await pinger.heard.wait()
    feeds.note(article(2))
    stopping.set()
    feeds.finish()
    await running
    assert set().union(*book.asked) == {article(2).id}
    assert pinger.told == ["all", ("some",)]


async def test_a_stop_does_not_wait_for_thousands_of_feeds() -> None:
    book = Book(is_long=True)
    feeds, pinger = publishing(book)
    stopping = asyncio.Event()
    running = asyncio.create_task(feeds.run(stopping, stopping.is_set))
    await asyncio.to_thread(book.began.wait)
    stopping.set()
    await running
    assert pinger.told == ["all"]


async def test_an_article_whose_feeds_could_not_be_written_waits_for_the_next_round() -> None:
    book = Book(fails=1)
    feeds, pinger = publishing(book)
    stopping = asyncio.Event()
    rounds = iter([False, False, True])
    running = asyncio.create_task(feeds.run(stopping, lambda: next(rounds)))
    await pinger.heard.wait()
    stopping.set()
    feeds.note(article(1))
    await asyncio.to_thread(book.failed.wait)
    feeds.note(article(2))
    await running
    assert book.asked == [{article(1).id, article(2).id}]


async def test_an_edit_that_could_not_be_published_differs_when_it_is_tried_again() -> None:
    first, second = Book(), Book(fails=1)
    feeds, pinger = publishing(first)
    with pytest.raises(OSError, match="disk full"):
        await feeds.use(cast("FeedBook", second), ("https://hub",), lambda: False)
    await feeds.use(cast("FeedBook", second), ("https://hub",), lambda: False)
    assert second.asked == [first]
    assert pinger.told == ["after"]
