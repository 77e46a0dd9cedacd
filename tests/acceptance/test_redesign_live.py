"""A redesign under a running daemon: told once, mended by an edit that it takes up, recovery told.

Visits are asked for by the console's "Run now", so that the test waits for no rhythm.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import httpx
import pytest

from bot.sources import edit
from replica import ReplicaWorld, serve, system_clock
from replica import config as replica_config
from tests.acceptance.test_daemon import Daemon, places, running, write_config
from tests.trial.test_redesign import Heard, webhook

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a long random text of the test"  # noqa: S105
SOURCE = "replica-ziyang"


class Operator:
    """Somebody at the console."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._client = httpx.Client(base_url=f"{daemon.address}/console")
        self._client.post("/login", data={"token": TOKEN})
        page = self._client.get(f"/source/{SOURCE}").text
        self._csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]  # type: ignore[index]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run_now(self, wanted: str) -> None:
        """Ask for a visit and wait until one more line tells of it."""
        pattern = rf"crawled .*source={SOURCE} outcome={wanted}\b"
        before = self._daemon.count(pattern)
        self._client.post(f"/source/{SOURCE}/run", data={"csrf": self._csrf})
        self._daemon.hear_again(pattern, before + 1)


def story(config: Path, data: Path, world: ReplicaWorld, heard: Heard) -> None:
    file = config / "sources" / "replica.yaml"
    with running(config, data) as daemon, Operator(daemon) as operator:
        daemon.hear(f"crawled .*source={SOURCE} outcome=ok")
        world.redesign("portal")
        operator.run_now("listing-missing")
        assert heard == []
        operator.run_now("listing-missing")
        heard.wait(1)
        assert [one["title"] for one in heard] == [f"{SOURCE} is listing-missing"]
    # A restart tells nothing anew.
    with running(config, data) as daemon, Operator(daemon) as operator:
        operator.run_now("listing-missing")
        assert len(heard) == 1
        told = subprocess.run(
            [sys.executable, "-m", "bot", "status", "--json", *places(config, data)],
            capture_output=True,
            text=True,
            check=True,
        )
        (status,) = [json.loads(line) for line in told.stdout.splitlines()]
        assert status["state"] == "listing-missing"
        text = file.read_text("utf-8")
        entry = edit.find(text, SOURCE).text
        head = entry[: entry.index("    listing:")]
        lines = "".join(f"    {line}\n" for line in status["proposal"].splitlines())
        file.write_text(edit.with_block(text, SOURCE, head + lines), "utf-8")
        daemon.hear(f"configuration in force .*changed={SOURCE}")
        daemon.hear(f"crawled .*source={SOURCE} outcome=ok")
        heard.wait(2)
        assert heard[1]["title"] == f"{SOURCE} is well again"


@pytest.mark.slow
async def test_a_redesign_is_told_mended_and_over(tmp_path: Path) -> None:
    world = ReplicaWorld(system_clock)
    world.catch_up()
    async with serve(world) as addresses:
        entries = replica_config(addresses).split("  - id:")
        own = next(entry for entry in entries if SOURCE in entry)
        rules = "    listing:\n      item: .list li\n"
        config = write_config(tmp_path, f"sources:\n  - id:{own}{rules}")
        settings = config / "xianwen.yaml"
        with webhook() as (url, heard):
            settings.write_text(
                settings.read_text()
                + f"  console_token: {TOKEN}\nnotify:\n  urls: ['{url}']\n  after_failures: 2\n"
            )
            await asyncio.to_thread(story, config, tmp_path / "data", world, heard)
