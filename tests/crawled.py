"""The replica, crawled by the real pipeline as an operator has configured it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

from bot.app.archive import open_archive
from bot.app.crawling import crawl_once
from bot.sources.load import load
from replica import ReplicaWorld, serve, system_clock
from replica import config as replica_config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

    from bot.app.archive import Archive
    from bot.pipeline.report import CrawlReport
    from bot.sources.load import Configuration

OWN_CONFIG = Path(__file__).resolve().parents[1] / "config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A configuration directory, its data, and the sites that its sources are."""

    place: Path
    world: ReplicaWorld
    addresses: Mapping[str, str]

    @property
    def config(self) -> Path:
        return self.place / "config"

    def load(self) -> Configuration:
        return load(self.config).with_data_dir(self.place / "data")

    def archive(self) -> Archive:
        return open_archive(self.load().settings)

    def copied(self, place: Path) -> Installation:
        """Return the same installation below ``place``; nothing may have it open."""
        copytree(self.place, place, symlinks=True)
        return replace(self, place=place)

    async def crawl(self, sources: Iterable[str] = ()) -> list[CrawlReport]:
        configuration = self.load()
        wanted = set(sources) or {source.id for source in configuration.sources}
        reports = await crawl_once(configuration, wanted)
        assert not [report.line() for report in reports if report.is_failure]
        return reports


@contextmanager
def replica_process(*options: str) -> Iterator[str]:
    """Serve the replica from a process of its own; yields its sources as YAML."""
    command = [sys.executable, "-u", "-m", "replica", "--port", "0", "--sources", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("    url:") and "yaowen" in line:
                    break
            yield "".join(lines)
        finally:
            process.terminate()


@asynccontextmanager
async def installation(
    place: Path, *, settings: str = "", defaults: str = "", world: ReplicaWorld | None = None
) -> AsyncIterator[Installation]:
    """Serve the replica and configure it; ``defaults`` are YAML lines for every source."""
    if world is None:
        world = ReplicaWorld(system_clock)
    world.catch_up()
    root = place / "config"
    (root / "sources").mkdir(parents=True)
    (root / "xianwen.yaml").write_text(
        'fetch:\n  delay: 0.01s\n  allowed_addresses: ["127.0.0.0/8"]\n' + settings
    )
    for name in ("districts", "cms"):
        (root / name).symlink_to(OWN_CONFIG / name)
    async with serve(world) as addresses:
        (root / "sources" / "replica.yaml").write_text(defaults + replica_config(addresses))
        yield Installation(place=place, world=world, addresses=addresses)
