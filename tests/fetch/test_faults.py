"""Every way a fetch can fail: told apart, in a sentence, with its treatment."""

from __future__ import annotations

import asyncio
import gzip
import socket
from itertools import pairwise

import pytest

from bot import errors
from bot.errors import FetchError, Treatment
from bot.fetch.clock import SystemClock
from bot.fetch.fetcher import Fetcher
from bot.model import FetchedPage
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, more, settings_for, source_at
from tests.fetch.faultserver import FaultServer, fault_server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def html(title: str, text: str = "") -> bytes:
    return f"<html><head><title>{title}</title></head><body>{text}</body></html>".encode()


FAULTS = {
    "reset before a byte": (fs.reset_after(b""), "reset"),
    "hung up without an answer": (fs.raw(b""), "reset"),
    "reset within the headers": (fs.reset_after(b"HTTP/1.1 200 OK\r\nContent-"), "reset"),
    "cut within a chunk": (
        fs.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\nabc"),
        "truncated",
    ),
    "reset within the body": (
        fs.reset_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        "truncated",
    ),
    "shorter than announced": (fs.answer(length=len(fs.PAGE) + 500), "wrong-length"),
    "gzip cut off": (
        fs.packed(gzip.compress(fs.PAGE)[:-20], "gzip"),
        "truncated",
    ),
    "chunk sizes that lie": (
        fs.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
        "protocol",
    ),
    "HTTP/0.9": (fs.raw(b"<html>hello</html>"), "protocol"),
    "not HTTP at all": (fs.raw(b"220 ftp.example ready\r\n\r\n"), "protocol"),
    "304 that nobody asked for": (
        fs.answer(b"", status="304 Not Modified", type_=None),
        "http",
    ),
    "403": (fs.answer(html("403"), status="403 Forbidden"), "blocked"),
    "403 of Cloudflare": (
        fs.answer(html("Just a moment..."), status="403 Forbidden"),
        "challenge",
    ),
    "412 of Ruishu": (
        fs.answer(b"<script>$_ts=window</script>", status="412 Precondition Failed"),
        "challenge",
    ),
    "521 of Jiasule": (
        fs.answer(b"<script>document.cookie='__jsl_clearance'</script>", status="521 "),
        "challenge",
    ),
    "challenge with status 200": (fs.answer(html("验证", "请完成安全验证")), "challenge"),
    "404": (fs.answer(html("404"), status="404 Not Found"), "not-found"),
    "410": (fs.answer(html("gone"), status="410 Gone"), "gone"),
    "418 and other refusals": (fs.answer(b"teapot", status="418 "), "blocked"),
    "400": (fs.answer(b"bad", status="400 Bad Request"), "http"),
    "500": (fs.answer(b"oops", status="500 Internal Server Error"), "server-error"),
    "503": (fs.answer(b"busy", status="503 Service Unavailable"), "unavailable"),
    "429": (fs.answer(b"slow", status="429 Too Many Requests"), "rate-limited"),
    "soft 404 by title": (fs.answer(html("404错误页面", "<p>返回首页</p>")), "soft-404"),
    "soft 404 by text": (fs.answer(html("安康新闻网", "您访问的页面不存在！")), "soft-404"),
    "login by status": (fs.answer(b"no", status="401 Unauthorized"), "login-wall"),
    "login by title": (fs.answer(html("用户登录", "<form></form>")), "login-wall"),
    "login by password field": (
        fs.answer(html("政务平台", "<input name=p type='password'>")),
        "login-wall",
    ),
    "empty": (fs.answer(b""), "empty"),
    "only blanks": (fs.answer(b" \r\n "), "empty"),
    "PDF": (fs.answer(b"%PDF-1.4 ...", type_="application/pdf"), "wrong-type"),
    "PDF that says it is a page": (fs.answer(b"%PDF-1.4 ..."), "wrong-type"),
    "picture": (fs.answer(fs.PNG, type_="image/png"), "wrong-type"),
    "too big, announced": (fs.answer(b"x", length=10**9), "too-big"),
    "too big, endless": (fs.endless, "too-big"),
    "gzip bomb": (fs.bomb("gzip", 30_000_000), "too-big"),
    "brotli bomb": (fs.bomb("br", 30_000_000), "too-big"),
    "zstd bomb": (fs.bomb("zstd", 30_000_000), "too-big"),
    "header line too long": (
        fs.answer(headers=("X-Long: " + "a" * 20_000,)),
        "too-big",
    ),
    "too many headers": (
        fs.answer(headers=tuple(f"X-{n}: 1" for n in range(500))),
        "too-big",
    ),
    "parked": (fs.answer(html("本域名出售", "此域名可出售，请联系")), "parked"),
    "redirect to a parking host": (fs.redirect("https://www.sedo.com/x"), "parked"),
    "redirect to another site": (fs.redirect("http://news.example.com/"), "redirected-away"),
    "redirect to itself": (fs.redirect("/page"), "redirect-loop"),
    "redirect to nowhere": (fs.redirect(""), "redirect-loop"),
    "redirect to another scheme": (fs.redirect("javascript:alert(1)"), "redirect-loop"),
}


