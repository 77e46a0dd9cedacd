"""What one client may take: slow ones are let go, greedy ones told when to come again."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.web.limits import (
    DEAR,
    Buckets,
    Connections,
    Limits,
    Throttle,
    Trusted,
    account_of,
    cost_of,
)
from tests.hostile.load import measure
from tests.readside import article
from tests.web.live import live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.live import Live

FEED = "/feeds/hanbin/atom.xml"
#: so short that a test need not wait, and so long that an honest client is never hurried
HASTY = Limits(trusted=(), max_connections=4, requests_per_minute=0, head_s=0.3, body_s=0.3,
               answer_s=0.3, answer_bytes_per_s=10**7, head_bytes=4096)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    given = [article(n) for n in range(3)]
    with live(tmp_path_factory.mktemp("hasty"), *given, is_noting=False, limits=HASTY) as running:
        yield running


def connect(site: Live, *, receive_bytes: int | None = None) -> socket.socket:
    parts = urlsplit(site.origin)
    line = socket.socket()
    line.settimeout(20)
    if receive_bytes is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    line.connect((parts.hostname, parts.port))
    return line


def everything(line: socket.socket) -> bytes:
    """Read to the end of the connection; what came before a reset counts."""
    found = b""
    try:
        while chunk := line.recv(65536):
            found += chunk
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"", b""),
        (b"\r\n\r\n\r\n", b""),
        (b"GET /feeds/hanbin/atom.xml HTTP/1.1\r\nHost: x\r\n", b"HTTP/1.1 408 Request Timeout"),
        (b"POST /about HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab", b"HTTP/1.1 405"),
        (b"GET /" + b"a" * 5000, b"HTTP/1.1 4"),
    ],
    ids=["nothing", "line ends", "half a head", "half a body", "a long line"],
)
def test_a_client_that_does_not_go_on_is_let_go(site: Live, said: bytes, answer: bytes) -> None:
    with closing(connect(site)) as line:
        line.sendall(said)
        # The end of the connection is what is waited for; else recv fails after its timeout.
        assert everything(line).startswith(answer)


def test_a_byte_now_and_then_gains_no_time(site: Live) -> None:
    with closing(connect(site)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        answer = b""
        line.settimeout(0.05)
        for byte in b"GET /about HTTP/1.1\r\nX: " + b"a" * 10_000:
            try:
                line.sendall(bytes([byte]))
                answer += line.recv(1000)
                break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert time.monotonic() - began < 15
        assert not answer or answer.startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_refused(site: Live) -> None:
    with closing(connect(site)) as line:
        line.sendall(b"GET /about HTTP/1.1\r\nHost: x\r\n")
        try:
            for _ in range(100):
                line.sendall(b"X-More: " + b"a" * 200 + b"\r\n")
        except ConnectionError:
            pass
        answer = everything(line)
        # The rest of what we sent may reset the connection before the answer is read.
        assert not answer or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 408"))


def test_a_client_that_takes_nothing_is_dropped(site: Live) -> None:
    """Thousands of polls in a pipeline whose answers nobody reads."""
    with closing(connect(site, receive_bytes=4096)) as line:
        request = f"GET {FEED} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        line.settimeout(20)
        with pytest.raises(ConnectionError):
            # A second of silence would be a TimeoutError, which this is none of.
            line.sendall(request * 1_000_000)


def test_connections_of_one_address_are_counted(site: Live) -> None:
    request = f"GET {FEED} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(connect(site))) for _ in range(4)]
        for line in lines:
            line.sendall(request)
            assert line.recv(15) == b"HTTP/1.1 200 OK"
        fifth = everything(stack.enter_context(closing(connect(site))))
        assert fifth.startswith(b"HTTP/1.1 429")
        assert b"Retry-After: " in fifth
    for _ in range(200):
        with closing(connect(site)) as line:
            line.sendall(request)
            if line.recv(15) == b"HTTP/1.1 200 OK":
                break
    else:
        pytest.fail("the places of those who left stay taken")


def test_connections_by_address() -> None:
    counted = Connections(Limits(max_connections=2, trusted=("192.0.2.0/24",)))
    assert counted.enter("192.0.2.7") == ""
    # One customer has a /64 of IPv6.
    first = counted.enter("2001:db8::1")
    assert first == counted.enter("2001:db8::2") != ""
    assert counted.enter("2001:db8::3") is None
    assert counted.enter("2001:db8:0:1::3") is not None
    assert first is not None
    counted.leave(first)
    assert counted.enter("2001:db8::3") == first


def test_who_is_trusted() -> None:
    some = Trusted(("127.0.0.1", "10.0.0.0/8", "no address"))
    assert [some.holds(h) for h in ("127.0.0.1", "10.9.9.9", "192.0.2.1", "::1")] == [
        True, True, False, False
    ]  # fmt: skip
    assert Trusted(("*",)).holds("192.0.2.1")
    assert account_of("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(60, clock=lambda: now[0])
    assert [buckets.take("a", 10) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a", 10) == pytest.approx(10)
    assert buckets.take("a", 1) == pytest.approx(1), "a refusal costs nothing"
    assert buckets.take("b", 10) == 0
    now[0] += 10
    assert buckets.take("a", 10) == 0
    now[0] += 10_000
    assert [buckets.take("a", 10) > 0 for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("path", "query", "cost"),
    [
        ("/search", "q=茶", DEAR),
        ("/search.atom", "q=茶", DEAR),
        ("/en/search", "", DEAR),
        ("/feeds/hanbin/rss.xml", "limit=500", DEAR),
        ("/feeds/hanbin/archive/2026-10.atom", "v=1", 1),
        ("/d/hanbin", "", 1),
        ("/static/site.css", "v=1", 0),
        ("/media/x.jpg", "", 0),
        ("/healthz", "", 0),
    ],
)
def test_costs(path: str, query: str, cost: int) -> None:
    assert cost_of(path, query.encode()) == cost


async def test_who_asks_too_much_is_told_when_to_come_again() -> None:
    now = [0.0]
    limits = Limits(requests_per_minute=60, trusted=())
    app = Throttle(PlainTextResponse("here"), limits, clock=lambda: now[0])

    async def ask(path: str, host: str = "192.0.2.1") -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get(path)

    assert [(await ask("/search?q=1")).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = await ask("/search?q=1")
    assert refused.headers["retry-after"] == "10"
    assert "请求太多" in refused.text
    assert (await ask("/search?q=1", "192.0.2.2")).status_code == 200
    assert (await ask("/static/site.css")).status_code == 200
    now[0] += 10
    assert (await ask("/search?q=1")).status_code == 200


def test_a_proxy_speaks_for_its_clients(tmp_path) -> None:
    limits = Limits(requests_per_minute=20, max_connections=1, trusted=("127.0.0.1",))
    with live(tmp_path, article(1), is_noting=False, limits=limits) as running, ExitStack() as many:
        clients = [many.enter_context(httpx.Client(base_url=running.origin)) for _ in range(3)]

        def ask(client: httpx.Client, address: str) -> int:
            given = {"X-Forwarded-For": address}
            return client.get("/search?q=茶叶", headers=given).status_code

        # The proxy's own connections are not counted; its clients are told apart by its word.
        assert [ask(client, "192.0.2.1") for client in clients] == [200, 429, 429]
        assert ask(clients[0], "192.0.2.2") == 200
        # Without its word nobody can be told apart, and nobody is refused.
        assert [clients[0].get("/search?q=茶叶").status_code for _ in range(4)] == [200] * 4


def test_a_client_that_is_no_proxy_is_not_believed(tmp_path) -> None:
    limits = Limits(requests_per_minute=20, trusted=())
    with (
        live(tmp_path, article(1), is_noting=False, limits=limits) as running,
        httpx.Client(base_url=running.origin) as client,
    ):
        codes = [
            client.get("/search?q=x", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(3)
        ]
    assert codes == [200, 429, 429]


async def test_slow_clients_hold_up_no_reader_and_are_let_go(tmp_path) -> None:
    """``make load`` in small: 500 of each there."""
    limits = replace(HASTY, max_connections=0)
    with live(tmp_path, article(1), is_noting=False, limits=limits) as running:
        port = urlsplit(running.origin).port
        assert port is not None
        waits, borne = await measure(port, slow=40, fast=20, rounds=3)
    assert len(waits) == 60
    assert len(borne) == 40
