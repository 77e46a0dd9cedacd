"""The past of a source: its listing walked backwards, page by page, old articles taken in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

import structlog

from bot.discover.listing import discover
from bot.errors import DiscoverError, ExtractError, FetchError
from bot.model import NotModified, Verdict
from bot.pipeline.keep import Past
from bot.pipeline.read import PAGE_FAULTS
from bot.pipeline.report import Tally
from storage.errors import TakenDownError
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.discover.listing import Listing
    from bot.fetch.fetcher import Fetcher
    from bot.model import ArticleLink, Source
    from bot.pipeline.take import Taker
    from storage.cursors import Cursors
    from storage.links import PendingLinks

logger = structlog.get_logger()

#: pages of nothing but what is older, before a walk ends: a listing may have one out of order
_OLD_PAGES = 2


@dataclass(slots=True)
class Walk:
    """How far a walk has come; kept in the archive after each page."""

    #: the listing page that is worked on
    url: str
    #: number of that page, counted from 1
    page: int = 1
    #: articles on earlier pages are not older than this; UTC
    reached: datetime | None = None
    #: pages in a row that held nothing young enough
    old_pages: int = 0
    failed: int = 0
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfiller:
    """Takes in what a source published before it was crawled."""

    fetcher: Fetcher
    taker: Taker
    links: PendingLinks
    cursors: Cursors
    now: Callable[[], datetime]

    async def run(
        self,
        source: Source,
        since: datetime,
        *,
        on_progress: Callable[[Walk], None] = lambda _walk: None,
    ) -> Walk:
        """Walk the listing of ``source`` back to ``since`` (aware) and return how it ended.

        Goes on with a walk that was cut short.  What the archive has, or waits to fetch, is left
        alone.  Raises FetchError and DiscoverError when a listing page cannot be had: the walk
        stands, and the next run takes it up.
        """
        task = f"backfill:{source.id}:{since.date().isoformat()}"
        walk = await asyncio.to_thread(self._take_up, task, source)
        walk.tally.session = self.fetcher.begin()
        seen = {walk.url}
        while True:
            fetched = await self.fetcher.fetch(
                walk.url, source=source, purpose="listing", session=walk.tally.session
            )
            walk.tally.add(fetched)
            if isinstance(fetched, NotModified):
                break
            try:
                listing = discover(
                    fetched, source.listing, timezone=source.timezone, kind=source.kind
                )
            except DiscoverError:
                if walk.page == 1:
                    raise
                break  # behind the last page some sites have one without a list
            walk.tally.links += len(listing.links)
            is_young = await self._take_page(listing, source, since, walk, on_progress)
            walk.old_pages = 0 if is_young else walk.old_pages + 1
            if walk.old_pages >= _OLD_PAGES or listing.next_url is None or listing.next_url in seen:
                break
            seen.add(listing.next_url)
            walk.url, walk.page = listing.next_url, walk.page + 1
            await asyncio.to_thread(self._put_down, task, walk)
        await asyncio.to_thread(self.cursors.drop, task)
        if self.taker.sites is not None:
            await asyncio.to_thread(self.taker.sites.put_down, source.id)
        return walk

    async def _take_page(
        self,
        listing: Listing,
        source: Source,
        since: datetime,
        walk: Walk,
        on_progress: Callable[[Walk], None],
    ) -> bool:
        """Take in what one page has; return whether any of it is young enough.

        A page of links that are all known counts as young: what lies behind it may not be.
        """
        by_key = {url_key(link.canonical_url): link for link in listing.links}
        known = await asyncio.to_thread(self.links.known, list(by_key))
        is_young = bool(known)
        for key, link in by_key.items():
            at = None if link.published is None else link.published.at
            if at is not None:
                walk.reached = min(walk.reached or at, at).astimezone(UTC)
            if key in known or (at is not None and at < since):
                is_young = is_young or (at is not None and at >= since)
                continue
            found_at = await self._take(link, source, walk)
            is_young = is_young or found_at is None or found_at >= since
            on_progress(walk)
        on_progress(walk)
        return is_young

    async def _take(self, link: ArticleLink, source: Source, walk: Walk) -> datetime | None:
        """Take one article in; return when its page says it was published."""
        try:
            kept = await self.taker.take(
                link, source, walk.tally, past=Past(not_after=walk.reached or self.now())
            )
        except (FetchError, ExtractError, TakenDownError) as error:
            if isinstance(error, FetchError) and error.is_of_host:
                raise
            walk.failed += 1
            logger.info("old article failed", source=source.id, url=link.url, why=str(error))
            return None
        except PAGE_FAULTS:
            # A page that we cannot digest must not stop the walk at it, now and at every try.
            walk.failed += 1
            logger.exception("old article broke the reading", source=source.id, url=link.url)
            return None
        if kept is None:
            return None
        published = kept.article.published_at
        if published is not None and kept.decision.verdict is not Verdict.UNCHANGED:
            walk.reached = min(walk.reached or published, published).astimezone(UTC)
        return published

    def _take_up(self, task: str, source: Source) -> Walk:
        kept = self.cursors.get(task)
        if kept is None:
            return Walk(url=source.url)
        return Walk(
            url=kept["url"],
            page=kept["page"],
            reached=self.cursors.instant(kept["reached"]),
            old_pages=kept["old_pages"],
        )

    def _put_down(self, task: str, walk: Walk) -> None:
        self.cursors.put(
            task,
            {
                "url": walk.url,
                "page": walk.page,
                "reached": None if walk.reached is None else walk.reached.isoformat(),
                "old_pages": walk.old_pages,
            },
            at=self.now(),
        )
