"""How far a request has come, so that a failure can be told by its phase."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.fetch.guard import AddressRefusedError


class Phase(StrEnum):
    """The steps of a request, in order."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    HEADERS = "headers"
    BODY = "body"


class Progress:
    """One request's progress: written by the transport, read when it failed."""

    __slots__ = ("peer", "phase", "refusal")

    def __init__(self) -> None:
        self.phase = Phase.DNS
        #: the address connected to, ``1.2.3.4:80``; None before, and behind a proxy
        self.peer: str | None = None
        #: the last address that the guard refused
        self.refusal: AddressRefusedError | None = None


#: The request that the current task works on; sockets and TLS handshakes are made in its context.
current: ContextVar[Progress | None] = ContextVar("xianwen_fetch_progress", default=None)


def reached(phase: Phase) -> None:
    """Note that the current request has come to a phase."""
    progress = current.get()
    if progress is not None:
        progress.phase = phase


def refused(refusal: AddressRefusedError) -> None:
    """Note that the guard refused an address to the current request."""
    progress = current.get()
    if progress is not None:
        progress.refusal = refusal
