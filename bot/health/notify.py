"""Messages to the operator, through Apprise: mail, WeCom, DingTalk, Feishu, Telegram, webhooks."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = structlog.get_logger()

MISSING = "notify.urls is set, but Apprise is not installed: pip install 'xianwen[notify]'"


class Channel(Protocol):
    """A way to the operator."""

    async def send(self, title: str, body: str, *, event: str) -> bool:
        """Send one message; return whether every recipient took it."""
        ...


class Silence:
    """No way to the operator: nothing is configured."""

    async def send(self, title: str, body: str, *, event: str) -> bool:  # noqa: ARG002
        """Count every message as sent: there is nobody to tell."""
        return True


class AppriseChannel:
    """All the addresses of ``notify.urls`` at once."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)

    async def send(self, title: str, body: str, *, event: str) -> bool:
        """Send one message to every address; False when one refused it, which Apprise logs."""
        return await asyncio.to_thread(self._send, title, body, event)

    def _send(self, title: str, body: str, event: str) -> bool:
        import apprise

        kind = apprise.NotifyType.SUCCESS if event.endswith("recovered") else (
            apprise.NotifyType.INFO if event == "digest" else apprise.NotifyType.WARNING
        )  # fmt: skip
        sender = apprise.Apprise()
        for url in self._urls:
            if not sender.add(url):
                logger.warning("notify address not understood", url=url.split(":", 1)[0] + ":…")
        return bool(sender.notify(title=title, body=body, notify_type=kind))


def channel_for(urls: Sequence[str]) -> Channel:
    """Return the way to the operator that the settings ask for; tell when it cannot be had."""
    if not urls:
        return Silence()
    if importlib.util.find_spec("apprise") is None:
        logger.warning(MISSING)
        return Silence()
    return AppriseChannel(urls)
