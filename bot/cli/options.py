"""The options that every command takes, and where configuration and data are when nobody says."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ConfigError, Fault
from bot.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.model import District
    from bot.sources.load import Configuration

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="DIR",
        envvar="XIANWEN_CONFIG",
        help="Directory of the configuration. Default: ./config, else the one that came along.",
    ),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Directory of the archive and the feeds. Default: data_dir of the settings.",
    ),
]


def config_dir(chosen: Path | None) -> Path:
    """Return the configuration directory: the chosen one, ``./config``, or the packaged one."""
    if chosen is not None:
        return chosen
    here = Path("config")
    if (here / "xianwen.yaml").is_file():
        return here
    return packaged_config()


def packaged_config() -> Path:
    """Return the configuration that came along: in the wheel, or beside the source tree."""
    packaged = Path(__file__).parents[1] / "default_config"
    beside = Path(__file__).parents[2] / "config"
    return packaged if packaged.is_dir() else beside


def no_such_source(wanted: Iterable[str], known: Iterable[str]) -> str:
    """Return one line for ids that no source has: what is near to them, and how to see them all."""
    known, wanted = sorted(known), sorted(wanted)
    told = f"no source {', '.join(wanted)} in the configuration"
    if not known:
        return f"{told}; there are none yet: add one with `xianwen source add URL`"
    near = nearest(wanted[0], known)
    guess = f"did you mean {near}? " if near else ""
    return f"{told}; {guess}`xianwen source list` shows the {len(known)} that there are"


def code_of(district: str, configuration: Configuration) -> str:
    """Return the code of a county or city that is named by slug, code or name; else exit with 1."""
    codes = configuration.district_names.get(district, ())
    if len(codes) != 1:
        told = (
            f"write one of the codes {', '.join(codes)}" if codes else "write a slug, code or name"
        )
        typer.echo(f"{district} names no single district; {told}", err=True)
        raise typer.Exit(1)
    return codes[0]


def load_or_exit(chosen: Path | None, data_dir: Path | None = None) -> Configuration:
    """Return the configuration, or print each of its faults on a line and exit with 1."""
    # Imported here, as below: what a configuration is checked with takes longer to load than most
    # of what a command does without one.
    from bot.sources.load import load

    with _faults_told():
        configuration = load(config_dir(chosen))
    return configuration if data_dir is None else configuration.with_data_dir(data_dir)


def districts_or_exit(chosen: Path | None) -> tuple[District, ...]:
    """Return the districts alone, of a configuration that may have other faults."""
    from bot.sources.districts import read_districts

    folder = config_dir(chosen)
    with _faults_told():
        if not folder.is_dir():
            problem, remedy = "is no directory", "name one with --config"
            fault = Fault(file=str(folder), line=None, key="", problem=problem, remedy=remedy)
            raise ConfigError((fault,))
        return read_districts(folder / "districts")


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        typer.echo("Nothing was started. Mend these lines; `xianwen check` reads them.", err=True)
        raise typer.Exit(1) from None
