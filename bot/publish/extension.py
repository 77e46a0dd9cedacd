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
from lxml.etree import SubElement

from bot.publish.feed import Format

if TYPE_CHECKING:
    from bot.publish.feed import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
FH = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
SY = "http://purl.org/rss/1.0/modules/syndication/"
TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
#: what entries may use, by the prefixes that the root of every document declares as it needs them
NAMESPACES = {"media": MEDIA, "dc": DC, "content": CONTENT}


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
            SubElement(channel, f"{{{ATOM}}}link", rel="hub", href=hub)
        self._history_links(channel, f"{{{ATOM}}}link", Format.RSS)
        self._update_rate(channel)
        return rss

    def extend_atom(self, feed: Any) -> Any:
        """Add to the feed; feedgen has not added the entries yet."""
        for hub in self.feed.hubs:
            SubElement(feed, "link", rel="hub", href=hub)
        self._history_links(feed, "link", Format.ATOM)
        self._update_rate(feed)
        for removed in self.feed.removed:
            SubElement(
                feed,
                f"{{{TOMBSTONE}}}deleted-entry",
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
        media_type = form.media_type
        if history.is_archive:
            SubElement(parent, f"{{{FH}}}archive")
            current = history.current_urls[form]
            SubElement(parent, tag, rel="current", href=current, type=media_type)
        if history.prev_archive_urls is not None:
            older = history.prev_archive_urls[form]
            SubElement(parent, tag, rel="prev-archive", href=older, type=media_type)

    def _update_rate(self, parent: Any) -> None:
        SubElement(parent, f"{{{SY}}}updatePeriod").text = "hourly"
        times = max(1, 60 // max(1, self.feed.ttl_minutes))
        SubElement(parent, f"{{{SY}}}updateFrequency").text = str(times)


class EntryExtras(BaseEntryExtension):  # type: ignore[misc]
    """Adds to an item or entry element what its ``Entry`` says and feedgen cannot write."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def extend_rss(self, item: Any) -> Any:
        """Add authors, date, categories, origin and pictures to an RSS item."""
        entry = self.entry
        for category in entry.categories:
            SubElement(item, "category", domain=category.scheme).text = category.label
        # One element: of several, readers such as newsboat and feedparser's show the last alone.
        if entry.authors or entry.origin:
            SubElement(item, f"{{{DC}}}creator").text = "、".join(entry.authors) or entry.origin
        SubElement(item, "pubDate").text = format_datetime(entry.published)
        if entry.origin and entry.origin_url:
            SubElement(item, "source", url=entry.origin_url).text = entry.origin
        self._enclosure(item)
        self._pictures(item)
        return item

    def extend_atom(self, element: Any) -> Any:
        """Add authors, links with their attributes, categories, origin, pictures to an entry."""
        entry = self.entry
        for name in entry.authors or ((entry.origin,) if entry.origin else ()):
            SubElement(SubElement(element, "author"), "name").text = name
        for category in entry.categories:
            SubElement(
                element,
                "category",
                term=category.term,
                scheme=category.scheme,
                label=category.label,
            )
        SubElement(element, "link", rel="alternate", href=entry.url, type="text/html")
        SubElement(element, "link", rel="via", href=entry.original_url, type="text/html")
        for other in entry.publications:
            SubElement(element, "link", rel="related", href=other.url, title=other.name)
        for picture in entry.pictures:
            link = SubElement(element, "link", rel="enclosure", href=picture.url)
            if picture.media_type:
                link.set("type", picture.media_type)
            if picture.size_bytes:
                link.set("length", str(picture.size_bytes))
        if entry.origin and entry.origin_url:
            source = SubElement(element, "source")
            SubElement(source, "id").text = entry.origin_url
            SubElement(source, "title").text = entry.origin
            SubElement(source, "updated").text = entry.updated.isoformat()
            SubElement(source, "link", rel="alternate", href=entry.origin_url, type="text/html")
        self._pictures(element)
        return element

    def _enclosure(self, item: Any) -> None:
        """Add the first picture whose type and size are known: RSS wants both, and only one."""
        for picture in self.entry.pictures:
            if picture.media_type and picture.size_bytes:
                SubElement(
                    item,
                    "enclosure",
                    url=picture.url,
                    length=str(picture.size_bytes),
                    type=picture.media_type,
                )
                return

    def _pictures(self, parent: Any) -> None:
        for picture in self.entry.pictures:
            content = SubElement(parent, f"{{{MEDIA}}}content", url=picture.url, medium="image")
            if picture.media_type:
                content.set("type", picture.media_type)
            if picture.size_bytes:
                content.set("fileSize", str(picture.size_bytes))
            if picture.width and picture.height:
                content.set("width", str(picture.width))
                content.set("height", str(picture.height))
            if picture.description:
                SubElement(content, f"{{{MEDIA}}}description").text = picture.description
