"""HTTP/2 for the source that wants it: the same guard, caps and verdicts as over HTTP/1.1."""

from __future__ import annotations

import ssl

import pytest

from bot.errors import FetchError, ForbiddenAddressError, TooBigError, WrongLengthError
from bot.fetch.clock import SystemClock
from bot.fetch.fetcher import Fetcher
from bot.model import FetchedPage, NotModified, Validators
from tests.fetch.conftest import IDENTITY, fetcher_for, settings_for, source_at
from tests.fetch.faultserver import PAGE, answer, fault_server
from tests.fetch.http2server import TLS, http2_server, server_context

HTML = ("content-type", "text/html; charset=utf-8")


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))


async def test_pages_come_over_http2_with_validators_and_in_turn() -> None:
    answers = {
        "/fresh": (
            [(":status", "200"), HTML, ("etag", 'W/"1"'), ("x-robots-tag", "noarchive")],
            PAGE,
        ),
        "/same": ([(":status", "304"), ("etag", 'W/"1"')], b""),
    }
    async with http2_server(answers) as (base, asked), fetcher_for() as (fetcher, _):
        source = source_at(base, is_http2=True)
        page = await fetcher.fetch(f"{base}/fresh", source=source)
        assert isinstance(page, FetchedPage)
        assert (page.body, page.robots) == (PAGE, {"noarchive"})
        assert page.exchange is not None
        assert page.exchange.http_version == "HTTP/2"
        assert page.exchange.peer == base.removeprefix("https://")
        again = await fetcher.fetch(f"{base}/same", source=source, validators=page.validators)
        assert isinstance(again, NotModified)
    assert [path for path, _ in asked] == ["/robots.txt", "/fresh", "/same"]
    assert asked[2][1]["if-none-match"] == 'W/"1"'
    assert IDENTITY.product in asked[0][1]["user-agent"]


async def test_a_site_without_http2_is_read_over_http_1_1() -> None:
    async with fault_server(tls=server_context(alpn=("http/1.1",))) as server:
        server.behaviours["/page"] = answer()
        async with fetcher_for() as (fetcher, _):
            page = await fetcher.fetch(
                f"{server.base}/page", source=source_at(server.base, is_http2=True)
            )
    assert isinstance(page, FetchedPage)
    assert page.exchange is not None
    assert page.exchange.http_version == "HTTP/1.1"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ([(":status", "200"), HTML], b"<p>" + b"x" * 300_000),
        # More than one window of HTTP/2, so that the length is seen before the end is.
        ([(":status", "200"), HTML, ("content-length", "999999999")], b"x" * 100_000),
        ([(":status", "200"), HTML, *((f"x-{n}", "1") for n in range(300))], PAGE),
        ([(":status", "200"), HTML, ("x-long", "a" * 20_000)], PAGE),
    ],
    ids=["endless", "announced", "many headers", "a long header"],
)
async def test_the_caps_hold(head: list[tuple[str, str]], body: bytes) -> None:
    async with http2_server({"/page": (head, body)}) as (base, _), fetcher_for() as (fetcher, _):
        with pytest.raises(TooBigError):
            await fetcher.fetch(f"{base}/page", source=source_at(base, is_http2=True))


async def test_a_page_shorter_than_announced_is_told_so() -> None:
    answers = {"/page": ([(":status", "200"), HTML, ("content-length", "9999")], b"x")}
    async with http2_server(answers) as (base, _), fetcher_for() as (fetcher, _):
        with pytest.raises(WrongLengthError):
            await fetcher.fetch(f"{base}/page", source=source_at(base, is_http2=True))


@pytest.mark.parametrize(("status", "kind"), [("404", "not-found"), ("503", "unavailable")])
async def test_what_an_answer_means_hangs_on_no_version(status: str, kind: str) -> None:
    answers = {"/page": ([(":status", status), HTML], b"no")}
    async with http2_server(answers) as (base, _), fetcher_for() as (fetcher, _):
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(f"{base}/page", source=source_at(base, is_http2=True))
    assert caught.value.kind == kind


async def test_the_guard_sees_the_address_that_is_connected_to() -> None:
    async with http2_server() as (base, asked):
        port = base.rpartition(":")[2]
        url = f"https://localhost:{port}/page"
        settings = settings_for()
        closed = type(settings)(identity=IDENTITY, limits=settings.limits)
        async with Fetcher(closed, clock=SystemClock()) as fetcher:
            with pytest.raises(ForbiddenAddressError, match="not a public address"):
                await fetcher.fetch(
                    url, source=source_at(url.removesuffix("/page"), is_http2=True),
                    validators=Validators(),
                )  # fmt: skip
    assert asked == []


def test_the_certificates_are_what_their_names_say() -> None:
    for name in ("good", "expired", "future", "other"):
        assert isinstance(server_context(name), ssl.SSLContext)
