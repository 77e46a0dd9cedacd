"""The subscription list as a tree, and addresses by code."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx
import pytest

from bot.publish.book import FeedBook
from bot.publish.opml import write_opml
from bot.web.app import create_app
from tests.readside import CATALOGUE, SITE, Shelf, article


def tree(outline: ElementTree.Element) -> object:
    """Return an outline as its text and what is below it; a subscription as its address."""
    if outline.get("type") == "rss":
        assert outline.get("text")
        assert outline.get("title")
        assert outline.get("htmlUrl", "").startswith("https://news.example/d/")
        return outline.get("xmlUrl", "").removeprefix("https://news.example/feeds/")
    return {outline.get("text"): [tree(child) for child in outline]}


def test_province_city_district():
    document = ElementTree.fromstring(write_opml(CATALOGUE, SITE))  # noqa: S314 -- our own
    assert document.get("version") == "2.0"
    assert [tree(outline) for outline in document.findall("body/outline")] == [
        "all/atom.xml",
        {
            "陕西省": [
                {
                    "安康市": [
                        "ankang/atom.xml",
                        "hanbin/atom.xml",
                        "ziyang/atom.xml",
                        "xunyang/atom.xml",
                    ]
                }
            ]
        },
        {"来源": ["source/akxw-hanbin/atom.xml", "source/akxw-ziyang/atom.xml"]},
    ]
    hanbin = document.find(".//outline[@text='汉滨区']")
    assert hanbin is not None
    assert hanbin.get("category") == "/陕西省/安康市/汉滨区"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/feeds/610902/atom.xml", "/feeds/hanbin/atom.xml"),
        ("/feeds/610902/feed.json?limit=5", "/feeds/hanbin/feed.json?limit=5"),
        ("/feeds/610900/rss.xml", "/feeds/ankang/rss.xml"),
        ("/feeds/610902/town/五里镇/rss.xml", "/feeds/hanbin/town/五里镇/rss.xml"),
        ("/feeds/610902/archive/2026-11.atom", "/feeds/hanbin/archive/2026-11.atom"),
        ("/feeds/610902/", "/feeds/hanbin/"),
        ("/feeds/hanbin/", "/d/hanbin"),
        ("/d/610902", "/d/hanbin"),
        ("/en/d/610902/2026-11", "/en/d/hanbin/2026-11"),
    ],
)
async def test_addresses_by_code_lead_to_the_slug(tmp_path, asked, given):
    book = FeedBook(
        articles=(shelf := Shelf(article(1))),
        stories=shelf,
        catalogue=CATALOGUE,
        directory=tmp_path,
        site=SITE,
    )
    app = create_app(book=book, articles=shelf, states=None, user_agent="x")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        answer = await client.get(asked)
        assert answer.status_code == 301
        assert str(answer.next_request.url) == str(client.build_request("GET", given).url)
