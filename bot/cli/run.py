"""``xianwen run`` and ``xianwen once``: the daemon, and one visit."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import log
from bot.app.crawling import crawl_once
from bot.cli.options import ConfigOption, DataDirOption, config_dir, load_or_exit, no_such_source
from bot.errors import AddressTakenError, AlreadyRunningError, RoleError
from bot.run.daemon import Daemon
from bot.run.lock import data_directory
from bot.run.memory import bound_heaps
from bot.run.roles import Role
from bot.run.serving import new_loop

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from bot.settings import Settings
    from bot.sources.load import Configuration


RoleOption = Annotated[
    Role,
    typer.Option(
        "--role",
        help="What this process does; any number of processes may have each role, on PostgreSQL.",
    ),
]


def run(
    config: ConfigOption = None, data_dir: DataDirOption = None, role: RoleOption = Role.ALL
) -> None:
    """Crawl all sources by their rhythm and serve feeds and pages, until told to stop.

    An edit in the configuration takes effect within two seconds, and on SIGHUP; one with a fault
    leaves the running configuration in force, and log and `xianwen status` say so.
    SIGTERM or Ctrl-C finishes the article in hand and exits within ten seconds. The process
    can be killed at any instant; nothing is lost or doubled.
    """
    configuration = load_or_exit(config, data_dir)
    # What is there now stays: to look through ten thousand sources for garbage stops everything
    # for a tenth of a second, again and again.
    gc.freeze()
    bound_heaps()
    log.configure(style=configuration.settings.log.style, level=configuration.settings.log.level)
    try:
        is_shared = has_roles(configuration.settings, role)
        with (
            data_directory(configuration.settings.data_dir, is_shared=is_shared),
            asyncio.Runner(loop_factory=new_loop) as runner,
        ):
            runner.run(_program(configuration, role, config_dir(config), is_shared=is_shared))
    except (AlreadyRunningError, AddressTakenError, RoleError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def has_roles(settings: Settings, role: Role) -> bool:
    """Tell whether processes share the work; raises RoleError where ``role`` cannot be had."""
    address = "" if settings.database is None else settings.database.get_secret_value()
    if address.startswith("postgresql"):
        return True
    if role is not Role.ALL:
        raise RoleError(
            f"--role {role.value}: processes share their work through PostgreSQL; write "
            "`database: postgresql://…` in xianwen.yaml, or run without --role"
        )
    return False


def _program(
    configuration: Configuration, role: Role, config_dir: Path, *, is_shared: bool
) -> Coroutine[Any, Any, None]:
    if not is_shared:
        return Daemon(configuration, config_dir=config_dir).run()
    try:
        from bot.run.roles.node import Node
    except ImportError as error:
        raise RoleError(
            f"PostgreSQL needs the extra `postgres` ({error.name} is missing): "
            "pip install 'xianwen[postgres]'"
        ) from None
    return Node(configuration, role, config_dir=config_dir).run()


def once(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Ids of sources; none means all of them."),
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Visit each source once, now, write the feeds that changed, and exit.

    Exits with 1 when a source failed; the closing lines say which and why.
    """
    configuration = load_or_exit(config, data_dir)
    log.configure(style=configuration.settings.log.style, level="warning")
    wanted = set(sources or ())
    known = {source.id for source in configuration.sources}
    if unknown := wanted - known:
        typer.echo(no_such_source(unknown, known), err=True)
        raise typer.Exit(1)
    try:
        with (
            data_directory(configuration.settings.data_dir),
            asyncio.Runner(loop_factory=new_loop) as runner,
        ):
            reports = runner.run(crawl_once(configuration, wanted or known))
    except AlreadyRunningError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for report in reports:
        typer.echo(report.line())
    if any(report.is_failure for report in reports):
        raise typer.Exit(1)
