"""Article ids: ULIDs that grow strictly, so that order of ids is order of first sight.

Source: https://github.com/ulid/spec (128 bits, Crockford's base 32, 26 characters).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_RANDOM_BITS = 80


def next_id(seen_at: datetime, last: str | None) -> str:
    """Return a new id for an article seen at ``seen_at``, greater than ``last``.

    The time in it is ``seen_at`` to the millisecond; when the clock stood still or went back,
    it is the last id's time, as the specification's monotonic rule has it.
    """
    fresh = (int(seen_at.timestamp() * 1000) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    if last is not None and fresh <= (previous := _decode(last)):
        fresh = previous + 1
    return _encode(fresh)


def least_id(seen_at: datetime) -> str:
    """Return what no id of an article seen at ``seen_at`` or later is less than."""
    return _encode(int(seen_at.timestamp() * 1000) << _RANDOM_BITS)


def time_of(article_id: str) -> datetime:
    """Return the instant in an id, to the millisecond, in UTC: when its article was first seen."""
    return datetime.fromtimestamp((_decode(article_id) >> _RANDOM_BITS) / 1000, UTC)


def _encode(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def _decode(text: str) -> int:
    value = 0
    for character in text:
        value = value << 5 | _VALUES[character]
    return value
