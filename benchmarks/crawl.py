"""The whole pipeline beside Scrapy with trafilatura: articles per CPU second, same pages, one run.

    python benchmarks/crawl.py [--quick] [--articles N] [--rounds N] [--json]

Sixteen county sites on loopback, each with a listing and its articles of some 30 KB in a portal's
furniture.  Ours does everything that the daemon does: robots.txt, listing, pages, extraction,
cleaning, districts, near-duplicates, archive with raw pages and search index, feeds.  The peer
fetches the same listings and pages, extracts with trafilatura (text and metadata) and writes JSON
Lines.  Each runs in a process of its own and tells its own CPU time, children included, from when
its modules are loaded and, for ours, an empty archive is made; the server is another process and
is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.loopback import answer, serving  # noqa: E402
from benchmarks.made_news import article  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "crawl.md"
HOSTS = 16
GOAL_TIMES = 5.0
COUNTIES = (
    "610902", "610921", "610922", "610923", "610924", "610925", "610926", "610927", "610929",
    "610981",
)  # fmt: skip

_MENU = "".join(f'<li><a href="/list/{n}.html">栏目导航第{n}项</a></li>' for n in range(120))
_SIDE = "".join(
    f'<li><a href="/news/side/{n}.html" title="热点新闻标题第{n}条">热点新闻标题第{n}条</a>'
    "<span>[2026-03-01]</span></li>"
    for n in range(80)
)
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}-示范县闻网</title>
<style>.h{{display:none}}</style><script>var a=1;function go(){{return a}}</script></head><body>
<div class="top"><ul class="menu">{menu}</ul></div>
<div class="position"><a href="/">首页</a> &gt; <a href="/news/">新闻</a></div>
<div class="main"><div class="left"><div class="title">{title}</div>
<div class="info">{day}&nbsp;&nbsp;来源:示范县融媒体中心&nbsp;&nbsp;记者 陈知远</div>
<div class="content" id="text">{body}</div>
<div class="editor">责编:祝晓岚|一审:罗启明|二审:田守正</div>
<div class="share">分享到:微信 微博</div></div>
<div class="side"><ul>{side}</ul></div></div>
<div class="foot">版权所有 未经授权禁止转载 备案号 00000000</div></body></html>"""
_MARK = '<font style="font-size:0px;color:#fff">{mark}示范县闻网</font>'


def pages(per_host: int) -> dict[bytes, bytes]:
    """Return whole answers by path; every host has the same paths, with other articles behind."""
    draw = random.Random(20260312)
    answers: dict[bytes, bytes] = {}
    for host in range(HOSTS):
        entries = []
        for n in range(per_host):
            title, text = article(draw)
            path = f"/h{host}/news/{10_000 + n}.html"
            day = f"2026-03-{1 + n % 28:02}"
            body = "".join(
                f"<p>　　{escape(line)}{_MARK.format(mark=f'{n:03}')}</p>"
                for line in text.split("\n")
            )
            page = _PAGE.format(title=escape(title), menu=_MENU, side=_SIDE, day=day, body=body)
            answers[path.encode()] = answer(page.encode())
            entries.append(f'<li><span>[{day}]</span><a href="{path}">{escape(title)}</a></li>')
        listing = f"<html><body><div class='list'><ul>{''.join(entries)}</ul></div></body></html>"
        answers[f"/h{host}/".encode()] = answer(listing.encode())
    return answers


