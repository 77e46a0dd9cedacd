"""What becomes of pages that are edited, drawn anew or taken off, over days of looking again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot.app.book import open_book
from bot.app.crawling import crawling
from bot.publish.topic import EVERYTHING
from replica import ReplicaWorld, system_clock
from storage.model import SourceState, Status
from storage.takedown import Takedowns
from storage.verify import verify
from tests.crawled import installation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from replica.access import AccessEntry
    from storage.model import Article
    from tests.crawled import Installation

#: one with 404s, one that answers 200 with an error page
SITES = {"replica-hanbin": "portal", "replica-pingli-news": "dede"}
#: one that stamps its pages
STAMPED = ("replica-xunyang-news", "modern")
HOUR = timedelta(hours=1)


async def visit(
    site: Installation, at: datetime, *, sources: Iterable[str] = SITES
) -> dict[str, Article]:
    """Visit the sources at an instant; return what is kept, by address."""
    configuration, archive = site.load(), site.archive()
    try:
        async with crawling(configuration, archive, lambda _article: None) as crawler:
            later = replace(crawler, now=lambda: at, taker=replace(crawler.taker, now=lambda: at))
            for source in configuration.sources:
                if source.id in sources:
                    report = await later.crawl(source)
                    assert not report.is_failure, report.line()
        return {article.canonical_url: article for article in archive.articles.newest(limit=1000)}
    finally:
        archive.close()


@pytest.mark.parametrize("source", list(SITES))
async def test_edits_are_revisions_and_a_page_drawn_anew_is_none(
    tmp_path: Path, source: str
) -> None:
    world = ReplicaWorld(system_clock)
    start = datetime.now(UTC)
    async with installation(tmp_path, world=world) as site:
        before = await visit(site, start)
        assert {article.source_id for article in before.values()} == set(SITES)
        world.regenerate()
        again = await visit(site, start + 2 * HOUR)
        assert again == before, "a redrawn mark made a revision"
        chosen = next(a for a in before.values() if a.source_id == source)
        slug = slug_of(world, chosen)
        written = next(b.text for b in world.publication(slug).manuscript.blocks if b.text)
        world.edit(slug, find=written[-9:-1], put="，这是后来改过的")
        after = await visit(site, start + 8 * HOUR)
    revised = after[chosen.canonical_url]
    assert (revised.id, revised.revision_number) == (chosen.id, 2)
    assert {url: a for url, a in after.items() if a.id != chosen.id} == {
        url: a for url, a in before.items() if a.id != chosen.id
    }
    archive = site.archive()
    history = archive.articles.revisions(chosen.id)
    assert [step.reason for step in history] == ["first seen", "text changed"]
    assert history[0].raw_record_id != history[1].raw_record_id
    for step in history:
        assert step.raw_record_id is not None
        assert archive.raw_pages.read(step.raw_record_id).status == 200
    assert verify(archive.engine, archive.raw_pages, archive.media).is_clean
    archive.close()


@pytest.mark.parametrize("source", list(SITES))
async def test_a_page_that_is_gone_twice_over_a_day_is_withdrawn_and_may_return(
    tmp_path: Path, source: str
) -> None:
    world = ReplicaWorld(system_clock)
    start = datetime.now(UTC)
    async with installation(tmp_path, world=world) as site:
        before = await visit(site, start)
        chosen = next(a for a in before.values() if a.source_id == source)
        slug = slug_of(world, chosen)
        world.withdraw(slug, is_listed=True)
        status = []
        for hours in (2, 8, 30):
            kept = (await visit(site, start + hours * HOUR))[chosen.canonical_url]
            status.append(kept.status)
        # Twice within a day is not enough: a site may be under repair overnight.
        assert status == [Status.LIVE, Status.LIVE, Status.WITHDRAWN]
        assert kept.html == chosen.html
        archive = site.archive()
        book = open_book(site.load(), archive)
        entries = {entry.article_id: entry for entry in book.feed(EVERYTHING).entries}
        archive.close()
        assert entries[chosen.id].is_withdrawn
        assert "原文已撤" in entries[chosen.id].title
        others = {i for i, entry in entries.items() if entry.is_withdrawn}
        assert others == {chosen.id}
        world._publications[slug] = replace(world._publications[slug], is_withdrawn=False)
        back = (await visit(site, start + 80 * HOUR))[chosen.canonical_url]
    assert (back.status, back.withdrawn_at, back.revision_number) == (Status.LIVE, None, 1)


async def test_what_was_taken_down_is_neither_asked_for_nor_taken_in_again(tmp_path: Path) -> None:
    world = ReplicaWorld(system_clock)
    start = datetime.now(UTC)
    async with installation(tmp_path, world=world) as site:
        before = await visit(site, start, sources=["replica-hanbin"])
        chosen = next(iter(before.values()))
        archive = site.archive()
        takedowns = Takedowns(archive.engine, archive.raw_pages, archive.media)
        takedowns.take_down(chosen.id, "court order", at=start)
        # As if nothing were known of the listing: each of its links is looked at anew.
        archive.states.put(SourceState(source_id="replica-hanbin"))
        archive.close()
        world.log.clear()
        after = await visit(site, start + 2 * HOUR, sources=["replica-hanbin"])
    assert set(before) - set(after) == {chosen.canonical_url}
    asked = {entry.path for entry in world.log.entries}
    assert asked
    assert urlsplit(chosen.canonical_url).path not in asked


async def test_another_look_at_a_page_that_stands_takes_no_page(tmp_path: Path) -> None:
    world = ReplicaWorld(system_clock)
    start = datetime.now(UTC)
    source, name = STAMPED
    async with installation(tmp_path, world=world) as site:
        before = await visit(site, start, sources=[source])
        paths = {"/" + url.split("/", 3)[3] for url in before}

        async def looked_at(hours: int) -> tuple[dict[str, Article], list[AccessEntry]]:
            world.log.clear()
            kept = await visit(site, start + hours * HOUR, sources=[source])
            asked = [entry for entry in world.log.of(name) if entry.path in paths]
            assert {entry.path for entry in asked} == paths
            assert all(entry.is_conditional for entry in asked)
            return kept, [entry for entry in asked if entry.status != 304]

        assert await looked_at(2) == (before, [])
        chosen = next(iter(before.values()))
        slug = slug_of(world, chosen)
        written = next(b.text for b in world.publication(slug).manuscript.blocks if b.text)
        world.edit(slug, find=written[-9:-1], put="，这是后来改过的")
        after, whole = await looked_at(8)
        assert (after[chosen.canonical_url].revision_number, len(whole)) == (2, 1)
        assert await looked_at(30) == (after, [])
        assert not [entry for entry in world.log.of(name) if entry.path.endswith(".png")]
        # What was not had of a page the last time is asked for although the page stands.
        file = site.config / "sources" / "replica.yaml"
        file.write_text("defaults:\n  pictures: archive\n" + file.read_text())
        assert await looked_at(3 * 24 + 8) == (after, [])
        assert [entry for entry in world.log.of(name) if entry.path.endswith(".png")]


def slug_of(world: ReplicaWorld, article: Article) -> str:
    path = "/" + article.canonical_url.split("://", 1)[1].split("/", 1)[1]
    return next(one.manuscript.slug for one in world._publications.values() if one.path == path)
