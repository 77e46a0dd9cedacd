"""Pages read in processes of their own: the same answers, and nothing that they can hold up."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.discover.listing import discover
from bot.errors import DiscoverError, ExtractError, ListingMissingError, NotAnArticleError
from bot.model import FetchedPage, Source
from bot.pipeline.apart import Readers
from bot.pipeline.read import finish_article, read_page
from tests.hostile.invariants import page_of
from tests.trial.layouts import EMPIRE
from tests.trial.recognition import LayoutPages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SOURCE = Source(id="a", url="http://www.hanbin.gov.cn/n/", adcode="610902")
PAGES = sorted((Path(__file__).parent / "data").glob("*/*.html.gz"))[::6]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def readers() -> AsyncIterator[Readers]:
    async with Readers(processes=1, page_timeout_s=20.0, pages_per_process=1000) as found:
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


def stored(path: Path) -> FetchedPage:
    return page_of(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))


async def test_an_article_is_read_as_in_place(readers: Readers) -> None:
    for path in PAGES:
        page = stored(path)
        part = read_page(page, SOURCE)
        found = await readers.first_page(page, SOURCE, None)
        assert found.part == part
        assert found.part is not None
        assert found.part.page is page
        if part.next_page_url is None:
            assert found.article == finish_article([part], SOURCE)


async def test_a_listing_is_read_as_in_place(readers: Readers) -> None:
    page = LayoutPages(EMPIRE.pages, EMPIRE.charset).page(EMPIRE.url)
    assert await readers.listing(page, SOURCE) == discover(
        page, SOURCE.listing, timezone=SOURCE.timezone
    )


async def test_faults_come_back_as_they_were_raised(readers: Readers) -> None:
    with pytest.raises(NotAnArticleError, match=r"The page is empty|shows no text"):
        await readers.first_page(page_of(""), SOURCE, None)
    with pytest.raises(ListingMissingError, match="no block of links"):
        await readers.listing(page_of("<p>a</p>"), SOURCE)
    ruled = replace(SOURCE, listing=replace(SOURCE.listing, item="ul.gone > li"))
    with pytest.raises(ListingMissingError, match="nothing on the page matches"):
        await readers.listing(page_of("<p>a</p>"), ruled)


async def test_a_page_that_never_ends_is_stopped_and_the_next_one_read() -> None:
    async with Readers(processes=1, page_timeout_s=0.5, pages_per_process=1000) as readers:
        with pytest.raises(ExtractError, match=r"given up after 0\.5 s of reading"):
            await readers._ask("http://a.cn/", time.sleep, 600)
        assert await readers._ask("http://a.cn/", os.getpid) != os.getpid()


async def test_a_page_that_ends_its_process_ends_nothing_else(readers: Readers) -> None:
    first = await readers._ask("http://a.cn/", os.getpid)
    with pytest.raises(DiscoverError, match=r"http://a.cn/ ended the process that read it"):
        await readers._ask("http://a.cn/", os.abort)
    second = await readers._ask("http://a.cn/", os.getpid)
    assert second not in {first, os.getpid()}
    # Another page is read meanwhile.
    page = stored(PAGES[0])
    both = await asyncio.gather(
        readers._ask("http://a.cn/", os.abort),
        readers.first_page(page, SOURCE, None),
        return_exceptions=True,
    )
    assert isinstance(both[0], ExtractError)
    assert getattr(both[1], "part", None) == read_page(page, SOURCE)


async def test_a_process_makes_way_after_its_pages_and_every_page_is_read() -> None:
    async with Readers(processes=2, page_timeout_s=20.0, pages_per_process=2) as readers:
        pids = await asyncio.gather(*(readers._ask("http://a.cn/", os.getpid) for _ in range(5)))
    assert len(set(pids)) >= 3
    assert os.getpid() not in pids


async def test_a_fault_of_ours_comes_back_and_ends_no_process(readers: Readers) -> None:
    first = await readers._ask("http://a.cn/", os.getpid)
    with pytest.raises(ValueError, match="invalid literal"):
        await readers._ask("http://a.cn/", int, "x")
    assert await readers._ask("http://a.cn/", os.getpid) == first
