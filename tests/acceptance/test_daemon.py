"""The daemon as an operator runs it: a process that is started, asked, stopped and killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from replica import ReplicaWorld, system_clock
from tests.crawled import replica_process
from tests.waiting import has_ended_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OWN_CONFIG = Path(__file__).resolve().parents[2] / "config"
SETTINGS = """
fetch:
  delay: 0.05s
  allowed_addresses: ["127.0.0.0/8"]
web:
  port: 0
"""


@pytest.fixture(scope="module")
def replica_sources() -> Iterator[str]:
    """The replica in a process of its own; its sources as YAML."""
    with replica_process() as sources:
        yield sources


@pytest.fixture
def config(tmp_path: Path, replica_sources: str) -> Path:
    return write_config(tmp_path, replica_sources)


def write_config(place: Path, sources: str) -> Path:
    root = place / "config"
    (root / "sources").mkdir(parents=True)
    (root / "xianwen.yaml").write_text(SETTINGS)
    (root / "sources" / "replica.yaml").write_text("defaults:\n  interval: 10s\n" + sources)
    for name in ("districts", "cms"):
        (root / name).symlink_to(OWN_CONFIG / name)
    return root


class Daemon:
    """A running ``xianwen run``, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def ended(self) -> None:
        """Hear it out once it was killed: its pipe must not be closed under the listener."""
        self._listening.join(20)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def hear(self, pattern: str) -> re.Match[str]:
        """Wait until a line matches ``pattern``; fail when the process ends before."""

        def found() -> re.Match[str] | None:
            return next((m for line in self.lines if (m := re.search(pattern, line))), None)

        with self._said:
            self._said.wait_for(lambda: found() or self.process.poll() is not None, timeout=60)
            match = found()
        assert match, f"never said {pattern}:\n" + "".join(self.lines)
        return match

    def count(self, pattern: str) -> int:
        """Return how many lines so far match ``pattern``."""
        return sum(re.search(pattern, line) is not None for line in self.lines)

    def hear_again(self, pattern: str, count: int) -> None:
        """Wait until ``count`` lines match ``pattern``; fail when the process ends before."""
        with self._said:
            self._said.wait_for(
                lambda: self.count(pattern) >= count or self.process.poll() is not None, timeout=60
            )
        assert self.count(pattern) >= count, "".join(self.lines)

    @property
    def address(self) -> str:
        return self.hear(r"running.*(http://[\d.:]+)")[1]


def places(config: Path, data: Path) -> list[str]:
    return ["--config", str(config), "--data-dir", str(data)]


@contextmanager
def running(
    config: Path, data: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Daemon]:
    command = [sys.executable, "-m", "bot", "run", *places(config, data)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
    ) as process:
        daemon = Daemon(process)
        try:
            yield daemon
        finally:
            process.kill()
            daemon.ended()


def kept(data: Path) -> list[str]:
    """Return the titles of all kept articles, doubles included, seen from outside."""
    try:
        with closing(sqlite3.connect(f"file:{data}/xianwen.sqlite3?mode=ro", uri=True)) as db:
            return sorted(title for (title,) in db.execute("SELECT title FROM articles"))
    except sqlite3.OperationalError:
        return []


def published() -> int:
    world = ReplicaWorld(system_clock)
    world.catch_up()
    return sum(not one.is_withdrawn for one in world.truth())


def wait_for_articles(daemon: Daemon, data: Path, count: int) -> None:
    wait_for(daemon, lambda: len(kept(data)) >= count)


def wait_for(daemon: Daemon, condition: Callable[[], object]) -> None:
    assert not has_ended_before(daemon.process, condition), "".join(daemon.lines)


def is_unchanged(url: str) -> bool:
    etag = httpx.get(url).headers["etag"]
    return httpx.get(url, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.slow
def test_it_is_stopped_and_killed_in_mid_crawl_and_has_everything_in_the_end(
    config: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with running(config, data) as daemon:
        wait_for_articles(daemon, data, 3)
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(timeout=10) == 0, "".join(daemon.lines)
        assert any("stopped" in line for line in daemon.lines)
    before = len(kept(data))
    assert before < published(), "it had finished before it was stopped"
    with running(config, data) as daemon:
        wait_for_articles(daemon, data, before + 3)
        daemon.process.kill()
    assert before + 3 <= len(kept(data)) < published()
    with running(config, data) as daemon:
        wait_for_articles(daemon, data, published())
        feed = f"{daemon.address}/feeds/all/feed.json"
        wait_for(daemon, lambda: len(httpx.get(feed).json()["items"]) >= 20)
        # the last articles may still be on their way into the feed
        wait_for(daemon, lambda: is_unchanged(feed))
        daemon.process.send_signal(signal.SIGINT)
        assert daemon.process.wait(timeout=10) == 0
    titles = kept(data)
    assert len(titles) == published()


def test_a_second_instance_is_refused_and_names_the_first(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(config, data) as first:
        first.hear("running")
        with running(config, data) as second:
            assert second.process.wait(timeout=30) == 1
            second.hear(rf"process {first.process.pid}\b.*--data-dir")


def test_a_port_that_is_taken_is_said_in_one_line(config: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = (config / "xianwen.yaml").read_text().replace("port: 0", f"port: {port}")
        (config / "xianwen.yaml").write_text(settings)
        with running(config, tmp_path / "data") as daemon:
            assert daemon.process.wait(timeout=30) == 1
            daemon.hear(rf"web\.port: 127\.0\.0\.1:{port}: Address already in use; stop")
            assert len(daemon.lines) == 1


@pytest.mark.slow
def test_a_dead_host_is_told_and_tried_again_while_the_daemon_stays_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        closed = probe.getsockname()[1]
    source = (
        f'sources:\n  - id: dead\n    district: "610924"\n    url: http://127.0.0.1:{closed}/\n'
    )
    config, data = write_config(tmp_path, source), tmp_path / "data"
    with running(config, data) as daemon:
        daemon.hear("crawled .*source=dead outcome=connect .*refuses connections")
        assert httpx.get(f"{daemon.address}/healthz").status_code == 200
        told = subprocess.run(
            [sys.executable, "-m", "bot", "status", "--json", *places(config, data)],
            capture_output=True,
            text=True,
            check=True,
        )
    (state,) = [json.loads(line) for line in told.stdout.splitlines()]
    assert state["state"] == "http"
    assert state["failure_count"] >= 1
    assert state["next_run_at"]
    assert str(closed) in state["failure"]


def test_systemd_is_told_of_start_life_and_stop(config: Path, tmp_path: Path) -> None:
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with door:
        door.bind(str(tmp_path / "notify"))
        door.settimeout(60)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        with running(config, tmp_path / "data", environment) as daemon:
            first = door.recv(4096).decode()
            assert first.startswith("READY=1\nSTATUS=14 sources, http://127.0.0.1:")
            assert [door.recv(4096) for _ in range(3)] == [b"WATCHDOG=1"] * 3
            daemon.process.send_signal(signal.SIGTERM)
            while (told := door.recv(4096)) == b"WATCHDOG=1":
                pass
            assert told == b"STOPPING=1"
            assert daemon.process.wait(timeout=10) == 0