def ours(origins: list[str], place: Path) -> tuple[int, float]:
    """Crawl once into ``place``; return the articles kept and the CPU seconds it took."""
    config = place / "config"
    (config / "sources").mkdir(parents=True)
    for name in ("districts", "cms"):
        (config / name).symlink_to(ROOT / "config" / name)
    (config / "xianwen.yaml").write_text(
        'fetch:\n  delay: 0s\n  allowed_addresses: ["127.0.0.0/8"]\n'
    )
    lines = ["defaults:", "  max_articles: 100000", "sources:"]
    for host, origin in enumerate(origins):
        lines += [
            f"  - id: h{host}",
            f'    district: "{COUNTIES[host % len(COUNTIES)]}"',
            f"    url: {origin}/h{host}/",
        ]
    (config / "sources" / "bench.yaml").write_text("\n".join(lines) + "\n")
    code = (
        "import asyncio, os, sys, time\nfrom pathlib import Path\n"
        "from bot import log\nfrom bot.app.archive import open_archive\n"
        "from bot.app.crawling import crawl_once\n"
        "from bot.run.serving import new_loop\nfrom bot.sources.load import load\n"
        "log.configure(level='error')\n"
        "place = Path(sys.argv[1])\n"
        "configuration = load(place / 'config').with_data_dir(place / 'data')\n"
        "open_archive(configuration.settings).close()\n"
        "wanted = {source.id for source in configuration.sources}\n"
        "began = sum(os.times()[:4])\n"
        "with asyncio.Runner(loop_factory=new_loop) as runner:\n"
        "    reports = runner.run(crawl_once(configuration, wanted))\n"
        "print(sum(r.new_count + r.reprint_count for r in reports), sum(os.times()[:4]) - began)\n"
    )
    return told([sys.executable, "-c", code, str(place)])


_SPIDER = """
import json, os, sys
import scrapy, trafilatura
from scrapy.crawler import CrawlerProcess

starts, out = json.loads(sys.argv[1]), open(sys.argv[2], "w", encoding="utf-8")
count = 0

class Bench(scrapy.Spider):
    name = "bench"
    start_urls = starts
    def parse(self, response):
        for link in response.css("div.list a::attr(href)").getall():
            yield response.follow(link, self.article)
    def article(self, response):
        global count
        found = trafilatura.extract(response.text, url=response.url, output_format="json",
                                    with_metadata=True)
        out.write((found or "null") + "\\n")
        count += found is not None

began = sum(os.times()[:4])
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TELNETCONSOLE_ENABLED": False})
process.crawl(Bench)
process.start()
print(count, sum(os.times()[:4]) - began)
"""


def peer(origins: list[str], place: Path) -> tuple[int, float]:
    starts = [f"{origin}/h{host}/" for host, origin in enumerate(origins)]
    command = [sys.executable, "-c", _SPIDER, json.dumps(starts), str(place / "out.jsonl")]
    return told(command)


def told(command: list[str]) -> tuple[int, float]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode or not done.stdout.strip():
        raise SystemExit(f"a contender failed:\n{done.stderr[-2000:]}")
    count, cpu_s = done.stdout.split()[-2:]
    return int(count), float(cpu_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer articles, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--articles", type=int, default=100, help="on each of the hosts")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    per_host, rounds = (15, 1) if options.quick else (options.articles, options.rounds)
    ratios, rates = [], {"ours": [], "Scrapy with trafilatura": []}
    with serving(pages(per_host), hosts=HOSTS) as origins:
        for _ in range(rounds):
            for name, contender in (("ours", ours), ("Scrapy with trafilatura", peer)):
                with tempfile.TemporaryDirectory() as scratch:
                    count, cpu_s = contender(origins, Path(scratch))
                wanted = per_host * HOSTS
                if count < 0.98 * wanted:
                    raise SystemExit(f"{name} got {count} of {wanted} articles")
                rates[name].append(count / cpu_s)
            ratios.append(rates["ours"][-1] / rates["Scrapy with trafilatura"][-1])
    table = "\n".join(
        ["| | articles per CPU second |", "|---|---|"]
        + [f"| {name} | {median(values):,.1f} |" for name, values in rates.items()]
        + [f"| ratio, median of pairs | {median(ratios):.2f} |"]
    )
    print(table)
    if not options.quick:
        RESULTS.write_text(
            "# The whole pipeline, measured\n\nMade by `python benchmarks/crawl.py "
            f"--articles {per_host} --rounds {rounds}`: "
            f"{per_host * HOSTS:,} articles on {HOSTS} hosts, {rounds} pairs, medians.\n\n{table}\n"
        )
    if options.json:
        claim = {
            "name": "articles per CPU second, whole pipeline",
            "ours": round(median(rates["ours"]), 1),
            "peer": round(median(rates["Scrapy with trafilatura"]), 1),
            "unit": "articles/CPU-s",
            "ratio": round(median(ratios), 2),
            "goal": GOAL_TIMES,
            "met": median(ratios) >= GOAL_TIMES,
        }
        print(json.dumps({"claims": [claim]}))


if __name__ == "__main__":
    main()
