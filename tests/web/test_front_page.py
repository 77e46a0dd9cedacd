"""The front page of a county and of a country."""

from __future__ import annotations

import httpx
import pytest
from protego import Protego

from bot.fetch.identity import Identity
from bot.publish.book import FeedBook
from bot.publish.feed import Picture
from bot.web import pages
from bot.web.app import create_app
from bot.web.render import breakable, clauses
from tests.readside import CATALOGUE, SITE, Shelf, article

KEPT = Picture(url="https://news.example/media/x.jpg", media_type="image/jpeg", size_bytes=9)


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


@pytest.mark.parametrize("address", ["/bot", "/en/bot"])
async def test_what_a_webmaster_is_told_keeps_us_out(client, address):
    page = (await client.get(address)).text
    assert "<code>x</code>" in page  # the User-Agent as it is sent
    assert all(word in page for word in ("Crawl-delay", "Retry-After", "noarchive"))
    rules = Protego.parse(page[page.index("<pre>") + 5 : page.index("</pre>")])
    assert not rules.can_fetch("/news/1.html", Identity().product)
    assert rules.can_fetch("/news/1.html", "Otherbot")


async def test_many_places_are_named_alone(client, monkeypatch):
    monkeypatch.setattr(pages, "MAX_DISTRICTS_WITH_HEADLINES", 2)
    page = (await client.get("/")).text
    assert page.count(article(2).title) == 1
    assert "还没有新闻" not in page
    assert page.count('href="/d/ziyang"') == 1


async def test_a_picture_leads_when_it_is_nearly_as_new(tmp_path):
    shelf = Shelf(*(article(n) for n in range(9)))
    known = {article(n).blocks[1].url: KEPT for n in (2, 6)}
    book = FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE,
        pictures_at=lambda urls: {url: known[url] for url in urls if url in known},
    )  # fmt: skip
    app = create_app(book=book, articles=shelf, states=None, user_agent="x")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        page = (await client.get("/")).text
    leads = page[: page.index('class="places"')]
    order = [leads.index(article(n).title) for n in (6, 8, 7, 5, 4, 3, 2)]
    assert order == sorted(order)
    assert leads.count("<img") == 2


def test_clauses_of_a_headline_stay_whole():
    assert clauses("今冬第一场雪 公路部门<夜>除雪") == (
        '<span class="clause">今冬第一场雪</span> '
        '<span class="clause">公路部门&lt;夜&gt;除雪</span>'
    )
    assert clauses("只有一句<b>") == "只有一句&lt;b&gt;"
    assert clauses("A plain English title") == "A plain English title"
    assert clauses("一 二 三 四 五") == "一 二 三 四 五"


def test_an_address_is_broken_behind_its_slashes():
    assert breakable("https://a.example/x<y") == "https:/<wbr>/<wbr>a.example/<wbr>x&lt;y"


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)]
)
async def test_pages_travel_packed(client, accepted, coding):
    plain = await client.get("/feeds/", headers={"accept-encoding": "identity"})
    answer = await client.get("/feeds/", headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == plain.text
    held = {"accept-encoding": accepted, "if-none-match": answer.headers["etag"]}
    assert (await client.get("/feeds/", headers=held)).status_code == 304
    other = {"accept-encoding": "identity", "if-none-match": answer.headers["etag"]}
    assert (await client.get("/feeds/", headers=other)).status_code == (200 if coding else 304)


async def test_very_many_sources_are_counted(client, monkeypatch):
    assert "/feeds/source/akxw-hanbin/rss.xml" in (await client.get("/feeds/")).text
    monkeypatch.setattr(pages, "MAX_SOURCES_NAMED", 1)
    page = (await client.get("/feeds/")).text
    assert "/feeds/source/" not in page
    assert "共 2 个来源" in page
