"""``xianwen source enable``, ``disable`` and ``remove``: whether a source is looked at."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.cli.options import ConfigOption, load_or_exit
from bot.cli.source.options import SourceId, YesOption, chosen
from bot.cli.source.writing import edited, write
from bot.sources import edit


def enable(source_id: SourceId, config: ConfigOption = None) -> None:
    """Let a resting source be looked at again; a running daemon follows at once."""
    _set_enabled(source_id, config, is_enabled=True)


def disable(source_id: SourceId, config: ConfigOption = None) -> None:
    """Let a source rest; its articles and its feed stay. A running daemon follows at once."""
    _set_enabled(source_id, config, is_enabled=False)


def remove(source_id: SourceId, is_yes: YesOption = False, config: ConfigOption = None) -> None:
    """Take a source out of its file; its articles stay in the archive."""
    configuration = load_or_exit(config)
    chosen(source_id, configuration)
    path = Path(configuration.places[source_id][0])
    before = edit.read_text(path)
    typer.echo(edit.find(before, source_id, name=str(path)).text.rstrip())
    if not is_yes and not typer.confirm(f"Remove these lines from {path}?"):
        raise typer.Exit(1)
    write(path, before, edited(edit.without_entry, before, source_id, name=str(path)), config)
    typer.echo(f"{source_id} is removed from {path}; its articles stay in the archive")


def _set_enabled(source_id: str, config: Path | None, *, is_enabled: bool) -> None:
    configuration = load_or_exit(config)
    source = chosen(source_id, configuration)
    word = "enabled" if is_enabled else "disabled"
    if source.is_enabled is is_enabled:
        typer.echo(f"{source_id} is {word} already")
        return
    path = Path(configuration.places[source_id][0])
    before = edit.read_text(path)
    after = edited(edit.with_enabled, before, source_id, is_enabled=is_enabled, name=str(path))
    write(path, before, after, config)
    typer.echo(f"{source_id} is {word} in {path}")
