"""Politeness as a contract, proved from access logs over virtual time."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from bot import errors
from bot.errors import FetchError
from bot.fetch import pace
from bot.fetch.fetcher import Fetcher
from bot.fetch.pace import HostState
from bot.fetch.settings import Politeness, QuietHours
from bot.model import FetchedPage, NotModified, Validators
from tests.fetch.conftest import more, settings_for, source_at
from tests.fetch.virtualtime import START, VirtualClock

if TYPE_CHECKING:
    from bot.fetch.robots import RobotsCopy
    from bot.model import Source

PAGE = b"<html><title>x</title><p>" + b"a" * 100
ROBOTS = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 5\n"


class Site(httpx.AsyncBaseTransport):
    """Hosts in memory that take their time, and an access log."""

    def __init__(self, clock: VirtualClock, *, answer_s: float = 0.1) -> None:
        self.clock = clock
        self.answer_s = answer_s
        self.robots: dict[str, tuple[int, bytes]] = {}
        self.answers: dict[str, list[httpx.Response]] = {}
        self.log: list[tuple[str, str, float, float]] = []
        self.headers: list[httpx.Headers] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        began_s = self.clock.elapsed_s
        await self.clock.sleep(self.answer_s)
        host, path = request.url.host, request.url.path
        self.log.append((host, path, began_s, self.clock.elapsed_s))
        self.headers.append(request.headers)
        if path == "/robots.txt":
            status, body = self.robots.get(host, (404, b""))
            return httpx.Response(status, content=body)
        if scripted := self.answers.get(path):
            return scripted.pop(0)
        return httpx.Response(200, content=PAGE, headers={"content-type": "text/html"})

    def paths(self, *, robots: bool = False) -> list[str]:
        return [path for _, path, _, _ in self.log if robots or path != "/robots.txt"]


def made(clock: VirtualClock, site: Site, *, attempts: int = 1, **politeness: object) -> Fetcher:
    settings = settings_for(more(max_attempts=attempts), **politeness)
    fetcher = Fetcher(settings, clock=clock, dice=random.Random(2))  # noqa: S311
    for is_legacy in (False, True):
        fetcher._transports[(None, is_legacy, False)] = site
    return fetcher


def at(host: str, **fields: object) -> Source:
    return source_at(f"http://{host}", **{"delay_s": 2.0, **fields})


async def test_an_hour_with_many_sources_keeps_the_contract() -> None:
    clock = VirtualClock()
    site = Site(clock, answer_s=0.3)
    hosts = [f"county{n}.example" for n in range(5)]
    site.robots = dict.fromkeys(hosts, (200, ROBOTS))
    fetcher = made(clock, site)
    denied = []

    async def crawl(host: str, section: int) -> None:
        source = replace(at(host, delay_s=1.0 + section), id=f"{host}-{section}")
        for number in range(40):
            for path in (f"/{section}/{number}", f"/private/{section}/{number}"):
                try:
                    await fetcher.fetch(f"http://{host}{path}", source=source)
                except errors.RobotsDeniedError:
                    denied.append(path)

    async def everybody() -> None:
        await asyncio.gather(*(crawl(host, section) for host in hosts for section in range(4)))

    await clock.run(everybody())
    assert clock.elapsed_s > 700
    assert len(denied) == 5 * 4 * 40
    for host in hosts:
        visits = sorted(entry[1:] for entry in site.log if entry[0] == host)
        times = sorted((began, ended) for _, began, ended in visits)
        assert len(times) == 161
        for (_, ended), (began, _) in pairwise(times):
            pause = 1.0 if ended == times[0][1] else 5.0
            assert began - ended >= pause - 1e-6
        asked = [path for path, _, _ in visits]
        assert len(asked) == len(set(asked))
        assert not any(path.startswith("/private/") for path in asked)


async def test_slow_answers_lengthen_the_pause() -> None:
    clock = VirtualClock()
    site = Site(clock, answer_s=10.0)
    fetcher = made(clock, site)

    async def crawl() -> None:
        for number in range(4):
            await fetcher.fetch(f"http://a.example/{number}", source=at("a.example"))

    await clock.run(crawl())
    pauses = [b[2] - a[3] for a, b in pairwise(site.log)]
    assert all(pause == pytest.approx(20.0) for pause in pauses)


@pytest.mark.parametrize("form", ["7", "Tue, 24 Nov 2026 04:00:09 GMT"])
async def test_retry_after_in_both_forms_holds_for_the_whole_host(form: str) -> None:
    clock = VirtualClock()
    site = Site(clock, answer_s=0.1)
    headers = {"retry-after": form}
    if "GMT" in form:
        headers["date"] = "Tue, 24 Nov 2026 04:00:02 GMT"
    site.answers["/busy"] = [httpx.Response(429, headers=headers)]
    fetcher = made(clock, site, attempts=2)

    async def crawl() -> None:
        await asyncio.gather(
            fetcher.fetch("http://a.example/busy", source=at("a.example")),
            fetcher.fetch("http://a.example/other", source=replace(at("a.example"), id="b")),
        )

    await clock.run(crawl())
    busy = next(entry for entry in site.log if entry[1] == "/busy")
    later = [entry for entry in site.log if entry[2] > busy[2]]
    assert sorted(entry[1] for entry in later) == ["/busy", "/other"]
    assert min(entry[2] for entry in later) - busy[3] >= 7.0 - 1e-6


async def test_a_long_retry_after_closes_the_host_and_says_until_when() -> None:
    clock = VirtualClock()
    site = Site(clock)
    site.answers["/busy"] = [httpx.Response(503, headers={"retry-after": "3600"})]
    fetcher = made(clock, site)

    async def crawl() -> FetchError:
        with pytest.raises(errors.UnavailableError):
            await fetcher.fetch("http://a.example/busy", source=at("a.example"))
        with pytest.raises(errors.HostClosedError, match="503") as caught:
            await fetcher.fetch("http://a.example/other", source=at("a.example"))
        return caught.value

    error = await clock.run(crawl())
    assert error.retry_at is not None
    assert timedelta(minutes=59) < error.retry_at - START <= timedelta(minutes=61)
    assert site.paths() == ["/busy"]


async def test_the_circuit_opens_and_probes_for_ever_and_closes_again() -> None:
    clock = VirtualClock()
    site = Site(clock)
    site.answers["/page"] = [httpx.Response(500) for _ in range(12)]
    fetcher = made(clock, site, circuit_threshold=3, backoff_s=300.0, max_backoff_s=1200.0)

    async def crawl() -> list[float]:
        probes = []
        while True:
            try:
                await fetcher.fetch("http://a.example/page", source=at("a.example"))
            except errors.ServerError:
                probes.append(clock.elapsed_s)
            except errors.HostClosedError as error:
                await clock.sleep(((error.retry_at or START) - clock.now()).total_seconds())
            else:
                return probes

    probes = await clock.run(crawl())
    gaps = [b - a for a, b in pairwise(probes)]
    assert len(probes) == 12
    assert all(gap < 10 for gap in gaps[:2])
    assert 240 <= gaps[2] <= 370
    assert 480 <= gaps[3] <= 730
    assert all(960 <= gap <= 1450 for gap in gaps[4:])


async def test_quiet_hours() -> None:
    clock = VirtualClock()
    site = Site(clock)
    hours = QuietHours(start=time(11), end=time(13), timezone="Asia/Shanghai")
    fetcher = made(clock, site, quiet_hours=(hours,))

    async def crawl() -> FetchError:
        with pytest.raises(errors.QuietHoursError) as caught:
            await fetcher.fetch("http://a.example/", source=at("a.example"))
        await clock.sleep(3600)
        await fetcher.fetch("http://a.example/", source=at("a.example"))
        return caught.value

    error = await clock.run(crawl())
    assert error.retry_at == START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, "robots-unreachable"),
        (429, "robots-unreachable"),
        (404, None),
        (403, None),
        (401, None),
    ],
)
async def test_what_the_status_of_robots_txt_means(status: int, kind: str | None) -> None:
    clock = VirtualClock()
    site = Site(clock)
    site.robots["a.example"] = (status, b"")
    fetcher = made(clock, site)

    async def crawl() -> str | None:
        try:
            await fetcher.fetch("http://a.example/x", source=at("a.example"))
        except FetchError as error:
            return error.kind
        return None

    assert await clock.run(crawl()) == kind
    assert site.paths() == ([] if kind else ["/x"])


async def test_robots_txt_is_read_once_a_day_and_its_last_good_copy_outlives_the_network() -> None:
    clock = VirtualClock()
    site = Site(clock)
    site.robots["a.example"] = (200, ROBOTS)
    fetcher = made(clock, site)

    class Copies:
        kept: dict[str, RobotsCopy] = {}  # noqa: RUF012

        async def load(self, origin: str) -> RobotsCopy | None:
            return self.kept.get(origin)

        async def save(self, copy: RobotsCopy) -> None:
            self.kept[copy.origin] = copy

    copies = Copies()
    fetcher._robots._copies = copies

    async def day() -> None:
        for number in range(3):
            await fetcher.fetch(f"http://a.example/{number}", source=at("a.example"))
        await clock.sleep(86400)
        await fetcher.fetch("http://a.example/next", source=at("a.example"))

    await clock.run(day())
    assert site.paths(robots=True).count("/robots.txt") == 2

    class Down(Site):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/robots.txt":
                raise httpx.ConnectError("refused", request=request)
            return await super().handle_async_request(request)

    async def restarted() -> None:
        await clock.sleep(5 * 86400)
        later = made(clock, Down(clock))
        later._robots._copies = copies
        await later.fetch("http://a.example/ok", source=at("a.example"))
        with pytest.raises(errors.RobotsDeniedError):
            await later.fetch("http://a.example/private/x", source=at("a.example"))

    await clock.run(restarted())


async def test_validators_go_out_exactly_as_they_came_and_304_is_a_value() -> None:
    clock = VirtualClock()
    site = Site(clock)
    sent = Validators(etag='W/"odd-1"', last_modified="Tue, 24 Nov 2026 04:00:00 +0800")
    site.answers["/list"] = [httpx.Response(304, headers={"etag": 'W/"odd-1"'})]
    fetcher = made(clock, site)
    session = fetcher.begin()

    async def crawl() -> FetchedPage | NotModified:
        return await fetcher.fetch(
            "http://a.example/list", source=at("a.example"), validators=sent, session=session
        )

    assert isinstance(await clock.run(crawl()), NotModified)
    assert site.headers[-1]["if-none-match"] == sent.etag
    assert site.headers[-1]["if-modified-since"] == sent.last_modified
    assert site.headers[-1]["user-agent"] == (
        "Xianwen/0.1.0 (+https://example.org/bot; mailto:desk@example.org)"
    )
    (day,) = fetcher.traffic.drain()
    assert (day.host, day.request_count, day.not_modified_count) == ("a.example", 2, 1)
    assert fetcher.traffic.report() == ()
    assert session.not_modified_count == 1


async def test_cookies_live_for_one_crawl_and_the_budget_ends_it() -> None:
    clock = VirtualClock()
    site = Site(clock)
    flood = [("set-cookie", f"c{n}={n}") for n in range(500)]
    site.answers["/1"] = [
        httpx.Response(200, content=PAGE, headers=[("content-type", "text/html"), *flood])
    ]
    fetcher = made(clock, site)

    async def crawl() -> None:
        session = fetcher.begin(max_requests=2)
        await fetcher.fetch("http://a.example/1", source=at("a.example"), session=session)
        await fetcher.fetch("http://a.example/2", source=at("a.example"), session=session)
        with pytest.raises(errors.BudgetSpentError):
            await fetcher.fetch("http://a.example/3", source=at("a.example"), session=session)
        await fetcher.fetch("http://a.example/4", source=at("a.example"), session=fetcher.begin())

    await clock.run(crawl())
    assert site.paths() == ["/1", "/2", "/4"]
    assert site.headers[-2]["cookie"].count("=") == 50
    assert "cookie" not in site.headers[-1]


def test_retry_after_is_read_in_both_forms() -> None:
    assert pace.parse_retry_after("120", START) == 120.0
    assert pace.parse_retry_after("Tue, 24 Nov 2026 04:02:00 GMT", START) == 120.0
    assert pace.parse_retry_after("Tue, 24 Nov 2020 04:02:00 GMT", START) == 0.0
    assert [pace.parse_retry_after(text, START) for text in (None, "", "soon", "-5")] == [None] * 4


def test_a_429_slows_every_later_pause_and_good_answers_make_up_for_it() -> None:
    rules = Politeness()
    state = pace.after_overload(
        HostState(host="a"), status=429, retry_after_s=1, now=START, rules=rules,
        dice=random.Random(1),  # noqa: S311
    )  # fmt: skip
    assert pace.delay_s(state, 2.0, rules) == 4.0
    for _ in range(10):
        state = pace.after_answer(state, elapsed_s=0.1)
    assert pace.delay_s(state, 2.0, rules) == 2.0
    assert state.failure_count == 0
