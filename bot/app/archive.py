"""The parts of storage that one process uses, on one database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import __version__
from storage.articles import Articles
from storage.checks import Checks
from storage.fingerprints import Fingerprints
from storage.hosts import Hosts
from storage.links import PendingLinks
from storage.media import Media
from storage.notes import Notes
from storage.opening import open_database
from storage.raw import RawPages
from storage.states import Crawls, States
from storage.stories import Stories

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from bot.settings import Settings


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


def open_engine(settings: Settings, *, may_make: bool = True) -> Engine:
    """Open the database, made or migrated as needed; raises storage's StorageError.

    NoArchiveError is raised where there is none and none is to be made.
    """
    return open_database(database_url(settings), may_make=may_make)


def raw_pages_of(settings: Settings, engine: Engine) -> RawPages:
    """Return the raw pages of an archive."""
    return RawPages(engine, settings.data_dir / "raw", software=f"xianwen/{__version__}")


def media_of(settings: Settings, engine: Engine) -> Media:
    """Return the pictures of an archive."""
    return Media(engine, settings.data_dir / "media")


def open_archive(settings: Settings, *, may_make: bool = True) -> Archive:
    """Open the archive, made or migrated as needed; raises what ``open_engine`` raises."""
    engine = open_engine(settings, may_make=may_make)
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
