"""The command ``xianwen``: what there is, and how it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import __version__
from bot.cli import (
    archive,
    article,
    backfill,
    demo,
    doctor,
    extract,
    feeds,
    init,
    politeness,
    reextract,
    run,
    source,
    status,
)
from bot.cli import check as checking
from bot.cli.options import ConfigOption, config_dir

app = typer.Typer(
    name="xianwen",
    help=(
        "Xianwen (县闻) turns the web pages of county-level news into RSS, Atom and JSON feeds.\n\n"
        "Begin with `xianwen demo`, which needs no network; then `xianwen run`. "
        "Edit config/, and let `xianwen check` read it before you restart."
    ),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_show_locals=False,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"xianwen {__version__}")
        raise typer.Exit


@app.callback()
def xianwen(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Turn the web pages of county-level news into feeds."""


@app.command()
def check(config: ConfigOption = None) -> None:
    """Read the whole configuration and print every fault as file:line: key: what, what to do.

    Exits with 1 when there is a fault.
    """
    checking.check(config_dir(config))


app.command()(run.run)
app.command()(init.init)
app.command()(run.once)
app.command()(extract.extract)
app.command()(status.status)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.command()(politeness.politeness)
app.add_typer(feeds.app, name="feeds")
app.command()(article.search)
app.command()(reextract.reextract)
app.command()(backfill.backfill)
app.command()(article.takedown)
app.add_typer(article.app, name="article")
app.add_typer(archive.app, name="archive")
app.add_typer(source.app, name="source")
