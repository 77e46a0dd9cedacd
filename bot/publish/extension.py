"""What feedgen lacks, through its own extension mechanism.

feedgen instantiates an extension for the feed and one for each entry, and lets it add to the
element tree before the feed is serialised.  Ours add, beside what no feedgen method writes:

- entry links with their attributes: feedgen 1.0.0 rebinds its loop variable in ``atom_entry``
  and writes a bare ``href`` whatever it was told;
- RSS dates: feedgen switches the process's locale for each, and gives ``lastBuildDate`` and
  ``updated`` the time of the run;
- names of authors without an e-mail address, as ``dc:creator``;
- WebSub links, RFC 5005 links, RFC 6721 tombstones, media, origin, how often to ask.
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.util import xml_elem

from bot.publish.feed import MEDIA_TYPES, Format

if TYPE_CHECKING:
    from bot.publish.feed import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
FH = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
SY = "http://purl.org/rss/1.0/modules/syndication/"
TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"


class FeedExtras(BaseExtension):  # type: ignore[misc]
    """Adds to the channel or feed element what its ``Feed`` says and feedgen cannot write."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def extend_ns(self) -> dict[str, str]:
        """Return the prefixes that the document declares: those that it uses."""
        feed = self.feed
        prefixes = {"dc": DC, "sy": SY}
        if any(entry.pictures for entry in feed.entries):
            prefixes["media"] = MEDIA
        if feed.history is not None and feed.history.is_archive:
            prefixes["fh"] = FH
        if feed.removed:
            prefixes["at"] = TOMBSTONE
        return prefixes

    def extend_rss(self, rss: Any) -> Any:
        """Add to the channel; feedgen has not added the items yet."""
        channel = rss[0]
        for hub in self.feed.hubs:
            xml_elem(f"{{{ATOM}}}link", channel, rel="hub", href=hub)
        self._history_links(channel, f"{{{ATOM}}}link", Format.RSS)
        self._update_rate(channel)
        return rss

    def extend_atom(self, feed: Any) -> Any:
        """Add to the feed; feedgen has not added the entries yet."""
        for hub in self.feed.hubs:
            xml_elem("link", feed, rel="hub", href=hub)
        self._history_links(feed, "link", Format.ATOM)
        self._update_rate(feed)
        for removed in self.feed.removed:
            xml_elem(
                f"{{{TOMBSTONE}}}deleted-entry",
                feed,
                ref=removed.id,
                when=removed.removed_at.isoformat(),
            )
        return feed

    def _history_links(self, parent: Any, tag: str, form: Format) -> None:
        """Add where older entries are.

        No ``next-archive``: it would change a document whenever a newer one appears.
        """
        history = self.feed.history
        if history is None:
            return
        media_type = MEDIA_TYPES[form]
        if history.is_archive:
            xml_elem(f"{{{FH}}}archive", parent)
            current = history.current_urls[form]
            xml_elem(tag, parent, rel="current", href=current, type=media_type)
        if history.prev_archive_urls is not None:
            older = history.prev_archive_urls[form]
            xml_elem(tag, parent, rel="prev-archive", href=older, type=media_type)

    def _update_rate(self, parent: Any) -> None:
        xml_elem(f"{{{SY}}}updatePeriod", parent).text = "hourly"
        times = max(1, 60 // max(1, self.feed.ttl_minutes))
        xml_elem(f"{{{SY}}}updateFrequency", parent).text = str(times)


class EntryExtras(BaseEntryExtension):  # type: ignore[misc]
    """Adds to an item or entry element what its ``Entry`` says and feedgen cannot write."""

    entry: Entry

    def extend_rss(self, item: Any) -> Any:
        """Add authors, date, origin and pictures to an RSS item."""
        entry = self.entry
        # One element: of several, readers such as newsboat and feedparser's show the last alone.
        if entry.authors or entry.origin:
            xml_elem(f"{{{DC}}}creator", item).text = "、".join(entry.authors) or entry.origin
        xml_elem("pubDate", item).text = format_datetime(entry.published)
        if entry.origin and entry.origin_url:
            xml_elem("source", item, url=entry.origin_url).text = entry.origin
        self._enclosure(item)
        self._pictures(item)
        return item

    def extend_atom(self, element: Any) -> Any:
        """Add links with their attributes, origin and pictures to an Atom entry."""
        entry = self.entry
        xml_elem("link", element, rel="alternate", href=entry.url, type="text/html")
        xml_elem("link", element, rel="via", href=entry.original_url, type="text/html")
        for other in entry.publications:
            xml_elem("link", element, rel="related", href=other.url, title=other.name)
        for picture in entry.pictures:
            link = xml_elem("link", element, rel="enclosure", href=picture.url)
            if picture.media_type:
                link.set("type", picture.media_type)
            if picture.size_bytes:
                link.set("length", str(picture.size_bytes))
        if entry.origin and entry.origin_url:
            source = xml_elem("source", element)
            xml_elem("id", source).text = entry.origin_url
            xml_elem("title", source).text = entry.origin
            xml_elem("updated", source).text = entry.updated.isoformat()
            xml_elem("link", source, rel="alternate", href=entry.origin_url, type="text/html")
        self._pictures(element)
        return element

    def _enclosure(self, item: Any) -> None:
        """Add the first picture whose type and size are known: RSS wants both, and only one."""
        for picture in self.entry.pictures:
            if picture.media_type and picture.size_bytes:
                xml_elem(
                    "enclosure",
                    item,
                    url=picture.url,
                    length=str(picture.size_bytes),
                    type=picture.media_type,
                )
                return

    def _pictures(self, parent: Any) -> None:
        for picture in self.entry.pictures:
            content = xml_elem(f"{{{MEDIA}}}content", parent, url=picture.url, medium="image")
            if picture.media_type:
                content.set("type", picture.media_type)
            if picture.size_bytes:
                content.set("fileSize", str(picture.size_bytes))
            if picture.description:
                xml_elem(f"{{{MEDIA}}}description", content).text = picture.description
