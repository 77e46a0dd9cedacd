"""A kept exchange as fetching knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import HttpExchange

if TYPE_CHECKING:
    from storage.model import RawExchange


def exchange_of(raw: RawExchange) -> HttpExchange:
    """Return a kept exchange in the words in which a page is read from it."""
    return HttpExchange(
        method=raw.method,
        url=raw.url,
        request_headers=raw.request_headers,
        http_version=raw.http_version,
        status=raw.status,
        reason=raw.reason,
        response_headers=raw.response_headers,
        payload=raw.payload,
        peer=raw.peer,
    )
