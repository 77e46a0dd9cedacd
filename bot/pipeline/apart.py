"""Pages read apart: in processes that can be stopped, beside the one that fetches and serves.

Reading is the dear part of the pipeline and the one that takes foreign markup to pieces, much of it
in C.  In a process of its own a page that never ends is stopped, one that crashes the parser takes
nothing with it, what a parser leaks goes with its process, and a second core has work.  Nothing is
promised beyond what is read in place: without processes (``None`` for them) all is as before.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bot.discover.listing import discover
from bot.errors import ReadingStoppedError
from bot.html.hacked import signs_of
from bot.model import SourceKind
from bot.pipeline.read import finish_article, marks_of, read_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from bot.discover.listing import Listing
    from bot.extract import SiteProfile
    from bot.html.hacked import Sign
    from bot.model import ArticleLink, CleanArticle, ExtractedArticle, FetchedPage, Source

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """What the first page of an article is found to hold."""

    #: signs of a break-in at its site
    signs: tuple[Sign, ...]
    #: None for a page that is a forgery as a whole
    part: ExtractedArticle | None = None
    #: the article whole and clean; None when it goes on on another page
    article: CleanArticle | None = None


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One process, and how much it has read."""

    executor: ProcessPoolExecutor
    pid: int
    page_count: int = 0

    def end(self) -> None:
        """Stop it, whatever it does; may be called twice."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.executor.shutdown(wait=False, cancel_futures=True)


class Readers:
    """Processes that read pages; none runs before the first page.

    Use as an asynchronous context, which stops them at its end.  Each is an executor of its own,
    so that one can be killed without the others.
    """

    def __init__(self, *, processes: int, page_timeout_s: float, pages_per_process: int) -> None:
        self._timeout_s = page_timeout_s
        self._pages_per_process = pages_per_process
        self._context = multiprocessing.get_context("forkserver")
        # Imported once, so that a process that replaces another is there in milliseconds.
        self._context.set_forkserver_preload([__name__])
        #: None stands for a process that is still to begin; the last one back is asked first
        self._free: asyncio.LifoQueue[_Reader | None] = asyncio.LifoQueue()
        for _ in range(processes):
            self._free.put_nowait(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        while not self._free.empty():
            if (reader := self._free.get_nowait()) is not None:
                reader.end()

    async def listing(self, page: FetchedPage, source: Source) -> Listing:
        """Return the article links of a listing; raises as ``discover``, ReadingStoppedError."""
        bare = _bare(page) if source.kind is SourceKind.HTML else replace(page, exchange=None)
        return await self._ask(page.effective_url, read_listing, bare, source)

    async def first_page(
        self,
        page: FetchedPage,
        source: Source,
        link: ArticleLink | None,
        *,
        profile: SiteProfile | None = None,
    ) -> FirstPage:
        """Return what an article's first page holds, beside what is known of its site.

        Raises ExtractError for what is no article, and ReadingStoppedError, which is one too.
        """
        found = await self._ask(
            page.effective_url, read_first_page, _bare(page), source, link, profile
        )
        part, article = found.part, found.article
        if part is not None:
            part = replace(part, page=page)
        if article is not None and part is not None:
            article = replace(article, extracted=part)
        return replace(found, part=part, article=article)

    async def _ask(self, url: str, read: Callable[..., Answer], *given: Any) -> Answer:
        reader = await self._free.get()
        try:
            if reader is None:
                reader = await self._begin()
            loop = asyncio.get_running_loop()
            answer = await asyncio.wait_for(
                loop.run_in_executor(reader.executor, partial(read, *given)), self._timeout_s
            )
        except TimeoutError:
            reader = _ended(reader)
            raise ReadingStoppedError(
                f"{url} was given up after {self._timeout_s:g} s of reading: its markup is too "
                "much for us; raise reading.page_timeout if it is a real article"
            ) from None
        except BrokenProcessPool:
            reader = _ended(reader)
            raise ReadingStoppedError(
                f"{url} ended the process that read it: please report the page"
            ) from None
        except Exception:
            # What the reading raised is an answer, too.
            reader = self._counted(reader)
            raise
        except BaseException:
            # Nobody waits for it any more.
            reader = _ended(reader)
            raise
        else:
            reader = self._counted(reader)
            return answer
        finally:
            self._free.put_nowait(reader)

    async def _begin(self) -> _Reader:
        executor = ProcessPoolExecutor(1, mp_context=self._context, initializer=_follow_parent)
        try:
            pid = await asyncio.get_running_loop().run_in_executor(executor, os.getpid)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
        return _Reader(executor=executor, pid=pid)

    def _counted(self, reader: _Reader | None) -> _Reader | None:
        if reader is None:
            return None
        reader.page_count += 1
        return reader if reader.page_count < self._pages_per_process else _ended(reader)


def _ended(reader: _Reader | None) -> _Reader | None:
    """Stop a process; return what stands for the one that is to begin in its place."""
    if reader is not None:
        reader.end()
    return None


def _follow_parent() -> None:
    """End this process when the one that began it has gone, which a kill does not tell it."""
    # Ctrl-C goes to the whole group of processes; the daemon decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()


def read_listing(page: FetchedPage, source: Source) -> Listing:
    """Return the article links of a listing; raises as ``discover``."""
    return discover(page, source.listing, timezone=source.timezone, kind=source.kind)


def read_first_page(
    page: FetchedPage, source: Source, link: ArticleLink | None, profile: SiteProfile | None
) -> FirstPage:
    """Return what an article's first page holds; raises ExtractError for what is no article."""
    signs = signs_of(page.text, page.effective_url)
    if any(sign.is_whole_page for sign in signs):
        return FirstPage(signs=signs)
    part = read_page(page, source, link, profile=profile)
    marks = marks_of(profile) if profile is not None else ()
    article = finish_article([part], source, marks) if part.next_page_url is None else None
    # The page itself does not travel back.
    part = replace(part, page=_emptied(page))
    if article is not None:
        article = replace(article, extracted=part)
    return FirstPage(signs=signs, part=part, article=article)


def _bare(page: FetchedPage) -> FetchedPage:
    """Return the page without what reading does not look at."""
    return replace(page, body=b"", exchange=None)


def _emptied(page: FetchedPage) -> FetchedPage:
    return replace(page, text="", body=b"", exchange=None)
