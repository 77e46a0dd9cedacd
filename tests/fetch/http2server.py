"""A loopback server that speaks HTTP/2 over TLS, as a state machine of h2 on asyncio."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, RequestReceived, StreamReset, WindowUpdated

from tests.fetch.faultserver import PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TLS = Path(__file__).parents[1] / "data" / "tls"
Answers = dict[str, tuple[list[tuple[str, str]], bytes]]


def server_context(name: str = "good", *, alpn: tuple[str, ...] = ()) -> ssl.SSLContext:
    """Return the context of a server with one of the certificates in ``tests/data/tls``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


class Http2Server(asyncio.Protocol):
    """One connection; ``answers`` by path, the page for every other."""

    def __init__(self, answers: Answers, asked: list[tuple[str, dict[str, str]]]) -> None:
        self._answers = answers
        self._asked = asked
        self._waiting: dict[int, bytes] = {}
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        self._transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            match event:
                case RequestReceived(headers=headers, stream_id=stream):
                    fields = {str(name): str(value) for name, value in headers or ()}
                    self._asked.append((fields[":path"], fields))
                    plain = [(":status", "200"), ("content-type", "text/html; charset=utf-8")]
                    head, body = self._answers.get(fields[":path"], (plain, PAGE))
                    self._h2.send_headers(stream, head, end_stream=False)
                    self._waiting[stream] = body
                case StreamReset(stream_id=stream):
                    self._waiting.pop(stream or 0, None)
                case ConnectionTerminated():
                    self._transport.close()
                case WindowUpdated():
                    pass
        for stream in list(self._waiting):
            self._send(stream)
        self._transport.write(self._h2.data_to_send())

    def _send(self, stream: int) -> None:
        body = self._waiting.pop(stream)
        while body:
            size = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
            if size <= 0:
                self._waiting[stream] = body
                return
            self._h2.send_data(stream, body[:size])
            body = body[size:]
        self._h2.end_stream(stream)


@asynccontextmanager
async def http2_server(
    answers: Answers | None = None, *, alpn: tuple[str, ...] = ("h2", "http/1.1")
) -> AsyncIterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Serve; yield the base address and what was asked."""
    asked: list[tuple[str, dict[str, str]]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Http2Server(answers or {}, asked), "127.0.0.1", 0, ssl=server_context(alpn=alpn)
    )
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()
