"""One article: fetch its pages, read it, decide, keep it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.clean.endings import pattern_of_change
from bot.errors import ExtractError, FetchError, NotAnArticleError
from bot.html.hacked import signs_of
from bot.model import ExtractedArticle, NotModified, Validators, Verdict
from bot.pipeline.read import PAGE_FAULTS, finish_article, make_candidate, marks_of, read_page
from bot.urls import host_of
from storage.model import KeptValidators

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.fetch.fetcher import Fetcher
    from bot.html.hacked import Sign
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, CleanArticle, FetchedPage, Source
    from bot.pipeline.apart import FirstPage, Readers
    from bot.pipeline.keep import Keeper, Kept, Past
    from bot.pipeline.pictures import PictureTaker
    from bot.pipeline.report import Tally
    from bot.pipeline.sites import Sites
    from storage.checks import Due
    from storage.following import Followed

logger = structlog.get_logger()

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
    #: what was learned of the sites; without it every page is read by itself
    sites: Sites | None = None
    #: read the pages in processes of their own; None for a thread of this one
    readers: Readers | None = None

    async def take(
        self,
        link: ArticleLink,
        source: Source,
        tally: Tally,
        *,
        past: Past | None = None,
        followed: Followed | None = None,
        ahead: ArticleLink | None = None,
        former: Due | None = None,
    ) -> Kept | None:
        """Fetch, read and keep the article behind ``link``; return what became of it.

        ``past`` tells that it was looked for where old articles are; ``followed`` is settled in
        the transaction that keeps the article.  ``ahead`` is the link that will be taken next: of a
        site of which nothing is known its page is fetched first as well, so that each of the two
        is read beside another one.  ``former`` is what the archive has of an article that is looked
        at again: its page is asked for with its validators, and a watermark that was drawn anew
        since is no edit.

        None for a page that its site does not want indexed, and for one that did not change since.
        Raises FetchError, ExtractError, and the archive's TakenDownError.
        """
        first = tally.ahead.pop(link.url, None) or await self._fetch(link, source, tally, former)
        if isinstance(first, NotModified):
            if former is not None:
                # What could not be had of it the last time is asked for again.
                await self.pictures.take(former.article, source, tally)
            return None
        if "noindex" in first.robots:
            return None
        if ahead is not None:
            await self._look_ahead(ahead, first, source, tally)

        def keep(
            pages: list[FetchedPage], parts: list[ExtractedArticle], article: CleanArticle
        ) -> Kept:
            article = self._settled(parts, article, source, former)
            candidate = make_candidate(article, source, self.gazetteer)
            return self.keeper.keep(
                candidate,
                source,
                tuple(pages),
                self.now(),
                past=past,
                followed=followed and replace(followed, validators=_validators_of(pages)),
            )

        def read_first() -> Kept | ExtractedArticle:
            """Do everything in one step, for a change of threads costs more than some of it."""
            _refuse_forgeries(signs_of(first.text, first.effective_url), tally)
            part = self._read(first, source, link)
            if part.next_page_url is not None:
                return part
            return keep([first], [part], finish_article([part], source, self._marks(part, source)))

        if self.readers is None:
            kept = await asyncio.to_thread(read_first)
        else:
            found = await self._read_apart(self.readers, first, source, link)
            _refuse_forgeries(found.signs, tally)
            assert found.part is not None  # noqa: S101 -- told to mypy; only a forgery has none
            kept = (
                found.part
                if found.article is None
                else await asyncio.to_thread(keep, [first], [found.part], found.article)
            )
        if isinstance(kept, ExtractedArticle):
            pages, parts = await self._read_others(first, kept, source, link, tally)
            marks = self._marks(parts[0], source)
            kept = await asyncio.to_thread(
                lambda: keep(pages, parts, finish_article(parts, source, marks))
            )
        tally.count(kept.decision.verdict)
        if kept.decision.verdict in {Verdict.NEW, Verdict.REPRINT}:
            tally.text_chars.append(len(kept.article.text))
        await self.pictures.take(kept.article, source, tally)
        return kept

    async def _fetch(
        self,
        link: ArticleLink,
        source: Source,
        tally: Tally,
        former: Due | None = None,
    ) -> FetchedPage | NotModified:
        page = await self.fetcher.fetch(
            link.url,
            source=source,
            purpose="article",
            validators=None if former is None else _asked_with(former),
            referer=source.url,
            session=tally.session,
        )
        tally.add(page)
        return page

    async def _look_ahead(
        self, link: ArticleLink, first: FetchedPage, source: Source, tally: Tally
    ) -> None:
        """Fetch the next article's page now where nothing is known of the site, and learn of it."""
        if self.sites is None or host_of(link.url) != host_of(first.effective_url):
            return
        if self.sites.has_learned(source, first.effective_url):
            return
        known = await asyncio.to_thread(self.sites.recall, source, first.effective_url)
        if known.layouts:
            return
        try:
            page = await self._fetch(link, source, tally)
            if isinstance(page, NotModified):
                return
            tally.ahead[link.url] = page
            await self._part(page, source, link)
        except (FetchError, ExtractError, *PAGE_FAULTS) as error:
            # It is told when its turn comes.
            logger.info("nothing learned ahead", source=source.id, url=link.url, why=str(error))

    def _read(
        self, page: FetchedPage, source: Source, link: ArticleLink, *, is_first: bool = True
    ) -> ExtractedArticle:
        """Return what a page holds beside what is known of its site, and learn of it."""
        if self.sites is None:
            return read_page(page, source, link)
        profile = self.sites.recall(source, page.effective_url)
        read = read_page(page, source, link, profile=profile)
        if is_first:
            self.sites.learn(source, page.effective_url, read.sighting)
        return read

    async def _read_apart(
        self,
        readers: Readers,
        page: FetchedPage,
        source: Source,
        link: ArticleLink,
        *,
        is_first: bool = True,
    ) -> FirstPage:
        """Return what a process finds on a page beside what is known of its site; learn of it."""
        if self.sites is None:
            return await readers.first_page(page, source, link)
        profile = await asyncio.to_thread(self.sites.recall, source, page.effective_url)
        found = await readers.first_page(page, source, link, profile=profile)
        if is_first and found.part is not None:
            await asyncio.to_thread(
                self.sites.learn, source, page.effective_url, found.part.sighting
            )
        return found

    async def _part(
        self, page: FetchedPage, source: Source, link: ArticleLink, *, is_first: bool = True
    ) -> ExtractedArticle:
        """Return what a page holds; raises ExtractError, for a forgery too."""
        if self.readers is None:
            return await asyncio.to_thread(self._read, page, source, link, is_first=is_first)
        found = await self._read_apart(self.readers, page, source, link, is_first=is_first)
        if found.part is None:
            raise NotAnArticleError(f"The page is a forgery: {found.signs[0].told}.")
        return found.part

    def _marks(self, part: ExtractedArticle, source: Source) -> tuple[str, ...]:
        """Return the watermarks that the site of a page was found to set; asks no database."""
        if self.sites is None:
            return ()
        return marks_of(self.sites.recall(source, part.page.effective_url))

    def _settled(
        self,
        parts: list[ExtractedArticle],
        article: CleanArticle,
        source: Source,
        former: Due | None,
    ) -> CleanArticle:
        """Return the article without a watermark that was drawn anew, and learn of its marks."""
        mark = None
        if self.sites is not None:
            if former is not None and former.article.text != article.text:
                mark = pattern_of_change(former.article.text.split("\n"), article.text.split("\n"))
            self.sites.learn_marks(source, parts[0], article.ending, mark)
            if mark is not None:
                article = finish_article(parts, source, self._marks(parts[0], source))
        for caveat in article.caveats:
            url = parts[0].page.effective_url
            logger.warning("text may mislead", source=source.id, url=url, why=caveat.text)
        return article

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
            parts.append(await self._part(page, source, link, is_first=False))
        return pages, parts


def _asked_with(former: Due) -> Validators:
    return Validators(etag=former.validators.etag, last_modified=former.validators.last_modified)


def _validators_of(pages: list[FetchedPage]) -> KeptValidators:
    """Return what the next look at an article asks with; none for one of several pages.

    The first page of such a one may stand while another is edited.
    """
    if len(pages) != 1:
        return KeptValidators()
    given = pages[0].validators
    return KeptValidators(etag=given.etag, last_modified=given.last_modified)


def _refuse_forgeries(signs: tuple[Sign, ...], tally: Tally) -> None:
    """Note signs of a break-in; raises NotAnArticleError for a page that is a forgery itself."""
    if signs:
        tally.signs.update(dict.fromkeys(sign.told for sign in signs))
    if any(sign.is_whole_page for sign in signs):
        raise NotAnArticleError(f"The page is a forgery: {signs[0].told}.")
