"""robots.txt by RFC 9309: read first, kept a day, obeyed; unreadable means stay away."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from protego import Protego

from bot.errors import (
    FetchError,
    ForbiddenAddressError,
    HostClosedError,
    HttpStatusError,
    QuietHoursError,
    RobotsDeniedError,
    RobotsUnreachableError,
    ServerError,
)
from bot.urls import host_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.fetch.clock import Clock
    from bot.fetch.settings import Politeness

log = logging.getLogger("xianwen.fetch.robots")

#: after a failure robots.txt is asked for again no sooner than this
_SERVER_RETRY_AFTER = timedelta(minutes=10)
_NETWORK_RETRY_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """A robots.txt as it was had; worth keeping over a restart."""

    #: ``scheme://host[:port]``
    origin: str
    #: empty when the server has none, which allows everything
    text: str
    #: UTC
    fetched_at: datetime


class RobotsCopies(Protocol):
    """Keeps the last good copies over restarts."""

    async def load(self, origin: str) -> RobotsCopy | None:
        """Return the last copy, however old; None when there is none."""
        ...

    async def save(self, copy: RobotsCopy) -> None:
        """Keep it in place of the former one."""
        ...


@dataclass(slots=True)
class _Known:
    """What is known of one origin."""

    copy: RobotsCopy | None
    rules: Protego | None
    #: UTC; nothing is asked for before
    due_at: datetime
    #: why robots.txt cannot be read at present; None when it can
    trouble: FetchError | None = None


class Robots:
    """Decides by robots.txt whether a page may be asked for."""

    def __init__(
        self,
        *,
        product: str,
        rules: Politeness,
        clock: Clock,
        copies: RobotsCopies | None = None,
        max_count: int = 4096,
    ) -> None:
        self._product = product
        self._rules = rules
        self._clock = clock
        self._copies = copies
        self._max_count = max_count
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._busy: dict[str, asyncio.Lock] = {}

    async def check(self, url: str, read: Callable[[str], Awaitable[str]]) -> float:
        """Return the crawl delay of the site in seconds, 0 for none, when the page may be asked.

        ``read`` gets the address of a robots.txt and returns its text, raising FetchError.
        Raises RobotsDeniedError when the page is disallowed, RobotsUnreachableError when the server
        fails to give its robots.txt, and the network's own FetchError when it cannot be reached
        and no copy is left (RFC 9309 section 2.3.1.4).
        """
        origin = origin_of(url)
        known = self._known.get(origin)
        if known is None or known.due_at <= self._clock.now():
            known = await self._refreshed(origin, read)
        if host_of(url) in self._rules.robots_overrides:
            log.warning("robots.txt of %s is overridden by the operator for %s", origin, url)
            return 0.0
        if known.rules is None:
            raise self._stay_away(url, origin, known)
        if not known.rules.can_fetch(url, self._product):
            raise RobotsDeniedError(
                url,
                f"{url}: robots.txt of {origin} disallows it for {self._product}; "
                "ask the webmaster, or take another section of the site.",
            )
        return self._delay_s(known.rules)

    def _delay_s(self, rules: Protego) -> float:
        rate = rules.request_rate(self._product)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(rules.crawl_delay(self._product) or 0.0), by_rate, 0.0)

    async def _refreshed(self, origin: str, read: Callable[[str], Awaitable[str]]) -> _Known:
        lock = self._busy.setdefault(origin, asyncio.Lock())
        async with lock:
            now = self._clock.now()
            known = self._known.get(origin)
            if known is None and self._copies is not None:
                kept = await self._copies.load(origin)
                known = self._from(kept) if kept is not None else None
            if known is None or known.due_at <= now:
                known = await self._read(origin, read, known)
            self._known[origin] = known
            self._known.move_to_end(origin)
            while len(self._known) > self._max_count:
                self._known.popitem(last=False)
        if not lock.locked():
            self._busy.pop(origin, None)
        return known

    def _from(self, kept: RobotsCopy) -> _Known:
        due_at = kept.fetched_at + timedelta(seconds=self._rules.robots_max_age_s)
        return _Known(copy=kept, rules=Protego.parse(kept.text), due_at=due_at)

    async def _read(
        self, origin: str, read: Callable[[str], Awaitable[str]], former: _Known | None
    ) -> _Known:
        try:
            text = await read(f"{origin}/robots.txt")
        except HttpStatusError as exc:
            if exc.status is not None and exc.status < 500 and exc.status != 429:
                text = ""  # "unavailable": any resource may be accessed (section 2.3.1.3)
            else:
                return self._troubled(former, exc)
        except (HostClosedError, QuietHoursError, ForbiddenAddressError):
            raise
        except FetchError as exc:
            return self._troubled(former, exc)
        fresh = RobotsCopy(origin=origin, text=text, fetched_at=self._clock.now())
        if self._copies is not None:
            await self._copies.save(fresh)
        return self._from(fresh)

    def _troubled(self, former: _Known | None, exc: FetchError) -> _Known:
        """Return what holds while robots.txt cannot be had.

        A failing server (5xx, 429) wants to be left alone.  Where the network failed, the last
        good copy holds, for as long as it is not too old.
        """
        now = self._clock.now()
        kept = former.copy if former is not None else None
        is_server = isinstance(exc, HttpStatusError)
        pause = _SERVER_RETRY_AFTER if is_server else _NETWORK_RETRY_AFTER
        due_at = max(now + pause, exc.retry_at or now)
        grace = timedelta(seconds=self._rules.robots_grace_s)
        if kept is not None and not is_server and now - kept.fetched_at <= grace:
            return _Known(copy=kept, rules=Protego.parse(kept.text), due_at=due_at, trouble=exc)
        return _Known(copy=kept, rules=None, due_at=due_at, trouble=exc)

    def _stay_away(self, url: str, origin: str, known: _Known) -> FetchError:
        trouble = known.trouble
        if trouble is None or isinstance(trouble, HttpStatusError):
            status = trouble.status if trouble is not None else None
            what = "asks for fewer requests" if not isinstance(trouble, ServerError) else "fails"
            return RobotsUnreachableError(
                url,
                f"{origin}/robots.txt {what} (status {status}), so nothing is asked of the site "
                f"until {known.due_at:%Y-%m-%d %H:%M} UTC (RFC 9309); name the host in "
                "fetch.robots_overrides if its webmaster agrees.",
                status=status,
                retry_at=known.due_at,
            )
        return trouble.for_url(url)
