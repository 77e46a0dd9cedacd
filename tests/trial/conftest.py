"""A replica on loopback and a configuration that knows it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from replica import HandClock, ReplicaWorld, serve
from replica import config as replica_config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

CONFIG = Path(__file__).parents[2] / "config"


@dataclass
class Installation:
    """A configuration, the replica that it names, and the command."""

    config: Path
    data: Path
    world: ReplicaWorld
    addresses: Mapping[str, str]

    @property
    def sources(self) -> Path:
        return self.config / "sources" / "replica.yaml"

    async def run(self, *words: str, stdin: str = "") -> Done:
        """Call the command with this configuration; the loop serves the replica meanwhile."""
        command = self._with_places(words)
        said = await asyncio.to_thread(CliRunner().invoke, app, command, input=stdin)
        return Done(returncode=said.exit_code, stdout=said.stdout, stderr=said.stderr)

    async def start(self, *words: str, stdin: str = "") -> Done:
        """Do the same in a process of its own, as an operator does."""
        command = [sys.executable, "-m", "bot", *self._with_places(words)]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False, input=stdin
        )
        return Done(returncode=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def _with_places(self, words: Sequence[str]) -> list[str]:
        return [*words, "--config", str(self.config)]


@dataclass(frozen=True)
class Done:
    """What a command that has ended said."""

    returncode: int
    stdout: str
    stderr: str


def configure(place: Path, sources: str) -> Path:
    """Make a configuration with the shipped districts and templates, for loopback."""
    own = place / "config"
    (own / "sources").mkdir(parents=True)
    (own / "sources" / "replica.yaml").write_text(sources, "utf-8")
    (own / "xianwen.yaml").write_text(
        'fetch:\n  delay: 10ms\n  allowed_addresses: ["127.0.0.0/8"]\n', "utf-8"
    )
    (own / "districts").symlink_to(CONFIG / "districts")
    shutil.copytree(CONFIG / "cms", own / "cms")
    return own


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    world = ReplicaWorld(HandClock.at("2026-11-20T09:00:00+08:00"))
    world.catch_up()
    async with serve(world) as addresses:
        config = configure(tmp_path, replica_config(addresses))
        yield Installation(config, tmp_path / "data", world, addresses)
