"""RSS 2.0 and Atom 1.0 by feedgen, fed so that none of its faults shows.

Each format is written by a generator of its own, because content that is CDATA in RSS would
make feedgen write the invalid ``type="CDATA"`` in Atom.  Every instant is set, because feedgen
fills the missing ones with the time of the run; entries are appended, because it prepends.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from feedgen.feed import FeedGenerator

from bot.publish.extension import EntryExtras, FeedExtras
from bot.publish.feed import MEDIA_TYPES, Format

if TYPE_CHECKING:
    from bot.publish.feed import Feed

_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def write_rss(feed: Feed) -> bytes:
    """Return ``feed`` as RSS 2.0, UTF-8, the same bytes for the same feed."""
    generator = _generator(feed)
    generator.link(
        href=feed.self_urls[Format.RSS], rel="self", type=MEDIA_TYPES[Format.RSS]
    )  # before the alternate: feedgen takes the last link for the channel's
    generator.link(href=feed.home_url, rel="alternate")
    generator.description(feed.subtitle)
    generator.lastBuildDate(feed.updated)
    generator.ttl(feed.ttl_minutes)
    generator.generator(feed.generator)
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.image(url=feed.icon_url, title=feed.title, link=feed.home_url)
    for entry in feed.entries:
        item = generator.add_entry(order="append")
        item.title(entry.title)
        item.guid(entry.id, permalink=False)
        item.link(href=entry.url)
        # Never empty: without a description feedgen puts the content in its place.
        item.description(escape(entry.summary or entry.title, quote=False))
        item.content(entry.html, type="CDATA")
        for category in entry.categories:
            item.category(term=category.term, label=category.label, scheme=category.scheme)
        item.xianwen.entry = entry
    return _styled(generator.rss_str(), feed)


def write_atom(feed: Feed) -> bytes:
    """Return ``feed`` as Atom 1.0, UTF-8, the same bytes for the same feed."""
    generator = _generator(feed)
    generator.link(href=feed.self_urls[Format.ATOM], rel="self", type=MEDIA_TYPES[Format.ATOM])
    generator.link(href=feed.home_url, rel="alternate", type="text/html")
    generator.subtitle(feed.subtitle)
    generator.updated(feed.updated)
    generator.author(name=feed.author, uri=feed.generator_url)
    generator.generator(feed.generator, uri=feed.generator_url)
    generator.icon(feed.icon_url)
    for entry in feed.entries:
        element = generator.add_entry(order="append")
        element.title(entry.title)
        element.id(entry.id)
        element.updated(entry.updated)
        element.published(entry.published)
        names = entry.authors or ((entry.origin,) if entry.origin else ())
        element.author([{"name": name} for name in names])
        if entry.summary:
            element.summary(entry.summary)
        element.content(entry.html, type="html")
        for category in entry.categories:
            element.category(term=category.term, label=category.label, scheme=category.scheme)
        element.xianwen.entry = entry
    return _styled(generator.atom_str(), feed)


def _generator(feed: Feed) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("xianwen", lambda: FeedExtras(feed), EntryExtras)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.language(feed.language)
    return generator


def _styled(document: bytes, feed: Feed) -> bytes:
    """Return the document with a style sheet for people who open it in a browser."""
    link = escape(feed.stylesheet_url)
    instruction = f'<?xml-stylesheet type="text/css" href="{link}"?>\n'.encode()
    return _DECLARATION + instruction + document.removeprefix(_DECLARATION)
