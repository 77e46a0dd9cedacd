"""The read side: pages, figures and the site as files, made from an archive and its feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.facts import ArchiveFacts
from bot.app.fetching import fetch_settings
from bot.web.app import create_app, create_operator_app
from bot.web.limits import Limits
from bot.web.static_site import StaticSite
from storage.search import Search
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.publish.book import FeedBook
    from bot.settings import WebSettings
    from bot.sources.load import Configuration


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
