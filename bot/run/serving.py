"""The servers of one process: for everybody, and for operators who have their own address."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from bot.app.reading import limits_of, operator_app, web_app
from bot.errors import AddressTakenError
from bot.web.exchange import Exchangeable
from bot.web.feeds import FeedFront
from bot.web.limits import Limits
from bot.web.poll import polling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

    from bot.app.archive import Archive
    from bot.publish.book import FeedBook
    from bot.settings import WebSettings
    from bot.sources.load import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The sockets that a process listens on."""

    public: socket.socket
    #: None when operators come by the public one
    operators: socket.socket | None = None

    @property
    def told(self) -> dict[str, str]:
        """What a log says of the operators' address; empty where they have none."""
        if self.operators is None:
            return {}
        host, port = self.operators.getsockname()[:2]
        return {"operators": f"http://{host}:{port}"}


@contextlib.contextmanager
def doors(web: WebSettings) -> Iterator[Doors]:
    """Listen as the settings say until the block ends; raises AddressTakenError."""
    with contextlib.ExitStack() as stack:
        public = stack.enter_context(listen(web.host, web.port))
        operators = None
        if web.operator_port is not None:
            keys = "web.operator_host, web.operator_port"
            operators = stack.enter_context(listen(web.operator_host, web.operator_port, keys=keys))
        yield Doors(public=public, operators=operators)


class Serving:
    """What is served at this moment, and the servers that do it."""

    def __init__(
        self,
        at: Doors,
        book: FeedBook,
        archive: Archive,
        configuration: Configuration,
        console: ASGIApp | None = None,
    ) -> None:
        self._archive = archive
        self._front = Exchangeable(web_app(book, archive, configuration, console))
        self._back = Exchangeable(operator_app(archive, configuration, console))
        limits = limits_of(configuration.settings.web)
        self._servers = [(web_server(self._front, limits), at.public)]
        if at.operators is not None:
            self._servers.append((web_server(self._back, limits), at.operators))

    def show(
        self, book: FeedBook, configuration: Configuration, console: ASGIApp | None = None
    ) -> None:
        """Serve another book or another configuration from the next request on."""
        self._front.app = web_app(book, self._archive, configuration, console)
        self._back.app = operator_app(self._archive, configuration, console)

    async def run(self) -> None:
        """Serve until ``stop``."""
        await asyncio.gather(*(server.serve(sockets=[door]) for server, door in self._servers))

    def stop(self) -> None:
        """Let ``run`` come to its end."""
        for server, _ in self._servers:
            server.should_exit = True


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the process that it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int, *, keys: str = "web.host, web.port") -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``; raises AddressTakenError.

    The socket is there before anything else starts, so that a daemon that cannot be reached
    never crawls.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        remedy = {
            errno.EADDRINUSE: "stop the program that has it (`ss -ltnp` names it), or choose "
            "another port in xianwen.yaml or by XIANWEN_WEB_PORT",
            errno.EACCES: "ports below 1024 are for root: choose one above in xianwen.yaml or by "
            "XIANWEN_WEB_PORT, and let a proxy listen below",
        }.get(
            error.errno or 0,
            "write an address that this machine has (`ip address` names them), or 0.0.0.0 for all",
        )
        # A name without an address has no errno of the system's.
        why = error.strerror or str(error) if error.errno is None or error.errno < 0 else (
            os.strerror(error.errno)
        )  # fmt: skip
        raise AddressTakenError(f"{keys}: {host}:{port}: {why}; {remedy}") from None


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop that the daemon runs on; it answers several times as many polls."""
    return uvloop.new_event_loop()


def web_server(app: ASGIApp, limits: Limits | None = None) -> uvicorn.Server:
    """Return a server for ``app`` that leaves signals alone; end it by ``should_exit``."""
    own = limits if limits is not None else Limits()

    def front() -> FeedFront | None:
        inner = app.app if isinstance(app, Exchangeable) else app
        return inner if isinstance(inner, FeedFront) else None

    return _QuietServer(
        uvicorn.Config(
            app,
            http=polling(front, own),
            forwarded_allow_ips=list(own.trusted),
            loop="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
