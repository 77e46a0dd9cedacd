"""Feeds over HTTP: validators, codings, HEAD, people, and what readers rely on."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import timedelta

import brotli
import httpx
import pytest

from bot.publish.book import FeedBook
from bot.publish.document import http_date
from bot.web.app import create_app
from bot.web.negotiate import coding_of, is_unmodified_since, matches_any
from tests.readside import CATALOGUE, NOW, SITE, Shelf, article

PATH = "/feeds/hanbin/atom.xml"
PLAIN = {"accept-encoding": "identity"}


class NoStates:
    def all(self):
        return {}


@dataclass
class Served:
    client: httpx.AsyncClient
    book: FeedBook
    shelf: Shelf


@pytest.fixture
async def served(tmp_path):
    shelf = Shelf(*(article(n) for n in range(5)))
    book = FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )
    book.rebuild_all()
    app = create_app(book=book, articles=shelf, states=NoStates(), user_agent="Xianwen/0 (+x)")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        yield Served(client, book, shelf)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("rss.xml", "application/rss+xml; charset=utf-8"),
        ("atom.xml", "application/atom+xml; charset=utf-8"),
        ("feed.json", "application/feed+json; charset=utf-8"),
    ],
)
async def test_get(served, name, media_type):
    answer = await served.client.get(f"/feeds/hanbin/{name}", headers=PLAIN)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content == (served.book.directory / "feeds/hanbin" / name).read_bytes()
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age=900" in answer.headers["cache-control"]
    assert answer.headers["last-modified"] == http_date(article(4).first_seen_at)
    assert answer.headers["link"] == (
        f'<https://hub.example/>; rel="hub", <https://news.example/feeds/hanbin/{name}>; rel="self"'
    )


@pytest.mark.parametrize(
    ("accept", "coding", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("gzip, br", "br", brotli.decompress)],
)
async def test_packed_variants_are_served_as_they_stand(served, accept, coding, unpack):
    async with served.client.stream("GET", PATH, headers={"accept-encoding": accept}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == coding
    assert unpack(raw) == (served.book.directory / "feeds/hanbin/atom.xml").read_bytes()
    plain = await served.client.get(PATH, headers=PLAIN)
    assert plain.headers["etag"] != answer.headers["etag"]
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("accept", ["identity", "gzip", "br"])
async def test_the_etag_of_any_coding_gives_304(served, accept):
    first = await served.client.get(PATH, headers={"accept-encoding": accept})
    for now in ("identity", "gzip", "br"):
        again = await served.client.get(
            PATH, headers={"accept-encoding": now, "if-none-match": first.headers["etag"]}
        )
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "content-length" not in again.headers


async def test_a_poll_without_news_reads_neither_archive_nor_file(served, monkeypatch):
    first = await served.client.get(PATH)
    reads = served.shelf.reads
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda self: pytest.fail(f"read {self}"))
    again = await served.client.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert served.shelf.reads == reads


async def test_if_none_match_goes_before_if_modified_since(served):
    first = await served.client.get(PATH)
    late = http_date(NOW + timedelta(days=9))
    other = await served.client.get(
        PATH, headers={"if-none-match": '"other"', "if-modified-since": late}
    )
    assert other.status_code == 200
    dated = await served.client.get(
        PATH, headers={"if-modified-since": first.headers["last-modified"]}
    )
    assert dated.status_code == 304
    early = await served.client.get(
        PATH, headers={"if-modified-since": http_date(NOW - timedelta(days=9))}
    )
    assert early.status_code == 200


async def test_head_is_get_without_a_body(served):
    got = await served.client.get(PATH, headers=PLAIN)
    head = await served.client.head(PATH, headers=PLAIN)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == got.headers


async def test_a_new_article_changes_the_etag_at_once(served):
    first = await served.client.get(PATH)
    served.shelf.put(article(8))
    served.book.rebuild_for((article(8),))
    second = await served.client.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 200
    assert article(8).id in second.text


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-dest": "document"}, {"upgrade-insecure-requests": "1"}]
)
async def test_a_person_is_shown_a_page_at_the_same_address(served, headers):
    answer = await served.client.get(PATH, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "这是一份订阅源" in answer.text
    assert (
        '<code class="address" tabindex="0">https://news.example/feeds/hanbin/atom.xml</code>'
        in answer.text.replace("<wbr>", "")
    )
    # A cache that minds no Vary must never hand the page to a reader.
    assert answer.headers["cache-control"].startswith("private")
    assert "Sec-Fetch-Dest" in answer.headers["vary"]
    reader = await served.client.get(PATH, headers={"accept": "text/html,*/*;q=0.1"})
    assert reader.headers["content-type"].startswith("application/atom+xml")


async def test_code_redirects_to_slug(served):
    answer = await served.client.get("/feeds/610902/rss.xml")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/feeds/hanbin/rss.xml"
    city = await served.client.get("/feeds/610900/atom.xml")
    assert city.headers["location"] == "/feeds/ankang/atom.xml"


async def test_chinese_addresses(served):
    answer = await served.client.get("/feeds/hanbin/town/五里镇/atom.xml")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")


@pytest.mark.parametrize("form", ["rss.xml", "atom.xml", "feed.json"])
async def test_a_town_without_news_has_an_empty_feed(served, form):
    answer = await served.client.get(f"/feeds/hanbin/town/县河镇/{form}")
    assert answer.status_code == 200
    assert not answer.headers["content-type"].startswith("text/html")
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    "path",
    ["/feeds/nowhere/rss.xml", "/feeds/hanbin/x.xml", "/feeds/../../etc/passwd",
     "/feeds/..%2f..%2fetc/atom.xml", "/feeds/category/%00/atom.xml", "/feeds//atom.xml",
     "/feeds/category/没有这一栏/atom.xml"],
)  # fmt: skip
async def test_what_is_not_there(served, path):
    answer = await served.client.get(path)
    assert answer.status_code == 404


async def test_feeds_refer_to_files_that_are_there(served):
    for path in ("/static/feed.css", "/static/icon.png", "/opml.xml"):
        assert (await served.client.get(path)).status_code == 200, path


async def test_narrowed_feeds(served):
    async def titles(query: str) -> list[str]:
        answer = await served.client.get(f"/feeds/hanbin/feed.json?{query}")
        assert answer.status_code == 200
        assert f"feed.json?{query.split('=')[0]}" in answer.json()["feed_url"]
        return [item["title"] for item in answer.json()["items"]]

    assert len(await titles("limit=2")) == 2
    assert await titles("filter=第3届|第1届") == ["五里镇第3届采茶节开幕", "五里镇第1届采茶节开幕"]
    assert "五里镇第3届采茶节开幕" not in await titles("filterout=第3届")
    short = await served.client.get("/feeds/hanbin/feed.json?full=0")
    assert "<img" not in short.json()["items"][0]["content_html"]
    again = await served.client.get(
        "/feeds/hanbin/feed.json?full=0", headers={"if-none-match": short.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["limit=x", "limit=-1", "limit=99999", "filter=" + "a" * 300])
async def test_narrowing_is_bounded(served, query):
    assert (await served.client.get(f"/feeds/hanbin/rss.xml?{query}")).status_code == 400


async def test_unknown_parameters_change_nothing(served):
    plain = await served.client.get(PATH, headers=PLAIN)
    tracked = await served.client.get(PATH + "?utm_source=x", headers=PLAIN)
    assert tracked.content == plain.content


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (b"", ""),
        (b"gzip", "gzip"),
        (b"gzip, deflate, br", "br"),
        (b"br;q=0, gzip", "gzip"),
        (b"gzip;q=1.0, br;q=0.5", "gzip"),
        (b"*", "br"),
        (b"identity", ""),
        (b"gzip;q=0", ""),
        (b"br;q=nonsense", ""),
    ],
)
def test_coding_of(header, coding):
    assert coding_of(header) == coding


@pytest.mark.parametrize(
    ("header", "expected"),
    [(b'"a"', True), (b'W/"a"', True), (b'"x", "a"', True), (b"*", True), (b'"x"', False)],
)
def test_matches_any(header, expected):
    assert matches_any(header, (b'"a"', b'"a-br"')) is expected


def test_nonsense_dates_are_not_understood():
    assert not is_unmodified_since(b"yesterday", NOW)
    assert not is_unmodified_since(b"Fri, 20 Nov 2026 10:00:00 -0000", NOW)
