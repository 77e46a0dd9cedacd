"""The way to the operator: which one there is, and what is said when there is none."""

from __future__ import annotations

import importlib.util

import pytest
from structlog.testing import capture_logs

from bot.health.notify import MISSING, AppriseChannel, Silence, channel_for


async def test_without_addresses_every_message_counts_as_sent() -> None:
    channel = channel_for([])
    assert isinstance(channel, Silence)
    assert await channel.send("a", "b", event="degraded")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # by Apprise
async def test_an_address_that_is_not_understood_is_told_without_its_secret() -> None:
    channel = channel_for(["nonsense://me:hush@host/"])
    assert isinstance(channel, AppriseChannel)
    with capture_logs() as said:
        assert not await channel.send("a", "b", event="degraded")
    assert [line["url"] for line in said] == ["nonsense:…"]


def test_without_apprise_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with capture_logs() as said:
        assert isinstance(channel_for(["json://host/"]), Silence)
    assert [line["event"] for line in said] == [MISSING]
