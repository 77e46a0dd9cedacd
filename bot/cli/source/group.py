"""``xianwen source``: what there is to do, imported when it is done."""

from __future__ import annotations

import typer

from bot.cli.lazy import Deferred, LazyGroup

#: in the order of the help
_COMMANDS = {
    "list": Deferred(
        "bot.cli.source.listing:list_",
        "List all sources with their district, kind, rule set and place in the configuration.",
    ),
    "show": Deferred(
        "bot.cli.source.showing:show",
        "Show a source's entry: as it stands in its file, with all defaults, and what was learned.",
    ),
    "test": Deferred(
        "bot.cli.source.trying:try_",
        "Try a source as its file stands now, saved or not; nothing is stored in the archive.",
    ),
    "add": Deferred(
        "bot.cli.source.adding:add",
        "Look at a page, propose a complete entry for it, show what it would yield, and write it.",
    ),
    "enable": Deferred(
        "bot.cli.source.resting:enable",
        "Let a resting source be looked at again; a running daemon follows at once.",
    ),
    "disable": Deferred(
        "bot.cli.source.resting:disable",
        "Let a source rest; its articles and its feed stay. A running daemon follows at once.",
    ),
    "remove": Deferred(
        "bot.cli.source.resting:remove",
        "Take a source out of its file; its articles stay in the archive.",
    ),
    "accept": Deferred(
        "bot.cli.source.knowing:accept",
        "Take a site as it is now for the source's own, after it was held to be another's.",
    ),
    "learn": Deferred(
        "bot.cli.source.knowing:learn",
        "Learn a source's site anew from the archive's newest pages, and forget what was known.",
    ),
}


class SourceCommands(LazyGroup):
    """Everything that is done to a source."""

    DEFERRED = _COMMANDS


app = typer.Typer(cls=SourceCommands, no_args_is_help=True)


@app.callback()
def source() -> None:
    """Look at sources, try them, rest them, add and remove them."""
