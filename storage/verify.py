"""Verifying an archive: every digest, every reference and every index, and what is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, text
from sqlalchemy.exc import DBAPIError

from storage import warc
from storage.database import reading, writing
from storage.errors import RawRecordError
from storage.media import Media, Picture, picture_of_row
from storage.raw import RawPages, indexed_end, walk
from storage.schema import (
    article_districts,
    article_urls,
    articles,
    fingerprints,
    media,
    raw_records,
    revisions,
    stories,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Select


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that verification came upon."""

    #: article 01J…, raw record 17, picture ab12…, file xianwen-….warc.gz, database
    subject: str
    problem: str
    #: False for what a crash leaves behind and harms nothing
    is_fault: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome of a verification."""

    findings: tuple[Finding, ...]
    article_count: int
    raw_record_count: int
    picture_count: int

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong; harmless leftovers may be told."""
        return not any(finding.is_fault for finding in self.findings)


def verify(
    engine: Engine,
    raw_pages: RawPages,
    pictures: Media,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verification:
    """Check everything that is kept; changes nothing.

    ``progress`` is called with the number of raw pages and pictures checked and their total.
    """
    with reading(engine) as connection:
        totals = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (articles, raw_records, media)
        ]
        findings = [*_database(connection), *_references(connection), *_search(connection)]
    findings += _search_structure(engine)
    done, total = 0, totals[1] + totals[2]
    for finding in _raw(engine, raw_pages):
        if finding is None:
            done += 1
            progress(done, total)
        else:
            findings.append(finding)
    for finding in _pictures(engine, pictures):
        if finding is None:
            done += 1
            progress(done, total)
        else:
            findings.append(finding)
    return Verification(
        findings=tuple(findings),
        article_count=totals[0],
        raw_record_count=totals[1],
        picture_count=totals[2],
    )


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Finding(subject="database", problem=str(line))
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding(subject=f"table {table}", problem=f"row {row} refers to no {parent}")


def _references(connection: Connection) -> Iterator[Finding]:
    """Yield articles whose parts do not fit together."""
    of_article = revisions.c.article == articles.c.number
    history = select(func.count()).select_from(revisions).where(of_article).scalar_subquery()
    newest = and_(of_article, revisions.c.number == articles.c.revision_number)
    address = article_urls.c.article == articles.c.number
    first = articles.alias("first")
    earliest = (
        select(first.c.number)
        .where(first.c.story_id == articles.c.story_id)
        .order_by(first.c.is_backfilled, first.c.number)
        .limit(1)
        .scalar_subquery()
    )
    district = article_districts
    checks: tuple[tuple[str, Select[Any]], ...] = (
        ("its revisions are not numbered from 1 to its newest",
         select(articles.c.id).where(history != articles.c.revision_number)),
        ("its newest revision is not there",
         select(articles.c.id).where(~select(revisions.c.number).where(newest).exists())),
        ("its title is not that of its newest revision",
         select(articles.c.id).join(revisions, newest).where(
             revisions.c.title != articles.c.title)),
        ("its fingerprint is not that of its newest revision",
         select(articles.c.id).join(revisions, newest)
         .outerjoin(fingerprints, fingerprints.c.article == articles.c.number)
         .where(func.coalesce(fingerprints.c.content, "") != revisions.c.content_fingerprint)),
        ("no address leads to it",
         select(articles.c.id).where(~select(article_urls.c.url_key).where(address).exists())),
        ("its story is not there",
         select(articles.c.id).where(
             ~select(stories.c.id).where(stories.c.id == articles.c.story_id).exists())),
        ("it wrongly stands, or does not stand, for its story",
         select(articles.c.id).where(articles.c.is_head != (articles.c.number == earliest))),
        ("its place among a district's articles is not its own",
         select(articles.c.id).join(district, district.c.article == articles.c.number)
         .where(not_(and_(district.c.sorted_at == articles.c.sorted_at,
                          district.c.story_id == articles.c.story_id,
                          district.c.is_backfilled == articles.c.is_backfilled,
                          district.c.changed_at == articles.c.changed_at))).distinct()),
        ("the raw page of a revision is not in the index",
         select(articles.c.id).join(revisions, of_article)
         .where(revisions.c.raw_record_id.is_not(None),
                ~select(raw_records.c.id).where(
                    raw_records.c.id == revisions.c.raw_record_id).exists())),
    )  # fmt: skip
    for problem, statement in checks:
        for article_id in connection.scalars(statement.limit(100)):
            yield Finding(subject=f"article {article_id}", problem=problem)


