"""Verify, backup, restore, copy, export, takedown: what an operator does with an archive."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from storage.articles import Articles
from storage.backup import back_up, restore
from storage.copying import copy_database
from storage.database import writing
from storage.errors import ArchiveMismatchError, TakenDownError, UnknownArticleError
from storage.export import export_csv, export_jsonl
from storage.media import Media
from storage.model import KeptBlock, Selection
from storage.opening import open_database
from storage.raw import RawPages
from storage.schema import article_districts, articles, fingerprints, revisions
from storage.search import Search
from storage.states import States
from storage.stats import stats
from storage.stories import Stories
from storage.takedown import Takedowns
from storage.verify import verify
from tests.storage.making import NOON, exchange, new_article
from tests.storage.test_media import png

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from storage.model import Article

DAY = timedelta(days=1)


@pytest.fixture
def media(engine: Engine, tmp_path: Path) -> Media:
    return Media(engine, tmp_path / "media")


@pytest.fixture
def filled(engine: Engine, raw_pages: RawPages, media: Media) -> list[Article]:
    """An archive with a story of two, a revision, a picture, and raw pages."""
    kept = Articles(engine, raw_pages)
    picture = KeptBlock(kind="image", text="", html="", url="https://www.example.cn/1.png")
    first = kept.keep(new_article(1, blocks=(picture,)), exchange(1, b"one" * 400))
    second = kept.keep(new_article(2, story_id=first.story_id), exchange(2, b"two" * 400))
    third = kept.keep(new_article(3), exchange(3, b"three" * 400))
    third = kept.keep(
        new_article(3, article_id=third.id, text="改过的正文。", seen_at=NOON + DAY),
        exchange(3, b"revised" * 400, at=NOON + DAY),
    )
    media.keep("https://www.example.cn/1.png", png(), at=NOON)
    assert verify(engine, raw_pages, media).findings == ()
    return [first, second, third]


def test_verification_counts_and_reports_progress(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article]
) -> None:
    seen: list[tuple[int, int]] = []
    outcome = verify(engine, raw_pages, media, progress=lambda done, of: seen.append((done, of)))
    assert outcome.is_clean
    assert (outcome.article_count, outcome.raw_record_count, outcome.picture_count) == (3, 4, 1)
    assert seen == [(n, 5) for n in range(1, 6)]


DAMAGE = {
    "title": (update(articles).values(title="x"), "title is not that of its newest revision"),
    "revision number": (update(articles).values(revision_number=7), "not numbered from 1"),
    "fingerprint": (update(fingerprints).values(content="1:x"), "fingerprint is not that"),
    "head": (update(articles).values(is_head=True), "wrongly stands"),
    "district": (update(article_districts).values(story_id="x"), "place among a district's"),
    "position": (update(articles).values(position=articles.c.position + 7), "does not find it"),
}


@pytest.mark.parametrize("name", list(DAMAGE))
def test_verification_finds_damage_in_the_database(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article], name: str
) -> None:
    statement, problem = DAMAGE[name]
    with writing(engine) as connection:
        connection.execute(statement)
    outcome = verify(engine, raw_pages, media)
    assert not outcome.is_clean
    assert any(problem in finding.problem for finding in outcome.findings), outcome.findings


def test_verification_finds_damaged_files(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article]
) -> None:
    [warc] = raw_pages.files()
    raw_pages.close()
    record = raw_pages.by_url("https://www.example.cn/news/2.html?a=1")[0]
    data = bytearray(warc.read_bytes())
    data[record.offset + record.length // 3] ^= 1
    warc.write_bytes(bytes(data) + b"torn")
    [picture] = media.all()
    media.path(picture).write_bytes(png() + b"x")
    stray = media.directory / "00" / "stray.png"
    stray.parent.mkdir()
    stray.touch()
    faults = {f.subject: f.is_fault for f in verify(engine, raw_pages, media).findings}
    assert faults == {
        f"raw record {record.id}": True,
        f"picture {picture.digest}": True,
        f"file {warc.name}": False,
        "file stray.png": False,
    }


def test_takedown_leaves_nothing_and_keeps_it_from_coming_back(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article], tmp_path: Path
) -> None:
    first, second, third = filled
    kept, takedowns = Articles(engine, raw_pages), Takedowns(engine, raw_pages, media)
    tombstone = takedowns.take_down(third.id, "court order 7", at=NOON + 2 * DAY)
    assert takedowns.all() == (tombstone,)
    assert takedowns.get(third.id) == tombstone
    assert (tombstone.adcodes, tombstone.reason) == (("610902",), "court order 7")
    assert kept.get(third.id) is None
    assert kept.revisions(third.id) == ()
    assert kept.by_url(third.canonical_url) is None
    assert kept.known_urls([third.canonical_url]) == {third.canonical_url}
    assert Search(engine).find("改过的正文") == ()
    assert Stories(engine).get(third.story_id) is None
    assert raw_pages.by_url("https://www.example.cn/news/3.html?a=1") == ()
    assert tombstone.taken_down_at == NOON + 2 * DAY
    with pytest.raises(TakenDownError):
        kept.keep(new_article(3))
    with pytest.raises(TakenDownError):
        kept.keep(new_article(7, text="改过的正文。"))
    assert kept.keep(new_article(8, text="改过的正文。", source_id="other")).id
    with pytest.raises(UnknownArticleError):
        takedowns.take_down(third.id, "again", at=NOON)
    outcome = verify(engine, raw_pages, media)
    assert [finding for finding in outcome.findings if finding.is_fault] == []
    raw_pages.close()
    content = b"".join(path.read_bytes() for path in raw_pages.files())

    whole = gzip.decompress(content)
    assert b"oneoneone" in whole
    assert b"three" not in whole
    assert b"revisedrevised" not in whole

    takedowns.take_down(first.id, "same", at=NOON + 3 * DAY)
    assert list(media.all()) == []
    assert not list(media.directory.rglob("*.png"))
    left = kept.get(second.id)
    assert left == replace(second, is_story_head=True)
    story = Stories(engine).get(second.story_id)
    assert story is not None
    assert story.original_id == second.id
    assert verify(engine, raw_pages, media).is_clean


def test_an_id_is_never_given_twice(engine: Engine, raw_pages: RawPages, media: Media) -> None:
    kept = Articles(engine)
    first = kept.keep(new_article(1))
    Takedowns(engine, raw_pages, media).take_down(first.id, "x", at=NOON)
    for number, back in ((2, 0), (3, 99)):
        later = kept.keep(new_article(number, seen_at=NOON - timedelta(days=back)))
        assert later.id > first.id


def test_a_page_that_another_article_shares_stays(
    engine: Engine, raw_pages: RawPages, media: Media
) -> None:
    kept = Articles(engine, raw_pages)
    first = kept.keep(new_article(1), exchange(1, b"same" * 99))
    second = kept.keep(new_article(2), exchange(2, b"same" * 99))
    Takedowns(engine, raw_pages, media).take_down(first.id, "x", at=NOON)
    [revision] = kept.revisions(second.id)
    assert revision.raw_record_id is not None
    assert raw_pages.read(revision.raw_record_id).payload == b"same" * 99
    assert verify(engine, raw_pages, media).is_clean


def test_backup_and_restore(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article], tmp_path: Path
) -> None:
    backup = back_up(engine, raw_pages, media, tmp_path / "backup")
    assert backup.counts == {"articles": 3, "revisions": 4, "raw_records": 4, "media": 1}
    place = tmp_path / "restored"
    restored = restore(
        tmp_path / "backup", place / "archive.sqlite", place / "raw", place / "media"
    )
    assert restored == backup
    again = open_database(place / "archive.sqlite")
    assert Articles(again).newest(limit=9) == Articles(engine).newest(limit=9)
    assert len(Search(again).find("改过的正文")) == 1
    again.dispose()
    with pytest.raises(ArchiveMismatchError, match=r"not empty|exists"):
        restore(tmp_path / "backup", place / "archive.sqlite", place / "raw", place / "media")


def test_a_backup_is_of_one_instant_while_articles_come_in(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article], tmp_path: Path
) -> None:
    """The database is copied while another thread keeps on writing; what is restored verifies."""
    is_over = Event()

    def write() -> None:
        articles = Articles(engine, raw_pages)
        for number in range(100, 10_000):
            if is_over.is_set():
                return
            articles.keep(new_article(number), exchange(number, f"page {number}".encode()))
            wrote.set()

    wrote, writer = Event(), Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(20)
        backup = back_up(engine, raw_pages, media, tmp_path / "backup")
    finally:
        is_over.set()
        writer.join()
    place = tmp_path / "restored"
    assert backup == restore(
        tmp_path / "backup", place / "archive.sqlite", place / "raw", place / "media"
    )
    counts = backup.counts
    assert counts["articles"] > len(filled)
    assert counts["articles"] - 3 == counts["revisions"] - 4 == counts["raw_records"] - 4


def test_a_second_backup_brings_the_first_up_to_date(
    engine: Engine, raw_pages: RawPages, media: Media, filled: list[Article], tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    back_up(engine, raw_pages, media, target)
    Takedowns(engine, raw_pages, media).take_down(filled[0].id, "x", at=NOON + DAY)
    Articles(engine, raw_pages).keep(new_article(4), exchange(4, b"four"))
    assert back_up(engine, raw_pages, media, target).counts == {
        "articles": 3, "revisions": 4, "raw_records": 4, "media": 0,
    }  # fmt: skip
    place = tmp_path / "restored"
    restore(target, place / "archive.sqlite", place / "raw", place / "media")
    assert not list(target.rglob("*.png"))
    with pytest.raises(ArchiveMismatchError, match="holds no backup"):
        back_up(engine, raw_pages, media, place)


@pytest.mark.parametrize("victim", ["archive.sqlite", "raw", "media", "manifest.json"])
def test_a_damaged_backup_is_not_restored(
    sqlite_engine: Engine, tmp_path: Path, victim: str
) -> None:
    raw_pages, media = RawPages(sqlite_engine, tmp_path / "r"), Media(sqlite_engine, tmp_path / "m")
    Articles(sqlite_engine, raw_pages).keep(new_article(), exchange())
    media.keep("https://a.cn/1.png", png(), at=NOON)
    back_up(sqlite_engine, raw_pages, media, tmp_path / "backup")
    raw_pages.close()
    path = tmp_path / "backup" / victim
    if path.is_dir():
        path = next(p for p in path.rglob("*") if p.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    place = tmp_path / "restored"
    with pytest.raises(ArchiveMismatchError):
        restore(tmp_path / "backup", place / "archive.sqlite", place / "raw", place / "media")
    assert not place.exists()


@pytest.mark.postgres
def test_an_archive_moves_between_the_databases(
    sqlite_engine: Engine, postgres_url: str, tmp_path: Path
) -> None:
    raw_pages = RawPages(sqlite_engine, tmp_path / "raw")
    kept = Articles(sqlite_engine, raw_pages)
    first = kept.keep(new_article(1), exchange(1))
    kept.keep(new_article(2, story_id=first.id, authors=("张🍵",), text="大雨。"), exchange(2))
    States(sqlite_engine).put(replace(States(sqlite_engine).get("a"), is_paused=True))
    media = Media(sqlite_engine, tmp_path / "media")
    middle = open_database(postgres_url)
    last = open_database(tmp_path / "last.sqlite")
    there = copy_database(sqlite_engine, middle)
    back = copy_database(middle, last)
    assert there == back
    assert {copy.name: copy.row_count for copy in there}["articles"] == 2
    for engine in (middle, last):
        pages = RawPages(engine, tmp_path / "raw")
        assert verify(engine, pages, media).is_clean
        assert Articles(engine).newest(limit=9) == kept.newest(limit=9)
        assert States(engine).get("a").is_paused
        assert [hit.article.id for hit in Search(engine).find("大雨")] != []
        added = Articles(engine, pages).keep(new_article(3), exchange(3, b"more"))
        assert added.id > first.id
        assert Articles(engine).count(Selection(adcodes=("610902",))) == 3
        pages.close()
    with pytest.raises(ArchiveMismatchError, match="not empty"):
        copy_database(sqlite_engine, last)
    raw_pages.close()
    middle.dispose()
    last.dispose()


def test_export(engine: Engine, filled: list[Article]) -> None:
    Articles(engine).keep(new_article(9, title="=1+1"))
    lines = io.StringIO()
    assert export_jsonl(engine, lines) == 4
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [record["id"] for record in records][:3] == [article.id for article in filled]
    assert records[2]["text"] == "改过的正文。"
    assert records[0]["published_at"] == "2026-11-20T00:00:00+08:00"
    assert records[0]["editors"][0] == {"role": "责编", "name": "殷婷"}
    table = io.StringIO(newline="")
    assert export_csv(engine, table) == 4
    rows = list(csv.DictReader(io.StringIO(table.getvalue(), newline="")))
    assert rows[0]["districts"] == "610902"
    assert rows[0]["editors"] == "责编:殷婷;一审:许安"
    assert rows[0]["text"] == filled[0].text
    assert rows[3]["title"] == "'=1+1"


def test_stats(engine: Engine, raw_pages: RawPages, filled: list[Article]) -> None:
    found = stats(engine, raw_pages)
    assert (found.article_count, found.revision_count, found.story_count) == (3, 4, 2)
    assert found.by_district == {"610902": 3}
    assert found.by_source == {"hanbin": 3}
    assert found.raw_payload_bytes == 400 * (3 + 3 + 5 + 7)
    assert found.raw_bytes == sum(path.stat().st_size for path in raw_pages.files())
    assert found.first_seen_at == filled[0].first_seen_at
    assert found.picture_bytes == len(png())
    assert found.database_bytes > 10_000


def test_deleting_a_revision_is_noticed(sqlite_engine: Engine, tmp_path: Path) -> None:
    Articles(sqlite_engine).keep(new_article())
    with writing(sqlite_engine) as connection:
        connection.execute(delete(revisions))
    outcome = verify(
        sqlite_engine, RawPages(sqlite_engine, tmp_path / "r"), Media(sqlite_engine, tmp_path / "m")
    )
    assert {f.problem for f in outcome.findings} == {
        "its revisions are not numbered from 1 to its newest",
        "its newest revision is not there",
    }
