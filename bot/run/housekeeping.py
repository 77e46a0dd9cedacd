"""Once a day the visits of long ago are dropped: a daemon that runs for years stays small."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from datetime import datetime

    from storage.notes import Notes
    from storage.states import Crawls

logger = structlog.get_logger()

#: name of the note that holds the day of the last time
NOTE = "housekeeping"


async def keep_house(crawls: Crawls, notes: Notes, *, keep_visits_s: float, at: datetime) -> int:
    """Drop visits that ended more than ``keep_visits_s`` before ``at`` (aware); return how many.

    Does nothing when any process did it on the same day.
    """
    if not await asyncio.to_thread(notes.claim, NOTE, at.date().isoformat()):
        return 0
    dropped = await asyncio.to_thread(crawls.drop_before, at - timedelta(seconds=keep_visits_s))
    if dropped:
        logger.info("old visits dropped", visits=dropped)
    return dropped
