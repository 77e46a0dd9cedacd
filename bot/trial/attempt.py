"""A dry run of one source: its listing, its newest articles, and what looks wrong with them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.discover.listing import discover, leads_on
from bot.errors import DiscoverError, ExtractError, FetchError, ListingEmptyError
from bot.extract import extract
from bot.pipeline.read import read_article
from bot.trial.doubts import Note, doubts_of_article, doubts_of_listing
from bot.trial.pages import NotStoredError

if TYPE_CHECKING:
    from bot.discover.listing import Listing
    from bot.model import ArticleLink, CleanArticle, FetchedPage, Source
    from bot.trial.pages import Pages

#: pages of one paged article that a trial reads
MAX_PAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedArticle:
    """One article of a trial: what came of it, or why nothing did."""

    link: ArticleLink
    article: CleanArticle | None = None
    #: pages that it was read from, in reading order
    pages: tuple[FetchedPage, ...] = ()
    #: (kind, sentence) of what went wrong; None when nothing did
    failure: tuple[str, str] | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one visit to a source would yield now. Nothing was stored."""

    source: Source
    #: the listing's page; None when it could not be had
    page: FetchedPage | None = None
    listing: Listing | None = None
    #: (kind, sentence) of what is wrong with the listing; None when nothing is
    failure: tuple[str, str] | None = None
    #: the newest ones, in the listing's order
    articles: tuple[TriedArticle, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def warnings(self) -> tuple[Note, ...]:
        """Every doubt about listing and articles."""
        return (*self.notes, *(note for one in self.articles for note in one.notes))

    @property
    def is_failure(self) -> bool:
        """Whether the source would bring nothing: no listing, or none of its articles read."""
        if self.failure is not None:
            return True
        return bool(self.articles) and all(one.article is None for one in self.articles)


async def try_source(
    source: Source, pages: Pages, *, article_count: int = 3, usual_chars: int | None = None
) -> Trial:
    """Read the listing of ``source`` and its newest articles, store nothing, judge what came.

    ``usual_chars`` is the usual length of the source's texts, None when nobody knows.  Never
    raises for what it meets at the site.
    """
    try:
        page = await pages.get(source.url, source=source, purpose="listing")
        if onward := leads_on(page, source.kind):
            page = await pages.get(onward, source=source, purpose="listing")
    except (FetchError, NotStoredError) as error:
        return Trial(source=source, failure=(_kind(error), str(error)))
    try:
        listing = await asyncio.to_thread(
            discover, page, source.listing, timezone=source.timezone, kind=source.kind
        )
    except DiscoverError as error:
        return Trial(source=source, page=page, failure=(_kind(error), str(error)))
    tried = [
        await try_article(source, pages, link, usual_chars=usual_chars)
        for link in listing.links[:article_count]
    ]
    return Trial(
        source=source,
        page=page,
        listing=listing,
        articles=tuple(tried),
        notes=doubts_of_listing(listing, page, [one.article for one in tried]),
    )


async def try_article(
    source: Source, pages: Pages, link: ArticleLink, *, usual_chars: int | None = None
) -> TriedArticle:
    """Read one article as a visit would; never raises for what it meets at the site."""
    read: list[FetchedPage] = []
    try:
        url: str | None = link.url
        referer = source.url
        while url is not None and len(read) < MAX_PAGES:
            page = await pages.get(url, source=source, purpose="article", referer=referer)
            read.append(page)
            part = await asyncio.to_thread(
                extract, page, source.article, timezone=source.timezone, link=link
            )
            referer, url = page.effective_url, part.next_page_url
            if url in {one.requested_url for one in read} | {one.effective_url for one in read}:
                break
        article = await asyncio.to_thread(read_article, read, source, link)
    except (FetchError, ExtractError, NotStoredError) as error:
        return TriedArticle(link=link, pages=tuple(read), failure=(_kind(error), str(error)))
    return TriedArticle(
        link=link,
        article=article,
        pages=tuple(read),
        notes=doubts_of_article(article, link, usual_chars=usual_chars),
    )


def _kind(error: Exception) -> str:
    if isinstance(error, FetchError):
        return error.kind
    if isinstance(error, DiscoverError):
        return "listing-empty" if isinstance(error, ListingEmptyError) else "listing-missing"
    return "not-stored" if isinstance(error, NotStoredError) else "no-article"
