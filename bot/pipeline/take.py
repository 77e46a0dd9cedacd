"""One article: fetch its pages, read it, decide, keep it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import NotAnArticleError
from bot.hacked import signs_of
from bot.model import NotModified, Verdict
from bot.pipeline.read import finish_article, make_candidate, read_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.fetch import Fetcher
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, Candidate, ExtractedArticle, FetchedPage, Source
    from bot.pipeline.keep import Keeper, Kept, Past
    from bot.pipeline.pictures import PictureTaker
    from bot.pipeline.report import Tally

#: most pages of one paged article
MAX_ARTICLE_PAGES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Takes articles in, one at a time."""

    fetcher: Fetcher
    keeper: Keeper
    gazetteer: Gazetteer
    pictures: PictureTaker
    now: Callable[[], datetime]

    async def take(
        self, link: ArticleLink, source: Source, tally: Tally, *, past: Past | None = None
    ) -> Kept | None:
        """Fetch, read and keep the article behind ``link``; return what became of it.

        ``past`` tells that it was looked for where old articles are.
        None for a page that its site does not want indexed.  Raises FetchError, ExtractError,
        and the archive's TakenDownError.
        """
        first = await self.fetcher.fetch(
            link.url,
            source=source,
            purpose="article",
            referer=source.url,
            session=tally.session,
        )
        tally.add(first)
        if isinstance(first, NotModified) or "noindex" in first.robots:
            return None
        signs = signs_of(first.text, first.effective_url)
        tally.signs.update(dict.fromkeys(sign.told for sign in signs))
        if any(sign.is_whole_page for sign in signs):
            raise NotAnArticleError(f"The page is a forgery: {signs[0].told}.")
        pages, parts = await self._read_all(first, source, link, tally)
        candidate = await asyncio.to_thread(self._finish, parts, source)
        kept = await asyncio.to_thread(self.keeper.keep, candidate, source, pages, self.now(), past)
        tally.count(kept.decision.verdict)
        if kept.decision.verdict in {Verdict.NEW, Verdict.REPRINT}:
            tally.text_chars.append(len(kept.article.text))
        await self.pictures.take(kept.article, source, tally)
        return kept

    async def _read_all(
        self, first: FetchedPage, source: Source, link: ArticleLink, tally: Tally
    ) -> tuple[tuple[FetchedPage, ...], list[ExtractedArticle]]:
        """Return the article's pages and what each holds, in reading order."""
        pages = [first]
        parts = [await asyncio.to_thread(read_page, first, source, link)]
        seen = {first.effective_url, first.requested_url}
        while len(pages) < MAX_ARTICLE_PAGES:
            url = parts[-1].next_page_url
            if url is None or url in seen:
                break
            seen.add(url)
            page = await self.fetcher.fetch(
                url,
                source=source,
                purpose="article",
                referer=pages[-1].effective_url,
                session=tally.session,
            )
            tally.add(page)
            if isinstance(page, NotModified):
                break
            pages.append(page)
            parts.append(await asyncio.to_thread(read_page, page, source, link))
        return tuple(pages), parts

    def _finish(self, parts: list[ExtractedArticle], source: Source) -> Candidate:
        return make_candidate(finish_article(parts, source), source, self.gazetteer)
