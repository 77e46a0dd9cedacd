"""A poll answered where it is read: no task, no scope, no message between parser and socket.

Most of what a server of feeds is asked is "anything new?".  uvicorn makes a task for each request
and checks every header of every answer; for a document that lies in memory with its headers made,
that is most of the cost (``benchmarks/serving.py``).  This protocol asks the feeds first, with what
the parser has read, and leaves every other request, and every odd one, to uvicorn and the
application, which answer a poll with the same bytes.

It also sees to it that no client holds a connection by being slow: with its headers, its body, or
in taking what it asked for; and that none holds very many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.web.age import HEADER
from bot.web.limits import Connections, Limits

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from bot.web.feeds import FeedFront

_OK = b"HTTP/1.1 200 OK\r\n"
_NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"
_CLOSED = b"Connection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _CLOSED
_TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n" + _CLOSED
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _CLOSED


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
    limits: Limits
    connected: Connections
    #: the server's own headers (the date, once a second), and the beginning of answers with them
    _stamped: tuple[Any, bytes, bytes] = (None, b"", b"")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to listen, unless the client has too many connections already."""
        #: when it was last at rest: connected, or answered
        self._rested_at = self.loop.time()
        #: when the first byte of the request came that is being received; 0 between two
        self._begun_at = 0.0
        self._is_in_head = False
        self._is_in_body = False
        self._head_bytes = 0
        self._has_asked = False
        #: counts what the client took: whole answers, and stretches of a long one
        self._taken = 0
        #: what waited to be taken at the last look that saw it move, when that was, and ``_taken``
        self._waiting = (0, 0.0, 0)
        super().connection_made(transport)
        account = self.connected.enter(self.client[0]) if self.client else ""
        self._account = account or ""
        if account is None:
            self._refuse(_TOO_MANY)
        else:
            self._arm(self.limits.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer with the connection."""
        self.connected.leave(self._account)
        self._account = ""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless a request's head grows without end."""
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.limits.head_bytes:
                self._refuse(_TOO_LARGE)
                return
        super().data_received(data)

    def _unset_keepalive_if_required(self) -> None:
        """Leave the timer alone: one a connection, none a request."""

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection whose client is too slow, or has nothing to say; or look again."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            if self.transport.get_write_buffer_size():
                self._watch_taking()
            return
        now, limits = self.loop.time(), self.limits
        is_busy = self.cycle is not None and not self.cycle.response_complete
        if self._is_in_head:
            left_s = self._begun_at + limits.head_s - now
        elif self._is_in_body:
            left_s = self._begun_at + limits.head_s + limits.body_s - now
        elif is_busy or self.transport.get_write_buffer_size():
            self._watch_taking()
            return
        else:
            rest_s = self.timeout_keep_alive if self._has_asked else limits.head_s
            left_s = self._rested_at + rest_s - now
            if left_s <= 0:
                self.transport.close()
                return
        if left_s <= 0:
            self._refuse(_TOO_SLOW, is_busy=is_busy)
            return
        self._arm(max(left_s, 0.5))

    def _watch_taking(self) -> None:
        """Drop a client that does not take its answer; else look again."""
        size, now = self.transport.get_write_buffer_size(), self.loop.time()
        waiting, since, taken = self._waiting
        if not size or not waiting or taken != self._taken:
            self._waiting = (size, now, self._taken)
        elif now - since >= self.limits.answer_s + waiting / self.limits.answer_bytes_per_s:
            self.transport.abort()
            return
        self._arm(1.0)

    def resume_writing(self) -> None:
        """Go on with an answer of which the client took a stretch."""
        self._taken += 1
        super().resume_writing()

    def _refuse(self, answer: bytes, *, is_busy: bool = False) -> None:
        """Say why, where nothing else is being said, and close."""
        self._is_in_head = self._is_in_body = False
        if is_busy:
            # Half an answer may be under way.
            self.transport.abort()
            return
        self.transport.write(answer)
        self.transport.close()

    def on_response_complete(self) -> None:
        """Take up the next request of a pipeline, or wait for one."""
        self.server_state.total_requests += 1
        self._taken += 1
        if self.transport.is_closing():
            return
        self._rested_at = self.loop.time()
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
        self._begun_at = self.loop.time()
        self._is_in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Answer a plain poll at once; hand on everything else."""
        self._is_in_head = False
        self._has_asked = True
        if not self._answer():
            url, headers, is_expecting = self.url, self.headers, self.expect_100_continue
            super().on_message_begin()
            self.headers += headers
            self.url, self.expect_100_continue = url, is_expecting
            super().on_headers_complete()
            self._is_in_body = True

    def on_message_complete(self) -> None:
        """Wait for no more of this request."""
        self._is_in_body = False
        if self.cycle is not _ANSWERED:  # type: ignore[comparison-overlap]
            super().on_message_complete()

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


def polling(front: Callable[[], FeedFront | None], limits: Limits) -> type[Any]:
    """Return the protocol of a server whose feeds ``front`` gives."""
    return type(
        "PollProtocol",
        (PollProtocol,),
        {
            "front": staticmethod(front),
            "limits": limits,
            "connected": Connections(limits),
        },
    )
