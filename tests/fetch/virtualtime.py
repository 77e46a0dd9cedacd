"""Clocks that tests own."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

T = TypeVar("T")
START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


class InstantClock:
    """Sleeping takes no time at all, but the clock shows that it passed."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s)

    def monotonic_s(self) -> float:
        return self.elapsed_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed_s += seconds
        await asyncio.sleep(0)


class VirtualClock(InstantClock):
    """Many sleepers: time goes on to the next of them once everybody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    async def sleep(self, seconds: float) -> None:
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.elapsed_s + seconds, next(self._order), done))
        await done

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(40):
                await asyncio.sleep(0)
            if self._sleepers and not task.done():
                at_s, _, done = heapq.heappop(self._sleepers)
                self.elapsed_s = max(self.elapsed_s, at_s)
                if not done.done():
                    done.set_result(None)
        return task.result()
