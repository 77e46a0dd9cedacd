"""What a new article costs the feeds: from its commit to the last file, and a rebuild by its size.

    python benchmarks/feeds.py [--quick] [--json]

One archive on SQLite with made-up news of two years, two kept pictures an article.  An article is
committed, and the feeds that it touches (its town, district, city, source, rubric and everything)
are rebuilt in three formats, each with a gzip and a brotli variant beside it, as the daemon does.
One Atom document is timed against plain feedgen, which is given the same entries with the same HTML
and writes nothing else: what ours costs more is what a reader gets more.  It is timed as the daemon
writes it, with one entry that is new and the others made before, and as after a start, when every
entry is.  Medians of interleaved rounds, CPU time of this process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import struct
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
from bot.publish.feed import Format, Picture  # noqa: E402
from bot.publish.pieces import Pieces  # noqa: E402
from storage.articles import Articles  # noqa: E402
from storage.media import Media  # noqa: E402
from storage.model import KeptBlock, KeptDistrict  # noqa: E402
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
#: a document with one new entry may cost so many times what plain feedgen costs
GOAL_TIMES = 0.5
#: … and one whose entries are all new
GOAL_TIMES_AT_FIRST = 3.0
#: CPU time from commit to finished files
GOAL_MS = 250.0
PICTURES = 200
#: the head of a picture of 640 by 480 pixels
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
HANBIN = CATALOGUE.find("hanbin")


def made(number: int, at: datetime, dice: random.Random) -> NewArticle:
    """Return an article of made-up news, first seen at ``at``."""
    title, text = made_news(dice)
    shown = [picture_url(dice.randrange(PICTURES)) for _ in range(2)]
    lines = [KeptBlock(kind="paragraph", text=t, html=f"<p>{t}</p>") for t in text.split("\n")]
    blocks = [
        lines[0],
        *(KeptBlock(kind="image", text="", html="", url=url, alt="图") for url in shown),
        *lines[1:],
    ]
    district = dice.choice(("610902", "610924", "610981"))
    town = "五里镇" if district == "610902" else None
    return new_article(
        number,
        text=text,
        blocks=tuple(blocks),
        html="".join(
            block.html or f'<figure><img src="{block.url}" alt="图"></figure>' for block in blocks
        ),
        title=title,
        source_id=dice.choice(("akxw-hanbin", "akxw-ziyang")),
        districts=(KeptDistrict(adcode=district, evidence="source", town=town),),
        published_at=at,
        published_precision="minute",
        seen_at=at,
    )


def picture_url(number: int) -> str:
    return f"https://img.example.cn/{number}.png"


def keep_pictures(media: Media) -> None:
    for number in range(PICTURES):
        data = PNG + str(number).encode()
        media.keep(picture_url(number), data, at=START)


def pictures_of(media: Media) -> Callable[[list[str]], dict[str, Picture]]:
    """Return what the daemon asks of pictures."""
    return lambda urls: {
        url: Picture(
            url=f"{SITE.public_url}/media/{kept.file_name}",
            media_type=kept.media_type,
            size_bytes=kept.byte_count,
            width=kept.width,
            height=kept.height,
        )
        for url, kept in media.of_urls(urls).items()
    }


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
        articles, media = Articles(engine), Media(engine, place / "media")
        keep_pictures(media)
        span = timedelta(days=730)
        for number in range(1, count + 1):
            articles.keep(made(number, START + span * (number / count), dice))
        book = FeedBook(
            articles=articles,
            stories=Stories(engine),
            catalogue=CATALOGUE,
            directory=place / "public",
            site=SITE,
            pictures_at=pictures_of(media),
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


def after_commit(book: FeedBook, article: Article) -> tuple[float, float, int]:
    """Return wall and CPU milliseconds to the last file, and the number of documents written."""
    before, cpu = time.perf_counter(), time.process_time()
    changes = book.rebuild_for([article])
    spent, worked = time.perf_counter() - before, time.process_time() - cpu
    return spent * 1000, worked * 1000, sum(len(change.urls) for change in changes)


def rebuild(book: FeedBook, size: int, rounds: int) -> tuple[float, float, float, float]:
    """Return CPU ms of a document with one new entry, of one of new entries, and by the peer.

    The last is a whole rebuild: reading the archive, the entries, three formats, two variants
    each, the files.
    """
    assert HANBIN  # noqa: S101
    feed = book.feed(HANBIN, limit=size)
    whole = FeedBook(
        articles=book._articles,
        stories=book._stories,
        catalogue=book.catalogue,
        directory=book.directory / f"by-{size}",
        site=replace(book.site, entry_limit=size),
        pictures_at=book._pictures_at,
    )
    ours, first, peer, all_of_it = [], [], [], []
    kept = Pieces()
    write(feed, Format.ATOM, kept)
    for number in range(rounds):
        new = replace(feed.entries[0], title=f"{feed.entries[0].title}{number}")
        news = replace(feed, entries=(new, *feed.entries[1:]))
        ours.append(cpu_ms(lambda: write(news, Format.ATOM, kept)))  # noqa: B023 -- called at once
        first.append(cpu_ms(lambda: write(feed, Format.ATOM)))
        peer.append(cpu_ms(lambda: plain_feedgen(feed)))
        # Another title, so that every file is written.
        whole.site = replace(whole.site, title=f"县闻{number}")
        all_of_it.append(cpu_ms(lambda: whole.rebuild([HANBIN])))
    return median(ours), median(first), median(peer), median(all_of_it)


def report(
    count: int,
    waits: list[tuple[float, float, int]],
    rebuilds: dict[int, tuple[float, float, float, float]],
    options: argparse.Namespace,
) -> None:
    wait, work = (median(one[n] for one in waits) for n in (0, 1))
    documents = round(median(number for _, _, number in waits))
    claims = [
        {"name": "commit to finished feed files, CPU time, at most", "ours": round(work, 1),
         "peer": GOAL_MS, "unit": "ms", "ratio": round(work / GOAL_MS, 3), "goal": 1.0,
         "met": work <= GOAL_MS}
    ]  # fmt: skip
    lines = [
        "| entries | Atom document, one entry new, ms | all entries new, ms | plain feedgen, ms | "
        "ratio, one new | ratio, all new | whole rebuild, ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, (ours, first, peer, whole) in rebuilds.items():
        lines.append(
            f"| {size} | {ours:.1f} | {first:.1f} | {peer:.1f} | **{ours / peer:.2f}** | "
            f"{first / peer:.2f} | {whole:.0f} |"
        )
        claims += [
            {"name": f"Atom document of {size} entries, {which}, beside plain feedgen, at most",
             "ours": round(spent, 2), "peer": round(peer, 2), "unit": "CPU ms",
             "ratio": round(spent / peer, 2), "goal": goal, "met": spent / peer <= goal}
            for which, spent, goal in (("one of them new", ours, GOAL_TIMES),
                                       ("all of them new", first, GOAL_TIMES_AT_FIRST))
        ]  # fmt: skip
    text = (
        f"From the commit of an article to the last of its {documents} documents (each with its\n"
        f"gzip and brotli variants): **{work:.0f} ms** of CPU time in an archive of {count:,}\n"
        f"articles, {wait:.0f} ms by the clock; longest of {len(waits)}: "
        f"{max(one[0] for one in waits):.0f} ms.\n\n"
        f"Load average of the machine: {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores.\n"
        f"Goals: {GOAL_MS:.0f} ms, {GOAL_TIMES} and {GOAL_TIMES_AT_FIRST} times plain feedgen.\n\n"
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
