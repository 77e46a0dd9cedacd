"""A poll answered where it is read: no task, no scope, no message between parser and socket.

Most of what a server of feeds is asked is "anything new?".  uvicorn makes a task for each request
and checks every header of every answer; for a document that lies in memory with its headers made,
that is most of the cost (``benchmarks/serving.py``).  This protocol asks the feeds first, with what
the parser has read, and leaves every other request, and every odd one, to uvicorn and the
application, which answer a poll with the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.web.age import HEADER

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from bot.web.feeds import FeedFront

_OK = b"HTTP/1.1 200 OK\r\n"
_NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"


class _Answered:
    """What stands in the place of a request's cycle once a poll is answered."""

    response_complete = True
    keep_alive = True
    disconnected = False

    class message_event:  # noqa: N801 -- uvicorn's name
        """Nobody waits for a body."""

        @staticmethod
        def set() -> None:
            """Wake nobody."""


_ANSWERED = _Answered()


class PollProtocol(HttpToolsProtocol):
    """One connection; ``front`` gives the feeds that are served at this moment."""

    front: Callable[[], FeedFront | None]
    #: the server's own headers (the date, once a second), and the beginning of answers with them
    _stamped: tuple[Any, bytes, bytes] = (None, b"", b"")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to listen."""
        self._heard_at = 0.0
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer with the connection."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        super().connection_lost(exc)

    def _unset_keepalive_if_required(self) -> None:
        """Note that the client has spoken: one timer a connection, none a request."""
        self._heard_at = self.loop.time()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been idle for long enough, or look again later."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        is_busy = self.cycle is not None and not self.cycle.response_complete
        left_s = self._heard_at + self.timeout_keep_alive - self.loop.time()
        if not is_busy and left_s <= 0:
            self.transport.close()
            return
        self._arm(max(left_s, 1.0))

    def on_response_complete(self) -> None:
        """Take up the next request of a pipeline, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._heard_at = self.loop.time()
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self.timeout_keep_alive_task is None:
            self._arm(self.timeout_keep_alive)

    def on_message_begin(self) -> None:
        """Begin a request without the scope that a poll has no use for."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Answer a plain poll at once; hand on everything else."""
        if not self._answer():
            url, headers, is_expecting = self.url, self.headers, self.expect_100_continue
            super().on_message_begin()
            self.headers += headers
            self.url, self.expect_100_continue = url, is_expecting
            super().on_headers_complete()

    def _arm(self, delay_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            delay_s, self.timeout_keep_alive_handler
        )

    def _answer(self) -> bool:
        url = self.url
        cycle = self.cycle
        if (
            url[:7] != b"/feeds/"
            or (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.transport.is_closing()
        ):
            return False
        parser = self.parser
        method = parser.get_method()
        if (method != b"GET" and method != b"HEAD") or parser.get_http_version() != "1.1":
            return False
        front = self.front()
        answer = front.poll(url, self.headers) if front is not None else None
        if answer is None:
            return False
        variant, is_current, age = answer
        ok, not_modified = self._beginnings()
        line = b"%s: %s\r\n" % (HEADER, age) if age else b""
        if is_current:
            self.transport.write(not_modified + line + variant.not_modified_head)
        elif method == b"GET":
            self.transport.writelines((ok + line + variant.ok_head, variant.body["body"]))
        else:
            self.transport.write(ok + line + variant.ok_head)
        self.cycle = _ANSWERED  # type: ignore[assignment]
        self.on_response_complete()
        return True

    def _beginnings(self) -> tuple[bytes, bytes]:
        """Return status line and the server's own headers of both answers."""
        own = self.server_state.default_headers
        known, ok, not_modified = type(self)._stamped
        if known is not own:
            lines = b"".join(b"%s: %s\r\n" % pair for pair in own)
            ok, not_modified = _OK + lines, _NOT_MODIFIED + lines
            type(self)._stamped = (own, ok, not_modified)
        return ok, not_modified


def polling(front: Callable[[], FeedFront | None]) -> type[Any]:
    """Return the protocol of a server whose feeds ``front`` gives."""
    return type("PollProtocol", (PollProtocol,), {"front": staticmethod(front)})
