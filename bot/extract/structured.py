"""What a page says of itself to machines: meta elements and JSON-LD.

Sources: OpenGraph (https://ogp.me), schema.org ``NewsArticle``, Dublin Core in HTML (DCMI
2008), parsely-page, and the names of Chinese CMSs (the "government website" column metas of
GB/T 36907 such as ``PubDate`` and ``ContentSource``, TRS, Founder, and the big portals).
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

#: Meta names in the order of trust, lower case.
DATE_METAS = (
    "article:published_time", "og:article:published_time", "pubdate", "publishdate",
    "publish_date", "publication_date", "publish-date", "publicationdate", "published_time",
    "og:published_time", "article:published", "datepublished", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "parsely-pub-date", "sailthru.date", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "article.published", "article:created", "pub_date", "publishtime", "publish_time",
    "og:release_date", "weibo: article:create_at", "weibo:article:create_at",
    "bytedance:published_time", "iso-8601-publish-date", "firstpublished", "firstpublishedtime",
    "created", "article_date_original", "originalpublicationdate", "date", "apub:time", "_pubtime",
    "displaydate", "sis-publishdate", "citation_publication_date", "last-modified-publish",
)  # fmt: skip
TITLE_METAS = ("articletitle", "og:title", "twitter:title", "dc.title", "dcterms.title",
               "parsely-title", "sailthru.title", "cxenseparse:title", "headline")  # fmt: skip
SOURCE_METAS = ("contentsource", "mediaid", "article:source", "source", "contentsourcename",
                "og:article:source", "copyrightname", "weibo: article:source")  # fmt: skip
AUTHOR_METAS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
                "dcterms.creator", "dc.creator.author", "byl", "cxenseparse:author",
                "article:author_name", "og:article:author", "cse-authors", "authors",
                "citation_author", "byline", "article.author", "twitter:data1")  # fmt: skip
_SITE_METAS = ("og:site_name", "application-name", "sitename", "al:ios:app_name",
               "apple-mobile-web-app-title", "copyright", "dc.publisher",
               "twitter:site")  # fmt: skip

_ARTICLE_TYPES = frozenset(
    {"NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting",
     "LiveBlogPosting", "OpinionNewsArticle", "BackgroundNewsArticle", "ReviewNewsArticle",
     "AskPublicNewsArticle", "SocialMediaPosting", "TechArticle", "ScholarlyArticle", "Report",
     "AdvertiserContentArticle", "SatiricalArticle", "VideoObject", "Review"}
)  # fmt: skip
_WEAK_TYPES = frozenset({"WebPage", "VideoObject", "Review", "ItemPage"})
#: Twitter's cards have a label and a value of anything: Yoast writes the author there, or the
#: time of reading.
_LABEL, _LABELLED = "twitter:label1", "twitter:data1"
_WRITTEN_BY = re.compile(
    r"written|author|by\b|verfasst|geschrieben|autor|escrito|auteur|écrit|scritto|geschreven|skrevet|napisan|автор",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TYPE = re.compile(r'"@type"\s*:\s*"(\w+)"')
_PLAIN_PAIR = re.compile(
    r'"(headline|datePublished|dateCreated|description)"\s*:\s*"([^"\\]*)"\s*[,}\n]'
)
_AUTHOR_NAME = re.compile(r'"author"\s*:\s*[\[{][^\]]{0,200}?"name"\s*:\s*"([^"\\]{2,80})"')
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """What the page says of itself, as written; nothing of it is believed yet."""

    #: first non-empty content of each meta name or property, names in lower case
    metas: dict[str, str] = field(default_factory=dict)
    #: all contents of the metas that name authors, in page order
    author_metas: tuple[str, ...] = ()
    #: the JSON-LD object that is the article, if any
    article: dict[str, Any] = field(default_factory=dict)
    #: names of each ``BreadcrumbList`` item
    breadcrumb: tuple[str, ...] = ()
    #: content of <title>
    document_title: str = ""
    #: names of the site: og:site_name, publisher, application-name
    site_names: tuple[str, ...] = ()
    language: str = ""
    #: WeChat (mp.weixin.qq.com) tells the time in script alone: ``var ct``, a Unix time
    script_time: str = ""
    #: WeChat's author, beside the name of the account
    account_author: str = ""

    def first(self, names: tuple[str, ...]) -> tuple[str, str]:
        """Return (name, content) of the first of ``names`` that the page has, else two blanks."""
        for name in names:
            if name in self.metas:
                return name, self.metas[name]
        return "", ""

    def text(self, key: str) -> str:
        """Return a text property of the JSON-LD article, or a blank."""
        value = self.article.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("@value") or value.get("name")
        return html.unescape(value).strip() if isinstance(value, str) else ""


def read_structured(tree: LexborHTMLParser) -> Structured:
    """Read metas and JSON-LD; must run before the tree's scripts are dropped."""
    metas: dict[str, str] = {}
    authors: list[str] = []
    for node in tree.css("meta"):
        attributes = node.attributes
        content = attributes.get("content")
        if not content:
            continue
        for key in ("name", "property", "itemprop"):
            name = attributes.get(key)
            if name:
                name = name.strip().lower()
                content = content.strip()[:_LONGEST_VALUE]
                if content and name not in metas:
                    metas[name] = content
                if name in AUTHOR_METAS and content and name != _LABELLED:
                    authors.append(content)
    if _LABELLED in metas and _WRITTEN_BY.search(metas.get(_LABEL, "written by")):
        authors.append(metas[_LABELLED])
    objects = [
        thing
        for node in tree.css('script[type*="ld+json"]')
        for thing in _objects(_parse(node.text(deep=True) or ""))
    ]
    article = _with_author(_article_of(objects), objects)
    title = tree.css_first("title")
    root = tree.root
    language = (root.attributes.get("lang") or "") if root is not None else ""
    is_wechat = tree.css_first("#js_content") is not None
    sites = [metas.get(name, "") for name in _SITE_METAS]
    for thing in objects:
        publisher = thing.get("publisher")
        if isinstance(publisher, list) and publisher:
            publisher = publisher[0]
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            sites.append(publisher["name"])
        if _types(thing) & {"NewsMediaOrganization", "Organization", "WebSite"} and isinstance(
            thing.get("name"), str
        ):
            sites.append(thing["name"])
    return Structured(
        metas=metas,
        author_metas=tuple(dict.fromkeys(authors)),
        article=article,
        breadcrumb=_breadcrumb_of(objects),
        document_title=html.unescape(title.text().strip()[:_LONGEST_VALUE])
        if title is not None
        else "",
        site_names=tuple(dict.fromkeys(name.strip() for name in sites if name and name.strip())),
        language=language,
        script_time=_script_time(tree) if is_wechat else "",
        account_author=_account_author(tree) if is_wechat else "",
    )


