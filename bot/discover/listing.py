"""What a listing holds: the article links kept and dropped, and where it goes on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.discover import feed, html, json_list, sitemap
from bot.errors import ListingEmptyError
from bot.model import ArticleLink, SourceKind
from bot.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.discover.found import Found
    from bot.model import FetchedPage, ListingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A link that looked like an article's, and why it is none of ours."""

    link: ArticleLink
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a listing."""

    #: in page order, each address once; never empty
    links: tuple[ArticleLink, ...]
    #: absolute address of the next listing page; None on the last
    next_url: str | None
    dropped: tuple[Dropped, ...]
    #: how the links were found, such as ``structure: div.list>ul>li>a``
    evidence: str


_READERS = {
    SourceKind.HTML: html.read,
    SourceKind.JSON: json_list.read,
    SourceKind.FEED: feed.read,
    SourceKind.SITEMAP: sitemap.read,
}


def discover(
    page: FetchedPage,
    rules: ListingRules,
    *,
    timezone: str,
    kind: SourceKind = SourceKind.HTML,
) -> Listing:
    """Return the article links of a listing.

    ``timezone`` (IANA) is that of the dates on the page.  Raises ``ListingMissingError`` when the
    page has no list, ``ListingEmptyError`` when it has one with nothing in it, or when the rules
    ``keep`` and ``block`` leave nothing of it.
    """
    found: Found = _READERS[kind](page, rules, ZoneInfo(timezone))
    links: dict[str, ArticleLink] = {}
    dropped: list[Dropped] = []
    own = {page.requested_url, page.effective_url}
    for link in found.links:
        reason = _why_not(link.url, rules)
        if link.url in own:
            reason = "it is the listing itself"
        if reason is not None:
            dropped.append(Dropped(link=link, reason=reason))
        elif link.canonical_url not in links:
            links[link.canonical_url] = link
    if not links:
        raise ListingEmptyError(
            f"the list holds {len(found.links)} links and the rules keep and block leave none"
        )
    return Listing(
        links=tuple(links.values()),
        next_url=found.next_url,
        dropped=tuple(dropped),
        evidence=found.evidence,
    )


def leads_on(page: FetchedPage, kind: SourceKind) -> str | None:
    """Return where the list stands that a page only points to; None when it is on the page.

    Of an index of sitemaps, the sitemap that changed last.
    """
    return sitemap.newest_child(page) if kind is SourceKind.SITEMAP else None


def _why_not(url: str, rules: ListingRules) -> str | None:
    if rules.keep and not any(pattern(text).search(url) for text in rules.keep):
        return "matches none of keep"
    for text in rules.block:
        if pattern(text).search(url):
            return f"matches block {text}"
    return None


def listing_digest(links: Iterable[ArticleLink]) -> str:
    """Return a versioned hash of a listing's links, for servers that send no validators.

    It minds addresses, titles and order, and is blind to the dates beside them: ``2 hours ago``
    changes though nothing did.
    """
    digest = hashlib.blake2b(digest_size=16)
    for link in links:
        digest.update(f"{link.canonical_url}\x1f{link.title}\x1e".encode("utf-8", "replace"))
    return f"1:{digest.hexdigest()}"
