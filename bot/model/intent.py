"""What the operator wants: districts, sources, and the rules of their pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


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
