"""What fetches, as the settings want it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from bot import __version__
from bot.app.clock import now
from bot.fetch.fetcher import Fetcher
from bot.fetch.identity import Identity
from bot.fetch.settings import WEB_PORTS, FetchLimits, FetchSettings, Politeness, QuietHours
from bot.pipeline.hosts import KeptHostStates, KeptRobotsCopies, keep_traffic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app.archive import Archive
    from bot.settings import Settings


def fetch_settings(settings: Settings) -> FetchSettings:
    """Return the settings of fetching as that package wants them."""
    own = settings.fetch
    quiet: tuple[QuietHours, ...] = ()
    if own.quiet_hours is not None:
        quiet = (QuietHours(start=own.quiet_hours[0], end=own.quiet_hours[1]),)
    return FetchSettings(
        identity=Identity(
            version=__version__,
            about_url=own.bot_page_url or f"{settings.web.public_url}/bot",
            contact=own.contact or None,
        ),
        limits=FetchLimits(
            max_redirects=own.max_redirects,
            ports=frozenset(own.ports) or WEB_PORTS,
            max_body_bytes=int(own.max_body_bytes),
            connect_timeout_s=own.connect_timeout_s,
            total_timeout_s=own.total_timeout_s,
            max_attempts=own.max_attempts,
        ),
        politeness=Politeness(quiet_hours=quiet, robots_overrides=frozenset(own.robots_overrides)),
        allowed_addresses=own.allowed_addresses,
    )


@contextlib.asynccontextmanager
async def fetching(settings: Settings, archive: Archive) -> AsyncIterator[Fetcher]:
    """Yield a fetcher that keeps its promises to hosts over restarts; connections end with it."""
    async with Fetcher(
        fetch_settings(settings),
        host_states=KeptHostStates(hosts=archive.hosts, now=now),
        robots_copies=KeptRobotsCopies(hosts=archive.hosts),
    ) as fetcher:
        try:
            yield fetcher
        finally:
            await keep_traffic(archive.hosts, fetcher.traffic.drain())
