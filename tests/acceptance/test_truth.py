"""The demo's feeds beside what the replica really published: nothing missing, nothing twice."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import pytest

from bot.app.archive import open_archive
from bot.sources.load import load
from replica import SITES, ReplicaWorld, Truth, system_clock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def truth() -> tuple[Truth, ...]:
    world = ReplicaWorld(system_clock)
    world.catch_up()
    return tuple(one for one in world.truth() if not one.is_withdrawn)


@pytest.fixture(scope="module")
def stories(demo: Path, truth: tuple[Truth, ...]) -> dict[str, set[str]]:
    """The archive's story ids of each story of the truth."""
    with closing(sqlite3.connect(demo / "xianwen.sqlite3")) as connection:
        rows = connection.execute("SELECT url, story_id FROM articles").fetchall()
    by_place = {(urlsplit(url).hostname, urlsplit(url).path): story for url, story in rows}
    assert len(by_place) == len(rows), "an address is kept twice"
    found: dict[str, set[str]] = {}
    for one in truth:
        found.setdefault(one.story, set()).add(by_place[SITES[one.site].host, one.path])
    assert len(rows) == len(truth), "more articles kept than there are"
    return found


def test_there_is_enough_to_prove_anything(truth: tuple[Truth, ...]) -> None:
    assert len(truth) >= 60
    assert len({one.story for one in truth}) < len(truth), "no reprint among them"


def test_reprints_are_one_story_and_others_are_not(stories: dict[str, set[str]]) -> None:
    apart = {story: ids for story, ids in stories.items() if len(ids) != 1}
    assert not apart, "reprints kept apart"
    merged = [i for i, n in Counter(i for ids in stories.values() for i in ids).items() if n > 1]
    assert not merged, "different stories taken for one"


def test_each_story_is_once_in_the_three_feeds_of_each_of_its_districts(
    demo: Path, truth: tuple[Truth, ...], stories: dict[str, set[str]]
) -> None:
    districts = load(demo / "config").districts
    slugs = {district.adcode: district.slug for district in districts}
    with closing(sqlite3.connect(demo / "xianwen.sqlite3")) as connection:
        story_of = dict(connection.execute("SELECT id, story_id FROM articles"))
    wrong: list[str] = []
    wanted: dict[str, set[str]] = {"all": {i for ids in stories.values() for i in ids}}
    for one in truth:
        for adcode in one.counties:
            wanted.setdefault(slugs[adcode], set()).update(stories[one.story])
    assert len(wanted) == 11, "the ten counties and all"
    for slug, ids in wanted.items():
        for form in ("rss.xml", "atom.xml", "feed.json"):
            entries = [story_of[i] for i in entry_articles(demo / "public/feeds" / slug / form)]
            twice = [story for story, count in Counter(entries).items() if count > 1]
            if twice or not ids <= set(entries):
                wrong.append(f"{slug}/{form}: twice {twice}, missing {ids - set(entries)}")
            if slug == "all" and set(entries) != ids:
                wrong.append(f"{slug}/{form}: beside the truth {set(entries) - ids}")
    assert not wrong, "\n".join(wrong)


def test_every_article_is_read_word_for_word(demo: Path, truth: tuple[Truth, ...]) -> None:
    archive = open_archive(load(demo / "config").with_data_dir(demo).settings)
    kept = {
        (urlsplit(a.url).hostname, urlsplit(a.url).path): a
        for a in archive.articles.newest(limit=500)
    }
    archive.close()
    wrong = []
    for one in truth:
        article = kept[SITES[one.site].host, one.path]
        if squeezed(article.text) != squeezed("".join(one.paragraphs)):
            wrong.append((one.slug, "text", article.text))
        if squeezed(article.title) != squeezed(one.title):
            wrong.append((one.slug, "title", article.title))
        published = article.published_at
        if published is None or published.date().isoformat() != one.date:
            wrong.append((one.slug, "day", str(published)))
        if sorted(article.editors) != sorted(one.editors):
            wrong.append((one.slug, "editors", str(article.editors)))
    assert not wrong


def squeezed(text: str) -> str:
    return "".join(text.split())


def entry_articles(feed: Path) -> list[str]:
    """Return the article ids of a feed's entries: the last part of each tag: URI."""
    if feed.suffix == ".json":
        ids = [item["id"] for item in json.loads(feed.read_bytes())["items"]]
    else:
        parsed = feedparser.parse(feed.read_bytes())
        assert not parsed.bozo, feed
        ids = [entry.id for entry in parsed.entries]
    return [i.rpartition(":")[2] for i in ids]
