"""Article links of an RSS or Atom feed that the site itself offers."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import feedparser

from bot.discover.found import Found
from bot.errors import ListingEmptyError, ListingMissingError
from bot.model import ArticleLink, Precision, Published
from bot.urls import resolve

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.model import FetchedPage, ListingRules


#: tags of the richest feed that is read; one of 60,000 takes feedparser three seconds
_MAX_TAGS = 60_000
#: what feedparser raises for feeds that it does not foresee, such as a reference to a surrogate
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


def read(page: FetchedPage, rules: ListingRules, zone: ZoneInfo) -> Found:  # noqa: ARG001 (one shape for every kind)
    """Return the links of a feed; raises as ``discover`` does."""
    tag_count = page.body.count(b"<")
    if tag_count > _MAX_TAGS:
        raise ListingMissingError(
            f"the feed has {tag_count:,} tags, {_MAX_TAGS:,} are the most that is read"
        )
    try:
        parsed = feedparser.parse(
            page.body, response_headers={"content-type": f"text/xml; charset={page.charset}"}
        )
    except _STUMBLES as error:
        raise ListingMissingError(f"the feed cannot be read: {error}") from None
    if not parsed.get("version"):
        raise ListingMissingError("the page is neither RSS nor Atom")
    links = []
    for entry in parsed.entries:
        url = resolve(page.effective_url, entry.get("link") or "")
        if url is not None and entry.get("link"):
            title = " ".join((entry.get("title") or "").split())
            links.append(ArticleLink(url=url, title=title, published=_published(entry, zone)))
    if not links:
        raise ListingEmptyError("the feed has no entry with a link")
    following = next(
        (link.href for link in parsed.feed.get("links", []) if link.rel == "next"), None
    )
    next_url = resolve(page.effective_url, following) if following else None
    return Found(links=tuple(links), next_url=next_url, evidence=f"feed: {parsed.version}")


def _published(entry: feedparser.FeedParserDict, zone: ZoneInfo) -> Published | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    at = datetime.fromtimestamp(calendar.timegm(parsed), UTC).astimezone(zone)
    return Published(at=at, precision=Precision.SECOND)
