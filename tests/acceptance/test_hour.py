"""An hour of visits to the replica over real sockets, and what its access log proves.

Only the clock is ours: it stands while a request or a thread is under way, and goes on to the next
sleeper when everybody sleeps.  So an hour takes seconds, and on a slow machine nothing else comes
out.  What the sites do meanwhile is what sites do: they publish, rebuild, edit, throttle and fail.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from protego import Protego

from bot.app.crawling import crawling
from bot.app.fetching import fetch_settings
from bot.fetch import fetcher as fetching
from bot.fetch.fetcher import Fetcher
from bot.pipeline.hosts import KeptHostStates, KeptRobotsCopies
from bot.run.visit import Visitor
from bot.urls import host_of
from replica import ReplicaWorld
from tests.crawled import installation

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from bot.model import Source
    from replica.access import AccessEntry
    from tests.crawled import Installation

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
HOUR_S = 3600.0
DELAY_S = 2.0
CRAWL_DELAY_S = 7.0
#: the least interval of a source
LISTING_S = 300.0
#: the least wait after a page that failed
FAILED_S = 600.0
RESTS_S = {429: 60.0, 503: 120.0}


class StandingClock:
    """Time that goes on only while everybody sleeps."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0
        self._under_way = 0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._settling: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s)

    def monotonic_s(self) -> float:
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.elapsed_s + seconds, next(self._order), done))
        self._settle()
        await done

    def working(
        self, act: Callable[..., Coroutine[Any, Any, Any]]
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return ``act``, during which the clock stands."""

        async def counted(*args: Any, **kwargs: Any) -> Any:
            self._under_way += 1
            try:
                return await act(*args, **kwargs)
            finally:
                self._under_way -= 1
                self._settle()

        return counted

    def _settle(self) -> None:
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        while True:
            # Whoever was woken comes as far as he can: to a sleep, a request or a thread.
            for _ in range(30):
                await asyncio.sleep(0)
            if self._under_way or not self._sleepers:
                return
            self.elapsed_s = max(self.elapsed_s, self._sleepers[0][0])
            # All whose time has come, at once: who relies on luck must have a chance to collide.
            while self._sleepers and self._sleepers[0][0] <= self.elapsed_s:
                done = heapq.heappop(self._sleepers)[2]
                if not done.done():
                    done.set_result(None)


async def newsroom(world: ReplicaWorld, clock: StandingClock) -> set[str]:
    """Let the sites do in an hour what they do in a day; return the paths of what is new."""
    new = set()
    for minute in range(1, 60):
        await clock.sleep(60.0)
        world.regenerate()
        if minute == 12:
            new = {world.publish(section)[0].path for section in ("hanbin", "pingli-news")}
        if minute == 20:
            world.fail("dede", "throttled", times=1)
        if minute == 30:
            world.fail("portal", "unavailable", times=1)
    return new


async def an_hour(site: Installation, clock: StandingClock) -> tuple[Counter[str], set[str]]:
    """Visit every source as the daemon does.

    Returns how often each was visited, and the paths of the articles that came out meanwhile.
    """
    configuration, archive = site.load(), site.archive()
    visits: Counter[str] = Counter()
    dice = random.Random(7)  # noqa: S311 -- spreads visits
    try:
        async with (
            crawling(configuration, archive, lambda _article: None) as made,
            Fetcher(
                fetch_settings(configuration.settings),
                clock=clock,
                dice=dice,
                host_states=KeptHostStates(hosts=archive.hosts, now=clock.now),
                robots_copies=KeptRobotsCopies(hosts=archive.hosts),
            ) as fetcher,
        ):
            pictures = replace(made.taker.pictures, fetcher=fetcher, now=clock.now)
            taker = replace(made.taker, fetcher=fetcher, now=clock.now, pictures=pictures)
            visitor = Visitor(
                crawler=replace(made, fetcher=fetcher, taker=taker, now=clock.now),
                states=archive.states,
                watchman=None,
                host_counts=Counter(host_of(source.url) for source in configuration.sources),
                dice=dice,
                now=clock.now,
            )

            def is_over() -> bool:
                return clock.elapsed_s >= HOUR_S

            async def follow(source: Source) -> None:
                while not is_over():
                    visits[source.id] += 1
                    _, planned = await visitor.visit(source, is_over)
                    await clock.sleep(max(0.0, (planned.at - clock.now()).total_seconds()))

            new, *_ = await asyncio.gather(
                newsroom(site.world, clock), *(follow(source) for source in configuration.sources)
            )
    finally:
        archive.close()
    return visits, new


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
async def test_the_access_log_of_an_hour_proves_the_contract(
    is_http2: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StandingClock()
    monkeypatch.setattr(asyncio, "to_thread", clock.working(asyncio.to_thread))
    monkeypatch.setattr(fetching, "ask", clock.working(fetching.ask))
    world = ReplicaWorld(clock.now, crawl_delay_s=CRAWL_DELAY_S)
    defaults = f"defaults:\n  max_interval: 15m\n  http2: {str(is_http2).lower()}\n"
    async with installation(tmp_path, world=world, defaults=defaults) as site:
        file = site.config / "xianwen.yaml"
        file.write_text(file.read_text().replace("delay: 0.01s", f"delay: {DELAY_S:g}s"))
        visits, new = await an_hour(site, clock)
        log = list(world.log.entries)
        async with httpx.AsyncClient() as webmaster:
            robots = {
                urlsplit(origin).netloc: (await webmaster.get(f"{origin}/robots.txt")).text
                for origin in site.addresses.values()
            }
        listings = {source.url for source in site.load().sources}
    by_host: dict[str, list[AccessEntry]] = defaultdict(list)
    for entry in sorted(log, key=lambda entry: entry.start_s):
        by_host[entry.host].append(entry)
    assert set(by_host) == set(robots)
    assert {200, 404, 429, 503} <= {entry.status for entry in log}
    assert min(visits.values()) >= 4, visits
    assert new <= {entry.path for entry in log}
    for host, entries in by_host.items():
        assert_one_at_a_time(entries, CRAWL_DELAY_S if "Crawl-delay" in robots[host] else DELAY_S)
        assert_obeyed(entries, robots[host])
        assert_nothing_twice(host, entries, listings)


def assert_one_at_a_time(entries: list[AccessEntry], delay_s: float) -> None:
    """Never two requests at once, never less than the delay, never within a rest asked for."""
    for before, after in pairwise(entries):
        assert after.start_s >= before.end_s, (before.path, after.path)
        wanted_s = max(delay_s, RESTS_S.get(before.status, 0.0))
        assert (after.at - before.at).total_seconds() >= wanted_s, (before.path, after.path)


def assert_obeyed(entries: list[AccessEntry], robots: str) -> None:
    """Nothing disallowed, robots.txt first and once."""
    rules = Protego.parse(robots)
    for entry in entries:
        place = f"{entry.path}?{entry.query}" if entry.query else entry.path
        assert rules.can_fetch(place, "Xianwen"), place
        assert entry.user_agent.startswith("Xianwen/")
    assert [entry.path for entry in entries].index("/robots.txt") == 0


def assert_nothing_twice(host: str, entries: list[AccessEntry], listings: set[str]) -> None:
    """A listing at most each five minutes, all else once; what failed may be asked again."""
    asked: dict[str, list[AccessEntry]] = defaultdict(list)
    for entry in entries:
        if entry.status not in RESTS_S:
            place = f"{entry.path}?{entry.query}" if entry.query else entry.path
            asked[f"http://{host}{place}"].append(entry)
    for url, times in asked.items():
        if url in listings:
            for before, after in pairwise(times):
                assert (after.at - before.at).total_seconds() >= LISTING_S, url
        elif times[0].status == 200:
            assert len(times) == 1, url
        else:
            for before, after in pairwise(times):
                assert (after.at - before.at).total_seconds() >= FAILED_S, url
