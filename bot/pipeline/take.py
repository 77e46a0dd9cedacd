"""One article: fetch its pages, read it, decide, keep it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.extract import extract
from bot.model import NotModified
from bot.pipeline.read import make_candidate, read_article

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.fetch import Fetcher
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, Candidate, FetchedPage, Source
    from bot.pipeline.keep import Keeper, Kept
    from bot.pipeline.report import Tally

#: most pages of one paged article
MAX_ARTICLE_PAGES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Takes articles in, one at a time."""

    fetcher: Fetcher
    keeper: Keeper
    gazetteer: Gazetteer
    now: Callable[[], datetime]

    async def take(self, link: ArticleLink, source: Source, tally: Tally) -> Kept | None:
        """Fetch, read and keep the article behind ``link``; return what became of it.

        None for a page that its site does not want indexed.  Raises FetchError, ExtractError,
        and the archive's TakenDownError.
        """
        first = await self.fetcher.fetch(
            link.url, source=source, purpose="article", referer=source.url
        )
        tally.add(first)
        if isinstance(first, NotModified) or "noindex" in first.robots:
            return None
        pages = await self._all_pages(first, source, link, tally)
        candidate = await asyncio.to_thread(self._read, pages, source, link)
        kept = await asyncio.to_thread(self.keeper.keep, candidate, source, pages, self.now())
        tally.count(kept.decision.verdict)
        return kept

    async def _all_pages(
        self, first: FetchedPage, source: Source, link: ArticleLink, tally: Tally
    ) -> tuple[FetchedPage, ...]:
        pages = [first]
        seen = {first.effective_url, first.requested_url}
        while len(pages) < MAX_ARTICLE_PAGES:
            part = await asyncio.to_thread(
                extract, pages[-1], source.article, timezone=source.timezone, link=link
            )
            if part.next_page_url is None or part.next_page_url in seen:
                break
            seen.add(part.next_page_url)
            page = await self.fetcher.fetch(
                part.next_page_url,
                source=source,
                purpose="article",
                referer=pages[-1].effective_url,
            )
            tally.add(page)
            if isinstance(page, NotModified):
                break
            pages.append(page)
        return tuple(pages)

    def _read(self, pages: tuple[FetchedPage, ...], source: Source, link: ArticleLink) -> Candidate:
        return make_candidate(read_article(pages, source, link), source, self.gazetteer)
