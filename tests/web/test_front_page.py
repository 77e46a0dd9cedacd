"""The front page of a county and of a country."""

from __future__ import annotations

import httpx
import pytest

from bot.publish.book import FeedBook
from bot.web import pages
from bot.web.app import create_app
from tests.readside import CATALOGUE, SITE, Shelf, article


@pytest.fixture
async def client(tmp_path):
    shelf = Shelf(*(article(n) for n in range(3)))
    book = FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )
    app = create_app(book=book, articles=shelf, states=None, user_agent="x")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        yield client


async def test_each_place_has_its_headlines(client):
    page = (await client.get("/")).text
    assert page.count(article(2).title) == 2  # among the newest, and with its district
    assert page.count("还没有新闻") == 2  # two districts of three
    assert page.index('class="index"') < page.index('class="leads"')


async def test_many_places_are_named_alone(client, monkeypatch):
    monkeypatch.setattr(pages, "MAX_DISTRICTS_WITH_HEADLINES", 2)
    page = (await client.get("/")).text
    assert page.count(article(2).title) == 1
    assert "还没有新闻" not in page
    assert page.count('href="/d/ziyang"') == 1
