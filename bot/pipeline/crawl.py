"""One visit to a source: its listing, its new articles, the articles due for another look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

import structlog

from bot.discover.face import face_from, face_of, why_taken_over
from bot.discover.listing import discover, leads_on, listing_digest
from bot.errors import (
    BudgetSpentError,
    DiscoverError,
    ExtractError,
    FetchError,
    ListingEmptyError,
    TakenOverError,
)
from bot.fetch.recheck import next_recheck
from bot.html.hacked import signs_of
from bot.model import (
    ArticleLink,
    NotModified,
    Precision,
    Published,
    SourceKind,
    Validators,
    Verdict,
)
from bot.pipeline.hosts import keep_traffic
from bot.pipeline.keep import link_of
from bot.pipeline.read import PAGE_FAULTS
from bot.pipeline.report import OK, STOPPED, UNCHANGED, Tally, facts_of
from storage.errors import TakenDownError
from storage.following import Followed
from storage.links import PendingLink
from storage.model import Crawl
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.discover.listing import Listing
    from bot.fetch.fetcher import Fetcher
    from bot.model import FetchedPage, Source
    from bot.pipeline.apart import Readers
    from bot.pipeline.report import CrawlReport
    from bot.pipeline.sites import Sites
    from bot.pipeline.take import Taker
    from storage.checks import Checks, Due
    from storage.hosts import Hosts
    from storage.links import PendingLinks
    from storage.model import Article, SourceState
    from storage.notes import Notes
    from storage.states import Crawls, States

logger = structlog.get_logger()


#: first wait before an article that failed is tried again; doubles up to the longest
FIRST_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(days=7)
#: begins the names of the notes that hold what sites look like; the source's id follows
FACE_NOTE = "face:"
#: articles looked at again in one visit
MAX_RECHECKS = 20
#: mean requests that an article may take, its further pages and its pictures included
REQUESTS_PER_ARTICLE = 6


def budget(source: Source) -> int:
    """Return how many requests one visit may make: pages, parts of pages and pictures."""
    return source.listing.max_pages + REQUESTS_PER_ARTICLE * (source.max_articles + MAX_RECHECKS)


def never() -> bool:
    """Go on to the end."""
    return False


def silent(_tally: Tally) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawler:
    """Visits sources. Holds no state of its own: whatever must survive is in the archive."""

    fetcher: Fetcher
    taker: Taker
    links: PendingLinks
    states: States
    crawls: Crawls
    checks: Checks
    hosts: Hosts
    #: told of each article that readers see changed, after it is committed
    on_kept: Callable[[Article], None]
    now: Callable[[], datetime]
    #: remembers the faces of sites; without it a takeover is not noticed
    notes: Notes | None = None
    #: what was learned of the sites, by the same object as the taker's
    sites: Sites | None = None
    #: read the listings in processes of their own; None for a thread of this one
    readers: Readers | None = None

    async def crawl(
        self,
        source: Source,
        *,
        should_stop: Callable[[], bool] = never,
        on_progress: Callable[[Tally], None] = silent,
    ) -> CrawlReport:
        """Visit ``source`` once and return what came of it; never raises for what it met there.

        Links are put down before they are followed, oldest first, so that a visit cut short at
        any instant is taken up by the next one.  ``should_stop`` is asked before each article.
        """
        started_at = self.now()
        tally = Tally(session=self.fetcher.begin(max_requests=budget(source)))
        state = await asyncio.to_thread(self.states.get, source.id)
        outcome, detail = OK, ""
        try:
            state, outcome = await self._look(source, state, tally)
            await self._take_pending(source, tally, should_stop, on_progress)
            await self._look_again(source, tally, should_stop)
            if should_stop():
                outcome = STOPPED
        except BudgetSpentError as error:
            logger.info("crawl ends early", source=source.id, why=str(error))
        except FetchError as error:
            outcome, detail = error.kind, str(error)
            tally.retry_at = error.retry_at
        except TakenOverError as error:
            outcome, detail = "taken-over", str(error)
        except DiscoverError as error:
            is_empty = isinstance(error, ListingEmptyError)
            outcome, detail = "listing-empty" if is_empty else "listing-missing", str(error)
        except Exception as error:
            # One source's failure stops no other, and not the daemon.
            logger.exception("crawl broke", source=source.id)
            outcome, detail = "internal", f"{type(error).__name__}: {error}"
        if self.sites is not None:
            await asyncio.to_thread(self.sites.put_down, source.id)
        report = tally.report(
            source_id=source.id,
            started_at=started_at,
            finished_at=self.now(),
            outcome=outcome,
            detail=detail,
        )
        await asyncio.to_thread(self._put_down, state, report)
        await keep_traffic(self.hosts, self.fetcher.traffic.drain())
        log = logger.warning if report.detail else logger.info
        log("crawled", **report.fields())
        return report

    async def _look(
        self, source: Source, state: SourceState, tally: Tally
    ) -> tuple[SourceState, str]:
        """Fetch the listing and put down its unknown links; return the state as it is now."""
        fetched = await self.fetcher.fetch(
            source.url,
            source=source,
            purpose="listing",
            validators=Validators(etag=state.etag, last_modified=state.last_modified),
            session=tally.session,
        )
        tally.add(fetched)
        tally.max_age_s = fetched.max_age_s
        if isinstance(fetched, NotModified):
            return state, UNCHANGED
        page = fetched
        if onward := leads_on(fetched, source.kind):
            child = await self.fetcher.fetch(
                onward, source=source, purpose="listing", session=tally.session
            )
            tally.add(child)
            page = fetched if isinstance(child, NotModified) else child
        await self._know_again(source, fetched, tally)
        listing = await self._read_listing(page, source)
        digest = listing_digest(listing.links)
        tally.links += len(listing.links)
        tally.listing = facts_of(listing.links)
        seen = replace(
            state,
            etag=fetched.validators.etag,
            last_modified=fetched.validators.last_modified,
            listing_digest=digest,
        )
        if digest == state.listing_digest and not state.is_walk_open:
            return seen, UNCHANGED
        is_whole = await self._walk(source, listing, tally)
        return replace(seen, is_walk_open=not is_whole), OK

    async def _read_listing(self, page: FetchedPage, source: Source) -> Listing:
        """Return the links of a listing, read where it holds up nobody; raises DiscoverError."""
        if self.readers is not None:
            return await self.readers.listing(page, source)
        return await asyncio.to_thread(
            discover, page, source.listing, timezone=source.timezone, kind=source.kind
        )

    async def _know_again(self, source: Source, page: FetchedPage, tally: Tally) -> None:
        """Note signs of a break-in; raise TakenOverError when the site has become another's.

        The face that is known stays while the site is another's, so that a site that gets its own
        back is read again by itself.
        """
        if source.kind is not SourceKind.HTML:
            return
        signs = signs_of(page.text, page.effective_url)
        tally.signs.update(dict.fromkeys(sign.told for sign in signs))
        if self.notes is None:
            return
        name = f"{FACE_NOTE}{source.id}"
        face = face_of(page.text)
        kept = await asyncio.to_thread(self.notes.get, name)
        known = face_from(kept) if kept is not None else None
        if known is not None and (reason := why_taken_over(known, face, has_spam=bool(signs))):
            raise TakenOverError(
                f"{source.url} seems to be another's now: {reason}. Nothing of it is published; if "
                f"it is right all the same, run: xianwen source accept {source.id}"
            )
        if face != known:
            await asyncio.to_thread(self.notes.put, name, face.as_text())

    async def _walk(self, source: Source, listing: Listing, tally: Tally) -> bool:
        """Put down the unknown links of ``listing`` and of its next pages, oldest first.

        Goes on while a page has something unknown.  Returns False when it had to break off, so
        that the next visit walks again.
        """
        found: list[ArticleLink] = []
        is_whole = True
        for number in range(1, source.listing.max_pages + 1):
            unknown = await asyncio.to_thread(self._unknown, listing)
            found.extend(unknown)
            tally.found.extend(link.published for link in unknown)
            if not unknown or listing.next_url is None or number == source.listing.max_pages:
                break
            try:
                page = await self.fetcher.fetch(
                    listing.next_url, source=source, purpose="listing", session=tally.session
                )
                tally.add(page)
                if isinstance(page, NotModified):
                    break
                listing = await self._read_listing(page, source)
            except (FetchError, DiscoverError) as error:
                logger.info(
                    "paging stopped", source=source.id, url=listing.next_url, why=str(error)
                )
                is_whole = False
                break
            tally.links += len(listing.links)
        # The oldest first: what was published first is seen first.
        waiting = [self._pending(link, source) for link in reversed(found)]
        await asyncio.to_thread(self.links.put, waiting)
        return is_whole

    def _unknown(self, listing: Listing) -> list[ArticleLink]:
        """Return the links that neither the archive nor the waiting list has, in page order."""
        by_key = {url_key(link.canonical_url): link for link in listing.links}
        known = self.links.known(by_key)
        return [link for key, link in by_key.items() if key not in known]

    def _pending(self, link: ArticleLink, source: Source) -> PendingLink:
        now = self.now()
        return PendingLink(
            url_key=url_key(link.canonical_url),
            source_id=source.id,
            url=link.url,
            title=link.title,
            published_at=link.published.at if link.published else None,
            published_precision=link.published.precision.value if link.published else None,
            found_at=now,
            next_try_at=now,
        )

    async def _take_pending(
        self,
        source: Source,
        tally: Tally,
        should_stop: Callable[[], bool],
        on_progress: Callable[[Tally], None],
    ) -> None:
        """Follow the links that wait, until the visit's budget is spent."""
        due = await asyncio.to_thread(self.links.due, source.id, self.now(), source.max_articles)
        for waiting, following in zip_longest(due, due[1:]):
            if should_stop():
                return
            await self._take(waiting, source, tally, following)
            on_progress(tally)

    async def _take(
        self,
        waiting: PendingLink,
        source: Source,
        tally: Tally,
        following: PendingLink | None = None,
    ) -> None:
        """Follow one link; what goes wrong with it is its own affair, and put down."""
        link = _as_link(waiting)
        try:
            ahead = None if following is None else _as_link(following)
            kept = await self.taker.take(
                link,
                source,
                tally,
                ahead=ahead,
                followed=Followed(url_key=waiting.url_key, next_check=next_recheck),
            )
        except (FetchError, ExtractError) as error:
            if isinstance(error, BudgetSpentError) or (
                isinstance(error, FetchError) and error.is_of_host
            ):
                # The host is in trouble: the other links would only meet the same.
                raise
            kind = error.kind if isinstance(error, FetchError) else "no-article"
            logger.info("article failed", source=source.id, url=link.url, kind=kind, why=str(error))
            await self._postpone(waiting, kind, tally)
            return
        except TakenDownError as error:
            logger.info("article stays down", source=source.id, url=link.url, why=str(error))
            kept = None
        except PAGE_FAULTS:
            # A page that we cannot digest must not stand before the others for ever.
            logger.exception("article broke the reading", source=source.id, url=link.url)
            await self._postpone(waiting, "internal", tally)
            return
        if kept is None:
            await asyncio.to_thread(self.links.cross_off, waiting.url_key)
        elif kept.decision.verdict is not Verdict.UNCHANGED:
            self.on_kept(kept.article)

    async def _postpone(self, waiting: PendingLink, kind: str, tally: Tally) -> None:
        tally.failed += 1
        wait = min(FIRST_RETRY * 2**waiting.attempt_count, LONGEST_RETRY)
        await asyncio.to_thread(
            self.links.postpone, waiting.url_key, until=self.now() + wait, failure_kind=kind
        )

    async def _look_again(
        self, source: Source, tally: Tally, should_stop: Callable[[], bool]
    ) -> None:
        """Ask again for articles that are due, to find edits and withdrawals."""
        due = await asyncio.to_thread(
            self.checks.due, self.now(), source_id=source.id, limit=MAX_RECHECKS
        )
        for one in due:
            if should_stop():
                return
            await self._recheck(one, source, tally)

    async def _recheck(self, due: Due, source: Source, tally: Tally) -> None:
        article = due.article
        link = link_of(article)
        now = self.now()
        again_at = next_recheck(article.updated_at, now)
        try:
            kept = await self.taker.take(
                link,
                source,
                tally,
                followed=Followed(url_key=None, next_check=next_recheck),
                former=due,
            )
        except FetchError as error:
            if error.is_of_host or isinstance(error, BudgetSpentError):
                raise
            if error.kind in {"not-found", "gone", "soft-404"}:
                before = article.status
                again_at = again_at or now + timedelta(days=1, hours=1)
                again_at = min(again_at, now + timedelta(days=1, hours=1))
                status = await asyncio.to_thread(
                    self.checks.missing, article.id, at=now, next_check_at=again_at
                )
                if status is not before:
                    logger.info("withdrawn", source=source.id, article=article.id, url=article.url)
                    self.on_kept(article)
                return
        except (ExtractError, TakenDownError) as error:
            logger.info("look again failed", source=source.id, url=article.url, why=str(error))
        else:
            if kept is not None:
                if kept.decision.verdict is not Verdict.UNCHANGED:
                    self.on_kept(kept.article)
                if kept.article.id == article.id:
                    return
                # The page now names another article's address as its own.
        await asyncio.to_thread(self.checks.schedule, article.id, again_at, at=now)

    def _put_down(self, state: SourceState, report: CrawlReport) -> None:
        """Keep what the visit taught of the source, and the visit itself."""
        # The operator may have paused the source meanwhile.
        current = self.states.get(state.source_id)
        is_success = not report.is_failure
        self.states.put(
            replace(
                state,
                is_paused=current.is_paused,
                last_attempt_at=report.started_at,
                last_success_at=report.finished_at if is_success else state.last_success_at,
                last_news_at=report.finished_at if report.has_news else state.last_news_at,
                failure_count=0 if is_success else state.failure_count + 1,
                failure_kind=None if is_success else report.outcome,
                failure_text=report.detail or None,
            )
        )
        self.crawls.add(Crawl(**report.counts()))


def _as_link(waiting: PendingLink) -> ArticleLink:
    published = None
    if waiting.published_at is not None and waiting.published_precision is not None:
        published = Published(
            at=waiting.published_at, precision=Precision(waiting.published_precision)
        )
    return ArticleLink(url=waiting.url, title=waiting.title, published=published)