def _search(connection: Connection) -> Iterator[Finding]:
    """Yield what the full-text index lacks or has too much."""
    if connection.dialect.name == "postgresql":
        places = "SELECT position FROM search_index"
    else:
        places = "SELECT id AS position FROM search_index_docsize"
    missing = connection.scalars(
        text(f"SELECT id FROM articles WHERE position NOT IN ({places}) LIMIT 100")  # noqa: S608
    )
    for article_id in missing:
        yield Finding(subject=f"article {article_id}", problem="search does not find it")
    surplus = connection.scalar(
        text(
            f"SELECT count(*) FROM ({places}) AS places "  # noqa: S608
            "WHERE position NOT IN (SELECT position FROM articles)"
        )
    )
    if surplus:
        yield Finding(subject="search index", problem=f"holds {surplus} articles that are not kept")


def _search_structure(engine: Engine) -> Iterator[Finding]:
    if engine.name != "sqlite":
        return
    try:
        # The check is written as an insert, and takes the writer's turn.
        with writing(engine) as connection:
            connection.execute(
                text("INSERT INTO search_index(search_index) VALUES ('integrity-check')")
            )
    except DBAPIError as error:
        yield Finding(subject="search index", problem=f"damaged: {error.orig}")


def _raw(engine: Engine, raw_pages: RawPages) -> Iterator[Finding | None]:
    """Yield a finding for each fault, and None for each record that was looked at."""
    ends: dict[str, int] = {}
    for record in walk(engine):
        subject = f"raw record {record.id}"
        ends[record.file] = max(ends.get(record.file, 0), record.offset + record.length)
        try:
            _, digest, is_revisit = warc.read_exchange(raw_pages.members(record))
        except RawRecordError as error:
            yield Finding(subject=subject, problem=str(error))
        else:
            if digest != record.payload_digest:
                yield Finding(subject=subject, problem="the index has another digest")
            if is_revisit != (record.kind == "revisit"):
                yield Finding(subject=subject, problem=f"is no {record.kind}")
            if is_revisit and record.payload_record_id is None:
                yield Finding(subject=subject, problem="a revisit of nothing")
        yield None
    for path in raw_pages.files():
        with reading(engine) as connection:
            end = indexed_end(connection, path.name)
        yield from _tail(raw_pages, path.name, end)


def _tail(raw_pages: RawPages, file_name: str, end: int) -> Iterator[Finding]:
    with (raw_pages.directory / file_name).open("rb") as file:
        file.seek(end)
        tail = file.read()
    whole = warc.whole_members(tail)
    if end and whole:
        yield Finding(
            subject=f"file {file_name}",
            problem=f"{whole} bytes at its end are records that no article came of",
            is_fault=False,
        )
    if whole < len(tail):
        yield Finding(
            subject=f"file {file_name}",
            problem=f"{len(tail) - whole} bytes at its end are torn; the next start cuts them off",
            is_fault=False,
        )


def _pictures(engine: Engine, pictures: Media) -> Iterator[Finding | None]:
    """Go through the pictures folder by folder: the first two digits of their digests."""
    for number in range(256):
        prefix = f"{number:02x}"
        with reading(engine) as connection:
            rows = connection.execute(
                select(media).where(media.c.digest >= prefix, media.c.digest < prefix + "g")
            ).all()
        kept = [picture_of_row(row) for row in rows]
        for picture in kept:
            problem = _picture_problem(pictures, picture)
            if problem:
                yield Finding(subject=f"picture {picture.digest}", problem=problem)
            yield None
        names = {picture.file_name for picture in kept}
        for path in sorted((pictures.directory / prefix).glob("*")):
            if path.name not in names:
                yield Finding(
                    subject=f"file {path.name}",
                    problem="a picture that the database does not know",
                    is_fault=False,
                )


def _picture_problem(pictures: Media, picture: Picture) -> str:
    try:
        data = pictures.path(picture).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if hashlib.sha256(data).hexdigest() != picture.digest:
        return "its bytes are not those that were kept"
    return ""
