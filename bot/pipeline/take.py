"""One article: fetch its pages, read it, decide, keep it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import NotAnArticleError
from bot.hacked import signs_of
from bot.model import ExtractedArticle, NotModified, Verdict
from bot.pipeline.read import finish_article, make_candidate, read_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.fetch import Fetcher
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, FetchedPage, Source
    from bot.pipeline.keep import Keeper, Kept, Past
    from bot.pipeline.pictures import PictureTaker
    from bot.pipeline.report import Tally
    from storage.following import Followed

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
        self,
        link: ArticleLink,
        source: Source,
        tally: Tally,
        *,
        past: Past | None = None,
        followed: Followed | None = None,
    ) -> Kept | None:
        """Fetch, read and keep the article behind ``link``; return what became of it.

        ``past`` tells that it was looked for where old articles are; ``followed`` is settled in
        the transaction that keeps the article.
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

        def keep(pages: list[FetchedPage], parts: list[ExtractedArticle]) -> Kept:
            candidate = make_candidate(finish_article(parts, source), source, self.gazetteer)
            return self.keeper.keep(
                candidate, source, tuple(pages), self.now(), past=past, followed=followed
            )

        def read_first() -> Kept | ExtractedArticle:
            """Do everything in one step, for a change of threads costs more than some of it."""
            _refuse_forgeries(first, tally)
            part = read_page(first, source, link)
            return keep([first], [part]) if part.next_page_url is None else part

        kept = await asyncio.to_thread(read_first)
        if isinstance(kept, ExtractedArticle):
            pages, parts = await self._read_others(first, kept, source, link, tally)
            kept = await asyncio.to_thread(keep, pages, parts)
        tally.count(kept.decision.verdict)
        if kept.decision.verdict in {Verdict.NEW, Verdict.REPRINT}:
            tally.text_chars.append(len(kept.article.text))
        await self.pictures.take(kept.article, source, tally)
        return kept

    async def _read_others(
        self,
        first: FetchedPage,
        part: ExtractedArticle,
        source: Source,
        link: ArticleLink,
        tally: Tally,
    ) -> tuple[list[FetchedPage], list[ExtractedArticle]]:
        """Return the article's pages and what each holds, in reading order."""
        pages, parts = [first], [part]
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
        return pages, parts


def _refuse_forgeries(page: FetchedPage, tally: Tally) -> None:
    """Note signs of a break-in; raises NotAnArticleError for a page that is a forgery itself."""
    signs = signs_of(page.text, page.effective_url)
    if signs:
        tally.signs.update(dict.fromkeys(sign.told for sign in signs))
    if any(sign.is_whole_page for sign in signs):
        raise NotAnArticleError(f"The page is a forgery: {signs[0].told}.")
