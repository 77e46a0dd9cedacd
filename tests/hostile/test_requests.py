"""Requests of any shape: no failure of ours, nothing reflected, no file but public ones."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.publish.book import FeedBook
from bot.web.app import create_app
from bot.web.console import create_console
from bot.web.console.session import digest_of, is_same
from storage.articles import Articles
from storage.media import Media
from storage.opening import open_database
from storage.raw import RawPages
from storage.search import Search
from tests.readside import CATALOGUE, SITE, Shelf, article
from tests.storage.making import exchange, new_article
from tests.web.test_metrics import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

SHORT = settings(
    max_examples=int(os.environ.get("XIANWEN_EXAMPLES", "120")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SECRET = b"the operator's secret"
MARK = "<script>ran()</script>"
MAX_BODY_BYTES = 2_000_000


class ClosedDesk:
    """What the console may ask for somebody who is not logged in; all else is a fault of ours."""

    def token_digest(self) -> str:
        return digest_of("the operator's token")

    def is_token(self, token: str) -> bool:
        return is_same(token, "the operator's token")

    def note(self, who: str, action: str, source_id: str) -> None:
        assert action == "wrong token"

    def refused(self) -> tuple[str, ...]:
        raise AssertionError("told to somebody who is not logged in")


class NoStates:
    def all(self) -> dict[str, object]:
        return {}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    place: Path = tmp_path_factory.mktemp("site")
    (place / "xianwen.yaml").write_bytes(SECRET)
    public = place / "public"
    public.mkdir()
    shelf = Shelf(*(article(n) for n in range(5)))
    book = FeedBook(articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=public, site=SITE)
    book.rebuild_all()
    (public / "feeds" / "secret.txt").write_bytes(SECRET)
    engine = open_database(place / "archive.sqlite3")
    raw_pages = RawPages(engine, place / "raw")
    kept = Articles(engine, raw_pages)
    for number in range(40):
        kept.keep(new_article(number, title=f"茶叶 {MARK} {number}"), exchange(number))
    yield create_app(
        book=book,
        articles=shelf,
        states=NoStates(),  # type: ignore[arg-type]
        user_agent="Xianwen/0",
        search=Search(engine),
        media=Media(engine, place / "media"),
        facts=Facts(),
        console=create_console(ClosedDesk(), is_https=False),  # type: ignore[arg-type]
    )
    raw_pages.close()
    engine.dispose()


def ask(
    app: ASGIApp,
    target: str,
    *,
    method: str = "GET",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    body: bytes = b"",
) -> tuple[int, dict[str, str], bytes]:
    """Ask as uvicorn would for ``target``, without a client's tidying of dots and slashes."""
    raw_path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
        "raw_path": raw_path.encode("latin-1", "replace"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": [(b"host", b"news.example"), *headers],
        "client": ("192.0.2.1", 5),
        "server": ("127.0.0.1", 8610),
        "extensions": {},
    }
    sent: list[Any] = []

    to_send = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not to_send:
            # The client has sent all and stays until it is answered.
            await asyncio.Event().wait()
        return to_send.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(_within(app, scope, receive, send))
    start = next(message for message in sent if message["type"] == "http.response.start")
    content = b"".join(message.get("body", b"") for message in sent)
    told = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in start["headers"]}
    return start["status"], told, content


async def _within(app: ASGIApp, scope: Any, receive: Any, send: Any) -> None:
    async with asyncio.timeout(20):
        await app(scope, receive, send)


def check(answer: tuple[int, dict[str, str], bytes]) -> None:
    status, headers, body = answer
    assert status < 500
    assert len(body) <= MAX_BODY_BYTES
    assert SECRET not in body
    assert MARK.encode() not in body
    if headers.get("content-type", "").startswith("text/html"):
        assert "default-src 'none'" in headers["content-security-policy"]
        policy = headers["content-security-policy"]
        is_console = "script-src 'self';" in policy
        assert is_console or "script-src" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == ("same-origin" if is_console else "no-referrer")
    location = headers.get("location", "/")
    assert location.startswith(("/", SITE.public_url, "http://news.example/"))
    assert not location.startswith("//")
    assert "\n" not in "".join(headers.values())


TRAVERSALS = [
    f"{start}{way}{end}"
    for start in ("/static/", "/media/", "/feeds/", "/feeds/hanbin/", "/a/", "/")
    for way in ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "%252e%252e%252f",
                "..%c0%af", "..;/", "/", "%00/", "..%00/", "~/", "C:/", "./../")
    for end in ("xianwen.yaml", "../xianwen.yaml", "../../xianwen.yaml", "../../../etc/passwd", "secret.txt")
]  # fmt: skip


def test_no_way_leads_out_of_the_public_files(app: ASGIApp) -> None:
    for target in TRAVERSALS:
        answer = ask(app, target)
        check(answer)
        assert answer[0] in {301, 302, 307, 308, 400, 404}, (target, answer[0])
        assert b"root:" not in answer[2]


