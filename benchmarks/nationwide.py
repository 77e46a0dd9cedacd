"""The whole country: what an article and a visit cost, and what a day of it would take.

    python benchmarks/nationwide.py [--quick] [--json]

Four parts, all on the loopback nation of ``benchmarks/nation.py`` (2,978 counties, pages of 30 KB,
a quarter of the articles reprinted, one host in twenty slow, one in fifty out of order) and real
processes of ``xianwen run`` that have all 10,000 sources loaded and planned:

- start: from the command to ``running``, and the validation of the configuration;
- articles: the archive holds fifty articles of each busy source already, so that its feeds are as
  long as they will ever be.  Every busy source then publishes some more and is due at once, pauses
  are off, and everything is done that the daemon does: robots.txt, listing, pages, extraction,
  cleaning, districts, near-duplicates, raw pages, search index, archive, feeds.  The other sources
  are due tomorrow.  On SQLite in one process, on PostgreSQL by a scheduler, a web node and one, two
  and four workers.  CPU seconds are those of the processes, of the processes that these begin, and
  of the database; the web server that plays the country is not counted;
- visits that find nothing: the busy sources once more;
- a day: how often the schedule visits, in simulated time on the publishing times of
  ``benchmarks/freshness.py``.

From these follows what share of a machine with two cores a day of 200,000 articles takes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.freshness import Span, watch  # noqa: E402
from benchmarks.freshness_sources import fleet  # noqa: E402
from benchmarks.installation import Database, Process, database, settle  # noqa: E402
from benchmarks.nation import Nation, adcodes, serving  # noqa: E402
from bot.schedule.timetable import Pace  # noqa: E402
from storage.articles import Articles  # noqa: E402
from storage.model import (  # noqa: E402
    KeptBlock,
    KeptDistrict,
    KeptFingerprints,
    NewArticle,
)
from tools import make_scaling  # noqa: E402

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
STILL_S = 30.0
#: no feed waits longer for its round
FEEDS_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done."""

    #: all that are loaded, and those that publish
    sources: int = SOURCES
    busy: int = 120
    #: articles of each busy source before, and those of each run
    before: int = 50
    published: int = 4
    workers: tuple[int, ...] = (1, 2, 4)


