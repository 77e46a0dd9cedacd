"""Composition root: builds the parts and hands each only what it needs."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot import __version__
from bot.facts import ArchiveFacts
from bot.fetch import Fetcher, FetchLimits, FetchSettings, Identity, Politeness, QuietHours
from bot.fetch.form import FormPoster
from bot.locate import Gazetteer
from bot.pipeline.apart import Readers
from bot.pipeline.backfill import Backfiller
from bot.pipeline.crawl import Crawler
from bot.pipeline.hosts import KeptHostStates, KeptRobotsCopies, keep_traffic
from bot.pipeline.keep import Keeper
from bot.pipeline.pictures import PictureTaker
from bot.pipeline.sites import Sites
from bot.pipeline.take import Taker
from bot.publish.book import FeedBook
from bot.publish.feed import Picture
from bot.publish.site import Site
from bot.publish.topic import Catalogue, SourceName
from bot.web.app import create_app, create_operator_app
from bot.web.limits import Limits
from bot.web.static_site import StaticSite
from bot.websub import HubPinger
from storage.articles import Articles
from storage.checks import Checks
from storage.cursors import Cursors
from storage.fingerprints import Fingerprints
from storage.hosts import Hosts
from storage.links import PendingLinks
from storage.media import Media
from storage.notes import Notes
from storage.opening import open_database
from storage.raw import RawPages
from storage.search import Search
from storage.states import Crawls, States
from storage.stories import Stories
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection
    from pathlib import Path

    from sqlalchemy import Engine
    from starlette.types import ASGIApp

    from bot.model import Source
    from bot.pipeline.report import CrawlReport, Tally
    from bot.settings import Settings, WebSettings
    from bot.sources import Configuration
    from storage.model import Article

logger = structlog.get_logger()

#: pictures that the archive is asked for at once
_PICTURES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The parts of storage that one process uses, on one database."""

    engine: Engine
    articles: Articles
    checks: Checks
    fingerprints: Fingerprints
    links: PendingLinks
    stories: Stories
    states: States
    crawls: Crawls
    media: Media
    notes: Notes
    hosts: Hosts
    raw_pages: RawPages

    def close(self) -> None:
        """Give up the raw file that is written to and the connections."""
        self.raw_pages.close()
        self.engine.dispose()


def database_url(settings: Settings) -> str | Path:
    """Return where the database is: as the settings say, else a file in the data directory."""
    if settings.database is not None:
        return settings.database.get_secret_value()
    return settings.data_dir / "xianwen.sqlite3"


def open_engine(settings: Settings) -> Engine:
    """Open the database, made or migrated as needed; raises storage's StorageError."""
    return open_database(database_url(settings))


def raw_pages_of(settings: Settings, engine: Engine) -> RawPages:
    """Return the raw pages of an archive."""
    return RawPages(engine, settings.data_dir / "raw", software=f"xianwen/{__version__}")


def media_of(settings: Settings, engine: Engine) -> Media:
    """Return the pictures of an archive."""
    return Media(engine, settings.data_dir / "media")


def open_archive(settings: Settings) -> Archive:
    """Open the archive, made or migrated as needed; raises storage's StorageError."""
    engine = open_engine(settings)
    raw_pages = raw_pages_of(settings, engine)
    return Archive(
        engine=engine,
        articles=Articles(engine, raw_pages),
        checks=Checks(engine),
        fingerprints=Fingerprints(engine),
        links=PendingLinks(engine),
        stories=Stories(engine),
        states=States(engine),
        crawls=Crawls(engine),
        media=media_of(settings, engine),
        notes=Notes(engine),
        hosts=Hosts(engine),
        raw_pages=raw_pages,
    )


def open_book(configuration: Configuration, archive: Archive) -> FeedBook:
    """Return the feeds of this installation, below ``data_dir/public``.

    Feeds stand for the districts of every city that has a source: an article of one county may
    be about its neighbour, and a subscriber of either is served.
    """
    settings = configuration.settings
    cities = {source.adcode[:4] for source in configuration.sources}
    districts = [d for d in configuration.districts if d.adcode[:4] in cities]
    names = [
        SourceName(id=s.id, name=s.name, url=s.url, adcode=s.adcode) for s in configuration.sources
    ]
    return FeedBook(
        articles=archive.articles,
        stories=archive.stories,
        catalogue=Catalogue(districts, names),
        directory=settings.data_dir / "public",
        site=Site(
            public_url=settings.web.public_url,
            id_authority=settings.publish.id_authority,
            title=settings.publish.title,
            contact=settings.fetch.contact,
            hubs=settings.publish.hubs,
            entry_limit=settings.publish.entries,
            excerpt_chars=settings.publish.excerpt_chars,
            ttl_minutes=max(1, round(settings.publish.ttl_s / 60)),
        ),
        takedowns=Takedowns(archive.engine, archive.raw_pages, archive.media),
        pictures_at=_pictures_at(settings.web, archive.media),
    )


