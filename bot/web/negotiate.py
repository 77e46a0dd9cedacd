"""What a request asks for: coding, freshness, a person or a program."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@lru_cache(maxsize=256)
def coding_of(accept_encoding: bytes) -> str:
    """Return ``br``, ``gzip`` or the empty string: the best coding that we have and they take.

    Source: RFC 9110 section 12.5.3.
    """
    weights: dict[bytes, float] = {}
    for part in accept_encoding.lower().split(b","):
        name, _, parameter = part.partition(b";")
        weight = 1.0
        if parameter.strip().startswith(b"q="):
            try:
                weight = float(parameter.strip()[2:])
            except ValueError:
                weight = 0.0
        weights[name.strip()] = weight
    anything = weights.get(b"*", 0.0)
    brotli = weights.get(b"br", anything)
    gzip = weights.get(b"gzip", weights.get(b"x-gzip", anything))
    if brotli > 0 and brotli >= gzip:
        return "br"
    return "gzip" if gzip > 0 else ""


def matches_any(if_none_match: bytes, etags: Iterable[bytes]) -> bool:
    """Return True when a stored tag is among ``etags`` (RFC 9110 section 13.1.2, weak)."""
    if if_none_match.strip() == b"*":
        return True
    known = set(etags)
    return any(part.strip().removeprefix(b"W/") in known for part in if_none_match.split(b","))


def is_unmodified_since(if_modified_since: bytes, last_modified: datetime) -> bool:
    """Return True when nothing changed after the given date (RFC 9110 section 13.1.3)."""
    try:
        since = parsedate_to_datetime(if_modified_since.decode("latin-1"))
    except (ValueError, IndexError):
        return False
    return since.tzinfo is not None and last_modified <= since
