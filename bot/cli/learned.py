"""What the archive knows of a source's sites, for commands that need no archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.app.archive import database_url, open_archive
from bot.pipeline.sites import profiles_of
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.extract import SiteProfile
    from bot.sources.load import Configuration


def learned_of(configuration: Configuration, source_id: str) -> tuple[SiteProfile, ...]:
    """Return what is known of a source's sites; nothing where there is no archive yet."""
    place = database_url(configuration.settings)
    if isinstance(place, Path) and not place.is_file():
        return ()
    try:
        archive = open_archive(configuration.settings)
    except StorageError as error:
        typer.echo(f"what was learned of its site cannot be read: {error}", err=True)
        return ()
    try:
        return profiles_of(archive.notes, source_id)
    finally:
        archive.close()
