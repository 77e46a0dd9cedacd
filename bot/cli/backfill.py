"""``xianwen backfill``: what a source published before it was crawled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot import log
from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.crawling import backfilling
from bot.cli.days import start_of
from bot.cli.endings import told
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit, no_such_source
from bot.errors import DiscoverError, FetchError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Source
    from bot.pipeline.backfill import Walk
    from bot.sources.load import Configuration

#: the daemon may ask the same host meanwhile: this walk leaves it twice the source's pause
_PAUSE_FACTOR = 2


def backfill(
    source_id: Annotated[str, typer.Argument(metavar="SOURCE", help="Id of a source.")],
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="How far back to go.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Walk a source's listing backwards and take in what it published since a day.

    Old articles enter the archive and its archive feeds, never the newest entries of a feed.
    A walk that was cut short goes on where it was. May run beside the daemon, at half its pace.
    """
    configuration = load_or_exit(config, data_dir)
    log.configure(style=configuration.settings.log.style, level="warning")
    sources = {one.id: one for one in configuration.sources}
    if source_id not in sources:
        raise typer.BadParameter(no_such_source([source_id], sources), param_hint="SOURCE")
    source = sources[source_id]
    start = start_of(since, "--since", ZoneInfo(source.timezone))
    with told():
        try:
            walk = asyncio.run(_run(configuration, source, start))
        except (FetchError, DiscoverError) as error:
            typer.echo(f"{error}\nThe same command goes on where this one stopped.", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{source_id}: {_told(walk)}; {walk.failed} failed")


async def _run(configuration: Configuration, source: Source, since: datetime) -> Walk:
    archive = open_archive(configuration.settings)
    slow = replace(source, delay_s=source.delay_s * _PAUSE_FACTOR)
    console = Console(stderr=True)
    try:
        async with backfilling(configuration, archive) as backfiller:
            with console.status(source.id) as line:
                walk = await backfiller.run(
                    slow, since, on_progress=lambda now: line.update(f"{source.id}: {_told(now)}")
                )
        await asyncio.to_thread(open_book(configuration, archive).rebuild_all)
    finally:
        archive.close()
    return walk


def _told(walk: Walk) -> str:
    tally = walk.tally
    reached = "" if walk.reached is None else f", back to {walk.reached:%Y-%m-%d}"
    return (
        f"page {walk.page}{reached}: {tally.new} new, {tally.reprints} reprints, "
        f"{tally.revised} revised, {tally.unchanged} unchanged"
    )
