"""The demo, as a stranger runs it: replica crawled, feeds written, a second run changes nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
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
