"""The search over HTTP: a page for people, a feed for readers, on a real archive."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import feedparser
import httpx
import pytest

from bot.publish.book import FeedBook
from bot.web.app import create_app
from storage.articles import Articles
from storage.model import KeptDistrict
from storage.opening import open_database
from storage.search import Search
from storage.stories import Stories
from tests.publish.rules import faults_of_atom
from tests.readside import CATALOGUE, SITE
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class NoStates:
    def all(self):
        return {}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    engine = open_database(tmp_path / "archive.sqlite")
    articles = Articles(engine)
    for number in range(40):
        day = NOON - timedelta(days=number)
        adcode = "610924" if number % 4 == 0 else "610902"
        articles.keep(
            new_article(
                number, text=f"镇上的茶园第{number}次开采，<b>不是标签</b>。\n群众增收。",
                published_at=day, published_precision="minute",
                source_id="akxw-hanbin" if number % 2 else "akxw-ziyang",
                districts=(KeptDistrict(adcode=adcode, evidence="source"),),
            )
        )  # fmt: skip
    articles.keep(
        new_article(
            99,
            title="龙舟竞渡",
            text="汉江上鼓声阵阵。",
            published_at=NOON,
            published_precision="day",
        )
    )
    book = FeedBook(
        articles=articles, stories=Stories(engine), catalogue=CATALOGUE,
        directory=tmp_path / "public", site=SITE,
    )  # fmt: skip
    book.rebuild_all()
    app = create_app(
        book=book, articles=articles, states=NoStates(), user_agent="x", search=Search(engine)
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=SITE.public_url) as client:
        yield client
    engine.dispose()


def titles(answer: httpx.Response) -> list[str]:
    found = re.findall(r'<li><a href="(?:/en)?/a/\w+"[^>]*>(.*?)</a>', answer.text)
    return [re.sub("<.*?>", "", title) for title in found]


async def test_two_characters_are_found_marked_and_paged(client):
    answer = await client.get("/search", params={"q": "茶园"})
    assert answer.status_code == 200
    assert len(titles(answer)) == 30
    assert "<mark>茶园</mark>" in answer.text
    assert "<b>不是标签" not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    older = re.search(r'rel="next" href="([^"]+)"', answer.text)
    assert older
    rest = await client.get(older[1].replace("&amp;", "&"))
    assert len(titles(rest)) == 10
    assert 'rel="next"' not in rest.text
    assert len(set(titles(answer)) | set(titles(rest))) == 40


async def test_a_day_is_not_shown_as_a_time(client):
    by_day = await client.get("/search", params={"q": "龙舟"})
    by_minute = await client.get("/search", params={"q": "茶园"})
    shown = re.compile(r"<time[^>]*>([^<]*)</time>")
    assert [":" in told for told in shown.findall(by_day.text)] == [False]
    assert all(":" in told for told in shown.findall(by_minute.text))


async def test_conditions_narrow_it(client):
    async def count(**parameters: str) -> int:
        return len(titles(await client.get("/search", params={"q": "茶园", **parameters})))

    assert await count(district="ziyang") == await count(district="610924") == 10
    assert await count(district="ziyang", source="akxw-ziyang") == 10
    assert await count(district="ziyang", source="akxw-hanbin") == 0
    assert await count(since="2026-11-18", until="2026-11-19") == 2
    assert await count(since="2026-11-18", order="rank") == 3
    english = await client.get("/en/search", params={"q": "龙舟"})
    assert titles(english) == ["龙舟竞渡"]
    assert "Results" in english.text


@pytest.mark.parametrize(
    ("query", "told"),
    [("", "两个字以上"), ("？！", "没有找到"), ("不存在的词", "没有找到"), ('"', "没有找到")],
)
async def test_nothing_is_told_kindly(client, query, told):
    answer = await client.get("/search", params={"q": query})
    assert answer.status_code == 200
    assert told in answer.text


async def test_what_is_looked_for_is_never_markup(client):
    answer = await client.get("/search", params={"q": '茶园"><script>alert(1)</script>'})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "parameters",
    [{"since": "yesterday"}, {"until": "2026-13-01"}, {"district": "nowhere"}, {"order": "x"},
     {"page": "x"}],
)  # fmt: skip
async def test_a_wrong_parameter_is_named(client, parameters):
    for path in ("/search", "/search.atom"):
        answer = await client.get(path, params={"q": "茶园", **parameters})
        assert answer.status_code == 400
        assert next(iter(parameters)) in answer.text


async def test_a_search_is_a_feed(client):
    answer = await client.get("/search.atom", params={"q": "茶园", "district": "ziyang"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert not faults_of_atom(answer.content, str(answer.url), datetime.now(UTC))
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    assert len(parsed.entries) == 10
    links = {link.rel: link.href for link in parsed.feed.links}
    assert links["self"] == str(answer.url)
    assert "/search?q=" in links["alternate"]
    again = await client.get(
        "/search.atom",
        params={"q": "茶园", "district": "ziyang"},
        headers={"if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304
    other = await client.get("/search.atom", params={"q": "龙舟"})
    assert feedparser.parse(other.content).feed.id != parsed.feed.id
    empty = await client.get("/search.atom", params={"q": "不存在"})
    assert feedparser.parse(empty.content).entries == []
    assert (await client.get("/search.atom")).status_code == 400
