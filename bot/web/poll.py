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

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.web.feeds import FeedFront

_OK = b"HTTP/1.1 200 OK\r\n"
_NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"
#: with these a request has a body or wants something else first
_ODD = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"connection"})


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
        if front is None:
            return False
        headers = self.headers
        for name, _ in headers:
            if name in _ODD:
                return False
        answer = front.poll(url, headers)
        if answer is None:
            return False
        variant, is_current = answer
        lines = [_NOT_MODIFIED if is_current else _OK]
        for name, value in self.server_state.default_headers:
            lines += (name, b": ", value, b"\r\n")
        lines.append(variant.not_modified_head if is_current else variant.ok_head)
        if not is_current and method == b"GET":
            lines.append(variant.body["body"])
        self.transport.writelines(lines)
        self.cycle = _ANSWERED  # type: ignore[assignment]
        self.on_response_complete()
        return True


def polling(front: Callable[[], FeedFront | None]) -> type[Any]:
    """Return the protocol of a server whose feeds ``front`` gives."""
    return type("PollProtocol", (PollProtocol,), {"front": staticmethod(front)})
