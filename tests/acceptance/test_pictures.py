"""Pictures from a hotlink-protected site to our own address: archived, linked or dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.app.book import open_book
from bot.app.reading import web_app
from replica.pictures import picture
from storage.articles import Articles
from tests.crawled import installation

if TYPE_CHECKING:
    from pathlib import Path

    from storage.model import Article
    from tests.crawled import Installation

SOURCES = ("replica-city", "replica-hanbin", "replica-ziyang", "replica-pingli-news")
OURS = "https://news.example"


def shown(article: Article) -> list[str]:
    return [block.url for block in article.blocks if block.kind == "image" and block.url]


def pictures_asked(site: Installation) -> list[str]:
    return [e.path for e in site.world.log.entries if e.path.endswith((".png", ".jpg"))]


async def test_archived_pictures_are_fetched_as_the_page_would_and_served_from_here(
    tmp_path: Path,
) -> None:
    async with installation(
        tmp_path,
        settings=f"web:\n  public_url: {OURS}\n",
        defaults="defaults:\n  pictures: archive\n",
    ) as site:
        await site.crawl(SOURCES)
        assert pictures_asked(site)
        site.world.log.clear()
        await site.crawl(SOURCES)
        assert not pictures_asked(site), "a kept picture was asked for again"
    archive = site.archive()
    articles = Articles(archive.engine).newest(limit=1000)
    urls = [url for article in articles for url in shown(article)]
    assert len(urls) >= 3
    kept = archive.media.of_urls(urls)
    assert set(kept) == set(urls)
    # The site gives another picture to whoever comes from elsewhere.
    stray = picture("盗链")
    for found in kept.values():
        data = archive.media.path(found).read_bytes()
        assert data.startswith(b"\x89PNG")
        assert data != stray

    configuration = site.load()
    book = open_book(configuration, archive)
    feed = (configuration.settings.data_dir / "public/feeds/all/atom.xml").read_text("utf-8")
    pointed = set(re.findall(rf"{OURS}/media/([0-9a-f]{{64}}\.png)", feed))
    assert pointed
    assert pointed <= {found.file_name for found in kept.values()}
    assert not [url for url in urls if f'src="{url}' in feed]

    transport = httpx.ASGITransport(app=web_app(book, archive, configuration))
    async with httpx.AsyncClient(transport=transport, base_url=OURS) as client:
        for found in kept.values():
            answer = await client.get(f"/media/{found.file_name}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
            assert answer.content == archive.media.path(found).read_bytes()
            assert "sandbox" in answer.headers["content-security-policy"]
            etag = answer.headers["etag"]
            again = await client.get(f"/media/{found.file_name}", headers={"if-none-match": etag})
            assert again.status_code == 304
        for name in ("0" * 64 + ".png", found.digest, found.digest + ".svg", "..%2f..%2fx.png"):
            assert (await client.get(f"/media/{name}")).status_code == 404
    archive.close()


@pytest.mark.parametrize("choice", ["link", "drop"])
async def test_pictures_that_are_not_archived_are_not_asked_for(
    tmp_path: Path, choice: str
) -> None:
    async with installation(tmp_path, defaults=f"defaults:\n  pictures: {choice}\n") as site:
        await site.crawl(SOURCES)
        assert not pictures_asked(site)
    archive = site.archive()
    articles = Articles(archive.engine).newest(limit=1000)
    archive.close()
    assert articles
    assert bool([url for article in articles for url in shown(article)]) == (choice == "link")
    assert ("<img" in "".join(article.html for article in articles)) == (choice == "link")
    if choice == "drop":
        assert not [b for a in articles for b in a.blocks if b.kind == "caption"]
