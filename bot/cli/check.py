"""``xianwen check``: whether the configuration holds, told line by line."""

from __future__ import annotations

import os

import typer

from bot.cli.options import ConfigOption, config_dir
from bot.errors import ConfigError
from bot.sources.load import load


def check(config: ConfigOption = None) -> None:
    """Read the whole configuration and print every fault as file:line: key: what, what to do.

    Exits with 1 when there is a fault.
    """
    folder = config_dir(config)
    try:
        configuration = load(folder, environment=os.environ)
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(str(fault))
        raise typer.Exit(1) from None
    if not configuration.sources:
        typer.echo(
            f"{folder}: no faults, and no sources in {folder / 'sources'}; "
            "add one with `xianwen source add URL`"
        )
        return
    districts = {source.adcode for source in configuration.sources}
    resting = sum(not source.is_enabled for source in configuration.sources)
    typer.echo(
        f"{folder}: {len(configuration.sources)} sources ({resting} resting) for "
        f"{len(districts)} districts, {len(configuration.districts)} districts known, no faults"
    )
