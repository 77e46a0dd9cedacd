"""Feeds on disk: written when they change, the same bytes when they don't."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from datetime import timedelta

import brotli
import feedparser
import pytest

from bot.errors import PublishError
from bot.publish import files
from bot.publish.book import FeedBook
from bot.publish.topic import Catalogue, SourceName
from bot.web.feeds import prepare
from storage.model import KeptDistrict
from tests.readside import CATALOGUE, SITE, Shelf, article, revised

TITLES = [f"五里镇第{n}届采茶节开幕" for n in (4, 3, 2, 1, 0)]


@pytest.fixture
def shelf():
    return Shelf(*(article(n) for n in range(5)))


@pytest.fixture
def book(shelf, tmp_path):
    return FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )


def snapshot(folder):
    return {
        str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns)
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_every_standing_feed_is_there_in_three_formats(book, tmp_path):
    book.rebuild_all()
    for path in ("all", "ankang", "hanbin", "ziyang", "xunyang", "source/akxw-hanbin",
                 "hanbin/town/五里镇", "category/汉滨"):  # fmt: skip
        for name in ("rss.xml", "atom.xml", "feed.json"):
            body = (tmp_path / "feeds" / path / name).read_bytes()
            assert gzip.decompress((tmp_path / "feeds" / path / f"{name}.gz").read_bytes()) == body
            packed = (tmp_path / "feeds" / path / f"{name}.br").read_bytes()
            assert brotli.decompress(packed) == body
    assert not list(tmp_path.rglob("*.part"))


def test_a_second_run_changes_no_byte_and_no_time(book, tmp_path):
    assert book.rebuild_all()
    before = snapshot(tmp_path)
    assert book.rebuild_all() == ()
    assert snapshot(tmp_path) == before


def test_readers_parse_each_feed(book, tmp_path):
    book.rebuild_all()
    for name in ("rss.xml", "atom.xml"):
        parsed = feedparser.parse((tmp_path / "feeds/hanbin" / name).read_bytes())
        assert not parsed.bozo
        assert [e.title for e in parsed.entries] == [
            f"五里镇第{n}届采茶节开幕" for n in (4, 3, 2, 1, 0)
        ]
        assert "正在采摘" in parsed.entries[0].content[0].value
        assert parsed.entries[0].media_content[0]["url"] == "https://img.akxw.cn/2026/4.jpg"
    items = json.loads((tmp_path / "feeds/hanbin/feed.json").read_bytes())["items"]
    assert [item["title"] for item in items] == [
        f"五里镇第{n}届采茶节开幕" for n in (4, 3, 2, 1, 0)
    ]


def test_one_id_in_every_feed_and_format(book, tmp_path):
    book.rebuild_all()
    ids = {}
    for folder in ("all", "ankang", "hanbin", "source/akxw-hanbin"):
        for name in ("rss.xml", "atom.xml"):
            parsed = feedparser.parse((tmp_path / "feeds" / folder / name).read_bytes())
            ids[folder, name] = [entry.id for entry in parsed.entries]
        document = json.loads((tmp_path / "feeds" / folder / "feed.json").read_bytes())
        ids[folder, "feed.json"] = [item["id"] for item in document["items"]]
    assert len(set(map(tuple, ids.values()))) == 1


def test_a_change_rewrites_only_the_feeds_that_it_touches(book, shelf, tmp_path):
    book.rebuild_all()
    changed = article(9, districts=(KeptDistrict(adcode="610924", evidence="title"),),
                      source_id="akxw-ziyang", breadcrumb=())  # fmt: skip
    shelf.put(changed)
    paths = {change.topic.path for change in book.rebuild_for((changed,))}
    assert paths == {"all", "ankang", "ziyang", "source/akxw-ziyang"}


def test_a_change_outside_the_newest_entries_changes_the_address_of_the_past_alone(shelf, tmp_path):
    book = FeedBook(
        articles=shelf,
        stories=shelf,
        catalogue=CATALOGUE,
        directory=tmp_path,
        site=replace(SITE, entry_limit=3),
    )
    book.rebuild_all()
    before = (tmp_path / "feeds/all/atom.xml").read_text("utf-8").splitlines()
    late = revised(article(0), "改")
    shelf.put(replace(late, changed_at=late.revised_at))
    assert book.rebuild_for((late,))
    after = (tmp_path / "feeds/all/atom.xml").read_text("utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert 'rel="prev-archive"' in changed[0]


def test_last_modified_is_the_newest_change_and_moves_when_bytes_do(book, shelf, tmp_path):
    book.rebuild_all()
    atom = tmp_path / "feeds/hanbin/atom.xml"
    assert int(atom.stat().st_mtime) == int(article(4).first_seen_at.timestamp())
    before = atom.stat().st_mtime
    # A title of the site changes bytes without any article being newer.
    FeedBook(
        articles=shelf,
        stories=shelf,
        catalogue=CATALOGUE,
        directory=tmp_path,
        site=replace(SITE, title="新名"),
    ).rebuild_all()
    assert atom.stat().st_mtime > before


def test_a_story_is_carried_once_and_by_the_one_first_seen(book, shelf, tmp_path):
    reprint = article(
        7,
        story_id=article(2).story_id,
        source_id="akxw-ziyang",
        districts=(KeptDistrict(adcode="610924", evidence="source"),),
    )
    shelf.put(reprint)
    book.rebuild_all()
    everything = feedparser.parse((tmp_path / "feeds/all/atom.xml").read_bytes())
    assert reprint.id not in str([e.id for e in everything.entries])
    story = next(e for e in everything.entries if e.id.endswith(article(2).id))
    assert [ln.href for ln in story.links if ln.rel == "related"] == [reprint.url]
    own = feedparser.parse((tmp_path / "feeds/ziyang/atom.xml").read_bytes())
    assert [e.id.rpartition(":")[2] for e in own.entries] == [reprint.id]


def test_an_unwritable_place_is_one_clear_line(tmp_path):
    (tmp_path / "feeds").write_text("a file where a folder should be")
    book = FeedBook(
        articles=Shelf(), stories=Shelf(), catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )
    with pytest.raises(PublishError, match=r"atom.xml|rss.xml") as caught:
        book.rebuild(CATALOGUE.standing()[:1])
    assert "\n" not in str(caught.value)


def test_a_file_is_never_seen_half_written(tmp_path):
    path = tmp_path / "a" / "rss.xml"
    files.write_if_changed(path, b"one")
    reader = path.open("rb")
    files.write_if_changed(path, b"another one")
    with reader:
        assert reader.read() == b"one"
    assert path.read_bytes() == b"another one"
    assert oct(path.stat().st_mode & 0o777) == "0o644"


def test_a_lost_variant_is_made_again(tmp_path):
    path = tmp_path / "rss.xml"
    files.write_if_changed(path, b"one")
    path.with_name("rss.xml.br").unlink()
    assert files.write_if_changed(path, b"one")
    assert brotli.decompress(path.with_name("rss.xml.br").read_bytes()) == b"one"
    times = {p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert len(times) == 1


def test_files_are_replaced_in_one_step_even_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "rss.xml"
    files.write_if_changed(path, b"one")

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(files.os, "utime", full)
    with pytest.raises(PublishError, match="No space left"):
        files.write_if_changed(path, b"two", changed_at=article(1).first_seen_at + timedelta(1))
    assert path.read_bytes() == b"one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rss.xml", "rss.xml.br", "rss.xml.gz"]


def test_an_empty_variant_counts_as_missing(tmp_path):
    """As a loss of power may leave it."""
    path = tmp_path / "atom.xml"
    assert files.write_if_changed(path, b"<feed/>" * 50)
    packed = path.with_name("atom.xml.gz")
    whole = packed.read_bytes()
    packed.write_bytes(b"")
    os.utime(packed, ns=(path.stat().st_mtime_ns,) * 2)
    assert prepare(path, [(b"content-type", b"x")]).variants["gzip"].body["body"] == b"<feed/>" * 50
    assert files.write_if_changed(path, b"<feed/>" * 50)
    assert packed.read_bytes() == whole
    assert not files.write_if_changed(path, b"<feed/>" * 50)


def other(book, shelf, directory, **changes):
    """Return the book of another configuration in the same place."""
    catalogue = Catalogue(
        changes.get("districts", book.catalogue.districts),
        changes.get("sources", book.catalogue.sources.values()),
    )
    return FeedBook(
        articles=shelf,
        stories=shelf,
        catalogue=catalogue,
        directory=directory,
        site=changes.get("site", SITE),
    )


def test_another_configuration_writes_only_what_it_changes(book, shelf, tmp_path):
    book.rebuild_all()
    before = snapshot(tmp_path)
    same = other(book, shelf, tmp_path)
    assert same.rebuild_after(book) == ()
    assert snapshot(tmp_path) == before
    sources = [
        *book.catalogue.sources.values(),
        SourceName(id="new", name="新", url="http://n.cn/"),
    ]
    more = other(book, shelf, tmp_path, sources=sources)
    assert [change.topic.path for change in more.rebuild_after(book)] == ["source/new"]
    assert "source/new" in (tmp_path / "opml.xml").read_text("utf-8")
    renamed = other(book, shelf, tmp_path, site=replace(SITE, title="别名"))
    assert "all" in {change.topic.path for change in renamed.rebuild_after(more)}


def test_a_source_that_comes_back_with_its_articles_is_named_in_every_feed(book, shelf, tmp_path):
    gone = [s for s in book.catalogue.sources.values() if s.id != "akxw-hanbin"]
    less = other(book, shelf, tmp_path, sources=gone)
    less.rebuild_all()
    assert {"hanbin", "source/akxw-hanbin"} <= {c.topic.path for c in book.rebuild_after(less)}


def test_a_rebuild_that_must_stop_leaves_the_rest_as_it_is(book, tmp_path):
    left = iter([False, False, True])
    book.rebuild_all(should_stop=lambda: next(left, True))
    assert len(list((tmp_path / "feeds").glob("**/atom.xml"))) == 2