#: characters of a meta element or title that are read; a thousand say more than any headline
_LONGEST_VALUE = 1000

#: Searched for in megabytes of script, so it begins with letters; the word's own begin is asked
#: for afterwards.
_SCRIPT_TIME = re.compile(
    r"(?:ct|create_time|oriCreateTime|publish_time)\s*[=:]\s*"
    r"['\"](\d{10}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)['\"]"
)


def _script_time(tree: LexborHTMLParser) -> str:
    for node in tree.css("script"):
        text = node.text(deep=True) or ""
        for match in _SCRIPT_TIME.finditer(text):
            before = text[max(0, match.start() - 1) : match.start()]
            if not (before.isalnum() or before == "_"):
                return match[1]
    return ""


def _account_author(tree: LexborHTMLParser) -> str:
    node = tree.css_first("#js_author_name") or tree.css_first(
        "#meta_content > .rich_media_meta_text"
    )
    if node is None or node.tag == "em" or (node.attributes.get("id") or "") == "publish_time":
        return ""
    return " ".join(node.text().split())


def names_of(value: object) -> Iterator[tuple[str, str]]:
    """Yield (type, name) of each person or organisation that a JSON-LD author value names."""
    if isinstance(value, str):
        yield "", html.unescape(value).strip()
    elif isinstance(value, list):
        for item in value:
            yield from names_of(item)
    elif isinstance(value, dict):
        kind = next(iter(_types(value)), "")
        name = value.get("name")
        if isinstance(name, list | dict):
            for _, inner in names_of(name):
                yield kind, inner
        elif isinstance(name, str) and name.strip():
            yield kind, html.unescape(name).strip()
        elif isinstance(value.get("@list"), list):
            yield from names_of(value["@list"])
        elif isinstance(value.get("familyName"), str) and isinstance(value.get("givenName"), str):
            yield kind, f"{value['givenName']} {value['familyName']}".strip()


