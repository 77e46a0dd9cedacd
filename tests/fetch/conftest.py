"""A fetcher that may talk to loopback and whose pauses cost nothing."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.fetch.fetcher import Fetcher
from bot.fetch.identity import Identity
from bot.fetch.settings import FetchLimits, FetchSettings, Politeness
from bot.model import Source
from tests.fetch.faultserver import FaultServer, fault_server
from tests.fetch.virtualtime import InstantClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

LIMITS = FetchLimits(
    max_attempts=1, max_body_bytes=200_000, max_unpacked_bytes=400_000, total_timeout_s=5.0
)
IDENTITY = Identity(
    version="0.1.0", about_url="https://example.org/bot", contact="desk@example.org"
)


def settings_for(limits: FetchLimits = LIMITS, **politeness: Any) -> FetchSettings:
    return FetchSettings(
        identity=IDENTITY,
        limits=limits,
        politeness=Politeness(**{"circuit_threshold": 99, **politeness}),
        allowed_addresses=("127.0.0.0/8",),
    )


def source_at(base: str, **fields: Any) -> Source:
    return Source(id="test", url=f"{base}/list", adcode="610902", **{"timeout_s": 4.0, **fields})


@asynccontextmanager
async def fetcher_for(
    limits: FetchLimits | None = None, **politeness: Any
) -> AsyncIterator[tuple[Fetcher, InstantClock]]:
    clock = InstantClock()
    settings = settings_for(limits or LIMITS, **politeness)
    async with Fetcher(settings, clock=clock, dice=random.Random(1)) as fetcher:  # noqa: S311
        yield fetcher, clock


def more(**fields: Any) -> FetchLimits:
    return replace(LIMITS, **fields)


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with fault_server() as running:
        yield running
