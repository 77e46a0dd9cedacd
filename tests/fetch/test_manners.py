"""What sites ask of robots and visitors, over real connections and by either transport."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.app.fetching import fetch_settings
from bot.errors import BudgetSpentError, QuietHoursError, RobotsDeniedError
from bot.fetch.fetcher import Fetcher
from bot.fetch.recheck import RECHECK_AFTER, next_recheck
from bot.model import FetchedPage
from bot.settings import Settings
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, source_at
from tests.fetch.virtualtime import START, InstantClock
from tests.hostile.site import article_page, installation

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from tests.fetch.faultserver import Behaviour, FaultServer

BOTH = pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])


def meta(content: str, name: str = "robots") -> Behaviour:
    return fs.answer(
        fs.PAGE.replace(b"<title>", f'<META content="{content}" name={name}><title>'.encode())
    )


def header(*values: str) -> Behaviour:
    return fs.answer(headers=tuple(f"X-Robots-Tag: {value}" for value in values))


@pytest.mark.parametrize(
    ("behaviour", "directives"),
    [
        (header("noarchive"), {"noarchive"}),
        (header("noindex, NOFOLLOW"), {"noindex", "nofollow"}),
        (header("otherbot: noindex", "xianwen: noarchive"), {"noarchive"}),
        (
            header("unavailable_after: 25 Jun 2027 15:00:00 PST", "none"),
            {"none", "noindex", "nofollow", "unavailable_after: 25 jun 2027 15:00:00 pst"},
        ),
        (meta("NoIndex,noarchive"), {"noindex", "noarchive"}),
        (meta("noarchive", "'Xianwen'"), {"noarchive"}),
        (meta("noindex", "googlebot"), set()),
        (fs.answer(), set()),
    ],
)
@BOTH
async def test_directives_for_robots_are_read_where_they_stand(
    is_http2: bool, behaviour: Behaviour, directives: set[str], server: FaultServer
) -> None:
    server.behaviours["/a"] = behaviour
    async with fetcher_for() as (fetcher, _):
        page = await fetcher.fetch(
            f"{server.base}/a", source=source_at(server.base, is_http2=is_http2)
        )
    assert isinstance(page, FetchedPage)
    assert page.robots == directives


async def test_no_index_means_not_kept_and_no_archive_means_no_raw_page(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve(3)
        for number, directive in ((1000, "noindex"), (1001, "noarchive")):
            site.server.behaviours[f"/n/{number}.html"] = fs.answer(
                article_page(number - 1000), headers=(f"X-Robots-Tag: {directive}",)
            )
        report = await site.crawler.crawl(site.source)
        assert (report.outcome, report.new_count, report.failed_count) == ("ok", 2, 0)
        raw = {
            article.url.rpartition("/")[2]: bool(site.archive.raw_pages.of_ids([article.id]))
            for article in site.kept
        }
        assert raw == {"1001.html": False, "1002.html": True}
        site.later(minutes=20)
        await site.crawler.crawl(site.source)
        assert site.server.count("/n/1000.html") == 1, "nobody asks again for what is not wanted"


@BOTH
async def test_robots_txt_is_read_up_to_its_500_kib_and_what_follows_is_cut(
    is_http2: bool, server: FaultServer
) -> None:
    filling = b"# nothing\n" * 51_000
    rules = b"User-agent: *\n" + filling + b"Disallow: /inner/\n"
    assert 500_000 < len(rules) < 512_000
    server.behaviours["/robots.txt"] = fs.answer(
        rules + filling + b"Disallow: /\n", type_="text/plain"
    )
    server.behaviours["/open"] = fs.answer()
    source = source_at(server.base, is_http2=is_http2)
    async with fetcher_for() as (fetcher, _):
        assert isinstance(await fetcher.fetch(f"{server.base}/open", source=source), FetchedPage)
        with pytest.raises(RobotsDeniedError):
            await fetcher.fetch(f"{server.base}/inner/1", source=source)
    assert [path for path, _ in server.asked] == ["/robots.txt", "/open"]


@BOTH
async def test_a_cookie_opens_the_page_that_sets_it_and_is_forgotten_with_the_crawl(
    is_http2: bool, server: FaultServer
) -> None:
    async def walled(writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        is_known = headers.get("cookie") == "seen=1"
        wall = fs.redirect("/walled", "Set-Cookie: seen=1; Path=/")
        await (fs.answer() if is_known else wall)(writer, headers)

    server.behaviours |= {"/walled": walled, "/b": fs.answer()}
    source = source_at(server.base, is_http2=is_http2)
    async with fetcher_for() as (fetcher, _):
        session = fetcher.begin(max_requests=3)
        for path in ("/walled", "/b"):
            await fetcher.fetch(f"{server.base}{path}", source=source, session=session)
        with pytest.raises(BudgetSpentError):
            await fetcher.fetch(f"{server.base}/c", source=source, session=session)
        await fetcher.fetch(f"{server.base}/b", source=source, session=fetcher.begin())
    asked = [(path, headers.get("cookie")) for path, headers in server.asked]
    assert asked[1:] == [("/walled", None), ("/walled", "seen=1"), ("/b", "seen=1"), ("/b", None)]


async def test_in_quiet_hours_of_the_settings_nothing_is_asked(
    server: FaultServer, tmp_path: Path
) -> None:
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "fetch": {"allowed_addresses": ["127.0.0.0/8"], "quiet_hours": "11:30-12:30"},
        }
    )
    server.behaviours["/a"] = fs.answer()
    clock = InstantClock()  # it is noon in Shanghai
    async with Fetcher(fetch_settings(settings), clock=clock) as fetcher:
        with pytest.raises(QuietHoursError) as caught:
            await fetcher.fetch(f"{server.base}/a", source=source_at(server.base))
        assert (caught.value.retry_at, server.asked) == (START + timedelta(minutes=30), [])
        await clock.sleep(1800)
        await fetcher.fetch(f"{server.base}/a", source=source_at(server.base))
    assert server.count("/a") == 1


def test_an_article_is_looked_at_again_six_times_ever_later_and_then_left_in_peace() -> None:
    seen_at = checked_at = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    after = []
    while (due := next_recheck(seen_at, checked_at)) is not None:
        after.append(due - seen_at)
        checked_at = due + timedelta(minutes=5)
    assert tuple(after) == RECHECK_AFTER
    assert [a.total_seconds() / 3600 for a in after] == [1, 6, 24, 72, 168, 672]
    # Away for two days: one visit makes up for three.
    assert next_recheck(seen_at, seen_at + timedelta(days=2)) == seen_at + timedelta(days=3)
