"""The keys of a source, of a CMS template, and of the files that hold them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, WithJsonSchema

from bot.model import Pictures, Republish, SourceKind
from bot.settings.validation import Duration, HttpUrl, ProxyUrl, Strict, Texts

Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]


class ListingKeys(Strict):
    """Where the article links of a listing are; what is left out is found by structure."""

    item: str | None = Field(
        default=None,
        description="CSS selector of one entry; for JSON the dotted path of the list",
        examples=["ul.list > li"],
    )
    link: str | None = Field(
        default=None,
        description="CSS selector of the link inside the entry; for JSON the key of the address",
        examples=["a"],
    )
    title: str | None = Field(
        default=None, description="CSS selector of the title; for JSON its key", examples=["h3"]
    )
    date: str | None = Field(
        default=None, description="CSS selector of the date; for JSON its key", examples=["span"]
    )
    date_format: str | None = Field(
        default=None, description="strptime format of the date", examples=["%Y-%m-%d"]
    )
    next_page: str | None = Field(
        default=None,
        description="CSS selector of the link to the next listing page",
        examples=["a.next"],
    )
    max_pages: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="listing pages that one crawl may read while it meets unknown articles",
        examples=[5],
    )
    keep: Texts = Field(
        default=(),
        description="regular expressions of which an article's address must match one",
        examples=[[r"/\d{4}/"]],
    )
    block: Texts = Field(
        default=(),
        description="regular expressions that an article's address must not match",
        examples=[["/video/"]],
    )


class ArticleKeys(Strict):
    """Where the parts of an article are; what is left out is found without rules."""

    body: Texts = Field(
        default=(), description="CSS selectors of the body, tried in order", examples=["#content"]
    )
    title: Texts = Field(default=(), description="CSS selectors of the title", examples=["h1"])
    date: Texts = Field(default=(), description="CSS selectors of the time", examples=[".time"])
    date_format: str | None = Field(
        default=None, description="strptime format of the time", examples=["%Y-%m-%d %H:%M"]
    )
    source: Texts = Field(default=(), description="CSS selectors of 来源", examples=[".source"])
    author: Texts = Field(default=(), description="CSS selectors of authors", examples=[".author"])
    editors: Texts = Field(default=(), description="CSS selectors of editors", examples=[".editor"])
    breadcrumb: Texts = Field(
        default=(), description="CSS selectors of the breadcrumb's links", examples=[".path a"]
    )
    strip: Texts = Field(
        default=(),
        description="CSS selectors of what is removed before anything is read",
        examples=[".share"],
    )
    strip_id_or_class: Texts = Field(
        default=(),
        description="parts of ids and classes of what is removed before anything is read",
        examples=["recommend"],
    )
    replace: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="pairs of regular expression and replacement, applied to each text block",
        examples=[[[r"（完）$", ""]]],
    )
    next_page_link: str | None = Field(
        default=None,
        description="CSS selector of the link to the article's next page",
        examples=[".pages a.next"],
    )
    watermark: Texts = Field(
        default=(),
        description="regular expressions of anti-copy text at the end of blocks",
        examples=[r"[0-9A-Za-z]{3}安康新闻网"],
    )


#: one value for all of ten thousand sources that have no rules of their own
_NO_LISTING_RULES = ListingKeys()
_NO_ARTICLE_RULES = ArticleKeys()


class SharedKeys(Strict):
    """The keys that a source and the ``defaults`` of its file have in common."""

    kind: SourceKind = Field(
        default=SourceKind.HTML,
        description="what the listing is: html, json, feed or sitemap",
        examples=["html"],
    )
    cms: str | None = Field(
        default=None,
        description="name of a rule set in config/cms that the source's own rules override",
        examples=["empirecms"],
    )
    enabled: bool = Field(default=True, description="false rests the source", examples=[True])
    encoding: str | None = Field(
        default=None, description="charset that overrides what the site says", examples=["gb18030"]
    )
    timezone: str = Field(
        default="Asia/Shanghai",
        description="IANA time zone of dates on the page",
        examples=["Asia/Shanghai"],
    )
    interval: Duration | None = Field(
        default=None,
        ge=10,
        description="fixed time between two looks; instead of min_interval and max_interval",
        examples=["30m"],
    )
    min_interval: Duration | None = Field(
        default=None, ge=10, description="shortest time between two looks", examples=["5m"]
    )
    max_interval: Duration | None = Field(
        default=None, ge=10, description="longest time between two looks", examples=["1d"]
    )
    delay: Duration | None = Field(
        default=None,
        ge=0,
        description="least pause between two requests to the host",
        examples=["2s"],
    )
    timeout: Duration | None = Field(
        default=None, gt=0, description="longest wait for an answer", examples=["30s"]
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        description="further request headers",
        examples=[{"Accept-Language": "zh-CN"}],
    )
    proxy: ProxyUrl | None = Field(
        default=None,
        description="address of an HTTP or SOCKS proxy",
        examples=["http://127.0.0.1:3128"],
    )
    http2: bool = Field(
        default=False,
        description="true offers HTTP/2 to an https site; it costs more here and spares no request",
        examples=[True],
    )
    tls_legacy: bool = Field(
        default=False,
        description="true speaks TLS as servers of 2008 want it",
        examples=[True],
    )
    render: bool = Field(
        default=False,
        description="true renders the pages in a browser (extra: browser)",
        examples=[True],
    )
    valid_until: Day | None = Field(
        default=None,
        description="last day on which the rules are known to fit",
        examples=["2027-12-31"],
    )
    republish: Republish = Field(
        default=Republish.FULL,
        description="how much a feed may carry: full, excerpt or link",
        examples=["full"],
    )
    pictures: Pictures = Field(
        default=Pictures.LINK,
        description="what happens to pictures: archive, link or drop",
        examples=["link"],
    )
    max_articles: int | None = Field(
        default=None, ge=1, description="most articles fetched in one visit", examples=[100]
    )
    listing: ListingKeys = Field(
        default_factory=lambda: _NO_LISTING_RULES, description="rules of the listing"
    )
    article: ArticleKeys = Field(
        default_factory=lambda: _NO_ARTICLE_RULES, description="rules of an article"
    )


class SourceKeys(SharedKeys):
    """One section of one site that is crawled."""

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=80,
        description="name of the source in lower-case letters, digits and hyphens",
        examples=["akxw-hanbin"],
    )
    district: str | int = Field(
        description="slug, code or full name of a county, or of a city whose articles are located "
        "one by one",
        examples=["hanbin"],
    )
    url: HttpUrl = Field(
        description="address of the listing", examples=["https://www.example.org/news/"]
    )
    name: str = Field(default="", description="name for people", examples=["安康新闻网·汉滨"])


class SourcesFile(Strict):
    """A file in ``config/sources``."""

    defaults: SharedKeys = Field(
        default_factory=SharedKeys, description="keys for every source of this file"
    )
    sources: tuple[SourceKeys, ...] = Field(
        description="list of sources, each with id, district and url"
    )


class CmsFile(Strict):
    """A rule set in ``config/cms``, named by its file."""

    description: str = Field(
        default="",
        description="what the rule set fits, for people",
        examples=["EmpireCMS (帝国CMS)"],
    )
    fingerprints: Texts = Field(
        default=(),
        description="texts in a page's source by which the CMS is recognised",
        examples=["EmpireCMS"],
    )
    listing: ListingKeys = Field(
        default_factory=lambda: _NO_LISTING_RULES, description="rules of the listing"
    )
    article: ArticleKeys = Field(
        default_factory=lambda: _NO_ARTICLE_RULES, description="rules of an article"
    )
