"""The values in flight, in the order of the pipeline: one frozen value per stage.

``Source`` → ``FetchedPage`` → ``ArticleLink`` → ``ExtractedArticle`` → ``CleanArticle`` →
``Assignment`` → ``Decision``.  A later value contains the former one instead of copying its
fields.  Every datetime is aware; numbers carry their unit in their names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.urls import canonicalise

if TYPE_CHECKING:
    from datetime import date, datetime

# ── operator's intent ────────────────────────────────────────────────────────────────────


class Republish(StrEnum):
    """How much of an article a feed may carry."""

    FULL = "full"
    EXCERPT = "excerpt"
    LINK = "link"


class Pictures(StrEnum):
    """What happens to the pictures of a source."""

    ARCHIVE = "archive"
    LINK = "link"
    DROP = "drop"


class SourceKind(StrEnum):
    """What the listing of a source is."""

    HTML = "html"
    JSON = "json"
    FEED = "feed"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules:
    """Where the article links of a listing are; an empty field means: find it by structure."""

    #: CSS selector of one entry, or for JSON the dotted path of the list
    item: str | None = None
    #: CSS selector of the link inside the entry, or the dotted key of its address
    link: str | None = None
    title: str | None = None
    date: str | None = None
    #: ``strptime`` format of the entry's date
    date_format: str | None = None
    #: CSS selector of the link to the next listing page
    next_page: str | None = None
    #: how many listing pages one crawl may read while it meets unknown articles
    max_pages: int = 5
    #: regular expressions that an article address must / must not match (searched, not anchored)
    keep: tuple[str, ...] = ()
    block: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRules:
    """Where the parts of an article are: CSS selectors, tried in order; empty means: find it."""

    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_format: str | None = None
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    breadcrumb: tuple[str, ...] = ()
    #: CSS selectors of what is removed before anything is read
    strip: tuple[str, ...] = ()
    #: ids and classes (substring) of what is removed before anything is read
    strip_id_or_class: tuple[str, ...] = ()
    #: (regular expression, replacement) applied to each text block
    replace: tuple[tuple[str, str], ...] = ()
    #: CSS selector of the link to the article's next page
    next_page_link: str | None = None
    #: regular expressions of anti-copy text to remove from the end of blocks
    watermark: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A county-level division: the unit that has feeds of its own."""

    #: GB/T 2260 code, six digits
    adcode: str
    #: the name in addresses: lower-case letters, digits and hyphens, unique
    slug: str
    #: full name, such as 汉滨区
    name: str
    #: name without its class, such as 汉滨
    short_name: str
    city: str
    #: GB/T 2260 code of the city, six digits ending in 00
    city_adcode: str
    city_slug: str
    province: str
    #: towns and subdistricts, full names, may be empty
    towns: tuple[str, ...] = ()
    #: further names that mean this district, such as a former 旬阳县
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One section of one site that is crawled."""

    id: str
    #: address of the listing
    url: str
    #: six-digit code of a county, or of a city (…00) whose articles are located one by one
    adcode: str
    name: str = ""
    kind: SourceKind = SourceKind.HTML
    is_enabled: bool = True
    #: charset that overrides what the server and the page say
    charset: str | None = None
    #: IANA time zone of dates on the page
    timezone: str = "Asia/Shanghai"
    min_interval_s: float = 300.0
    max_interval_s: float = 86400.0
    #: least pause between two requests to the host
    delay_s: float = 2.0
    timeout_s: float = 30.0
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str | None = None
    is_tls_legacy: bool = False
    #: HTTP/2 where the server offers it, over the slower transport
    is_http2: bool = False
    is_rendered: bool = False
    #: last day on which the rules are known to fit; afterwards the operator is reminded
    valid_until: date | None = None
    republish: Republish = Republish.FULL
    pictures: Pictures = Pictures.LINK
    #: most articles fetched in one crawl
    max_articles: int = 100
    #: name of the CMS template that the rules were taken from
    cms: str | None = None
    listing: ListingRules = field(default_factory=ListingRules)
    article: ArticleRules = field(default_factory=ArticleRules)


# ── fetch ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified of a fetched page, exactly as the server sent them."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpExchange:
    """One request and its response as they went over the wire, for the archive."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    #: ``HTTP/1.1`` or ``HTTP/2``
    http_version: str
    status: int
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    #: the entity as received: transfer encoding undone, content encoding still on
    payload: bytes
    #: address that was really connected to, ``1.2.3.4:80``; None when the transport hides it
    peer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page that was fetched, decoded, and nothing else yet."""

    requested_url: str
    effective_url: str
    status: int
    #: the entity with its content encoding undone
    body: bytes
    #: the body decoded; line ends and everything else as sent
    text: str
    charset: str
    #: how the charset was found: ``rule``, ``bom``, ``header``, ``meta`` or ``detected``
    charset_evidence: str
    media_type: str
    validators: Validators
    #: UTC
    fetched_at: datetime
    elapsed_s: float
    #: robots directives of header and meta, lower case, such as ``noarchive``
    robots: frozenset[str] = frozenset()
    #: None for a page read from a file
    exchange: HttpExchange | None = None
    #: for so long the server says that it is current; None when it does not say
    max_age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server said 304: what we have is current."""

    requested_url: str
    validators: Validators
    #: UTC
    fetched_at: datetime
    elapsed_s: float
    #: for so long the server says that it is current; None when it does not say
    max_age_s: float | None = None


# ── discover ─────────────────────────────────────────────────────────────────────────────


class Precision(StrEnum):
    """How exactly a page tells when it was published."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a page says it was published."""

    #: aware; for ``Precision.DAY`` midnight in the source's time zone
    at: datetime
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """One link to an article on a listing."""

    #: absolute
    url: str
    #: anchor text or title attribute; may end in an ellipsis, may be empty
    title: str
    published: Published | None = None

    @property
    def canonical_url(self) -> str:
        """The address that identifies the article to us."""
        return canonicalise(self.url)


