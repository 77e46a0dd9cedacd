"""Article links of a sitemap or a news sitemap (sitemaps.org protocol 0.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from bot.discover.dates import listing_date, url_date
from bot.discover.found import Found
from bot.errors import ListingEmptyError, ListingMissingError
from bot.model import ArticleLink
from bot.urls import resolve

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.model import FetchedPage, ListingRules


class _Reader:
    """The ``url`` and ``sitemap`` elements of a document, each as a mapping of its leaves."""

    def __init__(self) -> None:
        self.root = ""
        self.entries: list[dict[str, str]] = []
        self._open: dict[str, str] | None = None
        self._text: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        if name in {"url", "sitemap"}:
            self._open = {}
        self._text = []

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if self._open is not None:
            if name in {"url", "sitemap"}:
                self.entries.append(self._open)
                self._open = None
            else:
                self._open.setdefault(name, "".join(self._text).strip())
        self._text = []


def _refuse(*_: object) -> None:
    raise ListingMissingError("the sitemap declares entities, which are not read")


def newest_child(page: FetchedPage) -> str | None:
    """Return the sitemap that an index of sitemaps says changed last; None for a plain sitemap.

    Among those without a date the last one wins: sitemaps that are numbered grow at the end.
    """
    try:
        reader = _read(page)
    except ListingMissingError:
        return None
    if reader.root != "sitemapindex":
        return None
    children = [
        (entry.get("lastmod", ""), number, url)
        for number, entry in enumerate(reader.entries)
        if entry.get("loc") and (url := resolve(page.effective_url, entry["loc"]))
    ]
    return max(children, default=("", 0, None))[2]


def _read(page: FetchedPage) -> _Reader:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(page.text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise ListingMissingError(f"the page is no sitemap: {error}") from None
    return reader


def read(page: FetchedPage, rules: ListingRules, zone: ZoneInfo) -> Found:  # noqa: ARG001 (one shape for every kind)
    """Return the links of a sitemap, the newest first; raises as ``discover`` does.

    An index of sitemaps has no links of its own and raises ``ListingMissingError``; whoever
    fetches follows ``newest_child`` first.
    """
    reader = _read(page)
    if reader.root == "sitemapindex":
        found = ", ".join(entry.get("loc", "") for entry in reader.entries[:3])
        raise ListingMissingError(f"the page is an index of sitemaps; name one of them: {found}")
    if reader.root != "urlset":
        raise ListingMissingError(f"the page is no sitemap: it begins with {reader.root}")
    links = []
    for entry in reader.entries:
        url = resolve(page.effective_url, entry.get("loc", ""))
        if not entry.get("loc") or url is None:
            continue
        told = entry.get("publication_date") or ""
        published = listing_date(told, zone=zone, now=page.fetched_at) if told else None
        published = published or url_date(url, zone=zone, now=page.fetched_at)
        links.append((entry.get("lastmod", told), ArticleLink(
            url=url, title=entry.get("title", ""), published=published
        )))  # fmt: skip
    if not links:
        raise ListingEmptyError("the sitemap has no address")
    links.sort(key=lambda pair: pair[0], reverse=True)
    return Found(links=tuple(link for _, link in links), next_url=None, evidence="sitemap: urlset")
