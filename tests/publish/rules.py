"""The rules of the W3C feed validator, as far as our feeds can break them, offline.

Each rule names the message that the validator gives (https://validator.w3.org/feed/docs/).  A
fault of any kind, error, warning or recommendation, is a line in the result.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.entities import name2codepoint
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bot.publish.feed import Format

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FH = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_URI = re.compile(r"^[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]+$")
_TAG_URI = re.compile(
    r"^tag:[a-z0-9.\-]+,\d{4}(-\d{2}(-\d{2})?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*$"
)
_RFC822 = re.compile(
    r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d [+-]\d{4}$"
)
_RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
_MIME = re.compile(r"^[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+$")
_END_TAG = re.compile(r"</(\w+)>")
_ENTITY = re.compile(r"&(#?\w+)")
_HTML_TAGS = frozenset(
    "a abbr address article aside b blockquote br caption cite code col colgroup dd del dfn div dl "
    "dt em figcaption figure footer h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt "
    "ruby s samp section small source span strong sub sup table tbody td tfoot th thead tr u ul "
    "var video wbr".split()
)
#: of those that our sanitiser lets through and that we add; ``controls`` is a risk to the validator
_HTML_ATTRIBUTES = frozenset("href rel src alt colspan rowspan width height".split())
_VOID = frozenset({"br", "hr", "img", "col", "source", "wbr"})
_RELATIONS = frozenset(
    "alternate current enclosure hub next-archive prev-archive related self via".split()
)
_CHANNEL = frozenset(
    "title link description language lastBuildDate ttl generator docs image category item".split()
) | {f"{ATOM}link", f"{SY}updatePeriod", f"{SY}updateFrequency", f"{FH}archive"}
_ITEM = frozenset("title link description guid category pubDate source enclosure".split()) | {
    f"{CONTENT}encoded", f"{DC}creator", f"{MEDIA}content",
}  # fmt: skip
_FEED = frozenset(
    ATOM + n for n in "id title updated author link generator icon subtitle entry".split()
) | {f"{SY}updatePeriod", f"{SY}updateFrequency", f"{FH}archive", f"{AT}deleted-entry"}
_ENTRY = frozenset(
    ATOM + n
    for n in "id title updated published author content summary link category source".split()
) | {f"{MEDIA}content"}
_REPEATABLE = frozenset(
    {f"{ATOM}link", f"{ATOM}author", f"{ATOM}category", f"{ATOM}entry", "category", "item",
     f"{DC}creator", f"{MEDIA}content", f"{AT}deleted-entry"}
)  # fmt: skip


class Check:
    """Collects what is wrong with one document."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.faults: list[str] = []

    def need(self, condition: object, fault: str) -> None:
        if not condition:
            self.faults.append(fault)

    def text(self, element: ElementTree.Element, where: str) -> str:
        value = element.text or ""
        self.need(value.strip(), f"NotBlank: {where}")
        self.need(len(element) == 0, f"UndefinedElement: in {where}")
        self.characters(value, where)
        return value

    def characters(self, value: str, where: str) -> None:
        self.need(
            not any("\x7f" <= c <= "\x9f" or c == "\ufffd" for c in value),
            f"BadCharacters: {where}",
        )

    def plain(self, value: str, where: str) -> None:
        tags = [t for t in _END_TAG.findall(value) if t.lower() in _HTML_TAGS]
        entities = [
            e
            for e in _ENTITY.findall(value)
            if e in name2codepoint or e == "apos" or not e.isalpha()
        ]
        self.need(not tags and not entities, f"ContainsHTML: {where}: {tags or entities}")

    def uri(self, value: str | None, where: str) -> None:
        value = value or ""
        good = _TAG_URI.match(value) if value.startswith("tag:") else _URI.match(value)
        self.need(good, f"InvalidFullLink: {where}: {value!r}")

    def canonical(self, value: str | None, where: str) -> None:
        """Ids are compared letter by letter: there is one way to write each."""
        self.uri(value, where)
        parts = urlsplit(value or "")
        is_web = parts.scheme in {"http", "https"}
        good = not is_web or (
            parts.netloc == parts.netloc.lower()
            and parts.path.startswith("/")
            and parts.port not in {80, 443}
        )
        self.need(good, f"NonCanonicalURI: {where}: {value}")

    def rfc822(self, value: str, where: str) -> None:
        self.need(_RFC822.match(value), f"InvalidRFC2822Date: {where}: {value!r}")
        at = parsedate_to_datetime(value)
        self.need(value[:3] == f"{date(at.year, at.month, at.day):%a}", f"IncorrectDOW: {where}")
        self.plausible(at, where)

    def rfc3339(self, value: str, where: str) -> None:
        self.need(_RFC3339.match(value), f"InvalidRFC3339Date: {where}: {value!r}")
        self.plausible(datetime.fromisoformat(value), where)

    def plausible(self, at: datetime, where: str) -> None:
        good = at.year >= 1990 and at <= self.now + timedelta(minutes=10)
        self.need(good, f"ImplausibleDate: {where}: {at}")

    def html(self, value: str, where: str) -> None:
        parser = _Html()
        parser.feed(value)
        parser.close()
        self.need(not parser.open, f"NotHtml: {where}: open {parser.open}")
        self.faults += [f"{fault} in {where}" for fault in parser.faults]
        self.characters(value, where)

    def children(
        self, parent: ElementTree.Element, known: frozenset[str], where: str
    ) -> dict[str, list[ElementTree.Element]]:
        found: dict[str, list[ElementTree.Element]] = {}
        for child in parent:
            found.setdefault(child.tag, []).append(child)
        for tag, members in found.items():
            self.need(tag in known, f"UndefinedElement: {where}: {tag}")
            self.need(len(members) == 1 or tag in _REPEATABLE, f"DuplicateElement: {where}: {tag}")
        self.need(
            not (parent.text or "").strip() and not any((c.tail or "").strip() for c in parent),
            f"UnexpectedText: {where}",
        )
        return found

    def link(self, element: ElementTree.Element, where: str) -> tuple[str, str]:
        rel = element.get("rel", "alternate")
        self.need(rel in _RELATIONS, f"UnregisteredAtomLinkRel: {where}: {rel}")
        self.uri(element.get("href"), f"{where} link {rel}")
        kind = element.get("type")
        self.need(kind is None or _MIME.match(kind), f"InvalidMIMEType: {where}: {kind}")
        title = element.get("title")
        if title is not None:
            self.need(title.strip(), f"AttrNotBlank: {where} link title")
            self.plain(title, f"{where} link title")
        length = element.get("length")
        self.need(length is None or length.isdigit(), f"InvalidNonNegativeInteger: {where}")
        self.need(not (element.text or "").strip(), f"AtomLinkNotEmpty: {where}")
        return rel, kind or ""

    def media(self, element: ElementTree.Element, where: str) -> None:
        self.uri(element.get("url"), f"{where} media")
        self.need(element.get("medium") in {"image", "video"}, f"InvalidMediaMedium: {where}")
        size = element.get("fileSize")
        self.need(size is None or (size.isdigit() and int(size) > 0), f"fileSize: {where}")
        for child in element:
            self.need(child.tag == f"{MEDIA}description", f"UndefinedElement: {child.tag}")
            self.plain(self.text(child, f"{where} media:description"), where)


