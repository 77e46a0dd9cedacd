"""The replica's own access log, beside what we promise to webmasters and what we report."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from bot.app.crawling import crawl_once
from bot.cli.main import app
from bot.fetch.pace import HostState
from bot.pipeline.hosts import KeptHostStates
from storage.hosts import Hosts
from tests.crawled import installation

if TYPE_CHECKING:
    from pathlib import Path

    from bot.pipeline.report import CrawlReport
    from replica.access import AccessEntry
    from tests.crawled import Installation

DELAY_S = 0.03
COUNTS = ("requests", "bytes", "not_modified")


async def test_the_access_log_shows_what_we_promise_and_what_we_report(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        set_delay(site.config)
        await site.crawl()
        first = list(site.world.log.entries)
        site.world.log.clear()
        await site.crawl()
        second = list(site.world.log.entries)
    for entries in (first, second):
        for host in {entry.host for entry in entries}:
            visits = sorted((e for e in entries if e.host == host), key=lambda e: e.start_s)
            for before, after in pairwise(visits):
                assert after.start_s - before.end_s >= DELAY_S, (before.path, after.path)
            asked = Counter((e.path, e.query) for e in visits)
            twice = [place for place, count in asked.items() if count > 1]
            # A site may send the same page for an address that is gone: two links, one page.
            assert not twice, host
    everything = [*first, *second]
    assert not [e.path for e in everything if e.path.startswith(("/e/", "/neibu/", "/plus/"))]
    assert all("Xianwen/" in e.user_agent and "+http" in e.user_agent for e in everything)
    assert not [e for e in second if e.path.endswith("robots.txt")], "kept over the restart"
    assert any(e.status == 304 for e in second)
    assert len(second) < len(first) / 2
    reported = report(site.config, tmp_path / "data")
    assert {one["host"]: one["requests"] for one in reported} == counted(everything)
    assert {one["host"]: one["not_modified"] for one in reported} == counted(
        [e for e in everything if e.status == 304], everything
    )
    assert sum(one["bytes"] for one in reported) == sum(e.body_bytes for e in everything)


def set_delay(config: Path) -> None:
    file = config / "xianwen.yaml"
    lines = [
        f"  delay: {DELAY_S}s" if line.strip().startswith("delay:") else line
        for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(lines) + "\n")


def counted(entries: list[AccessEntry], of: list[AccessEntry] | None = None) -> dict[str, int]:
    counts = Counter(entry.host for entry in entries)
    return {host: counts[host] for host in {entry.host for entry in of or entries}}


def report(config: Path, data: Path) -> list[dict[str, object]]:
    done = CliRunner().invoke(
        app, ["politeness", "--json", "--config", str(config), "--data-dir", str(data)]
    )
    assert done.exit_code == 0, done.output
    by_host: dict[str, dict[str, object]] = {}
    for line in done.output.splitlines():
        one = json.loads(line)
        former = by_host.setdefault(
            one["host"], {**one, "requests": 0, "bytes": 0, "not_modified": 0}
        )
        for key in ("requests", "bytes", "not_modified"):
            former[key] += one[key]  # a crawl may pass midnight
    return list(by_host.values())


async def test_what_a_host_asked_for_outlives_a_restart(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        archive = site.archive()
        until = datetime.now(UTC) + timedelta(hours=3)
        host = site.addresses["portal"].removeprefix("http://")
        states = KeptHostStates(hosts=archive.hosts, now=lambda: datetime.now(UTC))
        await states.save(
            HostState(host=host, closed_until=until, closed_because="it asked for 3 h of rest")
        )
        assert (await states.load(host)) == HostState(
            host=host, closed_until=until, closed_because="it asked for 3 h of rest"
        )
        archive.close()
        reports = await crawl_with_failures(site)
        by_source = {r.source_id: r for r in reports}
        assert by_source["replica-ziyang"].outcome == "host-closed"
        assert "3 h of rest" in by_source["replica-ziyang"].detail
        assert by_source["replica-pingli-news"].outcome == "ok"
        assert not site.world.log.of("portal")
    assert Hosts(site.archive().engine).traffic(datetime.now(UTC).date() - timedelta(days=1))


async def crawl_with_failures(site: Installation) -> list[CrawlReport]:
    configuration = site.load()
    return await crawl_once(configuration, {source.id for source in configuration.sources})
