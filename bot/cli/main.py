"""The command ``xianwen``: what there is, and how it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.lazy import Deferred, LazyGroup

#: in the order of the help
_COMMANDS = {
    "demo": Deferred(
        "bot.cli.demo:demo",
        "Crawl a replica county site on loopback with the real pipeline, and serve the result.",
    ),
    "init": Deferred(
        "bot.cli.init:init",
        "Write a fresh configuration into DIR: settings, sources, templates, districts, schemas.",
    ),
    "check": Deferred(
        "bot.cli.check:check",
        "Read the whole configuration and print every fault as file:line: key: what, what to do.",
    ),
    "run": Deferred(
        "bot.cli.run:run",
        "Crawl all sources by their rhythm and serve feeds and pages, until told to stop.",
    ),
    "once": Deferred(
        "bot.cli.run:once",
        "Visit each source once, now, write the feeds that changed, and exit.",
    ),
    "status": Deferred(
        "bot.cli.status:status",
        "Show each source with its state, its last success, its next visit and what is wrong.",
    ),
    "doctor": Deferred(
        "bot.cli.doctor:doctor",
        "Check the machine: configuration, disk, rights, database, clock, DNS, TLS, ports, extras.",
    ),
    "source": Deferred(
        "bot.cli.source.group:app",
        "Look at sources, try them, rest them, add and remove them.",
    ),
    "extract": Deferred(
        "bot.cli.extract:extract",
        "Show what the rules make of a page: title, time, people, body, and what was removed.",
    ),
    "search": Deferred(
        "bot.cli.search:search",
        "Find articles by their words, Chinese words of two characters included.",
    ),
    "article": Deferred(
        "bot.cli.article:app",
        "Look at single articles.",
    ),
    "takedown": Deferred(
        "bot.cli.takedown:takedown",
        "Remove an article everywhere: text, revisions, pictures, raw page, search, feeds.",
    ),
    "backfill": Deferred(
        "bot.cli.backfill:backfill",
        "Walk a source's listing backwards and take in what it published since a day.",
    ),
    "reextract": Deferred(
        "bot.cli.reextract:reextract",
        "Read every kept raw page again by today's rules, and mend the articles made from them.",
    ),
    "feeds": Deferred(
        "bot.cli.feeds:app",
        "Write the feeds anew from the archive.",
    ),
    "archive": Deferred(
        "bot.cli.archive:app",
        "Look after the archive: count, verify, back up, restore, export, move.",
    ),
    "politeness": Deferred(
        "bot.cli.politeness:politeness",
        "Show the requests, bytes, unchanged answers (304) and failures per host and day.",
    ),
}


class Commands(LazyGroup):
    """Everything that there is."""

    DEFERRED = _COMMANDS


app = typer.Typer(
    name="xianwen",
    cls=Commands,
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
        from bot import __version__

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
