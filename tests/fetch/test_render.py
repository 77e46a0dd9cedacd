# ruff: noqa: E501 (a page as sites write it)
"""Pages drawn by script, in a real Chromium that has no network but ours."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from bot.discover.listing import discover
from bot.fetch.render import MAX_REQUESTS
from bot.model import FetchedPage
from tests.fetch.conftest import fetcher_for, source_at

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium"),
]

SHELL = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>紫阳融媒</title>
<link rel="stylesheet" href="/style.css"></head>
<body><div id="app">正在加载…</div><img src="/picture.png"><script src="/app.js"></script></body></html>"""
APP = """
const load = (url) => fetch(url).then((a) => a.json());
fetch("/post", { method: "POST", body: "x" }).catch(() => {});
load("/secret.json").catch(() => {});
load("http://169.254.169.254/latest").catch(() => {});
load("/api.json").then((list) => {
  document.getElementById("app").innerHTML = "<ul class=list>" + list.map((one) =>
    `<li><a href="/a/${one.id}.html">${one.title}</a><span>${one.day}</span></li>`).join("") + "</ul>";
});
for (let n = 0; n < 80; n++) load("/many.json?n=" + n).catch(() => {});
"""
LIST = [
    {"id": 200001 + n, "title": f"紫阳县第{n}批项目集中开工建设", "day": f"2026-11-{20 - n:02}"}
    for n in range(8)
]


@contextmanager
def site() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """A site whose list is drawn by script, and every request that it saw."""
    seen: list[tuple[str, str, str]] = []
    pages = {
        "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /secret.json\n"),
        "/list": ("text/html; charset=utf-8", SHELL),
        "/app.js": ("text/javascript; charset=utf-8", APP),
        "/api.json": ("application/json", json.dumps(LIST)),
        "/many.json": ("application/json", "[]"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.command, self.path, self.headers["User-Agent"]))
            kind, text = pages.get(self.path.split("?")[0], ("text/plain", "no"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


async def test_a_list_drawn_by_script_is_read_and_every_request_was_ours() -> None:
    with site() as (base, seen):
        async with fetcher_for() as (fetcher, _):
            source = source_at(base, is_rendered=True)
            page = await fetcher.fetch(source.url, source=source, purpose="listing")
        assert isinstance(page, FetchedPage)
        listing = discover(page, source.listing, timezone=source.timezone)
        assert [link.title for link in listing.links] == [one["title"] for one in LIST]
        assert page.charset_evidence == "rendered"
        assert "正在加载" in page.body.decode(), "what the server sent is kept as it was"
        paths = [path for _, path, _ in seen]
        assert {"/robots.txt", "/list", "/app.js"} <= set(paths)
        assert not {"/secret.json", "/picture.png", "/style.css", "/post"} & set(paths)
        assert {method for method, _, _ in seen} == {"GET"}
        assert all(agent.startswith("Xianwen/") for _, _, agent in seen)
        assert len(paths) <= MAX_REQUESTS + 2


async def test_a_plain_source_starts_no_browser() -> None:
    with site() as (base, seen):
        async with fetcher_for() as (fetcher, _):
            await fetcher.fetch(f"{base}/list", source=source_at(base), purpose="listing")
        assert [path for _, path, _ in seen] == ["/robots.txt", "/list"]
