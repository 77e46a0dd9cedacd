"""A page out of a saved file or a kept exchange, decoded as one from the network would be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.errors import ProtocolError
from bot.fetch.charset import decode
from bot.fetch.directives import robots_directives
from bot.fetch.unpack import UnpackedTooBigError, UnpackError, unpack
from bot.model import FetchedPage, Validators

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import HttpExchange

#: a page that unpacked to less when it was fetched
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024


def read_file(path: Path, *, url: str | None = None, charset: str | None = None) -> FetchedPage:
    """Return the page saved at ``path``; ``url`` is where it came from, if anybody knows.

    Raises OSError when the file cannot be read.
    """
    body = path.read_bytes()
    text, found, evidence = decode(body, rule=charset)
    address = url or path.absolute().as_uri()
    return FetchedPage(
        requested_url=address,
        effective_url=address,
        status=200,
        body=body,
        text=text,
        charset=found,
        charset_evidence=evidence,
        media_type="text/html",
        validators=Validators(),
        fetched_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        elapsed_s=0.0,
        robots=robots_directives((), text, "xianwen"),
    )


def read_exchange(
    exchange: HttpExchange,
    *,
    fetched_at: datetime,
    charset: str | None = None,
    requested_url: str | None = None,
) -> FetchedPage:
    """Return the page of an exchange that was kept; ``requested_url`` is before redirects.

    Raises ProtocolError when its bytes are not what its Content-Encoding says.
    """
    headers: dict[str, list[str]] = {}
    for name, value in exchange.response_headers:
        headers.setdefault(name.lower(), []).append(value)
    encoding = ", ".join(headers.get("content-encoding", ()))
    try:
        body = unpack(exchange.payload, encoding, max_bytes=_MAX_UNPACKED_BYTES)
    except (UnpackError, UnpackedTooBigError) as error:
        raise ProtocolError(exchange.url, f"{exchange.url}: {error}") from error
    content_type = headers.get("content-type", [""])[-1]
    text, found, evidence = decode(body, content_type=content_type, rule=charset)
    return FetchedPage(
        requested_url=requested_url or exchange.url,
        effective_url=exchange.url,
        status=exchange.status,
        body=body,
        text=text,
        charset=found,
        charset_evidence=evidence,
        media_type=content_type.partition(";")[0].strip().lower(),
        validators=Validators(
            etag=headers.get("etag", [None])[-1],
            last_modified=headers.get("last-modified", [None])[-1],
        ),
        fetched_at=fetched_at,
        elapsed_s=0.0,
        robots=robots_directives(headers.get("x-robots-tag", ()), text, "xianwen"),
        exchange=exchange,
    )
