"""``xianwen feeds``: the files that subscribers read."""

from __future__ import annotations

import asyncio
from pathlib import Path  # noqa: TC003 -- Typer reads it at run time
from typing import Annotated

import typer

from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.reading import static_site
from bot.cli.endings import told
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from bot.errors import PublishError

app = typer.Typer(help="Write the feeds anew from the archive.", no_args_is_help=True)


@app.callback()
def feeds() -> None:
    """Write the feeds anew from the archive."""


@app.command()
def build(
    static: Annotated[
        Path | None,
        typer.Option(
            "--static",
            metavar="DIR",
            help="Write the whole site there too: feeds, archives, OPML, pages and pictures, as "
            "files for any web server. Later runs write what changed.",
        ),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Bring every feed and the OPML file up to date; files whose content is the same stay."""
    configuration = load_or_exit(config, data_dir)
    with told():
        archive = open_archive(configuration.settings, may_make=False)
        try:
            book = open_book(configuration, archive)
            changes = book.rebuild_all()
            for change in changes:
                for url in change.urls:
                    typer.echo(url)
            typer.echo(f"{len(changes)} feeds changed below {book.directory / 'feeds'}")
            if static is not None:
                site = static_site(static, book, archive, configuration)
                done = asyncio.run(site.build())
                typer.echo(
                    f"{done.written} files written, {done.removed} removed below {static}; "
                    f"{done.articles} articles looked at"
                )
        except PublishError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        finally:
            archive.close()
