"""Raw pages: appended to WARC files as received, found again by the index in the database.

One process writes one file at a time and holds a lock on it.  A record is on disk before the
transaction that names it commits; what a kill leaves behind is a tail that nothing names.  It is
harmless, and a torn one is cut off when the file is next opened for writing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import bindparam, func, insert, select

from storage import warc
from storage.database import reading, writing
from storage.errors import DiskError, RawRecordError
from storage.schema import articles, raw_records, revision_pages, revisions
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Row, Select

    from storage.model import RawExchange

#: The size that the WARC specification's annex suggests for a file.
DEFAULT_MAX_FILE_BYTES = 1_000_000_000
SUFFIX = ".warc.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """Where a raw page is kept."""

    id: int
    file: str
    offset: int
    #: of the response and the request that follows it
    length: int
    #: response or revisit
    kind: str
    url: str
    fetched_at: datetime
    status: int
    payload_bytes: int
    payload_digest: str
    payload_record_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawOfArticle:
    """The raw pages that the newest revision with any was made from."""

    article_id: str
    source_id: str
    #: the address that identifies the article
    canonical_url: str
    #: of its pages in their order, at least one
    record_ids: tuple[int, ...]


_RAW_OF_ARTICLES: Select[Any] = (
    select(
        articles.c.number,
        articles.c.id,
        articles.c.source_id,
        articles.c.canonical_url,
        revisions.c.number.label("revision"),
        revisions.c.raw_record_id,
    )
    .join(
        revisions,
        (revisions.c.article == articles.c.number)
        & (revisions.c.number == articles.c.revision_number),
    )
    .where(revisions.c.raw_record_id.is_not(None))
    .order_by(articles.c.id)
)
_ADD = insert(raw_records).returning(raw_records.c.id)
_FIRST_OF_PAYLOAD = (
    select(raw_records.c.id, raw_records.c.url, raw_records.c.fetched_at)
    .where(raw_records.c.payload_digest == bindparam("digest"), raw_records.c.kind == "response")
    .limit(1)
)


def _chosen(source_id: str | None, since: datetime | None) -> Iterator[ColumnElement[bool]]:
    if source_id is not None:
        yield articles.c.source_id == source_id
    if since is not None:
        yield articles.c.first_seen_at >= since


class RawPages:
    """The WARC files of an archive."""

    def __init__(
        self,
        engine: Engine,
        directory: Path,
        *,
        max_file_bytes: int = DEFAULT_MAX_FILE_BYTES,
        software: str = "xianwen",
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._max_file_bytes = max_file_bytes
        self._software = software
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()

    @property
    def directory(self) -> Path:
        """Where the files are."""
        return self._directory

    def keep(self, exchange: RawExchange) -> int:
        """Keep an exchange in a transaction of its own; return its record id."""
        with writing(self._engine) as connection:
            return self.append(connection, exchange)

    def append(self, connection: Connection, exchange: RawExchange) -> int:
        """Append an exchange and write its index row; return its record id.

        The bytes are flushed to the disk before this returns.  A payload that is kept already
        becomes a ``revisit`` that refers to it.  Raises DiskError when they cannot be written.
        """
        digest = warc.payload_digest(exchange.payload)
        first = connection.execute(_FIRST_OF_PAYLOAD, {"digest": digest}).one_or_none()
        members = warc.exchange_records(
            exchange, refers_to=None if first is None else (first.url, first.fetched_at)
        )
        try:
            name, offset = self._write(connection, members, exchange.fetched_at)
        except OSError as error:
            raise DiskError(
                f"{self._directory} cannot be written: {error.strerror or error}. Free space on "
                "its disk, or make it writable; what was kept before is kept, and the rest is "
                "taken up again."
            ) from error
        record_id: int = connection.execute(
            _ADD,
            {
                "file": name,
                "offset": offset,
                "length": len(members),
                "kind": "response" if first is None else "revisit",
                "url_key": url_key(exchange.url),
                "url": exchange.url,
                "fetched_at": exchange.fetched_at,
                "status": exchange.status,
                "payload_bytes": len(exchange.payload),
                "payload_digest": digest,
                "payload_record_id": None if first is None else first.id,
            },
        ).scalar_one()
        return record_id

    def _write(self, connection: Connection, members: bytes, at: datetime) -> tuple[str, int]:
        """Write records to the file of the day; return its name, and where they begin."""
        with self._lock:
            file = self._writable(connection, at)
            offset = file.tell()
            file.write(members)
            file.flush()
            os.fsync(file.fileno())
            return Path(file.name).name, offset

    def get(self, record_id: int) -> RawRecord | None:
        """Return where a raw page is kept; None when there is no such record."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(raw_records).where(raw_records.c.id == record_id)
            ).one_or_none()
        return None if row is None else _record(row)

    def read(self, record_id: int) -> RawExchange:
        """Return an exchange as it was received, a revisit with the payload it refers to.

        Raises RawRecordError when it is not there or no longer what was written.
        """
        record = self.get(record_id)
        if record is None:
            raise RawRecordError(f"there is no raw record {record_id}")
        exchange, digest, is_revisit = warc.read_exchange(self.members(record))
        if digest != record.payload_digest:
            raise RawRecordError(f"raw record {record_id}: the index has another digest")
        if is_revisit:
            if record.payload_record_id is None:
                raise RawRecordError(f"raw record {record_id}: a revisit of nothing")
            exchange = replace(exchange, payload=self.read(record.payload_record_id).payload)
        return exchange

    def members(self, record: RawRecord) -> bytes:
        """Return the compressed bytes of a record and of its request.  Raises RawRecordError."""
        try:
            with (self._directory / record.file).open("rb") as file:
                file.seek(record.offset)
                data = file.read(record.length)
        except OSError as error:
            raise RawRecordError(f"raw record {record.id}: {error}") from error
        if len(data) != record.length:
            raise RawRecordError(f"raw record {record.id}: {record.file} ends before it")
        return data

    def by_url(self, canonical_url: str) -> tuple[RawRecord, ...]:
        """Return what is kept of an address, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(raw_records)
                .where(raw_records.c.url_key == url_key(canonical_url))
                .order_by(raw_records.c.fetched_at, raw_records.c.id)
            )
            return tuple(_record(row) for row in rows)

    def of_articles(
        self,
        *,
        after: str | None = None,
        source_id: str | None = None,
        since: datetime | None = None,
        limit: int = 200,
    ) -> tuple[RawOfArticle, ...]:
        """Return the raw pages of each article's newest revision, by article id from ``after`` on.

        Articles whose newest revision has no raw page are left out: an older page would undo it.
        ``after`` is the last article id of the batch before, kept as a cursor by who resumes.
        ``since`` leaves out articles first seen before it.
        """
        statement = _RAW_OF_ARTICLES.where(*_chosen(source_id, since)).limit(limit)
        if after is not None:
            statement = statement.where(articles.c.id > after)
        return self._of_articles(statement)

    def of_ids(self, article_ids: Sequence[str]) -> tuple[RawOfArticle, ...]:
        """Return the raw pages of these articles' newest revisions, by article id."""
        return self._of_articles(_RAW_OF_ARTICLES.where(articles.c.id.in_(article_ids)))

    def count_of_articles(
        self, *, source_id: str | None = None, since: datetime | None = None
    ) -> int:
        """Return how many articles ``of_articles`` goes through."""
        statement = select(func.count()).select_from(
            _RAW_OF_ARTICLES.where(*_chosen(source_id, since)).order_by(None).subquery()
        )
        with reading(self._engine) as connection:
            return connection.scalar(statement) or 0

    def _of_articles(self, statement: Select[Any]) -> tuple[RawOfArticle, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
            further: dict[tuple[int, int], list[int]] = {}
            for page in connection.execute(
                select(revision_pages)
                .where(revision_pages.c.article.in_([row.number for row in rows]))
                .order_by(revision_pages.c.page)
            ):
                further.setdefault((page.article, page.revision), []).append(page.raw_record_id)
        return tuple(
            RawOfArticle(
                article_id=row.id,
                source_id=row.source_id,
                canonical_url=row.canonical_url,
                record_ids=(row.raw_record_id, *further.get((row.number, row.revision), ())),
            )
            for row in rows
        )

    def files(self) -> tuple[Path, ...]:
        """Return the WARC files, oldest first; may be empty."""
        return tuple(sorted(self._directory.glob(f"*{SUFFIX}")))

    def wipe(self, file_name: str, offset: int, length: int) -> None:
        """Overwrite a record with one that says that it was taken down; a second time is safe."""
        path = self._directory / file_name
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(warc.filler(length, datetime.now(UTC)))
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Give up the file that is written to; the next append opens one again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _writable(self, connection: Connection, at: datetime) -> BinaryIO:
        file = self._file
        if file is not None and file.tell() >= self._max_file_bytes:
            file.close()
            file = None
        if file is None:
            file = self._reopened(connection) or self._created(at)
            self._file = file
        return file

    def _reopened(self, connection: Connection) -> BinaryIO | None:
        """Return the newest file with room that no other process writes to, its tail mended."""
        for path in reversed(self.files()):
            if path.stat().st_size >= self._max_file_bytes:
                continue
            file = path.open("r+b")
            if not _locked(file):
                file.close()
                continue
            mend_tail(file, indexed_end(connection, path.name))
            return file
        return None

    def _created(self, at: datetime) -> BinaryIO:
        self._directory.mkdir(parents=True, exist_ok=True)
        name = f"xianwen-{at:%Y%m%d%H%M%S%f}-{secrets.token_hex(4)}{SUFFIX}"
        file = (self._directory / name).open("x+b")
        if not _locked(file):  # pragma: no cover - nobody else knows the name yet
            raise RawRecordError(f"{name} is locked by another process")
        file.write(warc.info_record(name, at, self._software))
        file.flush()
        os.fsync(file.fileno())
        _sync_directory(self._directory)
        return file


def indexed_end(connection: Connection, file_name: str) -> int:
    """Return the offset behind the last record of a file that the index names."""
    row = connection.execute(
        select(raw_records.c.offset, raw_records.c.length)
        .where(raw_records.c.file == file_name)
        .order_by(raw_records.c.offset.desc())
        .limit(1)
    ).one_or_none()
    return 0 if row is None else int(row.offset + row.length)


def mend_tail(file: BinaryIO, known_end: int) -> int:
    """Cut off a torn record behind ``known_end`` and stand at the end; return the bytes cut."""
    size = file.seek(0, os.SEEK_END)
    file.seek(min(known_end, size))
    end = file.tell() + warc.whole_members(file.read())
    file.truncate(end)
    file.seek(end)
    return size - end


def walk(engine: Engine, *, batch: int = 500) -> Iterator[RawRecord]:
    """Go through every record of the index in the order in which they were written."""
    last = 0
    while True:
        with reading(engine) as connection:
            rows = connection.execute(
                select(raw_records)
                .where(raw_records.c.id > last)
                .order_by(raw_records.c.id)
                .limit(batch)
            ).all()
        if not rows:
            return
        for row in rows:
            yield _record(row)
        last = rows[-1].id


def _record(row: Row[tuple[object, ...]]) -> RawRecord:
    return RawRecord(
        id=row.id,
        file=row.file,
        offset=row.offset,
        length=row.length,
        kind=row.kind,
        url=row.url,
        fetched_at=row.fetched_at,
        status=row.status,
        payload_bytes=row.payload_bytes,
        payload_digest=row.payload_digest,
        payload_record_id=row.payload_record_id,
    )


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
