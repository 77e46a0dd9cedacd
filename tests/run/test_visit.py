"""After a visit: what the site said of its freshness and its rest bounds the next one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.model import Source
from bot.pipeline.report import CrawlReport
from bot.run.visit import Visitor
from storage.opening import open_database
from storage.states import States

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SOURCE = Source(
    id="a", adcode="610924", url="http://a.cn/", min_interval_s=60.0, max_interval_s=120.0
)
REPORT = CrawlReport(source_id="a", started_at=NOON, finished_at=NOON, outcome="ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A crawl that came to what it is told."""

    report: CrawlReport

    async def crawl(self, _source: Source, **_options: Any) -> CrawlReport:
        return self.report


@pytest.mark.parametrize(
    ("report", "least_s", "reason"),
    [
        (REPORT, 60.0, "articles a week"),
        (replace(REPORT, max_age_s=1800.0), 1800.0, "Cache-Control"),
        (replace(REPORT, max_age_s=86400.0), 3600.0, "Cache-Control"),
        (
            replace(REPORT, outcome="host-closed", retry_at=NOON + timedelta(hours=5)),
            18000.0,
            "Retry-After",
        ),
    ],
)
async def test_what_the_site_asks_for_bounds_the_next_visit(
    tmp_path: Path, report: CrawlReport, least_s: float, reason: str
) -> None:
    engine = open_database(tmp_path / "archive.sqlite")
    visitor = Visitor(
        crawler=cast("Any", Crawled(report=report)),
        states=States(engine),
        watchman=None,
        host_counts=Counter({"a.cn": 1}),
        dice=random.Random(1),  # noqa: S311 -- spreads visits
        now=lambda: NOON,
    )
    _, planned = await visitor.visit(SOURCE, lambda: False)
    assert planned.at >= NOON + timedelta(seconds=least_s)
    assert planned.at <= NOON + timedelta(seconds=max(least_s, 120.0) * 1.11)
    assert reason in planned.reason
    assert States(engine).planned() == {"a": planned.at}
    engine.dispose()
