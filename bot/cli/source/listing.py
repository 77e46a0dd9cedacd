"""``xianwen source list``: which sources there are, and where they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.options import ConfigOption, code_of, load_or_exit
from bot.cli.source.options import JsonOption  # noqa: TC001 -- Typer reads it


def list_(
    district: Annotated[
        str | None, typer.Option(help="Only sources of this district or city: slug, code or name.")
    ] = None,
    is_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List all sources with their district, kind, rule set and place in the configuration."""
    configuration = load_or_exit(config)
    code = None if district is None else code_of(district, configuration)
    names = {d.adcode: d.name for d in configuration.districts}
    names |= {d.city_adcode: d.city for d in configuration.districts}
    table = Table(box=None)
    for title in ("source", "state", "district", "kind", "cms", "url", "file"):
        table.add_column(title, overflow="fold")
    for source in configuration.sources:
        if code is not None and not source.adcode.startswith(code.removesuffix("00")):
            continue
        file, line = configuration.places[source.id]
        if is_json:
            record = {
                "id": source.id,
                "name": source.name,
                "enabled": source.is_enabled,
                "adcode": source.adcode,
                "district": names.get(source.adcode, ""),
                "kind": source.kind.value,
                "cms": source.cms,
                "url": source.url,
                "file": file,
                "line": line,
            }
            typer.echo(json.dumps(record, ensure_ascii=False))
            continue
        table.add_row(
            source.id,
            "" if source.is_enabled else "disabled",
            names.get(source.adcode, source.adcode),
            source.kind.value,
            source.cms or "",
            source.url,
            f"{Path(file).name}:{line}",
        )
    if not is_json:
        Console().print(table)
