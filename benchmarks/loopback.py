"""A web server in a process of its own, so that its work is not counted as the client's.

It answers every request by one of the pages that it was given, keeps connections alive, and has
no robots.txt.  It listens on as many loopback addresses as hosts are wanted, on one port.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class _Site(asyncio.Protocol):
    """One connection; requests have no body."""

    def __init__(self, pages: Mapping[bytes, bytes], default: bytes | None) -> None:
        self._pages = pages
        self._default = default
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- tells mypy
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            path = request.split(b" ", 2)[1]
            answer = self._pages.get(path, self._default)
            if path == b"/robots.txt" or answer is None:
                answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            self._transport.write(answer)


def answer(body: bytes, content_type: str = "text/html; charset=utf-8") -> bytes:
    """Return a whole HTTP/1.1 answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextmanager
def serving(
    pages: Mapping[bytes, bytes], *, default: bytes | None = None, hosts: int = 1
) -> Iterator[list[str]]:
    """Serve answers by path; yield the origin of each host, such as ``http://127.0.1.1:40001``."""
    names = [f"127.0.1.{n + 1}" for n in range(hosts)]
    first = socket.create_server((names[0], 0), backlog=1024)
    port: int = first.getsockname()[1]
    doors = [first, *(socket.create_server((name, port), backlog=1024) for name in names[1:])]
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_serve, args=(doors, dict(pages), default), daemon=True)
    process.start()
    for door in doors:
        door.close()
    try:
        yield [f"http://{name}:{port}" for name in names]
    finally:
        process.terminate()
        process.join()


def _serve(doors: list[socket.socket], pages: dict[bytes, bytes], default: bytes | None) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for door in doors:
            await loop.create_server(lambda: _Site(pages, default), sock=door)
        await asyncio.Event().wait()

    try:
        asyncio.run(serve())
    finally:
        os._exit(0)
