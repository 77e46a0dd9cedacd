from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from storage.database import writing
from storage.errors import DiskError, RawRecordError
from storage.raw import RawPages, walk
from storage.schema import raw_records
from tests.storage.making import NOON, exchange

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def test_an_exchange_is_read_back_as_it_was_received(raw_pages: RawPages) -> None:
    kept = exchange(body=bytes(range(256)) * 40, at=NOON + timedelta(microseconds=7))
    read = raw_pages.read(raw_pages.keep(kept))
    assert read == replace(kept, peer="192.0.2.1")


@pytest.mark.parametrize("reason", ["", "Not Found", "未找到"])
def test_any_status_line_is_read_back(raw_pages: RawPages, reason: str) -> None:
    kept = exchange(status=404, reason=reason, peer=None)
    assert raw_pages.read(raw_pages.keep(kept)) == kept


def test_an_empty_payload(raw_pages: RawPages) -> None:
    assert raw_pages.read(raw_pages.keep(exchange(body=b""))).payload == b""


def test_the_same_payload_is_kept_once(raw_pages: RawPages, engine: Engine) -> None:
    body = b"page" * 5000
    first = raw_pages.keep(exchange(1, body))
    second = raw_pages.keep(exchange(2, body, at=NOON + timedelta(days=1)))
    assert raw_pages.read(second).payload == body
    assert raw_pages.read(second).url.endswith("2.html?a=1")
    records = list(walk(engine))
    assert [(r.kind, r.payload_record_id) for r in records] == [
        ("response", None), ("revisit", first),
    ]  # fmt: skip


def test_a_public_reader_replays_the_file(raw_pages: RawPages) -> None:
    raw_pages.keep(exchange(1, b"<p>one</p>"))
    raw_pages.keep(exchange(2, b"<p>one</p>"))
    raw_pages.close()
    [path] = raw_pages.files()
    with path.open("rb") as file:
        seen = []
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            seen.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), body))
            assert record.rec_headers.protocol == "WARC/1.1"
    one, two = (f"https://www.example.cn/news/{n}.html?a=1" for n in (1, 2))
    assert [kind for kind, _, _ in seen] == [
        "warcinfo", "response", "request", "revisit", "request",
    ]  # fmt: skip
    assert seen[1][1:] == (one, b"<p>one</p>")
    assert seen[3][1:] == (two, b"")


def test_files_are_rotated_by_size(engine: Engine, tmp_path: Path) -> None:
    pages = RawPages(engine, tmp_path / "small", max_file_bytes=3000)
    records = [pages.keep(exchange(n, bytes(str(n), "ascii"))) for n in range(8)]
    pages.close()
    assert 2 <= len(pages.files()) < 8
    assert [pages.read(record).payload for record in records] == [b"%d" % n for n in range(8)]


def test_a_full_disk_is_told_and_what_comes_after_is_kept(engine: Engine, tmp_path: Path) -> None:
    before = RawPages(engine, tmp_path / "raw")
    first = before.keep(exchange(1))
    before.close()
    (tmp_path / "raw").rename(tmp_path / "away")
    (tmp_path / "raw").write_text("no folder")
    another = RawPages(engine, tmp_path / "raw")
    with pytest.raises(DiskError, match=r"raw cannot be written: .*Free space"):
        another.keep(exchange(2))
    (tmp_path / "raw").unlink()
    (tmp_path / "away").rename(tmp_path / "raw")
    assert another.read(another.keep(exchange(2))).url == exchange(2).url
    assert another.read(first).url == exchange(1).url
    another.close()


def test_a_torn_tail_is_cut_off_and_what_stands_is_kept(engine: Engine, tmp_path: Path) -> None:
    pages = RawPages(engine, tmp_path / "raw")
    first = pages.keep(exchange(1, b"first"))
    pages.close()
    [path] = pages.files()
    whole = path.stat().st_size
    with writing(engine) as connection:
        pages.append(connection, exchange(2, b"second"))
        connection.rollback()
    pages.close()
    orphan = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(orphan - 3)
    again = RawPages(engine, tmp_path / "raw")
    third = again.keep(exchange(3, b"third"))
    assert again.files() == (path,)
    assert [again.read(r).payload for r in (first, third)] == [b"first", b"third"]
    assert again.get(third) is not None
    assert again.get(third).offset > whole  # type: ignore[union-attr]
    again.close()
    with path.open("rb") as file:
        assert sum(1 for _ in ArchiveIterator(file)) == 6


def test_a_file_that_another_process_writes_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    one, two = RawPages(engine, tmp_path / "raw"), RawPages(engine, tmp_path / "raw")
    records = [pages.keep(exchange(n, b"%d" % n)) for n, pages in enumerate((one, two, one, two))]
    assert len(one.files()) == 2
    assert [one.read(record).payload for record in records] == [b"0", b"1", b"2", b"3"]
    one.close()
    two.close()


def test_damage_is_told(raw_pages: RawPages, engine: Engine) -> None:
    record = raw_pages.keep(exchange(1, b"x" * 4000))
    [path] = raw_pages.files()
    raw_pages.close()
    data = bytearray(path.read_bytes())
    with engine.connect() as connection:
        offset = connection.scalar(select(raw_records.c.offset))
    assert offset is not None
    data[offset + 200] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(RawRecordError):
        raw_pages.read(record)
    path.unlink()
    with pytest.raises(RawRecordError):
        raw_pages.read(record)
    with pytest.raises(RawRecordError):
        raw_pages.read(999)