# ── extract ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was taken out of a page, and by which rule, so that a false one can be found."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One decided field of an article with the rule that decided it."""

    field: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A value that a field could have had: kept only where somebody asks for the reasons."""

    field: str
    value: str
    #: the rule or the place that offers it
    rule: str
    #: what it was weighed with; None where the first rule that has an answer is believed
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on a page something stands, by the tags, classes and ids above it."""

    #: checksum of the path from the root
    path: int
    #: the element as people name it, such as ``div.content#text``
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one page shows of its site: no text, only checksums of lines at their places."""

    #: checksums of the page's address and of its headline
    page: int
    title: int
    #: checksums of each line that is no link, together with its place; ascending, each once
    keys: tuple[int, ...]
    #: number of the known layout that the page is of; None for one not seen before
    layout: int | None
    #: where body, title, date and source stand; what was not found is absent
    places: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedArticle:
    """What the page says. Untrusted: nothing of it is safe to show."""

    page: FetchedPage
    canonical_url: str
    title: str
    published: Published | None
    #: 来源 as the page names it; None when it names none
    source_name: str | None
    authors: tuple[str, ...]
    #: (role, name) pairs in page order, such as (责编, 殷婷)
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    #: the article's subtree, still with hidden text, in document order; joined over its pages
    body_html: str
    #: texts of the page's <style> elements, so that cleaning can tell what they hide
    styles: tuple[str, ...] = ()
    #: what the page calls its site, so that cleaning can tell a mark that bears its name
    site_names: tuple[str, ...] = ()
    #: address of the article's next page; None on the last
    next_page_url: str | None = None
    findings: tuple[Finding, ...] = ()
    removed: tuple[Removal, ...] = ()
    #: what was weighed for each field, in the order of the deciding; empty when nobody asked
    offers: tuple[Offer, ...] = ()
    #: what the page teaches of its site; None when nobody learns
    sighting: Sighting | None = None


# ── clean ────────────────────────────────────────────────────────────────────────────────


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "subheading"
    IMAGE = "image"
    CAPTION = "caption"
    CREDIT = "credit"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    VIDEO = "video"


#: kinds whose text is the article's own prose
PROSE = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.SUBHEADING, BlockKind.LIST, BlockKind.QUOTE, BlockKind.TABLE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of an article, in reading order."""

    kind: BlockKind
    #: plain text, NFC, no line break but in lists and tables; empty for images and videos
    text: str = ""
    #: sanitised inline or block HTML of it
    html: str = ""
    #: absolute address of the picture or video
    url: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What most long blocks of a page end in, behind their last sentence: perhaps a watermark."""

    stem: str
    #: the letters and digits before it, each once, ascending; a blank one where it stands alone
    tokens: tuple[str, ...]
    #: blocks that end in it
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """Why an article's text may not be what a reader saw: a word for scripts, and a sentence."""

    #: such as ``private-use``
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanArticle:
    """Safe to show: sanitised HTML, text blocks, aware times, no watermark."""

    extracted: ExtractedArticle
    title: str
    published: Published | None
    source_name: str | None
    authors: tuple[str, ...]
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    blocks: tuple[Block, ...]
    removed: tuple[Removal, ...]
    #: sanitised HTML of all blocks; figures, captions, links, tables, lists and nothing else
    html: str
    #: tricks against copying that were noticed and could not be undone
    caveats: tuple[Caveat, ...] = ()
    #: before any mark was cut; None for no common one
    ending: Ending | None = None

    @property
    def text(self) -> str:
        """The article's own prose, one block a line: no captions, no credits."""
        return "\n".join(b.text for b in self.blocks if b.kind in PROSE and b.text)

    @property
    def images(self) -> tuple[str, ...]:
        """Absolute addresses of the pictures, in order, each once."""
        return tuple(
            dict.fromkeys(b.url for b in self.blocks if b.kind is BlockKind.IMAGE and b.url)
        )


# ── locate ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An article is about a district, and how we know."""

    adcode: str
    #: such as ``source``, ``breadcrumb: 汉滨``, ``title: 紫阳县``, ``text: 蒿坪镇 ×3``
    evidence: str
    #: full name of the town that the text names most; None when it names none
    town: str | None = None


# ── dedupe ───────────────────────────────────────────────────────────────────────────────


class Verdict(StrEnum):
    """What an article is to the archive."""

    NEW = "new"
    REVISED = "revised"
    REPRINT = "reprint"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """Versioned hashes of an article's content; each begins with its version."""

    #: of title, prose, day and source name, blind to spacing and to watermarks
    content: str
    #: of the prose alone
    text: str
    #: MinHash bands for the look-up of near-duplicates, signed 64-bit; empty for a short text
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A located article with its fingerprints, ready to be decided on."""

    article: CleanArticle
    source_id: str
    assignments: tuple[Assignment, ...]
    fingerprints: Fingerprints


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the archive holds that may be the same article, told in the pipeline's words."""

    article_id: str
    story_id: str
    canonical_url: str
    source_id: str
    title: str
    source_name: str | None
    published: Published | None
    #: UTC
    first_seen_at: datetime
    #: prose alone, one block a line: near-duplicates are verified on it
    text: str
    content_fingerprint: str
    text_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a candidate, and why."""

    verdict: Verdict
    candidate: Candidate
    reason: str
    #: the archived article that it is a revision of, or is unchanged from
    article_id: str | None = None
    #: the story that it joins; None begins a story of its own
    story_id: str | None = None
    #: 1 for the same text; the Jaccard similarity of a near-duplicate
    similarity: float | None = None
