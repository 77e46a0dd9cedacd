"""The demo, as a stranger runs it: replica crawled, feeds written, a second run changes nothing."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import feedparser
import pytest

if TYPE_CHECKING:
    from pathlib import Path


def demo(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once", "--data-dir", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    done = demo(place)
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def files(place: Path) -> dict[str, bytes]:
    root = place / "public"
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_every_feed_is_well_formed_and_has_each_article_once(place: Path) -> None:
    feeds = [*place.glob("public/feeds/*/rss.xml"), *place.glob("public/feeds/*/atom.xml")]
    assert len(feeds) > 20
    total = 0
    for file in feeds:
        parsed = feedparser.parse(file.read_bytes())
        assert not parsed.bozo, (file, parsed.get("bozo_exception"))
        ids = Counter(entry.id for entry in parsed.entries)
        assert all(count == 1 for count in ids.values()), file
        total += len(ids)
    assert total > 0


def test_no_watermark_reaches_a_subscriber(place: Path) -> None:
    for name, body in files(place).items():
        if name.endswith((".xml", ".json")):
            assert not re.search(r"[0-9A-Za-z]{3}秦巴县闻网", body.decode()), name


def test_the_counties_of_ankang_have_articles(place: Path) -> None:
    for slug in ("ziyang", "hanbin", "pingli", "shiquan"):
        parsed = feedparser.parse((place / "public/feeds" / slug / "atom.xml").read_bytes())
        assert parsed.entries, slug


def test_a_second_run_changes_no_byte(place: Path) -> None:
    before = files(place)
    done = demo(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert files(place) == before


@pytest.mark.slow
def test_a_demo_that_was_killed_midway_is_taken_up_and_loses_nothing(
    place: Path, tmp_path: Path
) -> None:
    whole = story_titles(place)
    database = tmp_path / "xianwen.sqlite3"
    command = [sys.executable, "-m", "bot", "demo", "--once", "--data-dir", str(tmp_path)]
    for wanted in (3, 9):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            while run.poll() is None and kept(database) < wanted:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(0.02)
            run.kill()
        assert run.returncode == -9, "it ended before it could be killed"
    done = demo(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert story_titles(tmp_path) == whole


def kept(database: Path) -> int:
    """Return how many articles the archive has committed, seen from outside."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            count: int = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
            return count
    except sqlite3.OperationalError:
        return 0


def story_titles(place: Path) -> list[str]:
    """Return the titles of all articles in the archive, sorted, doubles included."""
    with closing(sqlite3.connect(place / "xianwen.sqlite3")) as connection:
        return sorted(title for (title,) in connection.execute("SELECT title FROM articles"))
