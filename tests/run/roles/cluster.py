"""An installation of several processes on one PostgreSQL, and the replica that it crawls."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crawled import replica_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OWN_CONFIG = Path(__file__).resolve().parents[3] / "config"
#: pause that each host is owed, in the sources' configuration
DELAY_S = 0.05
SETTINGS = """
database: {database}
jobs: {{stalled_after: {stalled_after_s}s}}
fetch:
  delay: {delay_s}s
  allowed_addresses: ["127.0.0.0/8"]
web:
  port: 0
"""


class Process:
    """A running ``xianwen run --role``, and what it has said so far."""

    def __init__(self, role: str, command: list[str]) -> None:
        self.role = role
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def hear(self, pattern: str, timeout_s: float = 60.0) -> re.Match[str]:
        """Wait until a line matches ``pattern``."""

        def found() -> re.Match[str] | None:
            return next((m for line in self.lines if (m := re.search(pattern, line))), None)

        with self._said:
            self._said.wait_for(lambda: found() or not self.is_alive, timeout=timeout_s)
            match = found()
        assert match, f"{self.role} never said {pattern}:\n" + "".join(self.lines)
        return match

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def address(self) -> str:
        return self.hear(r"web=(http://[\d.:]+)")[1]

    def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        code = self._process.wait(30)
        self._listener.join(10)
        assert self._process.stderr is not None
        self._process.stderr.close()
        return code


@dataclass(slots=True, kw_only=True)
class Cluster:
    """Processes by the order in which they were started."""

    place: Path
    access_log: Path
    processes: list[Process] = field(default_factory=list)
    source_ids: tuple[str, ...] = ()

    def start(self, role: str) -> Process:
        command = [sys.executable, "-m", "bot", "run", "--role", role]
        command += ["--config", str(self.place / "config"), "--data-dir", str(self.place / "data")]
        process = Process(role, command)
        self.processes.append(process)
        return process

    def requests(self) -> list[dict[str, object]]:
        """Return the replica's access log, by the start of each request."""
        lines = self.access_log.read_text().splitlines() if self.access_log.exists() else []
        entries = [json.loads(line) for line in lines if line.endswith("}")]
        return sorted(entries, key=lambda entry: entry["start_s"])


@contextlib.contextmanager
def cluster(place: Path, database: str, *, stalled_after_s: float) -> Iterator[Cluster]:
    """Serve the replica and configure an installation; no process is started yet."""
    access_log = place / "access.jsonl"
    root = place / "config"
    (root / "sources").mkdir(parents=True)
    (root / "xianwen.yaml").write_text(
        SETTINGS.format(database=database, stalled_after_s=stalled_after_s, delay_s=DELAY_S)
    )
    for name in ("districts", "cms"):
        (root / name).symlink_to(OWN_CONFIG / name)
    running = Cluster(place=place, access_log=access_log)
    with replica_process("--access-log", str(access_log)) as sources:
        found = re.findall(r"  - id: .*\n    district: .*\n    url: .*\n", sources)
        chosen = "".join(found[::2])
        (root / "sources" / "replica.yaml").write_text(
            f"defaults:\n  interval: 10s\nsources:\n{chosen}"
        )
        running.source_ids = tuple(re.findall(r"- id: (\S+)", chosen))
        try:
            yield running
        finally:
            for process in running.processes:
                process.end()


def wait_for(condition: Callable[[], bool], what: str, timeout_s: float = 60.0) -> None:
    """Look again and again until ``condition`` holds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s: {what}"
        threading.Event().wait(0.05)


def hurried(requests: list[dict[str, object]], delay_s: float = DELAY_S) -> list[str]:
    """Return each request that came before its host's pause was over, as a line."""
    left: dict[object, float] = {}
    found = []
    for entry in requests:
        start_s, end_s = float(str(entry["start_s"])), float(str(entry["end_s"]))
        pause_s = start_s - left.get(entry["host"], float("-inf"))
        # The server sees the end of its answer a little later than who asked.
        if pause_s < delay_s * 0.8:
            found.append(f"{entry['host']}{entry['path']}: {pause_s * 1000:.0f} ms")
        left[entry["host"]] = max(end_s, left.get(entry["host"], 0.0))
    return found
