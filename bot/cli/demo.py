"""``xianwen demo``: the whole thing without a network, on a replica county site."""

from __future__ import annotations

import asyncio
import secrets
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot import log
from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.crawling import crawl_once
from bot.cli.options import ConfigOption, DataDirOption, config_dir, load_or_exit
from bot.errors import AddressTakenError, AlreadyRunningError
from bot.publish.feed import Format
from bot.run.daemon import Daemon
from bot.run.lock import data_directory
from bot.run.serving import listen
from bot.sources.load import load
from replica import ReplicaWorld, serve, system_clock
from replica import config as replica_config

if TYPE_CHECKING:
    from bot.model import Source
    from bot.pipeline.report import CrawlReport, Tally
    from bot.sources.load import Configuration

#: the replica's host is our own: no need to be slow
DELAY_S = 0.02


def demo(
    is_once: Annotated[
        bool, typer.Option("--once", help="Exit when the feeds are written; 1 if they are not.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Crawl a replica county site on loopback with the real pipeline, and serve the result.

    Needs no network. What serves is the daemon of `xianwen run`, with its console. Without --data-dir
    the data go to a temporary directory and with it.
    """
    load_or_exit(config)
    log.configure(level="warning")
    with tempfile.TemporaryDirectory(prefix="xianwen-demo-") as scratch:
        try:
            with data_directory(data_dir or Path(scratch)) as place:
                is_done = asyncio.run(_demo(config_dir(config), place, is_once=is_once))
        except (AlreadyRunningError, AddressTakenError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
    if not is_done:
        raise typer.Exit(1)


async def _demo(configuration_dir: Path, place: Path, *, is_once: bool) -> bool:
    console = Console()
    world = ReplicaWorld(system_clock)
    world.catch_up()
    async with serve(world, port=_port(place)) as addresses:
        token = secrets.token_urlsafe(9)
        configuration = _configured(
            configuration_dir, place, replica_config(addresses, has_names=True), token
        )
        console.print(f"Replica sites: {' '.join(addresses.values())}", soft_wrap=True)
        if is_once:
            return await _fill(configuration, console)
        web = configuration.settings.web
        # A port that is taken is told before the crawl, and not after it.
        with listen(web.host, web.port):
            is_done = await _fill(configuration, console)
        address = f"http://{web.host}:{web.port}"
        console.print(f"\nOpen {address} ; Ctrl-C ends it.", highlight=False)
        asked = web.console_token
        is_ours = asked is not None and asked.get_secret_value() == token
        told = token if is_ours else "the one that you have set"
        console.print(f"The console: {address}/console/ ; its token: {told}", highlight=False)
        await Daemon(configuration, config_dir=place / "config").run()
        return is_done


async def _fill(configuration: Configuration, console: Console) -> bool:
    """Crawl every source once and tell what came of it; return whether all feeds stand."""
    reports = await _crawl(configuration, console)
    for report in reports:
        console.print(report.line(), highlight=False, soft_wrap=True)
    archive = open_archive(configuration.settings)
    try:
        book = open_book(configuration, archive)
        missing = [
            book.path(topic, form)
            for topic in book.catalogue.standing()
            for form in Format
            if not book.path(topic, form).is_file()
        ]
        new = sum(report.new_count + report.reprint_count for report in reports)
        console.print(
            f"{new} articles taken in; feeds stand in {book.directory / 'feeds'}", soft_wrap=True
        )
        for topic in book.catalogue.standing():
            if not topic.path.startswith("source/"):
                address = f"{configuration.settings.web.public_url}/feeds/{topic.path}/atom.xml"
                console.print(
                    f"  {topic.name or 'all':<8} {address}", highlight=False, soft_wrap=True
                )
        for path in missing:
            console.print(f"not written: {path}", highlight=False, soft_wrap=True)
    finally:
        archive.close()
    return not missing and not any(report.is_failure for report in reports)


def _port(place: Path) -> int:
    """Return the replica's port: the one that this data directory knows, else a free one.

    Articles are known by their addresses, so a second run must meet the same ones.
    """
    file = place / "replica-port"
    if file.is_file():
        return int(file.read_text("ascii"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    file.write_text(str(port), "ascii")
    return port


def _configured(
    configuration_dir: Path, place: Path, sources: str, console_token: str
) -> Configuration:
    """Write the replica's configuration below ``place`` and load it as an operator's is loaded."""
    own = place / "config"
    (own / "sources").mkdir(parents=True, exist_ok=True)
    defaults = "defaults:\n  pictures: archive\n"
    (own / "sources" / "replica.yaml").write_text(defaults + sources, encoding="utf-8")
    settings = (
        f'fetch:\n  delay: {DELAY_S}s\n  allowed_addresses: ["127.0.0.0/8"]\n'
        "publish:\n  entries: 200\n"
        f"web:\n  console_token: {console_token}\n"
    )
    (own / "xianwen.yaml").write_text(settings, encoding="utf-8")
    for name in ("districts", "cms"):
        if not (own / name).exists():
            (own / name).symlink_to((configuration_dir / name).absolute())
    return load(own).with_data_dir(place)


async def _crawl(configuration: Configuration, console: Console) -> list[CrawlReport]:
    with Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[articles]} articles"),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("Crawling", total=len(configuration.sources), articles=0)
        taken: dict[str, int] = {}

        def show(source: Source, tally: Tally) -> None:
            taken[source.id] = tally.new + tally.reprints
            progress.update(task, articles=sum(taken.values()))

        return await crawl_once(
            configuration,
            {source.id for source in configuration.sources},
            on_progress=show,
            on_report=lambda _report: progress.advance(task),
        )
