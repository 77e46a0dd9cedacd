"""One page that breaks the reading is put off; the rest of its source is taken all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from storage.model import Selection
from tests.fetch import faultserver as fs
from tests.hostile.site import installation

if TYPE_CHECKING:
    from pathlib import Path

    from bot.pipeline.take import Taker


class Breaking:
    """A taker with a fault of ours in it, for one page."""

    def __init__(self, taker: Taker, fault: Exception) -> None:
        self._taker, self._fault = taker, fault

    async def take(self, link: Any, source: Any, tally: Any, **rest: Any) -> Any:
        if link.url.endswith("/1002.html"):
            raise self._fault
        return await self._taker.take(link, source, tally, **rest)


@pytest.mark.parametrize("fault", [RecursionError(), ValueError("no"), KeyError("x")], ids=repr)
async def test_a_fault_of_ours_in_one_page_holds_up_no_other(
    fault: Exception, tmp_path: Path
) -> None:
    async with installation(tmp_path) as site:
        site.serve()
        crawler = site.crawler
        broken = replace(crawler, taker=Breaking(crawler.taker, fault))  # type: ignore[arg-type]
        report = await broken.crawl(site.source)
        assert (report.outcome, report.new_count, report.failed_count) == ("ok", 5, 1)
        site.later(hours=1)
        report = await crawler.crawl(site.source)
        assert (report.outcome, report.new_count, report.failed_count) == ("ok", 1, 0) or (
            report.outcome == "unchanged" and report.new_count == 1
        )


async def test_a_monstrous_article_is_put_off_and_named(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve()
        site.server.behaviours["/n/1003.html"] = fs.answer(b"<p><font size=1>" * 50_000)
        report = await site.crawler.crawl(site.source)
        assert (report.outcome, report.new_count, report.failed_count) == ("ok", 5, 1)
        [waiting] = site.archive.links.due("hanbin", site.now.replace(year=2027), 10)
        assert waiting.failure_kind == "too-complex"
        assert len(site.archive.articles.newest(Selection(), limit=10)) == 5
