"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.publish.feed import Format
from bot.publish.pieces import Pieces

if TYPE_CHECKING:
    from bot.publish.feed import Entry, Feed

VERSION = "https://jsonfeed.org/version/1.1"


def write_json(feed: Feed, pieces: Pieces | None = None) -> bytes:
    """Return ``feed`` as JSON Feed 1.1, UTF-8, the same bytes for the same feed."""
    kept = pieces if pieces is not None else Pieces()
    document: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_urls[Format.JSON],
        "description": feed.subtitle,
        "icon": feed.icon_url,
        "authors": [{"name": feed.author, "url": feed.generator_url}],
        "language": feed.language,
    }
    if feed.history is not None and feed.history.prev_archive_urls is not None:
        document["next_url"] = feed.history.prev_archive_urls[Format.JSON]
    if feed.hubs:
        document["hubs"] = [{"type": "WebSub", "url": hub} for hub in feed.hubs]
    document["_xianwen"] = {
        "about": feed.generator_url,
        "generator": feed.generator,
        "updated": feed.updated.isoformat(),
        **({"removed": [r.id for r in feed.removed]} if feed.removed else {}),
    }
    document["items"] = []
    # An item names the page that explains our own key in it.
    kind = f"{Format.JSON.value} {feed.generator_url}"
    items = [
        kept.of(entry, kind, lambda one: _dumped(_item(one, feed.generator_url)))
        for entry in feed.entries
    ]
    return _dumped(document).removesuffix(b"]}") + b",\n".join(items) + b"]}"


def _dumped(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry, about: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.original_url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
    }
    if entry.summary:
        item["summary"] = entry.summary
    if entry.pictures:
        item["image"] = entry.pictures[0].url
    names = entry.authors or ((entry.origin,) if entry.origin else ())
    if names:
        item["authors"] = [{"name": name} for name in names]
    if entry.categories:
        item["tags"] = [category.label for category in entry.categories]
    attachments = [
        {"url": p.url, "mime_type": p.media_type, "size_in_bytes": p.size_bytes}
        for p in entry.pictures
        if p.media_type and p.size_bytes
    ]
    if attachments:
        item["attachments"] = attachments
    item["_xianwen"] = {
        "about": about,
        "origin": entry.origin,
        "precision": "day" if entry.is_day_only else "second",
        "revision": entry.revision_number,
        "withdrawn": entry.is_withdrawn,
        "categories": [{"term": c.term, "scheme": c.scheme} for c in entry.categories],
        "publications": [{"name": p.name, "url": p.url} for p in entry.publications],
    }
    return item
