"""A loopback server that fails in every way that real ones do: raw sockets, no HTTP library."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import brotli
import zstandard

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    Behaviour = Callable[[asyncio.StreamWriter, dict[str, str]], Awaitable[None]]

PAGE = (
    "<html><head><meta charset=utf-8><title>汉滨区召开会议</title></head><body>"
    + "<p>会议强调，要坚持以人民为中心，扎实做好各项工作。</p>" * 20
    + "</body></html>"
).encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def answer(
    body: bytes = PAGE,
    *,
    status: str = "200 OK",
    type_: str | None = "text/html; charset=utf-8",
    length: int | None = -1,
    headers: tuple[str, ...] = (),
) -> Behaviour:
    """Answer plainly; ``length`` -1 is the right one, None leaves it out and closes."""

    async def behave(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status}", *headers]
        if type_ is not None:
            lines.append(f"Content-Type: {type_}")
        if length is not None:
            lines.append(f"Content-Length: {len(body) if length == -1 else length}")
        lines.append("Connection: close")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return behave


def packed(body: bytes, encoding: str) -> Behaviour:
    return answer(body, headers=(f"Content-Encoding: {encoding}",))


def redirect(to: str, *headers: str) -> Behaviour:
    return answer(b"", status="302 Found", headers=(f"Location: {to}", *headers))


def raw(data: bytes) -> Behaviour:
    async def behave(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(data)
        await writer.drain()

    return behave


def reset_after(data: bytes) -> Behaviour:
    async def behave(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(data)
        await writer.drain()
        writer.transport.abort()

    return behave


def silent_after(data: bytes) -> Behaviour:
    async def behave(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.Event().wait()

    return behave


async def drip(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    """A byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def bomb(encoding: str, size: int) -> Behaviour:
    body = bytes(size)
    pack = {
        "gzip": gzip.compress,
        "br": lambda data: brotli.compress(data, quality=3),
        "zstd": zstandard.ZstdCompressor().compress,
    }[encoding]
    return packed(pack(body), encoding)


class FaultServer:
    """Paths and how they behave; notes who asked for what with which headers."""

    def __init__(self) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.base = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        port = self._server.sockets[0].getsockname()[1]
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{port}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            self.asked.append((path, headers))
            missing = answer(b"no", status="404 Not Found")
            await self.behaviours.get(path, missing)(writer, headers)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError, OSError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def count(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)


@asynccontextmanager
async def fault_server(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultServer]:
    server = FaultServer()
    await server.start(tls=tls)
    try:
        yield server
    finally:
        await server.stop()
