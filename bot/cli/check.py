"""``xianwen check``: whether the configuration holds, told line by line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from bot.errors import ConfigError
from bot.sources import load

if TYPE_CHECKING:
    from pathlib import Path


def check(config_dir: Path) -> None:
    """Print each fault of ``config_dir`` on a line and exit with 1, or what it holds."""
    try:
        configuration = load(config_dir, environment=os.environ)
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(str(fault))
        raise typer.Exit(1) from None
    if not configuration.sources:
        typer.echo(
            f"{config_dir}: no faults, and no sources in {config_dir / 'sources'}; "
            "add one with `xianwen source add URL`"
        )
        return
    districts = {source.adcode for source in configuration.sources}
    resting = sum(not source.is_enabled for source in configuration.sources)
    typer.echo(
        f"{config_dir}: {len(configuration.sources)} sources ({resting} resting) for "
        f"{len(districts)} districts, {len(configuration.districts)} districts known, no faults"
    )
