"""``xianwen source show``: what a source's entry comes to, and what was learned of its site."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from bot.cli.learned import learned_of
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from bot.cli.source.options import JsonOption, SourceId, chosen
from bot.cli.source.shown import print_learned
from bot.sources import edit
from bot.urls import without_userinfo


def show(
    source_id: SourceId,
    is_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show a source's entry: as it stands in its file, with all defaults, and what was learned.

    What was learned of its site comes from the pages that were read, and needs an archive.
    """
    configuration = load_or_exit(config, data_dir)
    source = chosen(source_id, configuration)
    file, line = configuration.places[source_id]
    learned = [profile.told() for profile in learned_of(configuration, source_id)]
    if is_json:
        record = _plain(source) | {"file": file, "line": line, "learned": learned}
        typer.echo(json.dumps(record, ensure_ascii=False))
        return
    typer.echo(f"# {file}:{line}")
    try:
        typer.echo(edit.find(edit.read_text(Path(file)), source_id, name=file).text.rstrip())
    except edit.EditError as error:
        typer.echo(f"# {error}")
    typer.echo("\n# with defaults, rule set and settings:")
    for key, value in _plain(source).items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, inner in parts:
            if inner not in (None, [], "", {}):
                name = f"{key}.{part}".rstrip(".")
                typer.echo(f"{name:<24} {json.dumps(inner, ensure_ascii=False)}")
    print_learned(learned)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        # An address of a proxy may hold a name and a password.
        return without_userinfo(value)
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