def _parse(text: str) -> object:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if text.startswith("//<![CDATA["):
        text = text[11:].removesuffix("//]]>").strip()
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text)), strict=False)
        except RecursionError:
            return None
        except ValueError:
            return _salvaged(text)


def _salvaged(text: str) -> dict[str, Any] | None:
    """Return what can be read of an article in JSON that is none, for a quote or a comma in it."""
    kind = _TYPE.search(text)
    if kind is None or kind[1] not in _ARTICLE_TYPES:
        return None
    found: dict[str, Any] = {"@type": kind[1]}
    for match in _PLAIN_PAIR.finditer(text):
        found.setdefault(match[1], match[2])
    if author := _AUTHOR_NAME.search(text):
        found["author"] = {"name": author[1]}
    return found


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemReviewed"):
            if isinstance(value.get(key), dict | list):
                yield from _objects(value[key], depth + 1)


def _types(thing: dict[str, Any]) -> set[str]:
    kind = thing.get("@type")
    if isinstance(kind, str):
        return {kind.rsplit("/", 1)[-1]}
    if isinstance(kind, list):
        return {item.rsplit("/", 1)[-1] for item in kind if isinstance(item, str)}
    return set()


def _article_of(objects: list[dict[str, Any]]) -> dict[str, Any]:
    best: dict[str, Any] = {}
    best_rank = 0
    for thing in objects:
        types = _types(thing)
        rank = 0
        if types & _ARTICLE_TYPES - _WEAK_TYPES:
            rank = 10
        elif types & _WEAK_TYPES and thing.get("datePublished"):
            rank = 3
        if rank:
            rank += sum(
                bool(thing.get(key))
                for key in ("headline", "datePublished", "author", "articleBody")
            )
        if rank > best_rank:
            best, best_rank = thing, rank
    return best


def _with_author(article: dict[str, Any], objects: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the article with the authors that it refers to by their ``@id``.

    JSON-LD 1.1, section 3.3: an object of nothing but an ``@id`` stands for the one that has it.
    """
    authors = article.get("author") or article.get("creator")
    if not authors:
        return article
    known: dict[str, dict[str, Any]] = {}

    def resolved(author: object) -> object:
        if (
            isinstance(author, dict)
            and not author.get("name")
            and isinstance(author.get("@id"), str)
        ):
            if not known:
                known.update(
                    {
                        thing["@id"]: thing
                        for thing in objects
                        if isinstance(thing.get("@id"), str) and thing.get("name")
                    }
                )
            return known.get(author["@id"], author)
        return author

    listed = authors if isinstance(authors, list) else [authors]
    return article | {"author": [resolved(author) for author in listed]}


def _breadcrumb_of(objects: list[dict[str, Any]]) -> tuple[str, ...]:
    for thing in objects:
        if "BreadcrumbList" not in _types(thing):
            continue
        items = thing.get("itemListElement")
        names = []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                name = item.get("name")
                if not isinstance(name, str) and isinstance(item.get("item"), dict):
                    name = item["item"].get("name")
                if isinstance(name, str) and name.strip():
                    names.append(html.unescape(name).strip())
        if names:
            return tuple(names)
    return ()
