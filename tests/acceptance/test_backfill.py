# ruff: noqa: S311 - the words of a test
"""Backfill: a source's past is walked page by page, and is no news to those who subscribe."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from bot.app.book import open_book
from bot.app.crawling import backfilling
from bot.pipeline import take as taking
from bot.pipeline.read import read_page
from bot.publish.topic import EVERYTHING
from replica import Block, BlockKind, ReplicaWorld, system_clock
from replica.manuscripts import load_manuscripts
from storage.model import Selection
from storage.verify import verify
from tests.crawled import installation

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import ArticleLink, ExtractedArticle, FetchedPage, Source
    from replica import Manuscript
    from storage.model import Article
    from tests.crawled import Installation

SOURCE = "replica-ziyang"
COUNT = 20
CHINA = timezone(timedelta(hours=8))
NEWEST = datetime(2026, 6, 30, 17, tzinfo=CHINA)
#: so that the first crawl sees no further than the first page, of five
LISTING = "defaults:\n  listing:\n    max_pages: 1\n"


def manuscripts() -> list[Manuscript]:
    """One article a day on one section, each of its own words."""
    model = next(m for m in load_manuscripts() if m.section == "ziyang")
    made = []
    for number in range(COUNT):
        choose = random.Random(number)
        words = [chr(choose.randrange(0x4E00, 0x9000)) for _ in range(400)]
        texts = ["".join(words[at : at + 80]) + "。" for at in range(0, 400, 80)]
        made.append(
            replace(
                model,
                slug=f"past-{number}",
                story=f"past-{number}",
                title=f"紫阳县第{number}期茶园工作" + "".join(words[:4]),
                dated=NEWEST - timedelta(days=number),
                pages=(tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts),),
                correction=(),
                is_gone=False,
            )
        )
    return made[::-1]


def asked(site: Installation) -> list[str]:
    return [
        e.path for e in site.world.log.entries if e.path.rsplit("/", 1)[-1].split(".")[0].isdigit()
    ]


async def walk(site: Installation, since: datetime, **options: object) -> object:
    archive = site.archive()
    try:
        configuration = site.load()
        source = next(one for one in configuration.sources if one.id == SOURCE)
        async with backfilling(configuration, archive) as backfiller:
            return await backfiller.run(source, since, **options)  # type: ignore[arg-type]
    finally:
        archive.close()


def kept(site: Installation) -> list[Article]:
    archive = site.archive()
    try:
        return list(archive.articles.newest(limit=1000))
    finally:
        archive.close()


async def test_the_past_is_taken_in_and_is_no_news(tmp_path: Path) -> None:
    world = ReplicaWorld(system_clock, manuscripts=manuscripts())
    async with installation(tmp_path, defaults=LISTING, world=world) as site:
        await site.crawl([SOURCE])
        live = {article.id for article in kept(site)}
        assert len(live) == 5
        since = NEWEST.replace(hour=0) - timedelta(days=13)
        ended = await walk(site, since)
    articles = kept(site)
    assert len(articles) == 14, "down to the day that was named, and no further"
    assert ended.failed == 0  # type: ignore[attr-defined]
    past = [article for article in articles if article.id not in live]
    assert all(article.is_backfilled for article in past)
    assert not any(article.is_backfilled for article in articles if article.id in live)
    # In their place in time, not at the top.
    assert [article.id in live for article in articles] == [True] * 5 + [False] * 9
    assert all(article.sorted_at < NEWEST for article in past)

    archive = site.archive()
    book = open_book(site.load(), archive)
    assert {entry.article_id for entry in book.feed(EVERYTHING).entries} == live
    ziyang = book.catalogue.find("ziyang")
    assert ziyang is not None
    assert {entry.article_id for entry in book.feed(ziyang).entries} == live
    everything = Selection(adcodes=("610924",), story_heads_only=True)
    span = (since, NEWEST + timedelta(days=1))
    assert {a.id for a in archive.articles.between(*span, everything)} == {a.id for a in articles}
    outcome = verify(archive.engine, archive.raw_pages, archive.media)
    assert outcome.is_clean, outcome.findings
    archive.close()


async def test_a_page_that_breaks_the_reading_ends_no_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ReplicaWorld(system_clock, manuscripts=manuscripts())

    def read(
        page: FetchedPage, source: Source, link: ArticleLink, **options: object
    ) -> ExtractedArticle:
        if "紫阳县第7期" in link.title:
            raise ValueError("we cannot read that")
        return read_page(page, source, link, **options)  # type: ignore[arg-type]

    async with installation(tmp_path, defaults=LISTING, world=world) as site:
        await site.crawl([SOURCE])
        monkeypatch.setattr(taking, "read_page", read)
        ended = await walk(site, NEWEST.replace(hour=0) - timedelta(days=9))
    assert ended.failed == 1  # type: ignore[attr-defined]
    assert len(kept(site)) == 9


async def test_a_walk_that_was_cut_short_goes_on_where_it_was(tmp_path: Path) -> None:
    world = ReplicaWorld(system_clock, manuscripts=manuscripts())
    since = NEWEST - timedelta(days=400)
    async with installation(tmp_path, defaults=LISTING, world=world) as site:
        await site.crawl([SOURCE])
        site.world.log.clear()

        def cut(at: object) -> None:
            if at.tally.new == 8:  # type: ignore[attr-defined]
                raise InterruptedError

        with pytest.raises(InterruptedError):
            await walk(site, since, on_progress=cut)
        assert len(kept(site)) == 13
        pages = [e.path for e in site.world.log.entries if "index_" in e.path]
        assert pages[-1].endswith("index_3.html")
        site.world.log.clear()
        await walk(site, since)
        first = next(e.path for e in site.world.log.entries if "/ziyang/" in e.path)
        assert first.endswith("index_3.html"), "it began anew"
        assert len(asked(site)) == len(set(asked(site))) == 7, "something was fetched twice"
        assert len(kept(site)) == COUNT
        site.world.log.clear()
        again = await walk(site, since)
    assert not asked(site)
    assert again.tally.new == 0  # type: ignore[attr-defined]
    titles = [article.title for article in kept(site)]
    assert len(set(titles)) == COUNT
