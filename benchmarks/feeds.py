"""What a new article costs the feeds: from its commit to the last file, and a rebuild by its size.

    python benchmarks/feeds.py [--quick] [--json]

One archive on SQLite with made-up news of two years.  An article is committed, and the
feeds that it touches (its town, district, city, source, rubric and everything) are rebuilt in three
formats, each with a gzip and a brotli variant beside it, as the daemon does.  The rebuild is timed
against plain feedgen, which is given the same entries with the same HTML and writes one Atom
document and nothing else: what ours costs more is what a reader gets more.  Medians of interleaved
rounds, CPU time of this process.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from feedgen.feed import FeedGenerator

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.made_news import article as made_news  # noqa: E402
from bot.publish.book import FeedBook  # noqa: E402
from bot.publish.document import write  # noqa: E402
from bot.publish.feed import Format  # noqa: E402
from storage.articles import Articles  # noqa: E402
from storage.model import KeptDistrict  # noqa: E402
from storage.opening import open_database  # noqa: E402
from storage.stories import Stories  # noqa: E402
from tests.readside import CATALOGUE, SITE  # noqa: E402
from tests.storage.making import new_article  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.publish.feed import Feed
    from storage.model import Article, NewArticle

RESULTS = Path(__file__).parent / "results" / "feeds.md"
START = datetime(2024, 11, 24, tzinfo=UTC)
#: a rebuild may cost so many times what plain feedgen costs for one bare document
GOAL_TIMES = 3.0
#: from commit to finished files; a reader asks again after a quarter of an hour
GOAL_MS = 500.0
HANBIN = CATALOGUE.find("hanbin")


def made(number: int, at: datetime, dice: random.Random) -> NewArticle:
    """Return an article of made-up news, first seen at ``at``."""
    title, text = made_news(dice)
    district = dice.choice(("610902", "610924", "610981"))
    town = "五里镇" if district == "610902" else None
    return new_article(
        number,
        text=text,
        title=title,
        source_id=dice.choice(("akxw-hanbin", "akxw-ziyang")),
        districts=(KeptDistrict(adcode=district, evidence="source", town=town),),
        published_at=at,
        published_precision="minute",
        seen_at=at,
    )


def plain_feedgen(feed: Feed) -> bytes:
    """Return the entries as a feedgen user writes them."""
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.link(href=feed.home_url)
    generator.updated(feed.updated)
    for entry in feed.entries:
        item = generator.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.url)
        item.published(entry.published)
        item.updated(entry.updated)
        item.content(entry.html, type="html")
    body: bytes = generator.atom_str()
    return body


def cpu_ms(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    options = parser.parse_args()
    count, rounds = (2_000, 7) if options.quick else (10_000, 21)
    dice = random.Random(7)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        engine = open_database(place / "archive.sqlite3")
        articles = Articles(engine)
        span = timedelta(days=730)
        for number in range(1, count + 1):
            articles.keep(made(number, START + span * (number / count), dice))
        book = FeedBook(
            articles=articles,
            stories=Stories(engine),
            catalogue=CATALOGUE,
            directory=place / "public",
            site=SITE,
        )
        book.rebuild_all()
        waits = [
            after_commit(
                book, articles.keep(made(count + n, START + span + timedelta(minutes=n), dice))
            )
            for n in range(1, rounds + 1)
        ]
        rebuilds = {size: rebuild(book, size, rounds) for size in (50, 500)}
        engine.dispose()
    report(count, waits, rebuilds, options)


def after_commit(book: FeedBook, article: Article) -> tuple[float, int]:
    """Return the wall milliseconds to the last file, and the number of documents written."""
    before = time.perf_counter()
    changes = book.rebuild_for([article])
    spent = (time.perf_counter() - before) * 1000
    return spent, sum(len(change.urls) for change in changes)


def rebuild(book: FeedBook, size: int, rounds: int) -> tuple[float, float, float]:
    """Return CPU ms of one document by ours, by plain feedgen, and of a whole rebuild of ours.

    The whole: reading the archive, the entries, three formats, two variants each, the files.
    """
    assert HANBIN  # noqa: S101
    feed = book.feed(HANBIN, limit=size)
    whole = FeedBook(
        articles=book._articles,
        stories=book._stories,
        catalogue=book.catalogue,
        directory=book.directory / f"by-{size}",
        site=replace(book.site, entry_limit=size),
    )
    ours, peer, all_of_it = [], [], []
    for number in range(rounds):
        ours.append(cpu_ms(lambda: write(feed, Format.ATOM)))
        peer.append(cpu_ms(lambda: plain_feedgen(feed)))
        # Another title, so that every file is written.
        whole.site = replace(whole.site, title=f"县闻{number}")
        all_of_it.append(cpu_ms(lambda: whole.rebuild([HANBIN])))
    return median(ours), median(peer), median(all_of_it)


def report(
    count: int,
    waits: list[tuple[float, int]],
    rebuilds: dict[int, tuple[float, float, float]],
    options: argparse.Namespace,
) -> None:
    wait = median(spent for spent, _ in waits)
    documents = round(median(number for _, number in waits))
    claims = [
        {"name": "commit to finished feed files, at most", "ours": round(wait, 1),
         "peer": GOAL_MS, "unit": "ms", "ratio": round(wait / GOAL_MS, 3), "goal": 1.0,
         "met": wait <= GOAL_MS}
    ]  # fmt: skip
    lines = [
        "| entries | one Atom document, ms | plain feedgen, ms | ratio | goal, at most | "
        "whole rebuild, ms |",
        "|---|---|---|---|---|---|",
    ]
    for size, (ours, peer, whole) in rebuilds.items():
        lines.append(
            f"| {size} | {ours:.1f} | {peer:.1f} | **{ours / peer:.2f}** | {GOAL_TIMES} | "
            f"{whole:.0f} |"
        )
        claims.append(
            {"name": f"Atom document of {size} entries beside plain feedgen, at most",
             "ours": round(ours, 2), "peer": round(peer, 2), "unit": "CPU ms",
             "ratio": round(ours / peer, 2), "goal": GOAL_TIMES,
             "met": ours / peer <= GOAL_TIMES}
        )  # fmt: skip
    text = (
        f"From the commit of an article to the last of its {documents} documents (each with its\n"
        f"gzip and brotli variants): **{wait:.0f} ms** in an archive of {count:,} articles;\n"
        f"longest of {len(waits)}: {max(spent for spent, _ in waits):.0f} ms.\n\n"
    ) + "\n".join(lines)
    print(text)
    if not options.quick:
        RESULTS.write_text(
            "# Writing feeds\n\n`python benchmarks/feeds.py`\n\n"
            + text
            + "\n\nA whole rebuild reads the archive, counts the archive documents, makes the "
            "entries and\nwrites three formats with two packed variants each.\n",
            encoding="utf-8",
        )
    if options.json:
        print(json.dumps({"claims": claims}, ensure_ascii=False))


if __name__ == "__main__":
    main()
