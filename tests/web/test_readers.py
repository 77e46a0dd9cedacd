"""Readers that people use, subscribed over loopback: every article once, and changes in place."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.publish.feed import Picture
from tests.readside import NOW, article, revised, withdrawn
from tests.web.live import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.live import Live

PICTURE = Picture(url="https://news.example/media/x.jpg", media_type="image/jpeg", size_bytes=9)
TITLES = {n: f"五里镇第{n}届采茶节开幕" for n in range(5)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "public", *(article(n) for n in range(3))) as running:
        yield running


def follow(site: Live, titles_after_update, *, polls_until_kept: int = 1) -> None:
    """Take a reader through the life of a feed; it gives titles by the ids of the entries.

    ``polls_until_kept`` polls are made before it knows the document's validators.
    """
    for _ in range(polls_until_kept):
        assert titles_after_update() == [TITLES[n] for n in range(3)]
    assert site.statuses() == [200] * polls_until_kept
    assert titles_after_update() == [TITLES[n] for n in range(3)]
    assert site.statuses() == [304], "a poll without news"
    site.change(article(3))
    assert titles_after_update() == [TITLES[n] for n in range(4)]
    site.change(revised(article(1), "改过的标题"))
    assert titles_after_update() == [TITLES[0], "改过的标题", TITLES[2], TITLES[3]]
    site.change(withdrawn(article(2)))
    assert titles_after_update() == [
        TITLES[0], "改过的标题", f"〔原文已撤〕{TITLES[2]}", TITLES[3]
    ]  # fmt: skip
    assert site.statuses() == [200, 200, 200]


@pytest.mark.newsboat
@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not on this machine")
@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_newsboat(site: Live, tmp_path: Path, name: str) -> None:
    cache = tmp_path / "cache.db"
    (tmp_path / "urls").write_text(f"{site.origin}/feeds/hanbin/{name}\n")
    (tmp_path / "config").write_text("")
    command = ["newsboat", "-x", "reload", "-u", str(tmp_path / "urls"), "-c", str(cache),
               "-C", str(tmp_path / "config")]  # fmt: skip

    def items(columns: str) -> list[tuple]:
        with closing(sqlite3.connect(cache)) as database:
            return database.execute(f"SELECT {columns} FROM rss_item ORDER BY guid").fetchall()  # noqa: S608

    def titles() -> list[str]:
        subprocess.run(command, check=True, capture_output=True, env={"HOME": str(tmp_path)})
        return [title for (title,) in items("title")]

    # newsboat 2.21 keeps validators of feeds that it knows already.
    follow(site, titles, polls_until_kept=2)
    first = items("title, url, author, pubDate, content")[0]
    assert first[1] == f"{site.origin}/a/{article(0).id}"
    assert "周娟" in first[2]
    assert "雷田民" in first[2]
    # Only the day is known; it is the day in China, at the time at which it was first seen.
    assert datetime.fromtimestamp(first[3], UTC) == NOW.replace(microsecond=0)
    assert f'<img src="https://img.akxw.cn/2026/{0}.jpg"' in first[4]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_reader(site: Live, name: str) -> None:
    library = pytest.importorskip("reader")
    with closing(library.make_reader(":memory:")) as reader:
        url = f"{site.origin}/feeds/hanbin/{name}"
        reader.add_feed(url)

        def titles() -> list[str]:
            reader.update_feed(url)
            assert reader.get_feed(url).last_exception is None
            return [e.title for e in sorted(reader.get_entries(), key=lambda e: e.id)]

        follow(site, titles)
        feed = reader.get_feed(url)
        assert feed.title == "汉滨区 · 县闻"
        assert feed.link == f"{site.origin}/d/hanbin"
        first = min(reader.get_entries(), key=lambda e: e.id)
        assert first.link == f"{site.origin}/a/{article(0).id}"
        assert first.published == NOW.replace(microsecond=0)
        assert "正在采摘" in first.content[-1].value
        # Of several authors in Atom this one shows the last.
        names = {"rss.xml": "周娟、雷田民", "atom.xml": "雷田民", "feed.json": "周娟, 雷田民"}
        assert first.authors_str == names[name]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_a_reader_is_given_the_pictures(tmp_path: Path, name: str) -> None:
    library = pytest.importorskip("reader")
    with live(tmp_path / "public") as site, closing(library.make_reader(":memory:")) as reader:
        shown = replace(PICTURE, url=f"{site.origin}/media/x.jpg")
        site.book._pictures_at = lambda urls: dict.fromkeys(urls, shown)
        site.change(article(1))
        reader.add_feed(f"{site.origin}/feeds/hanbin/{name}")
        reader.update_feeds()
        [entry] = reader.get_entries()
        assert [(e.href, e.type, e.length) for e in entry.enclosures] == [
            (f"{site.origin}/media/x.jpg", "image/jpeg", 9)
        ]
