"""What the commands about a source take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.endings import fail
from bot.cli.options import no_such_source

if TYPE_CHECKING:
    from bot.model import Source
    from bot.sources.load import Configuration

SourceId = Annotated[str, typer.Argument(metavar="ID", help="Id of a source.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def chosen(source_id: str, configuration: Configuration) -> Source:
    """Return the source of an id, or say which there are and exit with 1."""
    known = {source.id: source for source in configuration.sources}
    if source_id not in known:
        fail(no_such_source([source_id], known))
    return known[source_id]