segments = st.one_of(
    st.sampled_from(
        ["feeds", "hanbin", "610902", "all", "rss.xml", "atom.xml", "feed.json", "a", "en", "static", "site.css",
         "media", "status", "search", "opml.xml", "archive", "2026-11.atom", "history", "..", ".", "%00", "%2e%2e",
         "%ff", "01JD0000000000000000000001", "healthz", "readyz", "robots.txt", "console", "metrics", "login", "logout", "log", "source",
         "workbench", "preview", "save", "run", MARK]
    ),
    st.text(max_size=12).map(lambda text: quote(text, errors="replace")),
)  # fmt: skip
values = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(
        [MARK, "%00", "9" * 400, "(" * 300, "a OR " * 200, '"' * 99, "NEAR(a b, 9", "*", "-1", "0-"]
    ),
)
queries = st.dictionaries(
    st.sampled_from(
        ["q", "before", "limit", "filter", "filter_title", "filterout", "full", "page", "x"]
    ),
    values,
    max_size=4,
).map(lambda pairs: "&".join(f"{k}={quote(v, errors='replace')}" for k, v in pairs.items()))
sought = st.builds(
    lambda q, rest: f"/search{rest}q={quote(q, errors='replace')}",
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "茶叶",
                    "茶",
                    '"',
                    "*",
                    "-",
                    "(",
                    ")",
                    "AND",
                    "OR",
                    "NOT",
                    "NEAR(",
                    "^",
                    ":",
                    "title:",
                    "{",
                    "}",
                    MARK,
                    " ",
                    "'",
                ]
            ),
            max_size=12,
        ).map(" ".join),
    ),
    st.sampled_from(
        [
            "?",
            ".atom?",
            "?page=2&",
            "?page=-1&",
            "?order=rank&",
            "?since=2026-99-99&",
            "?district=x&",
            "?since=0001-01-01&until=9999-12-31&",
            "?source=x&",
        ]
    ),
)
headers = st.lists(
    st.tuples(
        st.sampled_from([b"if-none-match", b"if-modified-since", b"accept-encoding", b"accept", b"range",
                         b"sec-fetch-dest", b"cookie", b"x-forwarded-for", b"accept-language", b"host"]),
        st.binary(max_size=60).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b""))
        | st.sampled_from([b"*", b'W/"a"', b"bytes=0-", b"bytes=-1,-1,-1", b"gzip;q=nan", b"br;q=9" * 30, b"document"]),
    ),
    max_size=4,
).map(tuple)  # fmt: skip


@given(
    st.lists(segments, max_size=5),
    queries,
    headers,
    st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE", "PROPFIND", "get", ""]),
)
@SHORT
def test_any_request_is_answered(
    app: ASGIApp, parts: list[str], query: str, given: tuple[tuple[bytes, bytes], ...], method: str
) -> None:
    target = "/" + "/".join(parts) + (f"?{query}" if query else "")
    check(ask(app, target, method=method, headers=given, body=b"x" * 10))


@given(sought)
@SHORT
def test_any_search_is_answered(app: ASGIApp, target: str) -> None:
    answer = ask(app, target)
    check(answer)
    assert answer[0] in {200, 400}


def test_a_search_finds_and_shows_marks_as_text(app: ASGIApp) -> None:
    status, _, body = ask(app, f"/search?q={quote('茶叶')}")
    assert status == 200
    assert b"&lt;script&gt;" in body


@pytest.mark.parametrize(
    "make",
    [
        lambda n: f"/{'a' * n}",
        lambda n: f"/feeds/{'a/' * (n // 2)}",
        lambda n: f"/a/{'1' * n}",
        lambda n: f"/search?q={'茶' * (n // 9)}",
        lambda n: f"/search?q={'a+' * (n // 2)}",
        lambda n: f"/feeds/hanbin/rss.xml?filter={'|'.join(['茶'] * (n // 10))}",
        lambda n: f"/feeds/hanbin/rss.xml?filter={'(' * n}",
        lambda n: "/feeds/hanbin/rss.xml?" + "&".join(f"x{i}=1" for i in range(n // 8)),
        lambda n: f"/feeds/hanbin/?before={'9' * n}-x",
    ],
    ids=["path", "steps", "id", "search", "words", "filters", "brackets", "parameters", "cursor"],
)  # fmt: skip
def test_long_requests_are_answered(app: ASGIApp, make: Callable[[int], str]) -> None:
    check(ask(app, make(60_000)))


@given(
    st.lists(st.sampled_from(["", "login", "logout", "log", "source", "x", "workbench", "preview",
                              "save", "run", "pause", "static", "console.css", "..", MARK]),
             max_size=4),
    st.sampled_from(["GET", "HEAD", "POST", "DELETE"]),
    st.binary(max_size=80),
    headers,
)  # fmt: skip
@SHORT
def test_nobody_reaches_the_console_without_its_token(
    app: ASGIApp,
    parts: list[str],
    method: str,
    body: bytes,
    given: tuple[tuple[bytes, bytes], ...],
) -> None:
    """Whoever got past the door would meet a desk that fails."""
    answer = ask(app, "/console/" + "/".join(parts), method=method, headers=given, body=body)
    check(answer)
    if answer[0] == 200:
        is_static = parts[:1] == ["static"]
        assert is_static or b'name="token"' in answer[2] or method == "HEAD"