FULL = Size()
QUICK = Size(sources=300, busy=12, before=10, workers=(1,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one arrangement of processes made of the same articles."""

    name: str
    workers: int
    articles: int
    wall_s: float
    #: CPU seconds, by role; the database's own under ``database``
    cpu_s: dict[str, float]
    #: of each process with its children
    memory_mb: dict[str, float]
    database_bytes: int
    raw_bytes: int
    #: duration of each visit that had articles
    visits_s: list[float]
    #: requests to each host
    host_requests: list[int]
    #: CPU milliseconds of a visit that finds nothing
    empty_visit_ms: float
    #: CPU milliseconds that a web node spends on an article at the country's mean pace; None where
    #: it was not measured
    paced_feeds_ms: float | None = None

    @property
    def article_ms(self) -> float:
        """Return the CPU milliseconds of an article, all processes together."""
        return 1000 * sum(self.cpu_s.values()) / self.articles


def run(nation: Nation, place: Path, kind: str, size: Size) -> Iterator[Run]:
    """Let an installation take in what the nation publishes, by one arrangement after another."""
    with database(place, kind) as base, ExitStack() as ending:
        line = f"database: {base.url}" if base.url else ""
        config = nation.configure(
            place, SETTINGS.format(database=line), interval="1d", busy=size.busy
        )
        with base.in_haste():
            fill(nation, base, size)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        base.plan({f"s{n}": tomorrow for n in range(size.sources)})
        standing = []
        for role in ["all"] if kind == "sqlite" else ["web", "scheduler"]:
            standing.append(Process(role, config, place / "data"))
            ending.callback(standing[-1].end)
        settle(lambda: sum(one.cpu_s() for one in standing))
        for count in (1,) if kind == "sqlite" else size.workers:
            working = [
                Process("worker", config, place / "data") for _ in range(count * bool(base.url))
            ]
            try:
                found = intake(nation, place, base, [*standing, *working], size, count)
                if base.url is not None and count == 1:
                    paced_ms = paced_feeds_ms(nation, place, base, standing[0], size)
                    found = replace(found, paced_feeds_ms=paced_ms)
                yield found
            finally:
                for process in working:
                    process.end()


def fill(nation: Nation, base: Database, size: Size) -> None:
    """Keep what the busy sources published before, as a crawl would have."""
    articles, codes = Articles(base.engine), adcodes()
    begun = datetime.now(UTC) - timedelta(days=size.before)
    for number in range(size.before):
        for source in range(size.busy):
            title, text = nation.told(source, number)
            lines = text.split("\n")
            digest = hashlib.sha256(text.encode()).hexdigest()[:32]
            own = source * size.before + number
            articles.keep(
                NewArticle(
                    article_id=None,
                    story_id=None,
                    source_id=f"s{source}",
                    canonical_url=f"{nation.url_of(source)}{number}.html",
                    url=f"{nation.url_of(source)}{number}.html",
                    title=title,
                    published_at=None,
                    published_precision=None,
                    source_name="本站原创",
                    authors=("陈知远",),
                    editors=(("责编", "祝晓岚"),),
                    breadcrumb=("新闻",),
                    districts=(KeptDistrict(adcode=codes[source % len(codes)], evidence="source"),),
                    blocks=tuple(
                        KeptBlock(kind="paragraph", text=t, html=f"<p>{escape(t)}</p>")
                        for t in lines
                    ),
                    text=text,
                    html="".join(f"<p>{escape(t)}</p>" for t in lines),
                    republish="full",
                    removed=(),
                    fingerprints=KeptFingerprints(
                        content=f"1:{digest}",
                        text=f"1:{digest}",
                        # like nothing else: what is measured are feeds, not reprints of the past
                        bands=tuple(range(-16 * own - 16, -16 * own)),
                    ),
                    reason="first seen",
                    seen_at=begun + timedelta(days=number, seconds=source),
                )
            )


def intake(
    nation: Nation,
    place: Path,
    base: Database,
    processes: list[Process],
    size: Size,
    workers: int,
) -> Run:
    """Let all busy sources publish and be visited, and see what it takes."""

    def spent() -> dict[str, float]:
        found = {"database": base.cpu_s()}
        for process in processes:
            found[process.role] = found.get(process.role, 0.0) + process.cpu_s()
        return found

    settle(lambda: sum(spent().values()))
    well = [n for n in range(size.busy) if not nation.is_failing(n)]
    held, crawled = base.count("articles"), base.count("crawls")
    before, size_before, raw_before = spent(), base.size_bytes(), raw_bytes(place)
    nation.publish(size.published)
    visit(base, place, size, nation)
    began_s, ended_s = follow(base, held, len(well) * size.published)
    wait_for_feeds(base, place)
    after, articles = spent(), base.count("articles") - held
    rows = base.rows(
        "SELECT source_id, request_count, finished_at - started_at FROM crawls "
        "WHERE new_count + reprint_count > 0 ORDER BY id DESC"
    )[: len(well)]
    hosts: dict[str, int] = {}
    for source_id, requests, _ in rows:
        host = nation.host_of(int(source_id[1:]))
        hosts[host] = hosts.get(host, 0) + int(requests)
    memory: dict[str, float] = {}
    for process in processes:
        memory[process.role] = max(memory.get(process.role, 0.0), process.memory_mb())
    grown, raw_grown = base.size_bytes() - size_before, raw_bytes(place) - raw_before
    settle(lambda: sum(spent().values()))
    crawled, again = base.count("crawls"), spent()
    visit(base, place, size, nation)
    deadline_s = time.monotonic() + 120
    while base.count("crawls") < crawled + len(well) and time.monotonic() < deadline_s:
        time.sleep(0.2)
    made = base.count("crawls") - crawled
    empty_s = sum(spent().values()) - sum(again.values())
    return Run(
        name="SQLite, one process"
        if base.url is None
        else f"PostgreSQL, {workers} worker{'s' * (workers > 1)}",
        workers=workers,
        articles=articles,
        wall_s=ended_s - began_s,
        cpu_s={role: after[role] - before[role] for role in after},
        memory_mb=memory,
        database_bytes=grown,
        raw_bytes=raw_grown,
        visits_s=[float(row[2]) / 1e6 for row in rows],
        host_requests=list(hosts.values()),
        empty_visit_ms=1000 * empty_s / max(1, made),
    )


def paced_feeds_ms(nation: Nation, place: Path, base: Database, web: Process, size: Size) -> float:
    """Return what feeds cost an article while articles come one by one from all over.

    In a rush many share a writing of the same feed; at the country's mean pace few do.
    """
    well = [n for n in range(size.busy) if not nation.is_failing(n)]
    settle(web.cpu_s)
    held, before_s = base.count("articles"), web.cpu_s()
    nation.publish(1)
    now, pace = datetime.now(UTC), ARTICLES_A_DAY / 86400
    base.plan({f"s{n}": now + timedelta(seconds=i / pace) for i, n in enumerate(well)})
    follow(base, held, len(well))
    wait_for_feeds(base, place)
    return 1000 * (web.cpu_s() - before_s) / (base.count("articles") - held)


def visit(base: Database, place: Path, size: Size, nation: Nation) -> None:
    """Let every busy source be visited now that is in order.

    A scheduler sees it in the database.  The one process of SQLite is told by an edit of their
    file, which it reads together with all ten thousand sources; that is counted.
    """
    if base.url is not None:
        well = [f"s{n}" for n in range(size.busy) if not nation.is_failing(n)]
        base.plan(dict.fromkeys(well, datetime.now(UTC)))
        return
    file = place / "config" / "sources" / "busy.yaml"
    text = file.read_text()
    # as many as never are there, and another number each time
    mark = f"  max_articles: {900 + text.count('max_articles: 900')}\n"
    lines = [line for line in text.splitlines(keepends=True) if "max_articles" not in line]
    file.write_text("".join([lines[0], mark, *lines[1:]]))


def follow(base: Database, held: int, wanted: int) -> tuple[float, float]:
    """Wait until the articles are there; return when the first and the last came."""
    began_s = last_s = time.monotonic()
    count = 0
    while count < wanted and time.monotonic() < last_s + STILL_S:
        time.sleep(0.2)
        now_count = base.count("articles") - held
        if now_count > count:
            began_s = time.monotonic() if count == 0 else began_s
            count, last_s = now_count, time.monotonic()
    if count < 0.97 * wanted:
        raise SystemExit(f"{count} of {wanted} articles came in")
    return began_s, last_s


def wait_for_feeds(base: Database, place: Path) -> None:
    """Wait until the newest article stands in its source's feed, and a moment longer."""
    ((article_id, source_id),) = base.rows(
        "SELECT id, source_id FROM articles ORDER BY number DESC LIMIT 1"
    )
    feed = place / "data" / "public" / "feeds" / "source" / source_id / "feed.json"
    deadline_s = time.monotonic() + FEEDS_S
    while article_id not in feed.read_text("utf-8"):
        if time.monotonic() > deadline_s:
            raise SystemExit("the feeds were not written")
        time.sleep(0.2)
    time.sleep(3)


def raw_bytes(place: Path) -> int:
    """Return how much the raw pages take."""
    return sum(f.stat().st_size for f in (place / "data" / "raw").rglob("*") if f.is_file())


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What it takes to begin with all sources."""

    check_s: float
    check_cpu_s: float
    start_s: float
    start_cpu_s: float
    memory_mb: float


def start(place: Path) -> Started:
    """Return what the validation of all sources and a start with them take."""
    config = Nation(sources=SOURCES, published=0, port=9).configure(
        place, SETTINGS.format(database="")
    )
    command = [sys.executable, "-m", "bot", "check", "--config", str(config)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # What is compiled is compiled once, as in an installation.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    check_s, after = time.monotonic() - began_s, resource.getrusage(resource.RUSAGE_CHILDREN)
    process = Process("all", config, place / "data")
    started = Started(
        check_s=check_s,
        check_cpu_s=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        start_s=process.start_s,
        start_cpu_s=process.start_cpu_s,
        memory_mb=process.memory_mb(),
    )
    process.end()
    return started


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


def tables(runs: list[Run], started: Started, day: tuple[float, float]) -> str:
    """Return what was measured as Markdown."""
    lines = [
        "| | articles/s | articles a CPU-second | CPU ms an article | of it crawling | feeds "
        "| scheduler | database | an empty visit, CPU ms | a visit, s: median (95th) "
        "| MB of a process with its readers |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in runs:
        each = {role: 1000 * spent / one.articles for role, spent in one.cpu_s.items()}
        slow = quantiles(one.visits_s, n=20)[18] if len(one.visits_s) > 1 else 0.0
        memory = ", ".join(f"{role} {mb:.0f}" for role, mb in one.memory_mb.items())
        parts = [f"{each[role]:.1f}" if role in each else "·" for role in ("worker", "web")]
        parts.append(f"{each['scheduler']:.1f}" if "scheduler" in each else "·")
        parts.append(f"{each['database']:.1f}" if "worker" in each else "·")
        cells = [
            one.name,
            f"{one.articles / one.wall_s:.1f}",
            f"{1000 / one.article_ms:.1f}",
            f"{one.article_ms:.0f}",
            *parts,
            f"{one.empty_visit_ms:.0f}",
            f"{median(one.visits_s):.1f} ({slow:.1f})",
            memory,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "| | bytes an article in the database | in raw pages | requests to a host: median, most "
        "| articles a request |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.database_bytes / one.articles:,.0f} "
        f"| {one.raw_bytes / one.articles:,.0f} "
        f"| {median(one.host_requests):.0f}, {max(one.host_requests)} "
        f"| {one.articles / sum(one.host_requests):.2f} |"
        for one in runs
    ]
    visits, articles = day
    lines += [
        "",
        f"10,000 sources in 2,978 counties: validated in {started.check_s:.1f} s "
        f"({started.check_cpu_s:.1f} s of CPU time), running after {started.start_s:.1f} s "
        f"({started.start_cpu_s:.1f} s) with {started.memory_mb:.0f} MB.",
        "",
        f"The schedule visits a source {visits:.0f} times a day on average (simulated, sources of "
        f"{articles:.0f} articles a day).",
        "",
        *(
            f"At the country's mean pace feeds cost a web node {one.paced_feeds_ms:.0f} ms of CPU "
            "time an article."
            for one in runs
            if one.paced_feeds_ms is not None
        ),
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
        shares = [share(one, runs, visits) * factor for one in runs if one.workers == 1]
        cells = [
            name,
            f"{SOURCES * factor:,.0f}",
            f"{ARTICLES_A_DAY * factor:,.0f}",
            f"{ARTICLES_A_DAY * factor / 86400:.3g}",
            *(f"{100 * one:.2g} %" if one < 1 else f"{one:.1f} machines" for one in shares),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def share(one: Run, runs: list[Run], visits: float) -> float:
    """Return the share of a machine that a day of the whole country takes.

    Feeds count with what they cost at the country's mean pace, as the web node on PostgreSQL showed
    it.  Visits that find something count as visits too, so that this is a little too much.
    """
    paced = next(r for r in runs if r.paced_feeds_ms is not None)
    in_a_rush_ms = 1000 * paced.cpu_s["web"] / paced.articles
    feeds_ms = max(0.0, (paced.paced_feeds_ms or 0.0) - in_a_rush_ms)
    spent_ms = ARTICLES_A_DAY * (one.article_ms + feeds_ms)
    spent_ms += SOURCES * visits * one.empty_visit_ms
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


def claims(runs: list[Run], started: Started, day: tuple[float, float]) -> list[dict[str, Any]]:
    """Return what is claimed, each with whether it holds."""
    made = [
        (
            f"share of a 2-core machine, 200,000 articles a day, {one.name}",
            share(one, runs, day[0]),
            1.0,
            "machines",
        )
        for one in runs
        if one.workers == 1
    ]
    made.append(("validation of 10,000 sources", started.check_s, START_GOAL_S, "s"))
    made.append(("start with 10,000 sources", started.start_s, START_GOAL_S, "s"))
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
    """Measure, print, and write the results unless it was quick."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer articles, one worker, no file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--busy", type=int, default=FULL.busy, help="sources that publish")
    parser.add_argument("--published", type=int, default=FULL.published, help="articles of each")
    parser.add_argument("--redraw", action="store_true", help="only draw what was measured last")
    options = parser.parse_args()
    if options.redraw:
        measured = json.loads(make_scaling.MEASURED.read_text("utf-8"))
        plot([Run(**one) for one in measured["runs"]], RESULTS / "nationwide.svg")
        return
    size = QUICK if options.quick else Size(busy=options.busy, published=options.published)
    with tempfile.TemporaryDirectory() as scratch:
        started = start(Path(scratch))
    runs = []
    for kind in ("sqlite", "postgresql"):
        with serving(size.sources, size.before) as nation:
            place = Path(tempfile.mkdtemp(prefix="xianwen-nation-"))
            try:
                runs += list(run(nation, place, kind, size))
            finally:
                shutil.rmtree(place, ignore_errors=True)
    day = visits_a_day(quick=options.quick)
    told = tables(runs, started, day)
    print(told)
    if not options.quick:
        (RESULTS / "nationwide.md").write_text(
            "# The whole country, measured\n\nMade by `python benchmarks/nationwide.py --busy "
            f"{size.busy} --published {size.published}`: {size.sources:,} sources loaded, "
            f"{size.busy} of them publish {size.published} articles each a run, onto "
            f"{size.before} that the archive had; on two cores that also play the country and the "
            f"database. Load average at the end: {os.getloadavg()[0]:.0f}.\n\n"
            f"{told}\n\n![CPU milliseconds an article](nationwide.svg)\n"
        )
        measured = {
            "runs": [asdict(one) for one in runs],
            "started": asdict(started),
            "visits_a_day": day[0],
            "shares": {one.name: share(one, runs, day[0]) for one in runs if one.workers == 1},
        }
        make_scaling.MEASURED.write_text(json.dumps(measured, indent=1) + "\n")
        make_scaling.write()
        plot(runs, RESULTS / "nationwide.svg")
    if options.json:
        print(json.dumps({"claims": claims(runs, started, day)}))


if __name__ == "__main__":
    main()
