"""The kept values. Frozen; every datetime is aware and in UTC unless said otherwise.

Stored once, read by the write side to decide and by the read side to publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime


#: begins the evidence of a district that another publication of the story is about
OF_STORY = "story: "


class Status(StrEnum):
    """Whether the page of an article still stands where we found it."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBlock:
    """One block of an article's body, in reading order."""

    #: paragraph, subheading, image, caption, credit, list, quote, table or video
    kind: str
    text: str
    html: str
    url: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDistrict:
    """An article's assignment to a district, with its evidence."""

    adcode: str
    evidence: str
    town: str | None = None

    @property
    def is_of_story(self) -> bool:
        """Tell whether another publication of the story says so, and not the article itself."""
        return self.evidence.startswith(OF_STORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a list of articles, newest first: what follows is older than this."""

    sorted_at: datetime
    id: str


class Placed(NamedTuple):
    """An article's place in time, without the article."""

    #: counts articles in the order of first sight
    number: int
    sorted_at: datetime
    changed_at: datetime
    is_backfilled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are meant; every condition that is given must hold. None: all of them."""

    #: about any of these districts; an empty tuple selects nothing
    adcodes: tuple[str, ...] | None = None
    source_id: str | None = None
    #: last level of the breadcrumb
    category: str | None = None
    #: full name of a town; best given with its district, for names recur
    town: str | None = None
    #: each story once: as the publication that was seen first, of those in ``adcodes``
    story_heads_only: bool = False
    #: without those that were old when they were taken in
    is_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The record that we keep of a page: its newest revision and all that is fixed of it."""

    #: opaque, fixed at first sight, never reused: 26 characters, sorts by first sight (ULID)
    id: str
    story_id: str
    source_id: str
    canonical_url: str
    #: the address that a reader is sent to
    url: str
    title: str
    #: as the page says it, aware with the source's own offset; None when the page says nothing
    published_at: datetime | None
    #: day, minute or second; None when ``published_at`` is
    published_precision: str | None
    first_seen_at: datetime
    #: when the newest material revision was seen; None while there was none
    revised_at: datetime | None
    #: 1 for an article that was never revised
    revision_number: int
    #: the instant that orders it in every feed and list: stable, fixed at first sight
    sorted_at: datetime
    #: 来源 as the page names it
    source_name: str | None
    authors: tuple[str, ...]
    #: (role, name) pairs in page order
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    districts: tuple[KeptDistrict, ...]
    blocks: tuple[KeptBlock, ...]
    #: prose alone, one block a line
    text: str
    #: sanitised
    html: str
    #: full, excerpt or link: how much of it a feed may carry
    republish: str
    status: Status = Status.LIVE
    withdrawn_at: datetime | None = None
    #: last instant at which anything that a reader sees has changed: the above, or withdrawal
    changed_at: datetime | None = None
    #: represents its story where a story is carried once: the first seen of its publications
    is_story_head: bool = True
    #: it was old when it was taken in, and is in no subscription document
    is_backfilled: bool = False
    #: versioned hashes of the newest revision, as the pipeline gave them
    content_fingerprint: str = ""
    text_fingerprint: str = ""

    @property
    def cursor(self) -> Cursor:
        """The place behind this article in a list that is ordered newest first."""
        return Cursor(sorted_at=self.sorted_at, id=self.id)

    @property
    def updated_at(self) -> datetime:
        """The last instant at which a reader would see something new: revision or first sight."""
        return self.revised_at or self.first_seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One material state of an article; the newest one equals the article's own fields."""

    article_id: str
    #: counted from 1
    number: int
    seen_at: datetime
    title: str
    published_at: datetime | None
    published_precision: str | None
    source_name: str | None
    blocks: tuple[KeptBlock, ...]
    text: str
    html: str
    #: versioned hash of the content, as the pipeline gave it
    content_fingerprint: str
    #: why it was made, in words: ``first seen``, ``text changed``, ``re-extracted``
    reason: str
    #: the raw page that it was made from; None for imported articles
    raw_record_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles that are reprints or rewrites of the same text."""

    #: the id of the article that began it
    id: str
    created_at: datetime
    #: the article that the others were taken from, as far as can be told
    original_id: str
    #: how that is known: ``first seen``, ``来源 names its site``
    original_reason: str
    #: ids of its articles in the order of first sight, the first being its head
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedText:
    """What cleaning took out of a page and by which rule."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFingerprints:
    """Versioned hashes by which an article is found again."""

    content: str
    text: str
    #: MinHash bands, signed 64-bit; empty for a text too short to be told apart by them
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """Everything that is written in one transaction when an article is kept or revised."""

    #: None for an article seen for the first time
    article_id: str | None
    #: None begins a story of its own
    story_id: str | None
    source_id: str
    canonical_url: str
    url: str
    title: str
    published_at: datetime | None
    published_precision: str | None
    source_name: str | None
    authors: tuple[str, ...]
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    districts: tuple[KeptDistrict, ...]
    blocks: tuple[KeptBlock, ...]
    text: str
    html: str
    republish: str
    removed: tuple[RemovedText, ...]
    fingerprints: KeptFingerprints
    #: why: the decision's own words
    reason: str
    seen_at: datetime
    #: it is old and was looked for: kept and listed, and no news
    is_backfilled: bool = False
    #: an upper bound of its place in time, for a page that tells no date; None without one
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """A request and its response as they went over the wire."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    http_version: str
    status: int
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    #: the entity as received: transfer encoding undone, content encoding still on
    payload: bytes
    fetched_at: datetime
    peer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValidators:
    """What an answer was stamped with, exactly as sent (RFC 9110 section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known of a source between two crawls."""

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    #: digest of the listing's links, for servers that send no validators
    listing_digest: str | None = None
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    #: last time that the listing held an unknown article
    last_news_at: datetime | None = None
    next_run_at: datetime | None = None
    #: failures in a row
    failure_count: int = 0
    #: kind of the last failure, such as ``dns`` or ``listing-missing``; None after a success
    failure_kind: str | None = None
    #: the last failure in a sentence
    failure_text: str | None = None
    is_paused: bool = False
    #: a walk along the listing's pages was cut short and must be made again
    is_walk_open: bool = False
    #: what its history teaches of its rhythm, as the scheduler writes it; None before a visit
    rhythm: str | None = None
    #: why ``next_run_at`` is what it is
    plan_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One finished visit to a source: its closing counts."""

    source_id: str
    started_at: datetime
    finished_at: datetime
    #: ok, unchanged, or the kind of the failure
    outcome: str
    link_count: int = 0
    new_count: int = 0
    revised_count: int = 0
    reprint_count: int = 0
    unchanged_count: int = 0
    failed_count: int = 0
    request_count: int = 0
    body_bytes: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRobots:
    """A robots.txt as it was had."""

    #: ``scheme://host[:port]``
    origin: str
    #: empty when the server has none
    text: str
    #: aware
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTraffic:
    """What we asked of one host on one day."""

    #: ``host`` or ``host:port``
    host: str
    #: in Asia/Shanghai
    day: date
    request_count: int
    #: of entities, as sent
    body_bytes: int
    #: requests that were answered with 304
    not_modified_count: int
    #: requests that got no whole answer
    failure_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfCrawls:
    """The sums of a source's crawls of one day."""

    source_id: str
    #: in China
    day: date
    #: articles that were new, reprints included
    article_count: int
    request_count: int