def _pictures_at(web: WebSettings, media: Media) -> Callable[[list[str]], dict[str, Picture]]:
    """Return our copies of pictures, which readers are shown in the place of the originals."""

    def pictures_at(urls: list[str]) -> dict[str, Picture]:
        return {
            url: Picture(
                url=f"{web.public_url}/media/{kept.file_name}",
                media_type=kept.media_type,
                size_bytes=kept.byte_count,
                width=kept.width,
                height=kept.height,
            )
            for start in range(0, len(urls), _PICTURES)
            for url, kept in media.of_urls(urls[start : start + _PICTURES]).items()
        }

    return pictures_at


def facts_of(archive: Archive, configuration: Configuration) -> ArchiveFacts:
    """Return what figures and pages for operators are made from."""
    return ArchiveFacts(
        configuration=configuration,
        all_states=archive.states,
        crawls=archive.crawls,
        links=archive.links,
        notes=archive.notes,
    )


def web_app(
    book: FeedBook,
    archive: Archive,
    configuration: Configuration,
    console: ASGIApp | None = None,
) -> ASGIApp:
    """Return the read side as one ASGI callable.

    ``console`` and ``/metrics`` are in it unless operators have an address of their own.
    """
    web = configuration.settings.web
    return create_app(
        book=book,
        articles=archive.articles,
        states=archive.states,
        media=archive.media,
        search=Search(archive.engine),
        facts=facts_of(archive, configuration),
        console=console if web.operator_port is None else None,
        has_metrics=web.operator_port is None,
        limits=limits_of(web),
        user_agent=fetch_settings(configuration.settings).identity.user_agent,
    )


def operator_app(
    archive: Archive, configuration: Configuration, console: ASGIApp | None = None
) -> ASGIApp:
    """Return what is served at ``web.operator_port``."""
    return create_operator_app(facts_of(archive, configuration), console)


def limits_of(web: WebSettings) -> Limits:
    """Return what one client may take of a server."""
    return Limits(
        max_connections=web.max_connections,
        requests_per_minute=web.requests_per_minute,
        trusted=web.trusted_proxies,
    )


def static_site(
    directory: Path, book: FeedBook, archive: Archive, configuration: Configuration
) -> StaticSite:
    """Return the site as files below ``directory``, kept pictures among them."""
    takedowns = Takedowns(archive.engine, archive.raw_pages, archive.media)
    return StaticSite(
        directory,
        app=create_app(
            book=book,
            articles=archive.articles,
            states=archive.states,
            facts=facts_of(archive, configuration),
            is_static=True,
            user_agent=fetch_settings(configuration.settings).identity.user_agent,
        ),
        book=book,
        articles=archive.articles,
        publications=archive.stories.publications,
        tombstones=takedowns.all,
        media=archive.media,
    )


def fetch_settings(settings: Settings) -> FetchSettings:
    """Return the settings of fetching as that package wants them."""
    own = settings.fetch
    quiet: tuple[QuietHours, ...] = ()
    if own.quiet_hours is not None:
        quiet = (QuietHours(start=own.quiet_hours[0], end=own.quiet_hours[1]),)
    return FetchSettings(
        identity=Identity(
            version=__version__,
            about_url=own.bot_page_url or f"{settings.web.public_url}/bot",
            contact=own.contact or None,
        ),
        limits=FetchLimits(
            max_redirects=own.max_redirects,
            max_body_bytes=int(own.max_body_bytes),
            connect_timeout_s=own.connect_timeout_s,
            total_timeout_s=own.total_timeout_s,
            max_attempts=own.max_attempts,
        ),
        politeness=Politeness(quiet_hours=quiet, robots_overrides=frozenset(own.robots_overrides)),
        allowed_addresses=own.allowed_addresses,
    )


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


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
async def fetching(settings: Settings, archive: Archive) -> AsyncIterator[Fetcher]:
    """Yield a fetcher that keeps its promises to hosts over restarts; connections end with it."""
    async with Fetcher(
        fetch_settings(settings),
        host_states=KeptHostStates(hosts=archive.hosts, now=now),
        robots_copies=KeptRobotsCopies(hosts=archive.hosts),
    ) as fetcher:
        try:
            yield fetcher
        finally:
            await keep_traffic(archive.hosts, fetcher.traffic.drain())


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
            reports = await asyncio.gather(*(visit(source) for source in chosen))
        changes = await asyncio.to_thread(book.rebuild_all)
        async with hub_pinging(configuration.settings) as pinger:
            pinger.tell(changes)
        return list(reports)
    finally:
        archive.close()


@contextlib.asynccontextmanager
async def hub_pinging(settings: Settings) -> AsyncIterator[HubPinger]:
    """Yield what tells the hubs of the settings; what waits at the end is told then."""
    async with FormPoster(fetch_settings(settings).identity) as poster:
        pinger = HubPinger(poster)
        pinger.use(settings.publish.hubs)
        try:
            yield pinger
        finally:
            await pinger.close()
