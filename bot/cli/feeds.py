"""``xianwen feeds``: the files that subscribers read."""

from __future__ import annotations

import typer

from bot.app import open_archive, open_book
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit

app = typer.Typer(help="Write the feeds anew from the archive.", no_args_is_help=True)


@app.callback()
def feeds() -> None:
    """Write the feeds anew from the archive."""


@app.command()
def build(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Bring every feed and the OPML file up to date; files whose content is the same stay."""
    configuration = load_or_exit(config, data_dir)
    archive = open_archive(configuration.settings)
    try:
        book = open_book(configuration, archive)
        changes = book.rebuild_all()
    finally:
        archive.close()
    for change in changes:
        for url in change.urls:
            typer.echo(url)
    typer.echo(f"{len(changes)} feeds changed below {book.directory / 'feeds'}")
