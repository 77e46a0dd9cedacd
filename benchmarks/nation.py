"""The whole country on loopback: 2,978 counties, any number of sources, pages made as asked for.

Sources lie on hosts of their own (``127.x.y.z``), five to three hosts: some sites have one
section, most of them two.  Pages have a portal's furniture and some 30 KB.  A quarter of the
articles are reprints of each other, one host in twenty answers after a second, and one in fifty
fails.  The server is a process of its own, so that its work is not counted.
"""

from __future__ import annotations

import asyncio
import csv
import multiprocessing
import os
import random
import socket
import struct
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.made_news import article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.sharedctypes import Synchronized
    from typing import TextIO

ROOT = Path(__file__).parents[1]
SECTIONS, HOSTS = 5, 3
SLOW_S = 1.0
#: links on a listing
LISTED = 20
#: articles that others reprint
STORIES = 4096

_MENU = "".join(f'<li><a href="/list/{n}.html">栏目导航第{n}项</a></li>' for n in range(200))
_SIDE = "".join(
    f'<li><a href="/side/{n}.html" title="热点新闻标题第{n}条">热点新闻标题第{n}条</a>'
    "<span>[2026-03-01]</span></li>"
    for n in range(120)
)
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}-{site}</title>
<style>.h{{display:none}}</style><script>var a=1;function go(){{return a}}</script></head><body>
<div class="top"><ul class="menu">{menu}</ul></div>
<div class="position"><a href="/">首页</a> &gt; <a href="/news/">新闻</a></div>
<div class="main"><div class="left"><div class="title">{title}</div>
<div class="info">{day}&nbsp;&nbsp;来源:本站原创&nbsp;&nbsp;记者 陈知远</div>
<div class="content" id="text">{body}</div>
<div class="editor">责编:祝晓岚|一审:罗启明|二审:田守正</div>
<div class="share">分享到:微信 微博</div></div>
<div class="side"><ul>{side}</ul></div></div>
<div class="foot">版权所有 未经授权禁止转载 备案号 00000000</div></body></html>"""
_MARK = '<font style="font-size:0px;color:#fff">{mark}{site}</font>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """How large it is, and how much of it has been published."""

    sources: int
    #: articles that each source has published
    published: int
    #: … and those that ``publish`` added, known to the server too
    added: Synchronized[int] | None = None
    port: int = 0
    #: Unix time from which on each source publishes another every so many seconds; 0 for never
    since_s: float = 0.0
    every_s: float = 0.0
    access_log: Path | None = None

    def published_now(self) -> int:
        """Return how many articles each source has published by now."""
        added = self.added.value if self.added is not None else 0
        if not self.every_s:
            return self.published + added
        return self.published + added + int((time.time() - self.since_s) / self.every_s)

    def publish(self, count: int) -> None:
        """Let each source publish so many more."""
        assert self.added is not None  # noqa: S101 -- whoever is served has it
        self.added.value += count

    def host_of(self, source: int) -> str:
        """Return the address of the host of a source."""
        number = source * HOSTS // SECTIONS
        return socket.inet_ntoa(struct.pack("!I", (127 << 24) + (1 << 16) + number))

    def url_of(self, source: int) -> str:
        """Return the address of a source's listing."""
        return f"http://{self.host_of(source)}:{self.port}/s{source}/"

    def is_slow(self, source: int) -> bool:
        """Tell whether the host of a source takes its time."""
        return source * HOSTS // SECTIONS % 20 == 7

    def is_failing(self, source: int) -> bool:
        """Tell whether the host of a source is out of order."""
        return source * HOSTS // SECTIONS % 50 == 13

    def reachable(self) -> int:
        """Return how many articles can be had."""
        return self.published * sum(not self.is_failing(one) for one in range(self.sources))

    def page(self, path: str) -> bytes | None:
        """Return a listing (``/s7/``) or an article (``/s7/12.html``)."""
        _, section, name = path.split("/", 2) if path.count("/") == 2 else ("", "", "")
        if not section[1:].isdigit():
            return None
        source = int(section[1:])
        if name == "":
            return self._listing(source)
        number = name.removesuffix(".html")
        return self._article(source, int(number)) if number.isdigit() else None

    def _listing(self, source: int) -> bytes:
        entries = []
        newest = self.published_now() - 1
        for number in range(newest, max(-1, newest - LISTED), -1):
            title, _ = self.told(source, number)
            entries.append(
                f"<li><span>[{_day(source, number)}]</span>"
                f'<a href="/s{source}/{number}.html">{escape(title)}</a></li>'
            )
        page = f"<html><body><div class='list'><ul>{''.join(entries)}</ul></div></body></html>"
        return page.encode()

    def _article(self, source: int, number: int) -> bytes:
        title, text = self.told(source, number)
        site = f"示范{source}网"
        body = "".join(
            f"<p>　　{escape(line)}{_MARK.format(mark=f'{number:03}', site=site)}</p>"
            for line in text.split("\n")
        )
        return _PAGE.format(
            title=escape(title), site=site, menu=_MENU, side=_SIDE,
            day=_day(source, number), body=body,
        ).encode()  # fmt: skip

    def told(self, source: int, number: int) -> tuple[str, str]:
        """Return title and text of an article; a quarter of them are reprints."""
        draw = random.Random(source * 1_000_003 + number)
        is_shared = draw.random() < 0.25
        return article(random.Random(draw.randrange(STORIES)) if is_shared else draw)

    def configure(
        self, place: Path, settings: str, *, interval: str = "10s", busy: int = 0
    ) -> Path:
        """Write a configuration directory of all sources, a file for each province.

        The first ``busy`` sources stand in ``busy.yaml``, so that they can be edited apart.
        """
        config = place / "config"
        (config / "sources").mkdir(parents=True)
        for name in ("districts", "cms"):
            (config / name).symlink_to(ROOT / "config" / name)
        (config / "xianwen.yaml").write_text(settings)
        counties = adcodes()
        files: dict[str, list[str]] = {}
        for source in range(self.sources):
            adcode = counties[source % len(counties)]
            name = "busy" if source < busy else adcode[:2]
            files.setdefault(name, []).append(
                f'  - id: s{source}\n    district: "{adcode}"\n    url: {self.url_of(source)}\n'
            )
        for name, entries in files.items():
            head = f"defaults:\n  interval: {interval}\nsources:\n"
            (config / "sources" / f"{name}.yaml").write_text(head + "".join(entries))
        return config


