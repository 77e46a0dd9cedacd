"""What a hostile or broken server does on the wire: one table, name to behaviour and outcome.

Every behaviour is raw bytes on a socket, so that no HTTP library mends it.  ``Case.kinds`` are the
outcomes that are right: kinds of ``FetchError``, or ``page`` where a page comes out.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import brotli
import zstandard

from tests.fetch import faultserver as fs

if TYPE_CHECKING:
    from bot.fetch.fetcher import Purpose

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
#: the pause of one who keeps a connection busy with nothing
DRIP_S = 0.01
MB = 1024 * 1024
#: unpacked size of the bombs, over the cap; the measurement with the shipped caps raises it
bomb_mb = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One behaviour, and what must come of it."""

    kinds: frozenset[str]
    page: fs.Behaviour
    #: further paths; ``/robots.txt`` is answered 404 without one
    also: dict[str, fs.Behaviour] = field(default_factory=dict)
    purpose: Purpose = "article"


def endless(start: bytes, again: bytes, *, pause_s: float = 0.0) -> fs.Behaviour:
    """Send ``start``, then ``again`` for ever."""

    async def behave(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(start)
        while True:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return behave


def hop(prefix: str) -> fs.Behaviour:
    """Redirect to a page that never was, for ever."""
    count = 0

    async def behave(writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        nonlocal count
        count += 1
        await fs.redirect(f"{prefix}?{count}")(writer, headers)

    return behave


def bomb(encoding: str) -> fs.Behaviour:
    """Zeros, packed without ever standing in memory as a whole."""

    async def behave(writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        await fs.packed(packed_zeros(encoding, bomb_mb), encoding)(writer, headers)

    return behave


@cache
def packed_zeros(encoding: str, size_mb: int) -> bytes:
    zeros = bytes(MB)
    if encoding.startswith("gzip, "):
        inner = packed_zeros("gzip", size_mb)
        return gzip.compress(gzip.compress(inner))
    if encoding in ("gzip", "deflate"):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
        return b"".join(packer.compress(zeros) for _ in range(size_mb)) + packer.flush()
    if encoding == "br":
        brotler = brotli.Compressor(quality=3)
        return b"".join(brotler.process(zeros) for _ in range(size_mb)) + brotler.finish()
    pressing = zstandard.ZstdCompressor().compressobj()
    return b"".join(pressing.compress(zeros) for _ in range(size_mb)) + pressing.flush()


def _plain(
    body: bytes = fs.PAGE, *, headers: tuple[str, ...] = (), status: str = "200 OK"
) -> fs.Behaviour:
    return fs.answer(body, headers=headers, status=status)


def _case(kinds: str, page: fs.Behaviour, **rest: object) -> Case:
    return Case(kinds=frozenset(kinds.split()), page=page, **rest)  # type: ignore[arg-type]


def _to(target: str) -> Case:
    """A picture that is said to lie at an inner address: pictures may be anywhere else."""
    return _case("forbidden-address", fs.redirect(target), purpose="picture")


def _robots(kinds: str, robots: fs.Behaviour, page: fs.Behaviour | None = None) -> Case:
    return _case(kinds, page or fs.answer(), also={"/robots.txt": robots})


_GZIPPED = gzip.compress(fs.PAGE)
_BAD_CRC = _GZIPPED[:-8] + bytes(4) + _GZIPPED[-4:]
_ONE = b"%x\r\n%s\r\n0\r\n" % (len(fs.PAGE), fs.PAGE)

CASES: dict[str, Case] = {
    # time
    "accepts and says nothing": _case("timeout", fs.silent_after(b"")),
    "stops within the status line": _case("timeout", fs.silent_after(b"HTTP/1.1 2")),
    "stops within a header": _case("timeout", fs.silent_after(HEAD + b"X-A")),
    "stops before the body": _case("timeout", fs.silent_after(HEAD + b"\r\n")),
    "stops within a chunk": _case("timeout", fs.silent_after(CHUNKED + b"ff\r\nab")),
    "header, byte by byte": _case("timeout too-big", endless(HEAD + b"X: ", b"a", pause_s=DRIP_S)),
    "body, byte by byte": _case("timeout", endless(HEAD + b"\r\n", b"a", pause_s=DRIP_S)),
    "chunks of one byte": _case("timeout", endless(CHUNKED, b"1\r\na\r\n", pause_s=DRIP_S)),
    "100 Continue for ever": _case(
        "timeout protocol too-big reset", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    ),
    # resets
    "reset at once": _case("reset", fs.reset_after(b"")),
    "reset within the status line": _case("reset", fs.reset_after(b"HTTP/1.")),
    "reset within a header": _case("reset", fs.reset_after(HEAD + b"X-")),
    "reset after the header": _case(
        "truncated wrong-length reset", fs.reset_after(HEAD + b"Content-Length: 9\r\n\r\n")
    ),
    "reset within the body": _case(
        "truncated wrong-length", fs.reset_after(HEAD + b"Content-Length: 9999\r\n\r\nabc")
    ),
    "reset within a chunk": _case("truncated", fs.reset_after(CHUNKED + b"ff\r\nabc")),
    "reset before the last chunk": _case("truncated", fs.reset_after(CHUNKED + b"3\r\nabc\r\n")),
    "hangs up at once": _case("reset", fs.raw(b"")),
    "hangs up within a header": _case("reset protocol", fs.raw(HEAD + b"X-")),
    "hangs up within a chunk": _case("truncated", fs.raw(CHUNKED + b"ff\r\nabc")),
    # size
    "endless body": _case("too-big", endless(HEAD + b"\r\n", b"x" * 65536)),
    "endless chunks": _case("too-big", endless(CHUNKED, b"8000\r\n" + b"x" * 32768 + b"\r\n")),
    "endless headers": _case("too-big", endless(HEAD, b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaa\r\n")),
    "one endless header": _case("too-big", endless(HEAD + b"X: ", b"a" * 4096)),
    "endless status line": _case("too-big protocol", endless(b"HTTP/1.1 200 ", b"a" * 4096)),
    "endless chunk extension": _case(
        "too-big protocol truncated timeout", endless(CHUNKED + b"3;", b"a" * 4096)
    ),
    "endless trailers": _case(
        "too-big protocol truncated timeout", endless(CHUNKED + b"0\r\n", b"X-A: aaaaaaaaaaaaa\r\n")
    ),
    "50 MB on one line": _case("too-big", endless(HEAD + b"\r\n<p>", "汉".encode() * 20000)),
    "a petabyte announced": _case("too-big", fs.answer(b"x", length=10**15)),
    "5,000 headers": _case("too-big", _plain(headers=tuple(f"X-{n}: 1" for n in range(5000)))),
    # packing
    "gzip bomb": _case("too-big", bomb("gzip")),
    "deflate bomb": _case("too-big", bomb("deflate")),
    "brotli bomb": _case("too-big", bomb("br")),
    "zstd bomb": _case("too-big", bomb("zstd")),
    "gzip in gzip in gzip": _case("too-big", bomb("gzip, gzip, gzip")),
    "forty layers of gzip": _case("truncated", fs.packed(_GZIPPED, ", ".join(["gzip"] * 40))),
    "a thousand gzip members": _case(
        "page", fs.packed(gzip.compress(b"") * 1000 + _GZIPPED, "gzip")
    ),
    "zstd with a window of 2 GB": _case(
        "truncated too-big", fs.packed(b"\x28\xb5\x2f\xfd\x00\xa8" + bytes(64), "zstd")
    ),
    "gzip that is none": _case("page", fs.packed(fs.PAGE, "gzip")),
    "brotli that is none": _case("truncated", fs.packed(fs.PAGE, "br")),
    "gzip cut off": _case("truncated", fs.packed(_GZIPPED[:-20], "gzip")),
    "gzip with a wrong checksum": _case("truncated", fs.packed(_BAD_CRC, "gzip")),
    "an encoding that nobody knows": _case("page", fs.packed(fs.PAGE, "x-secret")),
    # lengths and chunks that lie
    "length too long": _case("wrong-length truncated", fs.answer(length=len(fs.PAGE) + 9)),
    "length too short": _case("page protocol", fs.answer(length=len(fs.PAGE) - 20)),
    "length below nought": _case("protocol", fs.answer(length=-5)),
    "length in words": _case("protocol", fs.raw(HEAD + b"Content-Length: many\r\n\r\nabc")),
    "two lengths": _case(
        "protocol", fs.raw(HEAD + b"Content-Length: 3\r\nContent-Length: 900\r\n\r\nabc")
    ),
    "length and chunks at once": _case(
        "page protocol truncated",
        fs.raw(HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + _ONE + b"\r\n"),
    ),
    "chunk of 2^80 bytes": _case(
        "protocol truncated too-big", fs.raw(CHUNKED + b"f" * 20 + b"\r\nabc")
    ),
    "chunk below nought": _case("protocol truncated", fs.raw(CHUNKED + b"-5\r\nabc\r\n")),
    "chunk size of no digits": _case("protocol truncated", fs.raw(CHUNKED + b"zz\r\nabc\r\n")),
    "chunk longer than said": _case("protocol truncated", fs.raw(CHUNKED + b"3\r\nabcdefgh\r\n")),
    "more behind the last chunk": _case(
        "page protocol", fs.raw(CHUNKED + _ONE + b"\r\n" + b"HTTP/1.1 200 OK\r\n\r\nsmuggled")
    ),
    # redirects
    "redirects to itself": _case("redirect-loop", fs.redirect("/page")),
    "two pages that redirect to each other": _case(
        "redirect-loop", fs.redirect("/b"), also={"/b": fs.redirect("/page")}
    ),
    "redirects on and on": _case(
        "redirect-loop",
        hop("/page"),
        also={f"/page?{n}": fs.redirect(f"/page?{n + 1}") for n in range(1, 40)},
    ),
    "redirects to nowhere": _case("redirect-loop", _plain(b"", status="302 Found")),
    "redirects to a megabyte": _case("too-big", fs.redirect("/" + "a" * 1_000_000)),
    "redirects to script": _case("redirect-loop", fs.redirect("javascript:alert(1)")),
    "redirects to a file": _case("redirect-loop", fs.redirect("file:///etc/passwd")),
    "redirects to gopher": _case("redirect-loop", fs.redirect("gopher://127.0.0.1:25/_EHLO")),
    "redirects to an unreadable address": _case("redirect-loop", fs.redirect("http://[::1")),
    "picture at a private address": _to("http://10.0.0.1/"),
    "picture at the cloud's metadata": _to("http://169.254.169.254/latest/meta-data/"),
    "picture at ::1": _to("http://[::1]:8610/"),
    "picture at a mapped address": _to("http://[::ffff:10.0.0.1]/"),
    "picture behind NAT64": _to("http://[64:ff9b::10.0.0.1]/"),
    "picture behind 6to4": _to("http://[2002:a00:1::]/"),
    "picture at a decimal address": _to("http://167772161/"),
    "picture at an octal address": _to("http://012.0.0.1/"),
    "picture at a hexadecimal address": _to("http://0xa.0.0.1/"),
    "picture at the broadcast address": _to("http://255.255.255.255/"),
    "picture at port 25": _to("http://example.com:25/"),
    "picture, three hops to a private address": _case(
        "forbidden-address",
        fs.redirect("/1"),
        purpose="picture",
        also={"/1": fs.redirect("/2"), "/2": fs.redirect("http://192.168.0.1/admin")},
    ),
    "a page that moved to a private address": _case(
        "redirected-away forbidden-address", fs.redirect("http://172.16.0.1/")
    ),
    # not HTTP
    "HTTP/0.9": _case("protocol", fs.raw(b"<html>hello</html>")),
    "an FTP server": _case("protocol", fs.raw(b"220 ready\r\n")),
    "an SSH server": _case("protocol", fs.raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    "a TLS alert": _case("protocol", fs.raw(b"\x15\x03\x01\x00\x02\x02\x46")),
    "binary noise": _case("protocol", fs.raw(bytes(range(256)) * 8)),
    "HTTP/9.9": _case("protocol page", fs.raw(b"HTTP/9.9 200 OK\r\n\r\n" + fs.PAGE)),
    "a status of letters": _case("protocol", fs.raw(b"HTTP/1.1 abc OK\r\n\r\n" + fs.PAGE)),
    "status 99999": _case("protocol", fs.raw(b"HTTP/1.1 99999 OK\r\n\r\n" + fs.PAGE)),
    "status 999": _case("http server-error", _plain(status="999 No")),
    "101 that nobody asked for": _case(
        "http empty protocol timeout reset",
        fs.raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    ),
    "204": _case("empty", fs.raw(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "206 that nobody asked for": _case(
        "page http", _plain(status="206 Partial Content", headers=("Content-Range: bytes 0-9/10",))
    ),
    "304 that nobody asked for": _case("http", fs.raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    # headers
    "cookie bomb": _case(
        "page too-big", _plain(headers=tuple(f"Set-Cookie: c{n}={'x' * 900}" for n in range(100)))
    ),
    "cookies of 12 KB": _case(
        "page", _plain(headers=tuple(f"Set-Cookie: c{n}={'x' * 12_000}" for n in range(8)))
    ),
    "cookie for every host": _case("page", _plain(headers=("Set-Cookie: a=b; Domain=.cn",))),
    "NUL in a header": _case("protocol page", _plain(headers=("X-A: a\0b",))),
    "header without a colon": _case("protocol", _plain(headers=("nonsense",))),
    "header in GBK": _case("page", fs.raw(HEAD + b"X-A: \xba\xba\xb1\xf5\r\n\r\n" + fs.PAGE)),
    "folded header": _case("page protocol", _plain(headers=("X-A: a\r\n b",))),
    "content type of nonsense": _case(
        "wrong-type page", fs.answer(type_="text/html/html;;;charset==;\x01")
    ),
    "Retry-After of a thousand digits": _case(
        "unavailable", _plain(status="503 Busy", headers=("Retry-After: " + "9" * 1000,))
    ),
    # robots.txt
    "robots.txt of 500 MB": _robots("page", endless(HEAD + b"\r\n", b"Disallow: /x\n" * 5000)),
    "robots.txt, one line without end": _robots("page", endless(HEAD + b"\r\n", b"a" * 65536)),
    "robots.txt, byte by byte": _robots("timeout", endless(HEAD + b"\r\n", b"#", pause_s=DRIP_S)),
    "robots.txt as a gzip bomb": _robots("too-big page robots-unreachable", bomb("gzip")),
    "robots.txt, redirected on and on": _robots("page", hop("/robots.txt")),
    "robots.txt at a private address": _robots(
        "forbidden-address", fs.redirect("http://10.0.0.1/robots.txt")
    ),
    "robots.txt of patterns that explode": _robots(
        "page robots-denied",
        fs.answer(
            b"User-agent: *\n" + b"Disallow: /" + b"*a" * 2000 + b"$\n" * 20, type_="text/plain"
        ),
    ),
    "robots.txt of noise": _robots("page", fs.answer(bytes(range(256)) * 500, type_="text/plain")),
    "robots.txt with a delay of years": _robots(
        "page", fs.answer(b"User-agent: *\nCrawl-delay: 1e300\n", type_="text/plain")
    ),
}
