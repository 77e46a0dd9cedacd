"""The pictures of an article that is kept: fetched as its own page would, and kept once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.errors import BudgetSpentError, FetchError, Treatment
from bot.model import NotModified, Pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.fetch.fetcher import Fetcher
    from bot.model import Source
    from bot.pipeline.report import Tally
    from storage.media import Media
    from storage.model import Article

logger = structlog.get_logger()

#: an article with more pictures is a gallery, and its first ones are kept
MAX_PICTURES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTaker:
    """Fetches what the archive has not asked for yet; a failure never touches the article."""

    fetcher: Fetcher
    media: Media
    now: Callable[[], datetime]

    async def take(self, article: Article, source: Source, tally: Tally) -> None:
        """Fetch the pictures of ``article`` with its page as referer, if its source wants so.

        What is no picture that may be kept is refused once and for all; a passing trouble is
        left for the next look at the article.
        """
        if source.pictures is not Pictures.ARCHIVE:
            return
        shown = [b.url for b in article.blocks if b.kind == "image" and b.url][:MAX_PICTURES]
        for url in await asyncio.to_thread(self.media.wanted, shown):
            try:
                fetched = await self.fetcher.fetch(
                    url,
                    source=source,
                    purpose="picture",
                    referer=article.url,
                    session=tally.session,
                )
            except FetchError as error:
                logger.info(
                    "picture failed", source=source.id, url=url, kind=error.kind, why=str(error)
                )
                if error.is_of_host or isinstance(error, BudgetSpentError):
                    return
                if error.treatment in {Treatment.SKIP, Treatment.WITHDRAW}:
                    await asyncio.to_thread(self.media.refuse, url, error.kind, at=self.now())
                continue
            tally.add(fetched)
            if isinstance(fetched, NotModified):
                continue
            kept = await asyncio.to_thread(self.media.keep, url, fetched.body, at=self.now())
            if isinstance(kept, str):
                logger.info("picture refused", source=source.id, url=url, why=kept)
