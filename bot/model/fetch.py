"""What a request brought: a page, or word that it has not changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified of a fetched page, exactly as the server sent them."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpExchange:
    """One request and its response as they went over the wire, for the archive."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    #: ``HTTP/1.1`` or ``HTTP/2``
    http_version: str
    status: int
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    #: the entity as received: transfer encoding undone, content encoding still on
    payload: bytes
    #: address that was really connected to, ``1.2.3.4:80``; None when the transport hides it
    peer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page that was fetched, decoded, and nothing else yet."""

    requested_url: str
    effective_url: str
    status: int
    #: the entity with its content encoding undone
    body: bytes
    #: the body decoded; line ends and everything else as sent
    text: str
    charset: str
    #: how the charset was found: ``rule``, ``bom``, ``header``, ``meta`` or ``detected``
    charset_evidence: str
    media_type: str
    validators: Validators
    #: UTC
    fetched_at: datetime
    elapsed_s: float
    #: robots directives of header and meta, lower case, such as ``noarchive``
    robots: frozenset[str] = frozenset()
    #: None for a page read from a file
    exchange: HttpExchange | None = None
    #: for so long the server says that it is current; None when it does not say
    max_age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server said 304: what we have is current."""

    requested_url: str
    validators: Validators
    #: UTC
    fetched_at: datetime
    elapsed_s: float
    #: for so long the server says that it is current; None when it does not say
    max_age_s: float | None = None
