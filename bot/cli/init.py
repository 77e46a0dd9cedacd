"""``xianwen init``: a configuration of one's own, from the one that came along."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import packaged_config


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to; made if it is not there.")
    ] = Path("config"),
) -> None:
    """Write a fresh configuration into DIR: settings, sources, templates, districts, schemas.

    Nothing that is there is overwritten. `xianwen run --config DIR` uses it; a directory `config`
    below the one that the program starts in is found without being named.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        typer.echo(f"{directory}: is not empty; name another directory", err=True)
        raise typer.Exit(1)
    try:
        shutil.copytree(packaged_config(), directory, dirs_exist_ok=True)
    except OSError as error:
        typer.echo(f"{error.filename or directory}: cannot be written: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"{directory} is written. Now set fetch.contact and web.public_url in "
        f"{directory / 'xianwen.yaml'}, then: xianwen check --config {directory}"
    )
