"""What tells hubs of feeds that changed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from bot.app.fetching import fetch_settings
from bot.fetch.form import FormPoster
from bot.publish.websub import HubPinger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings


@contextlib.asynccontextmanager
async def hub_pinging(settings: Settings) -> AsyncIterator[HubPinger]:
    """Yield what tells the hubs of the settings; what waits at the end is told then."""
    async with FormPoster(fetch_settings(settings).identity) as poster:
        pinger = HubPinger(poster)
        pinger.use(settings.publish.hubs)
        try:
            yield pinger
        finally:
            await pinger.close()
