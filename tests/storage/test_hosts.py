"""Hosts over restarts: states, robots.txt, and counts that add up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from storage.hosts import Hosts
from storage.model import HostTraffic, KeptRobots

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 3, 12, 1, 20, tzinfo=UTC)


def traffic(host: str, day: int, *, requests: int = 1) -> HostTraffic:
    return HostTraffic(
        host=host,
        day=date(2026, 3, day),
        request_count=requests,
        body_bytes=1000 * requests,
        not_modified_count=1,
        failure_count=0,
    )


def test_the_last_state_and_robots_txt_of_a_host_stand(engine: Engine) -> None:
    hosts = Hosts(engine)
    assert hosts.state("a.example") is None
    assert hosts.robots("http://a.example") is None
    for slowdown in (2.0, 1.8):
        hosts.put_state("a.example", {"slowdown": slowdown, "closed_until": None}, at=NOW)
    assert hosts.state("a.example") == {"slowdown": 1.8, "closed_until": None}
    for text in ("", "User-agent: *\nDisallow: /内部/\n"):
        hosts.put_robots(KeptRobots(origin="http://a.example", text=text, fetched_at=NOW))
    kept = hosts.robots("http://a.example")
    assert kept == KeptRobots(origin="http://a.example", text=text, fetched_at=NOW)
    assert hosts.state("b.example") is None


def test_counts_add_up_by_host_and_day(engine: Engine) -> None:
    hosts = Hosts(engine)
    hosts.add_traffic([traffic("a.example", 11), traffic("a.example:8080", 12, requests=3)])
    hosts.add_traffic([traffic("a.example:8080", 12, requests=2), traffic("a.example", 12)])
    assert hosts.traffic(date(2026, 3, 12)) == (
        traffic("a.example", 12),
        HostTraffic(
            host="a.example:8080",
            day=date(2026, 3, 12),
            request_count=5,
            body_bytes=5000,
            not_modified_count=2,
            failure_count=0,
        ),
    )
    assert [one.day.day for one in hosts.traffic(date(2026, 1, 1))] == [12, 12, 11]