#: where httpx's own transport sees another side of the same failure
POOLED = {"HTTP/0.9": "reset", "chunk sizes that lie": "truncated"}


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
@pytest.mark.parametrize("name", FAULTS)
async def test_each_failure_is_told_apart(name: str, is_http2: bool, server: FaultServer) -> None:
    server.behaviours["/page"], kind = FAULTS[name]
    kind = POOLED.get(name, kind) if is_http2 else kind
    source = source_at(server.base, is_http2=is_http2)
    async with fetcher_for() as (fetcher, _):
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(f"{server.base}/page", source=source)
    assert (caught.value.kind, caught.value.url) == (kind, f"{server.base}/page")
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert len(sentence) < 400


async def test_other_sources_live_on_after_any_failure(server: FaultServer) -> None:
    server.behaviours["/good"] = fs.answer()
    async with fetcher_for(circuit_threshold=10_000) as (fetcher, _):
        for number, (behaviour, _kind) in enumerate(FAULTS.values()):
            server.behaviours[f"/{number}"] = behaviour
            with pytest.raises(FetchError):
                await fetcher.fetch(
                    f"{server.base}/{number}", source=source_at(server.base), session=None
                )
            async with fault_server() as other:
                other.behaviours["/good"] = fs.answer()
                page = await fetcher.fetch(f"{other.base}/good", source=source_at(other.base))
                assert isinstance(page, FetchedPage)


@pytest.mark.parametrize(
    ("behaviour", "phase"),
    [
        (fs.silent_after(b""), "headers"),
        (fs.silent_after(b"HTTP/1.1 200 OK\r\nX: "), "headers"),
        (fs.silent_after(HEAD + b"Content-Length: 9999\r\n\r\nabc"), "body"),
        (fs.drip, "total"),
    ],
    ids=["silent", "within headers", "within body", "drip"],
)
async def test_timeouts_name_their_phase(
    behaviour: fs.Behaviour, phase: str, server: FaultServer
) -> None:
    server.behaviours["/page"] = behaviour
    limits = more(total_timeout_s=0.6)
    source = source_at(server.base, timeout_s=0.2 if phase != "total" else 0.5)
    async with fetcher_for(limits) as (fetcher, _):
        with pytest.raises(errors.FetchTimeoutError) as caught:
            await fetcher.fetch(f"{server.base}/page", source=source)
    assert caught.value.phase == phase


async def test_timeout_of_the_name_look_up_and_a_name_without_address() -> None:
    from aiohttp.abc import AbstractResolver

    class Lost(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[object]:  # type: ignore[override]
            if host == "slow.example":
                await asyncio.Event().wait()
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        async def close(self) -> None:
            pass

    async with Fetcher(settings_for(), clock=SystemClock(), resolver=Lost()) as fetcher:
        with pytest.raises(errors.DnsError, match="has no address"):
            await fetcher.fetch("http://gone.example/", source=source_at("http://gone.example"))
        with pytest.raises(errors.FetchTimeoutError) as caught:
            await fetcher.fetch(
                "http://slow.example/", source=source_at("http://slow.example", timeout_s=0.2)
            )
    assert caught.value.phase == "dns"


async def test_connection_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with fetcher_for() as (fetcher, _):
            with pytest.raises(errors.ConnectError, match="refuses connections"):
                await fetcher.fetch(f"{base}/", source=source_at(base))


async def test_tls_spoken_to_a_server_without_tls() -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listener:
        base = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with fetcher_for() as (fetcher, _):
            with pytest.raises(errors.TlsError) as caught:
                await fetcher.fetch(f"{base}/page", source=source_at(base))
    assert caught.value.problem == "not-tls"


def test_every_kind_is_one_word_and_its_own() -> None:
    def below(cls: type[FetchError]) -> list[type[FetchError]]:
        return [cls, *(deep for sub in cls.__subclasses__() for deep in below(sub))]

    kinds = [cls.kind for cls in below(FetchError)]
    assert len(kinds) == len(set(kinds)) > 28
    assert errors.GoneError.treatment is Treatment.WITHDRAW


@pytest.mark.parametrize("is_http2", [False, True], ids=["fast", "pooled"])
async def test_one_request_at_a_time_and_a_pause_after_each(
    is_http2: bool, server: FaultServer
) -> None:
    at_once, most = 0, 0
    log: list[tuple[float, float]] = []
    async with fetcher_for() as (fetcher, clock):

        async def behave(writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            began_s = clock.monotonic_s()
            for _ in range(5):
                await asyncio.sleep(0)
            await fs.answer()(writer, headers)
            log.append((began_s, clock.monotonic_s()))
            at_once -= 1

        server.behaviours = {f"/{n}": behave for n in range(12)}
        sources = [source_at(server.base, is_http2=is_http2, delay_s=2.0 + n) for n in range(3)]
        await asyncio.gather(
            *(fetcher.fetch(f"{server.base}/{n}", source=sources[n % 3]) for n in range(12))
        )
    assert most == 1
    assert len(log) == 12
    for (_, ended_s), (began_s, _) in pairwise(log):
        assert began_s - ended_s >= 2.0
    assert server.count("/robots.txt") == 1