class _Html(HTMLParser):
    """Finds what the validator calls a risk or no HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HTML_TAGS:
            self.faults.append(f"SecurityRisk: {tag}")
        for name, value in attrs:
            if name not in _HTML_ATTRIBUTES:
                self.faults.append(f"SecurityRiskAttr: {name}")
            if name in {"href", "src", "poster"} and not re.match(r"\w+:", value or ""):
                self.faults.append(f"ContainsRelRef: {value}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"NotHtml: </{tag}> closes nothing")


def faults_of_rss(document: bytes, address: str, now: datetime) -> list[str]:
    """Return what the validator would say of an RSS 2.0 document found at ``address``."""
    check = Check(now)
    rss = ElementTree.fromstring(document)  # noqa: S314 -- our own
    check.need(rss.tag == "rss" and rss.get("version") == "2.0", "version")
    (channel,) = rss
    found = check.children(channel, _CHANNEL, "channel")
    for name in ("title", "link", "description", "language"):
        check.need(name in found, f"Missing {name}")
    tags = [child.tag for child in channel]
    first_item = tags.index("item") if "item" in tags else len(tags)
    check.need(set(tags[first_item:]) <= {"item"}, "MisplacedItem: metadata after items")
    for name in ("title", "description"):
        check.plain(check.text(found[name][0], f"channel {name}"), f"channel {name}")
    check.uri(found["link"][0].text, "channel link")
    check.need(found["link"][0].text != address, "channel link is the feed itself")
    check.rfc822(check.text(found["lastBuildDate"][0], "lastBuildDate"), "lastBuildDate")
    check.need((found["ttl"][0].text or "").isdigit(), "ttl")
    selves = [
        e.get("href") for e in found.get(f"{ATOM}link", []) if check.link(e, "channel")[0] == "self"
    ]
    check.need(selves == [address], f"SelfDoesntMatchLocation: {selves}")
    image = {e.tag: e.text for e in found["image"][0]}
    check.need(image["title"] == found["title"][0].text, "ImageTitleDoesntMatch")
    check.need(image["link"] == found["link"][0].text, "ImageLinkDoesntMatch")
    check.need(re.search(r"\.(png|gif|jpe?g)$", image["url"] or ""), "ImageUrlFormat")
    guids = set()
    for item in found.get("item", []):
        guids.add(_item(check, item))
    check.need(len(guids) == len(found.get("item", [])), "DuplicateValue: guid")
    return check.faults


def _item(check: Check, item: ElementTree.Element) -> str:
    found = check.children(item, _ITEM, "item")
    tags = [child.tag for child in item]
    for name in ("title", "guid", "pubDate", "description", "link"):
        check.need(name in found, f"Missing item {name}")
    check.plain(check.text(found["title"][0], "item title"), "item title")
    check.html(check.text(found["description"][0], "description"), "description")
    check.html(check.text(found[f"{CONTENT}encoded"][0], "content"), "content")
    check.need(
        tags.index("description") < tags.index(f"{CONTENT}encoded"), "NeedDescriptionBeforeContent"
    )
    check.uri(found["link"][0].text, "item link")
    check.rfc822(check.text(found["pubDate"][0], "pubDate"), "pubDate")
    guid = found["guid"][0]
    check.need(guid.get("isPermaLink") == "false", "InvalidPermalink")
    check.canonical(guid.text, "guid")
    for category in found.get("category", []):
        check.plain(check.text(category, "category"), "category")
        check.uri(category.get("domain"), "category domain")
    for creator in found.get(f"{DC}creator", []):
        check.text(creator, "dc:creator")
    for source in found.get("source", []):
        check.uri(source.get("url"), "source")
        check.plain(check.text(source, "source"), "source")
    for enclosure in found.get("enclosure", []):
        check.need((enclosure.get("length") or "").isdigit(), "enclosure length")
        check.need(_MIME.match(enclosure.get("type") or ""), "enclosure type")
        check.uri(enclosure.get("url"), "enclosure")
    for media in found.get(f"{MEDIA}content", []):
        check.media(media, "item")
    return guid.text or ""


def faults_of_atom(document: bytes, address: str, now: datetime) -> list[str]:
    """Return what the validator would say of an Atom 1.0 document found at ``address``."""
    check = Check(now)
    feed = ElementTree.fromstring(document)  # noqa: S314 -- our own
    check.need(feed.tag == f"{ATOM}feed", "root")
    check.need(b"xmlns:atom" not in document, "AvoidNamespacePrefix")
    check.need(feed.get(f"{XML}lang"), "MissingDCLanguage")
    found = check.children(feed, _FEED, "feed")
    tags = [child.tag for child in feed]
    first = tags.index(f"{ATOM}entry") if f"{ATOM}entry" in tags else len(tags)
    check.need(set(tags[first:]) <= {f"{ATOM}entry"}, "MisplacedMetadata")
    for name in ("id", "title", "updated", "author"):
        check.need(ATOM + name in found, f"MissingElement: {name}")
    check.canonical(found[f"{ATOM}id"][0].text, "feed id")
    check.plain(check.text(found[f"{ATOM}title"][0], "feed title"), "feed title")
    check.rfc3339(check.text(found[f"{ATOM}updated"][0], "feed updated"), "feed updated")
    links = [(check.link(e, "feed"), e.get("href")) for e in found[f"{ATOM}link"]]
    check.need([h for (rel, _), h in links if rel == "self"] == [address], "MissingSelf")
    check.need(len({pair for pair, _ in links}) == len(links), "DuplicateAtomLink")
    entries = found.get(f"{ATOM}entry", [])
    ids = {_entry(check, entry) for entry in entries}
    check.need(len(ids) == len(entries), "DuplicateEntries")
    updated = {entry.findtext(f"{ATOM}updated") for entry in entries}
    check.need(len(updated) == len(entries), "DuplicateUpdated")
    for deleted in found.get(f"{AT}deleted-entry", []):
        check.uri(deleted.get("ref"), "deleted-entry")
        check.rfc3339(deleted.get("when") or "", "deleted-entry")
    return check.faults


def _entry(check: Check, entry: ElementTree.Element) -> str:
    found = check.children(entry, _ENTRY, "entry")
    for name in ("id", "title", "updated", "published", "content"):
        check.need(ATOM + name in found, f"MissingElement: entry {name}")
    identity = check.text(found[f"{ATOM}id"][0], "entry id")
    check.canonical(identity, "entry id")
    check.plain(check.text(found[f"{ATOM}title"][0], "entry title"), "entry title")
    for name in ("updated", "published"):
        check.rfc3339(check.text(found[ATOM + name][0], name), name)
    content = found[f"{ATOM}content"][0]
    check.need(content.get("type") == "html", f"InvalidTextType: {content.get('type')}")
    check.html(check.text(content, "content"), "content")
    for summary in found.get(f"{ATOM}summary", []):
        check.plain(check.text(summary, "summary"), "summary")
    links = [check.link(e, "entry") for e in found.get(f"{ATOM}link", [])]
    check.need(sum(rel == "alternate" for rel, _ in links) == 1, "DuplicateAtomLink")
    for author in found.get(f"{ATOM}author", []):
        name = check.text(author.find(f"{ATOM}name"), "author")  # type: ignore[arg-type]
        check.plain(name, "author")
    for category in found.get(f"{ATOM}category", []):
        check.need((category.get("term") or "").strip(), "AttrNotBlank: term")
        check.plain(category.get("label") or "", "category label")
        check.uri(category.get("scheme"), "category scheme")
    for source in found.get(f"{ATOM}source", []):
        for name in ("id", "title", "updated"):
            check.need(source.find(ATOM + name) is not None, f"MissingSourceElement: {name}")
        check.canonical(source.findtext(f"{ATOM}id"), "source id")
    for media in found.get(f"{MEDIA}content", []):
        check.media(media, "entry")
    return identity


def faults_of_json(document: bytes, address: str, now: datetime) -> list[str]:
    """Return what breaks JSON Feed 1.1 in a document found at ``address``."""
    check = Check(now)
    feed = json.loads(document)
    check.need(feed["version"] == "https://jsonfeed.org/version/1.1", "version")
    check.need(feed["title"].strip(), "title")
    check.need(feed["feed_url"] == address, "feed_url")
    check.need("author" not in feed, "author is deprecated in 1.1")
    for key in ("home_page_url", "icon"):
        check.uri(feed[key], key)
    ids = [item["id"] for item in feed["items"]]
    check.need(len(set(ids)) == len(ids), "duplicate id")
    for item in feed["items"]:
        check.need("content_html" in item or "content_text" in item, "no content")
        check.html(item["content_html"], "content_html")
        check.characters(item["title"], "title")
        for key in ("url", "external_url"):
            check.uri(item[key], key)
        for key in ("date_published", "date_modified"):
            check.rfc3339(item[key], key)
        for attachment in item.get("attachments", []):
            check.need(attachment["url"] and attachment["mime_type"], "attachment")
        extensions = [v for k, v in item.items() if k.startswith("_")]
        check.need(all("about" in extension for extension in extensions), "extension about")
    return check.faults


_RULES = {Format.RSS: faults_of_rss, Format.ATOM: faults_of_atom, Format.JSON: faults_of_json}


def faults_of(form: Format, document: bytes, address: str, now: datetime) -> list[str]:
    """Return what is wrong with a document by the rules of its format, a line for each fault."""
    assert form in _RULES, f"{form} has no rules yet: write a function of them, name it in _RULES"
    return _RULES[form](document, address, now)
