"""Pictures, each kept once under the hash of its bytes, and dropped when nothing refers to it."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from storage.database import reading, writing
from storage.pictures import PictureType, sniff
from storage.schema import article_media, media, media_urls
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row

DEFAULT_MAX_BYTES = 10_000_000
#: A picture of more pixels than this can bring a reader's phone to its knees.
DEFAULT_MAX_PIXELS = 50_000_000
#: A moving picture is unpacked frame by frame: this many times the pixels of one picture at most.
_MAX_FRAMES_OF_FULL_SIZE = 10
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = {
    "image/png": ".png", "image/gif": ".gif", "image/jpeg": ".jpg", "image/webp": ".webp",
    "image/avif": ".avif", "image/bmp": ".bmp",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A kept picture."""

    #: sha256 of its bytes, 64 hexadecimal digits
    digest: str
    media_type: str
    byte_count: int
    width: int | None
    height: int | None

    @property
    def file_name(self) -> str:
        """Its name in addresses and on disk."""
        return self.digest + _SUFFIXES[self.media_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a garbage collection dropped."""

    picture_count: int = 0
    byte_count: int = 0


class Media:
    """The pictures of an archive."""

    def __init__(
        self,
        engine: Engine,
        directory: Path,
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
        max_pixels: int = DEFAULT_MAX_PIXELS,
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels

    @property
    def directory(self) -> Path:
        """Where the files are."""
        return self._directory

    def keep(self, url: str, data: bytes, *, at: datetime) -> Picture | str:
        """Keep the picture found at an address; return it, or why it is refused.

        The answer is remembered, so that a refused picture is not fetched again and again.
        The file is on disk, whole, before the database names it.
        """
        kind = self._judge(data)
        if isinstance(kind, str):
            self.refuse(url, kind, at=at)
            return kind
        picture = Picture(
            digest=hashlib.sha256(data).hexdigest(),
            media_type=kind.media_type,
            byte_count=len(data),
            width=kind.width,
            height=kind.height,
        )
        # Inside the transaction, so that a collection never drops the file in between.
        with writing(self._engine) as connection:
            self._write_file(picture, data)
            if connection.scalar(select(media).where(media.c.digest == picture.digest)) is None:
                connection.execute(
                    insert(media).values(
                        digest=picture.digest,
                        media_type=picture.media_type,
                        byte_count=picture.byte_count,
                        width=picture.width,
                        height=picture.height,
                        stored_at=at,
                    )
                )
            _remember(connection, url, picture.digest, "", at)
        return picture

    def refuse(self, url: str, reason: str, *, at: datetime) -> None:
        """Remember that there is no picture to be had at an address."""
        with writing(self._engine) as connection:
            _remember(connection, url, None, reason, at)

    def of_urls(self, urls: list[str]) -> dict[str, Picture]:
        """Return the pictures kept of addresses; those without one are left out."""
        keys = {url: url_key(url) for url in urls}
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(media_urls.c.url_key, media)
                .join(media, media.c.digest == media_urls.c.digest)
                .where(media_urls.c.url_key.in_(set(keys.values())))
            )
            found = {row.url_key: picture_of_row(row) for row in rows}
        return {url: found[key] for url, key in keys.items() if key in found}

    def wanted(self, urls: Sequence[str]) -> tuple[str, ...]:
        """Return those of the addresses of pictures that were never asked for, in their order."""
        by_key = {url_key(url): url for url in urls}
        with reading(self._engine) as connection:
            asked = set(
                connection.scalars(
                    select(media_urls.c.url_key).where(media_urls.c.url_key.in_(by_key))
                )
            )
        return tuple(url for key, url in by_key.items() if key not in asked)

    def get(self, digest: str) -> Picture | None:
        """Return what is known of a picture; None for anything that is no digest of ours."""
        if not _DIGEST.fullmatch(digest):
            return None
        with reading(self._engine) as connection:
            row = connection.execute(select(media).where(media.c.digest == digest)).one_or_none()
        return None if row is None else picture_of_row(row)

    def all(self) -> Iterator[Picture]:
        """Go through every picture in the order of their digests; memory stays level."""
        last = ""
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(
                    select(media).where(media.c.digest > last).order_by(media.c.digest).limit(500)
                ).all()
            if not rows:
                return
            yield from (picture_of_row(row) for row in rows)
            last = rows[-1].digest

    def path(self, picture: Picture) -> Path:
        """Return the file of a picture."""
        return self._directory / picture.digest[:2] / picture.file_name

    def collect(self, *, stored_before: datetime) -> Collected:
        """Drop pictures that no article refers to and that were stored before an instant.

        A picture that any revision of any article shows is never touched.
        """
        referenced = (
            select(media_urls.c.digest)
            .join(article_media, article_media.c.url_key == media_urls.c.url_key)
            .where(media_urls.c.digest == media.c.digest)
            .exists()
        )
        with reading(self._engine) as connection:
            unused = [
                picture_of_row(row)
                for row in connection.execute(
                    select(media).where(media.c.stored_at < stored_before, ~referenced)
                )
            ]
        dropped = [picture for picture in unused if self._drop(picture, stored_before)]
        return Collected(picture_count=len(dropped), byte_count=sum(p.byte_count for p in dropped))

    def _drop(self, picture: Picture, stored_before: datetime) -> bool:
        """Drop a picture unless it has come into use meanwhile."""
        in_use = (
            select(article_media.c.article)
            .join(media_urls, media_urls.c.url_key == article_media.c.url_key)
            .where(media_urls.c.digest == picture.digest)
        )
        with writing(self._engine) as connection:
            if connection.scalar(in_use.limit(1)) is not None:
                return False
            connection.execute(delete(media_urls).where(media_urls.c.digest == picture.digest))
            gone = connection.execute(
                delete(media).where(
                    media.c.digest == picture.digest, media.c.stored_at < stored_before
                )
            )
            self.path(picture).unlink(missing_ok=True)
            return gone.rowcount > 0

    def _judge(self, data: bytes) -> PictureType | str:
        if len(data) > self._max_bytes:
            return f"larger than {self._max_bytes} bytes"
        kind = sniff(data)
        if kind is None:
            return "not a picture of a kind that is kept"
        if (kind.width or 0) * (kind.height or 0) > self._max_pixels:
            return f"{kind.width}×{kind.height} is more than {self._max_pixels} pixels"
        moving = (kind.width or 0) * (kind.height or 0) * kind.frame_count
        if kind.frame_count > 1 and moving > self._max_pixels * _MAX_FRAMES_OF_FULL_SIZE:
            return f"{kind.width}×{kind.height} in {kind.frame_count} frames is too much"
        return kind

    def _write_file(self, picture: Picture, data: bytes) -> None:
        path = self.path(picture)
        if path.exists() and path.stat().st_size == len(data):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _remember(
    connection: Connection, url: str, digest: str | None, refusal: str, at: datetime
) -> None:
    key = url_key(url)
    connection.execute(delete(media_urls).where(media_urls.c.url_key == key))
    connection.execute(
        insert(media_urls).values(
            url_key=key, url=url, digest=digest, fetched_at=at, refusal=refusal
        )
    )


def picture_of_row(row: Row[Any]) -> Picture:
    """Return a row of the table of pictures as a value."""
    return Picture(
        digest=row.digest,
        media_type=row.media_type,
        byte_count=row.byte_count,
        width=row.width,
        height=row.height,
    )
