"""The archive and its files, opened for one command."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.archive import media_of, open_archive, open_engine, raw_pages_of
from bot.cli.endings import told
from bot.cli.options import load_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from bot.app.archive import Archive
    from bot.settings import Settings
    from storage.media import Media
    from storage.raw import RawPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An opened archive with its files."""

    engine: Engine
    raw_pages: RawPages
    media: Media


@contextlib.contextmanager
def opened(config: Path | None, data_dir: Path | None) -> Iterator[Opened]:
    """Open the archive of a configuration; tell what goes wrong in one line and exit with 1.

    Where there is none, none is made: who looks into a wrong place should see that.
    """
    settings = load_or_exit(config, data_dir).settings
    with told():
        engine = open_engine(settings, may_make=False)
        try:
            yield Opened(
                engine=engine,
                raw_pages=raw_pages_of(settings, engine),
                media=media_of(settings, engine),
            )
        finally:
            engine.dispose()


@contextlib.contextmanager
def reopened(settings: Settings) -> Iterator[Archive]:
    """Open all parts of an archive that there is; as ``opened`` in everything else."""
    with told():
        archive = open_archive(settings, may_make=False)
        try:
            yield archive
        finally:
            archive.close()
