"""What a poll costs: GET and 304 of a feed of some 60 KB, beside nginx with the same bytes.

    python benchmarks/serving.py [--quick] [--json]

Ours is the whole web side as the daemon serves it (one process, its loop, its server), with
validators, codings, HEAD, the page for people and everything else; the peer is nginx with one
worker and ``sendfile``, handing out the same file from disk.  Each server has the first core to
itself, the load generator (wrk, 32 connections, one thread) the second.  Rounds are interleaved;
the medians are compared.  Needs nginx and wrk, which Debian packages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.publish.book import FeedBook  # noqa: E402
from bot.run.serving import listen, new_loop, web_server  # noqa: E402
from bot.web.app import create_app  # noqa: E402
from tests.readside import CATALOGUE, SITE, Shelf, article  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).parent / "results" / "serving.md"
FEED = "/feeds/hanbin/atom.xml"
CONNECTIONS = 32
GOALS = {"GET 200": 0.5, "304": 0.3}
_RATE = re.compile(r"Requests/sec:\s*([\d.]+)")
_COUNT = re.compile(r"(\d+) requests in")
_P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
_NGINX = """
worker_processes 1;
daemon off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=100;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi; uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  types {{ application/atom+xml xml; }}
  server {{
    listen 127.0.0.1:{port};
    root {root};
    add_header Cache-Control "public, max-age=900";
  }}
}}
"""


def build(place: Path) -> FeedBook:
    """Write feeds of which the one that is measured has some 60 KB."""
    text = "汉滨区五里镇的茶农正在采摘，今年的茶叶比去年早上市七天。" * 12
    articles = [
        replace(article(n), text=text, html=f"<p>{text}</p>", changed_at=article(n).first_seen_at)
        for n in range(22)
    ]
    shelf = Shelf(*articles)
    book = FeedBook(articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=place, site=SITE)
    book.rebuild_all()
    return book


def serve(place: Path, port: int) -> None:
    """Serve the feeds below ``place`` until SIGTERM, as the daemon does."""

    class NoStates:
        def all(self) -> dict[str, object]:
            return {}

    shelf = Shelf()
    book = FeedBook(articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=place, site=SITE)
    app = create_app(book=book, articles=shelf, states=NoStates(), user_agent="Xianwen")
    with listen("127.0.0.1", port) as door, asyncio.Runner(loop_factory=new_loop) as runner:
        server = web_server(app)
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        runner.run(server.serve(sockets=[door]))


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and its children so far."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """Run a server on the first core until the block ends."""
    process = subprocess.Popen(["taskset", "-c", "0", *command])
    try:
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def etag_of(url: str) -> str:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 -- loopback
        return str(answer.headers["ETag"])


def load(url: str, seconds: float, etag: str | None, pid: int) -> tuple[float, float, str]:
    """Return requests a second, a CPU second of the server, and the 99th percentile of waits."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s",
               "--latency", url]  # fmt: skip
    if etag:
        command += ["-H", f"If-None-Match: {etag}"]
    before = cpu_s(pid)
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    is_ok = etag is not None or "Non-2xx" not in told
    if not is_ok:
        raise SystemExit(f"not answered with 200:\n{told}")
    spent = cpu_s(pid) - before
    rate, count, p99 = _RATE.search(told), _COUNT.search(told), _P99.search(told)
    assert rate  # noqa: S101
    assert count  # noqa: S101
    assert p99  # noqa: S101
    return float(rate[1]), int(count[1]) / spent, p99[1] + " " + p99[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--serve", nargs=2, metavar=("DIR", "PORT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(Path(options.serve[0]), int(options.serve[1]))
        return
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"needs {', '.join(missing)}: apt-get install nginx wrk util-linux")
    seconds, rounds = (2.0, 3) if options.quick else (4.0, 5)
    rates: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        place.chmod(0o755)
        build(place / "public")
        size = (place / "public" / FEED[1:]).stat().st_size
        ports = {"xianwen": free_port(), "nginx": free_port()}
        config = place / "nginx.conf"
        config.write_text(
            _NGINX.format(place=place, port=ports["nginx"], root=place / "public")
            + ("user root;\n" if os.geteuid() == 0 else "")
        )
        commands = {
            "xianwen": [sys.executable, __file__, "--serve", str(place / "public"),
                        str(ports["xianwen"])],
            "nginx": ["nginx", "-c", str(config), "-p", str(place)],
        }  # fmt: skip
        for _ in range(rounds):
            for name, command in commands.items():
                with running(command, ports[name]) as pid:
                    url = f"http://127.0.0.1:{ports[name]}{FEED}"
                    etag = etag_of(url)
                    for kind, given in (("GET 200", None), ("304", etag)):
                        rates.setdefault((name, kind), []).append(load(url, seconds, given, pid))
    report(rates, size, options)


def report(
    rates: dict[tuple[str, str], list[tuple[float, float, str]]],
    size: int,
    options: argparse.Namespace,
) -> None:
    lines, claims = [], []
    for kind, goal in GOALS.items():
        pairs = list(zip(rates["xianwen", kind], rates["nginx", kind], strict=True))
        ours, peer = (median(one[0] for one in rates[name, kind]) for name in ("xianwen", "nginx"))
        ratio, by_cpu = (median(a[n] / b[n] for a, b in pairs) for n in (0, 1))
        lines.append(
            f"| {kind} | {ours:,.0f} | {peer:,.0f} | **{ratio:.2f}** | {goal} | {by_cpu:.2f} |"
        )
        claims.append({"name": f"serving {kind}", "ours": round(ours), "peer": round(peer),
                       "unit": "requests/s", "ratio": round(ratio, 3), "goal": goal,
                       "met": ratio >= goal})  # fmt: skip
    table = "\n".join(
        [
            "| answer | xianwen, req/s | nginx, req/s | ratio | goal | ratio a CPU second |",
            "|---|---|---|---|---|---|",
            *lines,
        ]
    )
    print(f"A feed of {size:,} bytes, {CONNECTIONS} connections, medians of interleaved rounds\n")
    print(table)
    if not options.quick:
        RESULTS.write_text(
            f"# Serving a feed\n\n`python benchmarks/serving.py`: {size:,} bytes, {CONNECTIONS} "
            "connections, one worker\neach, the server on one core and wrk on the other; ratios "
            "are medians of interleaved pairs.\n"
            f"Load average of the machine: {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores.\n\n"
            f"{table}\n",
            encoding="utf-8",
        )
    if options.json:
        print(json.dumps({"claims": claims}))


if __name__ == "__main__":
    main()
