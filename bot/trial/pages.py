"""Where a trial has its pages from: the network, politely, or what was stored of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.errors import FetchError, XianwenError
from bot.model import NotModified

if TYPE_CHECKING:
    from bot.fetch.fetcher import Fetcher, Purpose
    from bot.model import FetchedPage, Source


class NotStoredError(XianwenError):
    """The page is not among those that were stored."""


class Pages(Protocol):
    """Something that has pages."""

    async def get(
        self, url: str, *, source: Source, purpose: Purpose, referer: str | None = None
    ) -> FetchedPage:
        """Return a page; raises FetchError, or NotStoredError for one that is not there."""
        ...


class LivePages:
    """Pages from the network, each asked for once in the life of this object."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._session = fetcher.begin()
        #: every page that was had, in the order of the requests, by the address asked for
        self.seen: dict[str, FetchedPage] = {}
        self._failed: dict[str, FetchError] = {}

    async def get(
        self, url: str, *, source: Source, purpose: Purpose, referer: str | None = None
    ) -> FetchedPage:
        """Return a page; raises FetchError."""
        if url in self._failed:
            raise self._failed[url]
        if url not in self.seen:
            try:
                page = await self._fetcher.fetch(
                    url, source=source, purpose=purpose, referer=referer, session=self._session
                )
            except FetchError as error:
                self._failed[url] = error
                raise
            if isinstance(page, NotModified):
                raise FetchError(url, f"{url}: answered 304 though nobody asked whether it changed")
            self.seen[url] = page
        return self.seen[url]
