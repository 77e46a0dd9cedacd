"""When an unchanged article is looked at again, and whether a listing changed at all."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: After so long since its first sight an article is asked for again, to find edits and
#: withdrawals; afterwards it is left in peace.
RECHECK_AFTER = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(weeks=1),
    timedelta(weeks=4),
)


def next_recheck(first_seen_at: datetime, last_checked_at: datetime) -> datetime | None:
    """Return when an article is due to be looked at again, None when never.

    ``first_seen_at`` is the instant from which the schedule runs: the first sight of the article
    or its last change.  Due times that passed while we were away are made up for by one visit.
    Both are aware; the answer is in the time zone of the first.
    """
    for after in RECHECK_AFTER:
        due = first_seen_at + after
        if due > last_checked_at:
            return due
    return None


def is_due(first_seen_at: datetime, last_checked_at: datetime, now: datetime) -> bool:
    """Return whether an article should be looked at again now."""
    due = next_recheck(first_seen_at, last_checked_at)
    return due is not None and due <= now


def links_digest(urls: Iterable[str]) -> str:
    """Return a versioned digest of a listing's links: the same links give the same digest.

    Order does not count, so that a listing that is only shuffled or rebuilt is unchanged.
    """
    digest = hashlib.blake2b(digest_size=16)
    for url in sorted(set(urls)):
        digest.update(url.encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
    return f"1:{digest.hexdigest()}"
