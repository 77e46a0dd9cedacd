"""One lane per host: one request at a time, a pause after each, rest when the host needs it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.errors import HostClosedError, QuietHoursError
from bot.fetch import pace
from bot.fetch.pace import HostState
from bot.urls import site_of

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from bot.fetch.clock import Clock
    from bot.fetch.settings import Politeness


class HostStates(Protocol):
    """Keeps what is known of hosts over restarts."""

    async def load(self, host: str) -> HostState | None:
        """Return what was kept, None for a host that was never kept."""
        ...

    async def save(self, state: HostState) -> None:
        """Keep it; called when the state changed in more than its answering time."""
        ...


class Lane:
    """The way to one host.  Enter, ask, tell how it went, leave."""

    def __init__(
        self,
        state: HostState,
        *,
        rules: Politeness,
        clock: Clock,
        dice: random.Random,
        states: HostStates | None = None,
    ) -> None:
        self.state = state
        self._rules = rules
        self._clock = clock
        self._dice = dice
        self._states = states
        self._turn = asyncio.Lock()
        self._free_at_s = float("-inf")
        self._left_at_s = float("-inf")

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in it or waits, and forgetting it would lose nothing."""
        return (
            not self._turn.locked()
            and self._free_at_s <= self._clock.monotonic_s()
            and self.state == HostState(host=self.state.host, answer_s=self.state.answer_s)
        )

    @property
    def owed_s(self) -> float:
        """How long the host is still owed its pause; 0 when it is owed none."""
        return max(0.0, self._free_at_s - self._clock.monotonic_s())

    async def enter(self, url: str, own_delay_s: float) -> None:
        """Wait for our turn; ``leave`` must follow.

        Raises HostClosedError or QuietHoursError, with ``retry_at``, when the host cannot be asked
        within ``max_wait_s``.
        """
        await self._turn.acquire()
        try:
            while (wait_s := self._wait_s(url, own_delay_s)) > 0:
                await self._clock.sleep(wait_s)
        except BaseException:
            self._turn.release()
            raise

    def leave(self, own_delay_s: float) -> None:
        """Give the turn to the next, who waits for the pause that the host is owed."""
        self._left_at_s = self._clock.monotonic_s()
        self._free_at_s = self._left_at_s + pace.delay_s(self.state, own_delay_s, self._rules)
        self._turn.release()

    async def answered(self, *, elapsed_s: float) -> None:
        """Note an answer."""
        await self._become(pace.after_answer(self.state, elapsed_s=elapsed_s))

    async def overloaded(
        self, *, status: int, retry_after: str | None, date: str | None = None
    ) -> None:
        """Note a 429 or 503 with its Retry-After and Date headers."""
        now = self._clock.now()
        await self._become(
            pace.after_overload(
                self.state,
                status=status,
                retry_after_s=pace.parse_retry_after(retry_after, now, date),
                now=now,
                rules=self._rules,
                dice=self._dice,
            )
        )

    async def failed(self, kind: str) -> None:
        """Note a failure of the host."""
        await self._become(
            pace.after_failure(
                self.state, kind=kind, now=self._clock.now(), rules=self._rules, dice=self._dice
            )
        )

    async def obey_robots(self, delay_s: float) -> None:
        """Note the Crawl-delay of robots.txt, 0 for none."""
        await self._become(replace(self.state, robots_delay_s=delay_s))

    async def _become(self, state: HostState) -> None:
        before, self.state = self.state, state
        if self._states is not None and replace(before, answer_s=state.answer_s) != state:
            await self._states.save(state)

    def _wait_s(self, url: str, own_delay_s: float) -> float:
        """Return how long to wait before the lane is free; 0 or less means now."""
        now = self._clock.now()
        for hours in self._rules.quiet_hours:
            until = hours.until(self.state.host, now)
            if until is not None:
                raise QuietHoursError(
                    url,
                    f"{self.state.host}: quiet hours until {until:%Y-%m-%d %H:%M} UTC.",
                    retry_at=until,
                )
        rest_s = self._rest_s(now)
        if rest_s > self._rules.max_wait_s:
            raise self._closed(url, now + timedelta(seconds=rest_s))
        # What was learned since the last request holds for this one: the Crawl-delay of the
        # robots.txt that was just read, the longer delay of another source.
        pause_s = pace.delay_s(self.state, own_delay_s, self._rules)
        free_at_s = max(self._free_at_s, self._left_at_s + pause_s)
        return max(rest_s, free_at_s - self._clock.monotonic_s())

    def _rest_s(self, now: datetime) -> float:
        if self.state.closed_until is None:
            return 0.0
        rest_s = (self.state.closed_until - now).total_seconds()
        # A wall clock that was set back must not close a host for years.
        longest_s = max(self._rules.max_retry_after_s, self._rules.max_backoff_s * 2)
        return min(rest_s, longest_s)

    def _closed(self, url: str, until: datetime) -> HostClosedError:
        return HostClosedError(
            url,
            f"{self.state.host} is left alone until {until:%Y-%m-%d %H:%M} UTC, because "
            f"{self.state.closed_because or 'it needs a rest'}; it will be asked again by itself.",
            retry_at=until,
        )


class Lanes:
    """All lanes, one per host, shared by all sources."""

    def __init__(
        self,
        *,
        rules: Politeness,
        clock: Clock,
        dice: random.Random,
        states: HostStates | None = None,
        max_count: int = 4096,
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._dice = dice
        self._states = states
        self._max_count = max_count
        self._lanes: dict[str, Lane] = {}
        self._loading = asyncio.Lock()

    async def of(self, host: str) -> Lane:
        """Return the lane of a host; the same one for everybody."""
        lane = self._lanes.get(host)
        if lane is not None:
            return lane
        async with self._loading:
            if host not in self._lanes:
                if len(self._lanes) >= self._max_count:
                    self._lanes = {k: lane for k, lane in self._lanes.items() if not lane.is_idle}
                kept = await self._states.load(host) if self._states is not None else None
                self._lanes[host] = Lane(
                    kept or HostState(host=host),
                    rules=self._rules,
                    clock=self._clock,
                    dice=self._dice,
                    states=self._states,
                )
            return self._lanes[host]

    def owed_s(self, site: str) -> float:
        """Return how long the hosts of a site are still owed their pause."""
        return max(
            (lane.owed_s for host, lane in self._lanes.items() if site_of(f"//{host}") == site),
            default=0.0,
        )

    async def learn_anew(self, host: str) -> None:
        """Take up what was kept of a host since its lane was made; its answering time stays."""
        lane = self._lanes.get(host)
        if lane is None or self._states is None:
            return
        kept = await self._states.load(host)
        if kept is not None:
            lane.state = replace(kept, answer_s=lane.state.answer_s or kept.answer_s)

    def states(self) -> tuple[HostState, ...]:
        """Return what is known of every host in use, by name."""
        return tuple(self._lanes[host].state for host in sorted(self._lanes))
