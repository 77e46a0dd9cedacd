"""A feed in no format yet: what it says, apart from how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

#: a video as it leaves the sanitiser
_VIDEO = re.compile(r'<video\b[^>]*?\bsrc="([^"]*)"[^>]*>')
#: what is left of one: its end, or a video without an address
_VIDEO_TAG = re.compile(r"</?video\b[^>]*>")

#: When a feed without entries was last changed: never since it was thought of.
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)


class Format(StrEnum):
    """How a feed is written; the value is the name of a subscription document.

    Another format is a member here and a writer in ``bot/publish/document.py``.
    """

    RSS = "rss.xml"
    ATOM = "atom.xml"
    JSON = "feed.json"

    @property
    def suffix(self) -> str:
        """How the names of archive documents and of searches end."""
        return _TRAITS[self][0]

    @property
    def media_type(self) -> str:
        """The media type, without its charset."""
        return _TRAITS[self][1]

    @property
    def label(self) -> str:
        """The name that people know it by."""
        return _TRAITS[self][2]


_TRAITS = {
    Format.RSS: ("rss", "application/rss+xml", "RSS"),
    Format.ATOM: ("atom", "application/atom+xml", "Atom"),
    Format.JSON: ("json", "application/feed+json", "JSON Feed"),
}
BY_SUFFIX = {form.suffix: form for form in Format}


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A district, a town or a rubric that an entry belongs to."""

    term: str
    label: str
    #: what kind of term it is, as an absolute address
    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of an entry."""

    #: absolute, ASCII
    url: str
    #: None when nobody has looked at it
    media_type: str | None = None
    size_bytes: int | None = None
    description: str = ""
    #: pixels, both or neither
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Another place where an entry's story was published."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in its form inside a feed."""

    #: tag URI, the same in every feed and for ever
    id: str
    article_id: str
    #: one line, means the same as text and as HTML
    title: str
    #: our page of it, absolute
    url: str
    #: the page that it was taken from, absolute
    original_url: str
    #: who published it, as the page or the source's configuration says; may be empty
    origin: str
    #: address of the listing that it was found on; None for a source that is configured no more
    origin_url: str | None
    authors: tuple[str, ...]
    #: aware, in China's time; the day is the page's own
    published: datetime
    is_day_only: bool
    #: aware; the last change that a reader would notice
    updated: datetime
    #: plain text, one line, may be empty
    summary: str
    #: sanitised HTML: the article, its beginning, or nothing, as its source allows
    body: str
    #: HTML of a last line that names origin and editors and links the original
    colophon: str
    categories: tuple[Category, ...] = ()
    pictures: tuple[Picture, ...] = ()
    publications: tuple[Publication, ...] = ()
    is_withdrawn: bool = False
    revision_number: int = 1

    @property
    def html(self) -> str:
        """What a reader shows: body and last line.

        Videos are links: readers drop them, or play them without controls, which the W3C's
        validator calls a risk.
        """
        body = self.body
        if "<video" in body:
            body = _VIDEO.sub(r'<a href="\1">▶ 观看视频</a>', body)
            body = _VIDEO_TAG.sub("", body)
        return body + self.colophon


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """An entry that was taken down and must go from readers' lists (RFC 6721)."""

    id: str
    removed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Where a document stands among those of its feed's whole history (RFC 5005 section 4)."""

    #: addresses of the subscription document in each format
    current_urls: dict[Format, str]
    #: … of the archive document that holds what is older; None where this is the oldest
    prev_archive_urls: dict[Format, str] | None = None
    #: True for an archive document, False for the one that is subscribed to
    is_archive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says, newest entry first."""

    #: tag URI, the same in every format and archive document
    id: str
    title: str
    subtitle: str
    #: the page that shows the same to people, absolute
    home_url: str
    #: absolute address of each format of this very document
    self_urls: dict[Format, str]
    updated: datetime
    entries: tuple[Entry, ...]
    author: str
    generator: str
    generator_url: str
    icon_url: str
    stylesheet_url: str
    language: str = "zh-CN"
    ttl_minutes: int = 15
    hubs: tuple[str, ...] = ()
    history: History | None = None
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed as it goes over the wire."""

    body: bytes
    #: with its charset where the type has one
    media_type: str
    #: strong, quoted, over the body
    etag: str
    #: UTC, whole seconds
    last_modified: datetime
