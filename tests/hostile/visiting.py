"""Visit something hostile as the pipeline does, and tell what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.clean import clean
from bot.discover.listing import discover
from bot.errors import DiscoverError, ExtractError, FetchError, ListingEmptyError
from bot.extract import extract, join
from bot.model import FetchedPage, Source, SourceKind

if TYPE_CHECKING:
    from bot.fetch.fetcher import Fetcher, Purpose
    from tests.fetch import faultserver as fs
    from tests.hostile.wire import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a visit."""

    #: kind of the failure; ``page`` for a page that was fetched, ``read`` once it was read
    kind: str
    #: what the operator is told; empty for a success
    sentence: str = ""


def source_of(base: str, kind: SourceKind = SourceKind.HTML, timeout_s: float = 5.0) -> Source:
    return Source(
        id="hostile", url=f"{base}/page", adcode="610902", kind=kind, timeout_s=timeout_s, delay_s=0
    )


def serve(server: fs.FaultServer, case: Case) -> None:
    server.behaviours.update(case.also)
    server.behaviours["/page"] = case.page


async def fetch(fetcher: Fetcher, source: Source, purpose: Purpose) -> Outcome:
    try:
        await fetcher.fetch(source.url, source=source, purpose=purpose)
    except FetchError as error:
        return Outcome(kind=error.kind, sentence=str(error))
    return Outcome(kind="page")


async def fetch_and_read(fetcher: Fetcher, source: Source) -> Outcome:
    """Read a page as a listing of its kind and, if it is HTML, as an article."""
    try:
        page = await fetcher.fetch(source.url, source=source, purpose="listing")
    except FetchError as error:
        return Outcome(kind=error.kind, sentence=str(error))
    assert isinstance(page, FetchedPage)
    try:
        discover(page, source.listing, timezone=source.timezone, kind=source.kind)
    except DiscoverError as error:
        if source.kind is not SourceKind.HTML:
            kind = "empty" if isinstance(error, ListingEmptyError) else "missing"
            return Outcome(kind=f"listing-{kind}", sentence=str(error))
    if source.kind is SourceKind.HTML:
        try:
            article = extract(page, source.article, timezone=source.timezone)
        except ExtractError as error:
            return Outcome(kind="no-article", sentence=str(error))
        clean(join(article), source.article)
    return Outcome(kind="read")
