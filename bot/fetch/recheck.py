"""When an unchanged article is looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

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
