"""The write side: what fetches, reads and keeps articles, on an archive."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from bot.app.archive import Archive, open_archive
from bot.app.book import open_book
from bot.app.clock import now
from bot.app.fetching import fetching
from bot.app.hubs import hub_pinging
from bot.locate import Gazetteer
from bot.pipeline.apart import Readers
from bot.pipeline.backfill import Backfiller
from bot.pipeline.crawl import Crawler
from bot.pipeline.keep import Keeper
from bot.pipeline.pictures import PictureTaker
from bot.pipeline.sites import Sites
from bot.pipeline.take import Taker
from storage.cursors import Cursors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from bot.fetch.fetcher import Fetcher
    from bot.model import Source
    from bot.pipeline.report import CrawlReport, Tally
    from bot.sources.load import Configuration
    from storage.model import Article


def _site_names(configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """Return, by a source's id, what a 来源 says when it means that source's site."""
    short_names = {d.adcode: d.short_name for d in configuration.districts}
    return {
        source.id: tuple(name for name in (source.name, short_names.get(source.adcode, "")) if name)
        for source in configuration.sources
    }


def _taker(
    fetcher: Fetcher,
    configuration: Configuration,
    archive: Archive,
    readers: Readers | None = None,
) -> Taker:
    return Taker(
        readers=readers,
        fetcher=fetcher,
        keeper=Keeper(
            articles=archive.articles,
            fingerprints=archive.fingerprints,
            checks=archive.checks,
            site_names=_site_names(configuration),
        ),
        gazetteer=Gazetteer(configuration.districts),
        pictures=PictureTaker(fetcher=fetcher, media=archive.media, now=now),
        now=now,
        sites=sites_of(archive),
    )


def sites_of(archive: Archive) -> Sites:
    """Return what was learned of the sites that the archive has pages of."""
    return Sites(notes=archive.notes, articles=archive.articles, raw_pages=archive.raw_pages)


@contextlib.asynccontextmanager
async def crawling(
    configuration: Configuration,
    archive: Archive,
    on_kept: Callable[[Article], None],
    *,
    is_lasting: bool = False,
) -> AsyncIterator[Crawler]:
    """Yield a crawler on ``archive``; its connections end with the block.

    One that is lasting, a daemon's, reads pages in processes of their own.
    """
    own = configuration.settings.reading
    async with contextlib.AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(fetching(configuration.settings, archive))
        readers = None
        if is_lasting and own.processes:
            readers = await stack.enter_async_context(
                Readers(
                    processes=own.processes,
                    page_timeout_s=own.page_timeout_s,
                    pages_per_process=own.pages_per_process,
                )
            )
        taker = _taker(fetcher, configuration, archive, readers)
        yield Crawler(
            fetcher=fetcher,
            taker=taker,
            links=archive.links,
            states=archive.states,
            crawls=archive.crawls,
            checks=archive.checks,
            hosts=archive.hosts,
            on_kept=on_kept,
            now=now,
            notes=archive.notes,
            sites=taker.sites,
            readers=readers,
        )


@contextlib.asynccontextmanager
async def backfilling(configuration: Configuration, archive: Archive) -> AsyncIterator[Backfiller]:
    """Yield what walks a source's past; its connections end with the block."""
    async with fetching(configuration.settings, archive) as fetcher:
        yield Backfiller(
            fetcher=fetcher,
            taker=_taker(fetcher, configuration, archive),
            links=archive.links,
            cursors=Cursors(archive.engine),
            now=now,
        )


async def crawl_once(
    configuration: Configuration,
    wanted: Collection[str],
    *,
    on_progress: Callable[[Source, Tally], None] = lambda _source, _tally: None,
    on_report: Callable[[CrawlReport], None] = lambda _report: None,
) -> list[CrawlReport]:
    """Visit the sources with the ids ``wanted`` once, bring the feeds up to date, and return.

    Sources of different hosts are visited at the same time.  Reports come in the order of the
    configuration.
    """
    archive = open_archive(configuration.settings)
    try:
        book = open_book(configuration, archive)
        changed: dict[str, Article] = {}
        limit = asyncio.Semaphore(configuration.settings.fetch.max_hosts)

        async def visit(source: Source) -> CrawlReport:
            async with limit:
                report = await crawler.crawl(
                    source, on_progress=lambda tally: on_progress(source, tally)
                )
                on_report(report)
                return report

        async with crawling(
            configuration, archive, lambda article: changed.update({article.id: article})
        ) as crawler:
            chosen = [s for s in configuration.sources if s.id in wanted and s.is_enabled]
            visits = [asyncio.create_task(visit(source)) for source in chosen]
            try:
                reports = await asyncio.gather(*visits)
            finally:
                # When one breaks, the others end before what they use is taken from them.
                for task in visits:
                    task.cancel()
                await asyncio.gather(*visits, return_exceptions=True)
        changes = await asyncio.to_thread(book.rebuild_all)
        async with hub_pinging(configuration.settings) as pinger:
            pinger.tell(changes)
        return list(reports)
    finally:
        archive.close()
