"""Requests and answers as the sites see them, apart from any web framework."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a visitor asks."""

    path: str
    query: Mapping[str, str]
    #: names in lower case
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers."""

    status: int = 200
    body: bytes = b""
    #: as it goes into Content-Type
    media_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    #: how late it is
    delay_s: float = 0.0


def with_etag(answer: Answer, request: Request) -> Answer:
    """Return ``answer`` with a strong ETag of its body, or 304 when the visitor has it."""
    if answer.status != 200:
        return answer
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    sent = {value.strip() for value in request.headers.get("if-none-match", "").split(",")}
    if etag in sent:
        return replace(answer, status=304, body=b"", headers=(*answer.headers, ("ETag", etag)))
    return replace(answer, headers=(*answer.headers, ("ETag", etag)))


def with_last_modified(answer: Answer, request: Request, changed_at: datetime) -> Answer:
    """Return ``answer`` with Last-Modified, or 304 when the visitor's copy is not older.

    If-None-Match, where it is sent, goes first (RFC 9110 section 13.2.2).
    """
    if answer.status != 200:
        return answer
    utc = changed_at.astimezone(UTC).replace(microsecond=0)
    headers = (*answer.headers, ("Last-Modified", format_datetime(utc, usegmt=True)))
    since = request.headers.get("if-modified-since")
    if since is not None and "if-none-match" not in request.headers:
        try:
            is_current = parsedate_to_datetime(since) >= utc
        except (TypeError, ValueError):
            is_current = False
        if is_current:
            return replace(answer, status=304, body=b"", headers=headers)
    return replace(answer, headers=headers)
