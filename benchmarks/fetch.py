"""Fetching alone: pages per CPU second of the client, ours beside what it is built on and Scrapy.

    python benchmarks/fetch.py [--quick] [--pages N] [--rounds N] [--json]

Pages of 30 KB on sixteen hosts on loopback, one connection each.  ``ours`` is the Fetcher as the
daemon uses it: robots.txt read and obeyed, the guard on each address and socket, the host's lane
with its pause (set to nothing), caps, session, traffic counted, charset, the page judged, what is
kept of the exchange.  The rows below it leave more and more out.  Each contender is a process of
its own and tells its own CPU time; the server is another and is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.loopback import answer, serving  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "fetch.md"
HOSTS = 16
GOAL = 3000.0
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>汉滨区召开会议</title></head><body>"
    + "<p>会议强调，要坚持以人民为中心，扎实做好各项工作，推动高质量发展。</p>" * 290
    + "</body></html>"
).encode()

_BEGIN = """
import asyncio, json, os, sys
origins, each = json.loads(sys.argv[1]), int(sys.argv[2])
def spent():
    return sum(os.times()[:2])
"""

_OURS = """
from dataclasses import replace
from bot.run.serving import new_loop
from bot.fetch.fetcher import Fetcher
from bot.fetch.settings import FetchLimits, FetchSettings
from bot.model import FetchedPage, Source

async def main():
    settings = FetchSettings(allowed_addresses=("127.0.0.0/8",))
    settings = replace(settings, politeness=replace(settings.politeness, pace_factor=0.0))
    async with Fetcher(settings) as fetcher:
        async def crawl(origin):
            source = Source(id=origin, url=origin + "/", adcode="610902", delay_s=0.0)
            session = fetcher.begin()
            for n in range(each):
                page = await fetcher.fetch(f"{origin}/{n}.html", source=source, session=session)
                assert isinstance(page, FetchedPage) and len(page.body) > 20_000
        await asyncio.gather(*(fetcher.fetch(o + "/", source=Source(id=o, url=o + "/",
                               adcode="610902", delay_s=0.0)) for o in origins))
        began = spent()
        await asyncio.gather(*map(crawl, origins))
        return spent() - began
with asyncio.Runner(loop_factory=new_loop) as runner:
    print(each * len(origins), runner.run(main()))
"""

_TRANSPORT = """
import httpx
from bot.run.serving import new_loop
from bot.fetch.guard import Guard
from bot.fetch.settings import FetchLimits
from bot.fetch.tls import strict_context
from bot.fetch.transport import AiohttpTransport

async def main():
    transport = AiohttpTransport(guard=Guard(ports=frozenset({80}),
        allowed_addresses=("127.0.0.0/8",)), tls=strict_context(), limits=FetchLimits())
    async def crawl(origin):
        for n in range(each):
            response = await transport.handle_async_request(
                httpx.Request("GET", f"{origin}/{n}.html"))
            assert len(await response.aread()) > 20_000
            await response.aclose()
    began = spent()
    await asyncio.gather(*map(crawl, origins))
    await transport.aclose()
    return spent() - began
with asyncio.Runner(loop_factory=new_loop) as runner:
    print(each * len(origins), runner.run(main()))
"""

_HTTPX = """
import httpx

async def main():
    async with httpx.AsyncClient(trust_env=False) as client:
        async def crawl(origin):
            for n in range(each):
                assert len((await client.get(f"{origin}/{n}.html")).content) > 20_000
        began = spent()
        await asyncio.gather(*map(crawl, origins))
        return spent() - began
print(each * len(origins), asyncio.run(main()))
"""

_AIOHTTP = """
import aiohttp

async def main():
    async with aiohttp.ClientSession() as session:
        async def crawl(origin):
            for n in range(each):
                async with session.get(f"{origin}/{n}.html") as response:
                    assert len(await response.read()) > 20_000
        began = spent()
        await asyncio.gather(*map(crawl, origins))
        return spent() - began
print(each * len(origins), asyncio.run(main()))
"""

_SCRAPY = """
import scrapy
from scrapy.crawler import CrawlerProcess

count = 0
class Bench(scrapy.Spider):
    name = "bench"
    start_urls = [f"{origin}/{n}.html" for n in range(each) for origin in origins]
    def parse(self, response):
        global count
        count += len(response.body) > 20_000
began = spent()
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TELNETCONSOLE_ENABLED": False})
process.crawl(Bench)
process.start()
assert count == each * len(origins)
print(count, spent() - began)
"""

CONTENDERS = {
    "ours, whole": _OURS,
    "ours, as with `http2: true` or a proxy": _OURS.replace(
        "delay_s=0.0", "delay_s=0.0, is_http2=True"
    ),
    "our transport alone": _TRANSPORT,
    "aiohttp, bare": _AIOHTTP,
    "httpx, default": _HTTPX,
    "Scrapy, robots.txt obeyed": _SCRAPY,
}


def rate(code: str, origins: list[str], each: int) -> float:
    command = [sys.executable, "-c", _BEGIN + code, json.dumps(origins), str(each)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"a contender failed:\n{done.stderr[-2000:]}")
    count, cpu_s = done.stdout.split()[-2:]
    return int(count) / float(cpu_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer pages, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--pages", type=int, default=200, help="of each of the hosts")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    each, rounds = (60, 1) if options.quick else (options.pages, options.rounds)
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    with serving({}, default=answer(PAGE), hosts=HOSTS) as origins:
        for _ in range(rounds):
            for name, code in CONTENDERS.items():
                rates[name].append(rate(code, origins, each))
    table = "\n".join(
        ["| | pages per CPU second |", "|---|---|"]
        + [f"| {name} | {median(values):,.0f} |" for name, values in rates.items()]
    )
    print(table)
    if not options.quick:
        RESULTS.write_text(
            "# Fetching alone, measured\n\nMade by `python benchmarks/fetch.py "
            f"--pages {each} --rounds {rounds}`: "
            f"{each * HOSTS:,} pages of {len(PAGE) // 1000} KB on {HOSTS} hosts over HTTP/1.1, "
            f"medians of {rounds} interleaved rounds.\n\n{table}\n"
        )
    if options.json:
        ours, peer = median(rates["ours, whole"]), median(rates["Scrapy, robots.txt obeyed"])
        claim = {
            "name": "pages per CPU second, fetching alone",
            "ours": round(ours),
            "peer": round(peer),
            "unit": "pages/CPU-s",
            "ratio": round(ours / peer, 2),
            "goal": GOAL,
            "met": ours >= GOAL,
        }
        print(json.dumps({"claims": [claim]}))


if __name__ == "__main__":
    main()
