"""Every behaviour on the wire: an outcome that an operator understands, and others unharmed.

All are visited at the same time by one fetcher, each on a server of its own, while a good source
is read over and over beside them.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from bot.model import FetchedPage, NotModified
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, more
from tests.fetch.faultserver import fault_server
from tests.hostile.visiting import fetch, serve, source_of
from tests.hostile.wire import CASES

if TYPE_CHECKING:
    from tests.hostile.visiting import Outcome

#: caps small enough that every behaviour meets one within seconds
LIMITS = more(total_timeout_s=3.0, connect_timeout_s=3.0)


async def visit_all() -> tuple[dict[str, Outcome], list[FetchedPage | NotModified]]:
    async with AsyncExitStack() as stack:
        fetcher, _ = await stack.enter_async_context(fetcher_for(LIMITS))
        good = await stack.enter_async_context(fault_server())
        good.behaviours["/page"] = fs.answer()
        visits = {}
        for name, case in CASES.items():
            server = await stack.enter_async_context(fault_server())
            serve(server, case)
            source = source_of(server.base, timeout_s=1.5)
            visits[name] = asyncio.create_task(fetch(fetcher, source, case.purpose))
        read = []
        while not all(visit.done() for visit in visits.values()):
            source = source_of(good.base, timeout_s=30.0)
            read.append(await fetcher.fetch(f"{good.base}/page", source=source))
        return {name: visit.result() for name, visit in visits.items()}, read


@pytest.fixture(scope="module")
def visited() -> tuple[dict[str, Outcome], list[FetchedPage | NotModified]]:
    return asyncio.run(visit_all())


@pytest.mark.parametrize("name", CASES)
def test_each_ends_in_an_outcome_and_a_sentence(
    name: str, visited: tuple[dict[str, Outcome], list[FetchedPage | NotModified]]
) -> None:
    outcome = visited[0][name]
    assert outcome.kind in CASES[name].kinds, outcome
    if outcome.kind != "page":
        assert outcome.sentence.endswith(".")
        assert len(outcome.sentence) < 600
        assert outcome.sentence.isprintable()


def test_a_good_source_beside_them_is_read_all_the_while(
    visited: tuple[dict[str, Outcome], list[FetchedPage | NotModified]],
) -> None:
    assert visited[1]
    assert all(isinstance(page, FetchedPage) and page.body == fs.PAGE for page in visited[1])


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CASES) >= 60
