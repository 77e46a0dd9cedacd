"""What was visited long ago is dropped, once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.run.housekeeping import keep_house
from storage.model import Crawl
from storage.notes import Notes
from storage.opening import open_database
from storage.states import Crawls

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_old_visits_go_once_a_day_and_the_others_stay(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "a.sqlite3")
    crawls, notes = Crawls(engine), Notes(engine)
    for days in (0, 89, 91, 92):
        at = NOON - days * DAY
        crawls.add(Crawl(source_id="a", started_at=at, finished_at=at, outcome="ok"))
    keep_s = 90 * DAY.total_seconds()
    assert await keep_house(crawls, notes, keep_visits_s=keep_s, at=NOON) == 2
    assert await keep_house(crawls, notes, keep_visits_s=keep_s, at=NOON + DAY / 4) == 0
    assert len(crawls.newest()) == 2
    assert await keep_house(crawls, notes, keep_visits_s=keep_s, at=NOON + 2 * DAY) == 1
    engine.dispose()
