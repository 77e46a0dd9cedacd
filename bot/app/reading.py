"""The read side: feeds, pages, figures and the site as files, made from an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.facts import ArchiveFacts
from bot.app.fetching import fetch_settings
from bot.publish.book import FeedBook
from bot.publish.feed import Picture
from bot.publish.site import Site
from bot.publish.topic import Catalogue, SourceName
from bot.web.app import create_app, create_operator_app
from bot.web.limits import Limits
from bot.web.static_site import StaticSite
from storage.search import Search
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.settings import WebSettings
    from bot.sources import Configuration
    from storage.media import Media

#: pictures that the archive is asked for at once
_PICTURES = 500


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
