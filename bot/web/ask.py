"""Asking an ASGI application for a page without a network between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message


async def ask(app: ASGIApp, path: str, query: str = "") -> tuple[int, bytes]:
    """Return status and body of a GET; ``path`` may be percent-encoded."""
    status, body = 500, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    plain = unquote(path)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": plain,
        "raw_path": quote(plain).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
        "client": None,
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return status, bytes(body)
