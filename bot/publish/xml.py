"""RSS 2.0 and Atom 1.0 by feedgen, fed so that none of its faults shows.

Each format is written by a generator of its own, because content that is CDATA in RSS would
make feedgen write the invalid ``type="CDATA"`` in Atom.  Every instant is set, because feedgen
fills the missing ones with the time of the run.

A document is its head, made anew, and its entries, each of which is made once and kept: the same
entry stands in a dozen feeds, and in most of them nothing changed but one.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from bot.publish.extension import NAMESPACES, EntryExtras, FeedExtras
from bot.publish.feed import Format
from bot.publish.pieces import Pieces

if TYPE_CHECKING:
    from bot.publish.feed import Entry, Feed

_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
_RSS_END = b"</channel></rss>"
_ATOM_END = b"</feed>"


def write_rss(feed: Feed, pieces: Pieces | None = None) -> bytes:
    """Return ``feed`` as RSS 2.0, UTF-8, the same bytes for the same feed."""
    generator = _generator(feed)
    generator.link(
        href=feed.self_urls[Format.RSS], rel="self", type=Format.RSS.media_type
    )  # before the alternate: feedgen takes the last link for the channel's
    generator.link(href=feed.home_url, rel="alternate")
    generator.description(feed.subtitle)
    generator.lastBuildDate(feed.updated)
    generator.ttl(feed.ttl_minutes)
    generator.generator(feed.generator)
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.image(url=feed.icon_url, title=feed.title, link=feed.home_url)
    return _joined(generator.rss_str(), _RSS_END, feed, Format.RSS, pieces)


def write_atom(feed: Feed, pieces: Pieces | None = None) -> bytes:
    """Return ``feed`` as Atom 1.0, UTF-8, the same bytes for the same feed."""
    generator = _generator(feed)
    generator.link(href=feed.self_urls[Format.ATOM], rel="self", type=Format.ATOM.media_type)
    generator.link(href=feed.home_url, rel="alternate", type="text/html")
    generator.subtitle(feed.subtitle)
    generator.updated(feed.updated)
    generator.author(name=feed.author, uri=feed.generator_url)
    generator.generator(feed.generator, uri=feed.generator_url)
    generator.icon(feed.icon_url)
    return _joined(generator.atom_str(), _ATOM_END, feed, Format.ATOM, pieces)


def _generator(feed: Feed) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("xianwen", lambda: FeedExtras(feed), None)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.language(feed.language)
    return generator


def _rss_item(entry: Entry) -> bytes:
    item = _entry(entry)
    item.guid(entry.id, permalink=False)
    item.link(href=entry.url)
    # Never empty: without a description feedgen puts the content in its place.
    item.description(escape(entry.summary or entry.title, quote=False))
    item.content(entry.html, type="CDATA")
    return _alone(item.rss_entry())


def _atom_entry(entry: Entry) -> bytes:
    element = _entry(entry)
    element.id(entry.id)
    element.updated(entry.updated)
    element.published(entry.published)
    if entry.summary:
        element.summary(entry.summary)
    element.content(entry.html, type="html")
    return _alone(element.atom_entry())


def _entry(entry: Entry) -> FeedEntry:
    element = FeedEntry()
    element.register_extension("xianwen", lambda: EntryExtras(entry))
    element.title(entry.title)
    return element


def _alone(element: Any) -> bytes:
    """Return an element as it stands in a document whose root declares the prefixes."""
    root = etree.Element("root", nsmap=NAMESPACES)
    root.append(element)
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return document[len(_ROOT) : -len(b"</root>")]


#: the root of ``_alone`` as it is written, without the slash of an empty element
_ROOT = etree.tostring(etree.Element("root", nsmap=NAMESPACES))[:-2] + b">"
_PIECES = {Format.RSS: _rss_item, Format.ATOM: _atom_entry}


def _joined(head: bytes, end: bytes, feed: Feed, form: Format, pieces: Pieces | None) -> bytes:
    """Return a document without entries with those of ``feed``, each on a line of its own.

    A style sheet goes before it, for people who open it in a browser.
    """
    make = _PIECES[form]
    kept = pieces if pieces is not None else Pieces()
    link = escape(feed.stylesheet_url)
    instruction = f'<?xml-stylesheet type="text/css" href="{link}"?>\n'.encode()
    parts = [kept.of(entry, form.value, make) for entry in feed.entries]
    start = head.removeprefix(_DECLARATION).removesuffix(end)
    return b"\n".join([_DECLARATION + instruction + start, *parts, end])
