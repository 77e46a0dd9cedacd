"""The access log: who asked what and when, so that tests can prove politeness."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from replica.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEntry:
    """One request and how it was answered."""

    site: str
    #: the Host header: address and port
    host: str
    method: str
    path: str
    query: str
    #: 0 when the visitor left before the answer began
    status: int
    #: bytes of body sent
    body_bytes: int
    user_agent: str
    referer: str
    #: True when the request carried If-None-Match or If-Modified-Since
    is_conditional: bool
    #: by the world's clock, aware
    at: datetime
    #: by the monotonic clock of this process
    start_s: float
    end_s: float


class AccessLog:
    """Every request to the sites of one world, in the order of their end."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self.entries: list[AccessEntry] = []

    def clear(self) -> None:
        """Forget what was asked so far; a file keeps it."""
        self.entries.clear()

    def of(self, site: str, under: str = "/") -> tuple[AccessEntry, ...]:
        """Return the requests to a site whose path begins with ``under``, by their start."""
        chosen = (e for e in self.entries if e.site == site and e.path.startswith(under))
        return tuple(sorted(chosen, key=lambda entry: entry.start_s))

    def add(self, entry: AccessEntry) -> None:
        """Keep an entry, and append it to the file as one line of JSON."""
        self.entries.append(entry)
        if self._file is not None:
            line = json.dumps(asdict(entry) | {"at": entry.at.isoformat()}, ensure_ascii=False)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")

    def watch(self, app: ASGIApp, site: str) -> ASGIApp:
        """Return ``app`` with every request to it written down."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in scope["headers"]
            }
            at, start_s = self._clock(), time.monotonic()
            status, body_bytes = 0, 0

            async def counted(message: Message) -> None:
                nonlocal status, body_bytes
                if message["type"] == "http.response.start":
                    status = message["status"]
                elif message["type"] == "http.response.body" and scope["method"] != "HEAD":
                    body_bytes += len(message.get("body", b""))
                await send(message)

            try:
                await app(scope, receive, counted)
            finally:
                self.add(
                    AccessEntry(
                        site=site,
                        host=headers.get("host", ""),
                        method=scope["method"],
                        path=scope["path"],
                        query=scope["query_string"].decode("latin-1"),
                        status=status,
                        body_bytes=body_bytes,
                        user_agent=headers.get("user-agent", ""),
                        referer=headers.get("referer", ""),
                        is_conditional="if-none-match" in headers or "if-modified-since" in headers,
                        at=at,
                        start_s=start_s,
                        end_s=time.monotonic(),
                    )
                )

        return watched
