"""A worker that others may take for dead asks no host anything more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.run.roles import worker as worker_of
from bot.run.roles.worker import Worker


class Queue:
    stalled_after_s = 30.0


class InForce:
    def __init__(self) -> None:
        self.listeners: list[Any] = []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    times = [1000.0]
    monkeypatch.setattr(worker_of, "_since_boot_s", lambda: times[0])
    return times


def test_visits_end_at_the_stop_and_when_the_heart_stood_still(clock: list[float]) -> None:
    one = Worker(None, InForce(), Queue(), lambda _fetcher: None)  # type: ignore[arg-type, return-value]
    one._stopping = asyncio.Event()
    assert not one._must_stop(0)
    clock[0] += 14.0
    assert not one._must_stop(0)
    one._note_beat()
    clock[0] += 16.0
    assert one._must_stop(0)
    # The heart beats again: what was begun before ends all the same, what begins now goes on.
    one._note_beat()
    assert one._must_stop(0)
    assert not one._must_stop(1)
    one._stopping.set()
    assert one._must_stop(1)
