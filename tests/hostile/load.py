"""A thousand clients at once: half dawdle over their request for ever, half read feeds.

``python -m tests.hostile.load`` serves feeds in a process of its own, and prints how long the fast
clients waited, how long the slow ones were borne with, and what the server grew to; it fails when
a fast one gets no answer, or a slow one keeps its connection.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.publish.book import FeedBook
from bot.run.serving import listen, web_server
from bot.web.app import create_app
from tests.hostile.test_requests import NoStates
from tests.readside import CATALOGUE, SITE, Shelf, article

ROOT = Path(__file__).parents[2]
REQUEST = b"GET /feeds/hanbin/atom.xml HTTP/1.1\r\nHost: news.example\r\n\r\n"


def serve() -> None:
    """Serve the feeds of fifty articles on a free port, and print the port."""
    with tempfile.TemporaryDirectory() as name:
        shelf = Shelf(*(article(n) for n in range(50)))
        book = FeedBook(
            articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=Path(name), site=SITE
        )
        book.rebuild_all()
        app = create_app(book=book, articles=shelf, states=NoStates(), user_agent="x")  # type: ignore[arg-type]
        socket = listen("127.0.0.1", 0)
        sys.stdout.write(f"{socket.getsockname()[1]}\n")
        sys.stdout.flush()
        asyncio.run(web_server(app).serve(sockets=[socket]))


async def dawdle(port: int) -> float:
    """Send a request a byte a second; return after how many seconds that was cut short."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    ending = asyncio.ensure_future(reader.read())
    try:
        for byte in REQUEST * 100:
            writer.write(bytes([byte]))
            done, _ = await asyncio.wait({ending}, timeout=1)
            if done:
                break
        await asyncio.gather(ending, return_exceptions=True)
    finally:
        ending.cancel()
        writer.close()
    return time.perf_counter() - began


async def read_feeds(port: int, count: int) -> list[float]:
    """Read a feed ``count`` times over one connection, and return how long each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    for _ in range(count):
        began = time.perf_counter()
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:80]
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(0.2)
    writer.close()
    return waits


async def measure(port: int, slow: int, fast: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return how long the fast ones waited for answers, and how long the slow ones were borne."""
    dawdlers = [asyncio.create_task(dawdle(port)) for _ in range(slow)]
    async with asyncio.timeout(300):
        found = await asyncio.gather(*(read_feeds(port, rounds) for _ in range(fast)))
        borne = await asyncio.gather(*dawdlers)
    return [wait for waits in found for wait in waits], borne


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--fast", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.load", "--serve"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        alone, _ = asyncio.run(measure(port, 0, options.fast, options.rounds))
        beside, borne = asyncio.run(measure(port, options.slow, options.fast, options.rounds))
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
        server.terminate()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    for name, waits in (("alone", alone), (f"beside {options.slow} slow ones", beside)):
        p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
        sys.stdout.write(
            f"{options.fast} readers {name}: {len(waits)} answers, median {p50 * 1000:.1f} ms, "
            f"p99 {p99 * 1000:.1f} ms\n"
        )
    sys.stdout.write(
        f"{len(borne)} slow ones were let go after {min(borne):.1f} to {max(borne):.1f} s\n"
    )
    sys.stdout.write(f"the server grew to {int(peak) // 1024} MB\n")


if __name__ == "__main__":
    main()
