"""How old a feed's data are, in a header that a 304 carries too."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.publish.book import FeedBook
from bot.publish.document import http_date
from bot.publish.topic import EVERYTHING
from bot.web.age import FRESH_S, FeedAges
from bot.web.app import create_app
from storage.model import SourceState
from tests.readside import CATALOGUE, NOW, SITE, Shelf, article


class Kept:
    """States of sources as the archive gives them."""

    def __init__(self) -> None:
        self.states = {
            "akxw-hanbin": SourceState(source_id="akxw-hanbin", last_success_at=NOW),
            "akxw-ziyang": SourceState(
                source_id="akxw-ziyang", last_success_at=NOW + timedelta(hours=1)
            ),
            "never": SourceState(source_id="never"),
        }

    def all(self):
        if not self.states:
            raise OSError("the database is away")
        return self.states


@pytest.mark.parametrize(
    ("path", "hours"),
    [("hanbin", 0), ("xunyang", 0), ("ankang", 0), ("source/akxw-ziyang", 1), ("all", 1)],
)
def test_a_feed_is_as_fresh_as_the_newest_visit_to_its_sources(path, hours):
    """Xunyang has no source of its own, and is served by its city's others."""
    ages = FeedAges(CATALOGUE, Kept())
    ages.look()
    expected = http_date(NOW + timedelta(hours=hours)).encode()
    assert ages.value(CATALOGUE.find(path)) == expected


def test_what_was_known_stays_while_the_archive_is_away():
    kept, now = Kept(), [0.0]
    ages = FeedAges(CATALOGUE, kept, clock=lambda: now[0])
    assert ages.value(EVERYTHING) == b""
    ages.look()
    before = ages.value(EVERYTHING)
    kept.states = {}
    ages.look()
    now[0] += FRESH_S
    assert ages.value(EVERYTHING) == before != b""


async def test_the_header_stands_on_every_answer(tmp_path):
    shelf = Shelf(article(1))
    book = FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )
    book.rebuild_all()
    app = create_app(book=book, articles=shelf, states=Kept(), user_agent="x")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        first = await client.get("/feeds/hanbin/rss.xml")
        again = await client.get(
            "/feeds/hanbin/rss.xml", headers={"if-none-match": first.headers["etag"]}
        )
    assert again.status_code == 304
    assert first.headers["x-last-checked"] == again.headers["x-last-checked"] == http_date(NOW)
