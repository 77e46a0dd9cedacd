"""A page out of a saved file, decoded as one from the network would be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.fetch.charset import decode
from bot.fetch.directives import robots_directives
from bot.model import FetchedPage, Validators

if TYPE_CHECKING:
    from pathlib import Path


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