def adcodes() -> list[str]:
    """Return the codes of all counties; a source's is the one at its number."""
    with (ROOT / "config" / "districts" / "counties.csv").open(encoding="utf-8") as file:
        return [row["adcode"] for row in csv.DictReader(file)]


def _day(source: int, number: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=(source + number) % 3):%Y-%m-%d}"


class _Site(asyncio.Protocol):
    """One connection; requests have no body."""

    def __init__(self, nation: Nation, log: TextIO | None) -> None:
        self._nation, self._log = nation, log
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            began_s = time.monotonic()
            path = request.split(b" ", 2)[1].decode()
            section = path.split("/")[1]
            source = int(section[1:]) if section[1:].isdigit() else None
            body, status = self._nation.page(path), "200 OK"
            if body is None:
                body, status = b"", "404 Not Found"
            elif source is not None and self._nation.is_failing(source):
                body, status = b"out of order", "500 Internal Server Error"
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
            answer = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            is_slow = source is not None and self._nation.is_slow(source)
            delay_s = SLOW_S if is_slow else 0.0
            host = request.lower().partition(b"\r\nhost:")[2].partition(b"\r\n")[0].strip()
            told = (began_s, host.decode(), path)
            asyncio.get_running_loop().call_later(delay_s, self._answer, answer, told)

    def _answer(self, answer: bytes, told: tuple[float, str, str]) -> None:
        # Taken before the answer leaves: whoever asked cannot have it earlier, and a busy machine
        # may let us wait behind it for as long as the pause that is measured.
        ended_s = time.monotonic()
        self._transport.write(answer)
        if self._log is not None:
            began_s, host, path = told
            self._log.write(f"{began_s:.4f} {ended_s:.4f} {host} {path}\n")


@contextmanager
def serving(
    sources: int, published: int, *, every_s: float = 0.0, access_log: Path | None = None
) -> Iterator[Nation]:
    """Serve a nation while the block runs; it publishes on, every so many seconds.

    ``access_log`` gets a line for each request: its start and its end in seconds of the monotonic
    clock, host and path.
    """
    with socket.create_server(("0.0.0.0", 0), backlog=4096) as door:  # noqa: S104 -- all of 127/8
        nation = Nation(
            sources=sources,
            published=published,
            port=door.getsockname()[1],
            since_s=time.time(),
            every_s=every_s,
            access_log=access_log,
            added=multiprocessing.Value("i", 0),
        )
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_serve, args=(door, nation), daemon=True)
        process.start()
    try:
        yield nation
    finally:
        process.terminate()
        process.join()


def _serve(door: socket.socket, nation: Nation) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        place = nation.access_log
        log = place.open("a", buffering=1) if place is not None else None
        await loop.create_server(lambda: _Site(nation, log), sock=door)
        await asyncio.Event().wait()

    try:
        asyncio.run(serve())
    finally:
        os._exit(0)
