"""The three sites on loopback, each a host of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from replica.answers import Answer, Request
from replica.dede import DedeSite
from replica.failures import ANSWERS, Failure
from replica.modern import ModernSite
from replica.portal import Portal
from replica.sections import SITES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.requests import Request as HttpRequest

    from replica.world import ReplicaWorld


class Answering(Protocol):
    """A site that answers requests."""

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request."""


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the process that it runs in."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve(world: ReplicaWorld, *, port: int = 0) -> AsyncIterator[Mapping[str, str]]:
    """Serve the sites of ``world`` while the block runs; yield site id → ``http://host:port``.

    Each site has a loopback address of its own with the same port; with ``port=0`` each has an
    ephemeral one.  Where a machine has 127.0.0.1 only, as macOS does, the sites take the next
    ports there.  Raises OSError when a port is taken.
    """
    sockets = _bind(port)
    sites: dict[str, Answering] = {
        "portal": Portal(world),
        "dede": DedeSite(world),
        "modern": ModernSite(world),
    }
    servers = []
    for name, site in sites.items():
        configuration = uvicorn.Config(
            world.log.watch(_application(world, name, site), name),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        servers.append((_QuietServer(configuration), sockets[name]))
    running = [asyncio.create_task(server.serve([bound])) for server, bound in servers]
    try:
        yield {name: "http://{}:{}".format(*s.getsockname()) for name, s in sockets.items()}
    finally:
        for server, _ in servers:
            server.should_exit = True
        await asyncio.gather(*running)


def ports_from(addresses: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ports that the sites are served on, each once."""
    return tuple(dict.fromkeys(int(origin.rpartition(":")[2]) for origin in addresses.values()))


def _bind(port: int) -> dict[str, socket.socket]:
    sockets: dict[str, socket.socket] = {}
    try:
        for place, site in enumerate(SITES.values()):
            try:
                sockets[site.id] = _listen(site.host, port)
            except OSError:
                if not port and site.host == "127.0.0.1":
                    raise
                if _has_address(site.host):
                    raise
                sockets[site.id] = _listen("127.0.0.1", port + place if port else 0)
    except OSError:
        for bound in sockets.values():
            bound.close()
        raise
    return sockets


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.create_server((host, port), backlog=256)
    listening.setblocking(False)
    return listening


def _has_address(host: str) -> bool:
    try:
        _listen(host, 0).close()
    except OSError:
        return False
    return True


def _application(world: ReplicaWorld, name: str, site: Answering) -> Starlette:
    async def endpoint(request: HttpRequest) -> Response:
        asked = Request(
            path=request.url.path,
            query=dict(request.query_params),
            headers=dict(request.headers),
        )
        answer = _answer(world, name, site, asked)
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        response = Response(
            answer.body,
            status_code=answer.status,
            headers={"Content-Type": answer.media_type} | dict(answer.headers),
        )
        if answer.status == 304:
            del response.headers["content-length"], response.headers["content-type"]
        return response

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "HEAD", "POST"])])


def _answer(world: ReplicaWorld, name: str, site: Answering, asked: Request) -> Answer:
    trouble = world.trouble_for(name, asked.path)
    if trouble is None:
        return site.answer(asked)
    if trouble.failure is Failure.SLOW:
        right = site.answer(asked)
        return Answer(
            status=right.status,
            body=right.body,
            media_type=right.media_type,
            headers=right.headers,
            delay_s=trouble.delay_s,
        )
    status, headers, page = ANSWERS[trouble.failure]
    return Answer(
        status=status,
        body=page.encode(),
        media_type="text/html; charset=utf-8",
        headers=headers,
    )
