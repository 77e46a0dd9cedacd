"""Column types that SQLite and PostgreSQL share: instants, numbers, packed JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from threading import local
from typing import TYPE_CHECKING, Any

import zstandard
from sqlalchemy import BigInteger, Integer, LargeBinary, Text, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Threads(local):
    """What each thread has of its own."""

    decompressor: zstandard.ZstdDecompressor


_threads = _Threads()

#: An integer key: SQLite gives row ids to ``INTEGER PRIMARY KEY`` alone.
Key = BigInteger().with_variant(Integer(), "sqlite")


def to_microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 in UTC; ValueError when naive."""
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime {instant!r}: the archive keeps instants, not wall clocks")
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the instant, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970: sorts and compares alike in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return what the database keeps."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what the program sees, in UTC."""
        return None if value is None else from_microseconds(value)


class Json(TypeDecorator[Any]):
    """A small JSON value as readable text, keys in the order given."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002
        """Return compact JSON, Chinese unescaped."""
        return _dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return the parsed value."""
        return None if value is None else json.loads(value)


class PackedJson(TypeDecorator[Any]):
    """A large JSON value as one zstd frame.

    An article's blocks, text and HTML repeat each other; packed together they take about a
    sixth of their size (measured by ``benchmarks/archive.py``), which at a million articles
    is the difference between a database that fits in memory and one that does not.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> bytes:  # noqa: ARG002
        """Return one zstd frame of compact JSON."""
        return zstandard.compress(_dump(value).encode(), level=3)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return the parsed value."""
        return None if value is None else unpacked(value)


def unpacked(value: bytes) -> Any:
    """Return what a ``PackedJson`` column holds."""
    return json.loads(_decompressor().decompress(value))


def _decompressor() -> zstandard.ZstdDecompressor:
    """Return this thread's own: to make one takes longer than to unpack an article."""
    try:
        return _threads.decompressor
    except AttributeError:
        _threads.decompressor = zstandard.ZstdDecompressor()
        return _threads.decompressor


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
