"""A feed written in a format: bytes with their validators."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from bot.publish.feed import FeedDocument, Format
from bot.publish.jsonfeed import write_json
from bot.publish.xml import write_atom, write_rss

if TYPE_CHECKING:
    from bot.publish.feed import Feed
    from bot.publish.pieces import Pieces

_WRITERS = {Format.RSS: write_rss, Format.ATOM: write_atom, Format.JSON: write_json}


def write(feed: Feed, form: Format, pieces: Pieces | None = None) -> FeedDocument:
    """Return ``feed`` in ``form``; nothing in it depends on the time of the run.

    ``pieces`` keeps what is made of entries from one document to the next.
    """
    body = _WRITERS[form](feed, pieces)
    return FeedDocument(
        body=body,
        media_type=f"{form.media_type}; charset=utf-8",
        etag=etag_of(body),
        last_modified=feed.updated.astimezone(UTC).replace(microsecond=0),
    )


def etag_of(body: bytes) -> str:
    """Return a strong entity tag over ``body``, with its quotes (RFC 9110 section 8.8.3)."""
    return f'"{urlsafe_b64encode(blake2b(body, digest_size=15).digest()).decode()}"'


def http_date(at: datetime) -> str:
    """Return an aware instant as HTTP headers give it (RFC 9110 section 5.6.7)."""
    at = at.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[at.month * 3 - 3 : at.month * 3]
    return f"{day}, {at.day:02} {month} {at.year:04} {at.hour:02}:{at.minute:02}:{at.second:02} GMT"
