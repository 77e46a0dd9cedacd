"""What an edit of the configuration means for a running daemon."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from bot.sources.load import load
from bot.sources.reload import Difference, compare, watch
from bot.sources.standing import Standing

CONFIG = Path(__file__).parents[2] / "config"
NOW = load(CONFIG, environment={})


def test_nothing_changed() -> None:
    assert compare(NOW, load(CONFIG, environment={})).is_empty


def test_sources_come_go_rest_and_change() -> None:
    first, second, third, *others = NOW.sources
    edited = replace(second, url="https://www.akxw.cn/elsewhere/")
    slower = replace(third, max_interval_s=7200.0)
    added = replace(first, id="another")
    then = replace(NOW, sources=(edited, slower, *others, added))
    assert compare(NOW, then) == Difference(
        added=("another",), removed=(first.id,), reread=(second.id,), touched=(third.id,)
    )
    resting = replace(NOW, sources=(replace(first, is_enabled=False), *NOW.sources[1:]))
    assert compare(NOW, resting) == Difference(removed=(first.id,))
    assert compare(resting, NOW) == Difference(added=(first.id,))


def test_settings_that_are_read_at_the_start_wait_for_it() -> None:
    settings = NOW.settings.model_copy(
        update={
            "web": NOW.settings.web.model_copy(update={"port": 9}),
            "log": NOW.settings.log.model_copy(update={"level": "debug"}),
            "fetch": NOW.settings.fetch.model_copy(update={"max_redirects": 3, "delay_s": 9.0}),
        }
    )
    difference = compare(NOW, replace(NOW, settings=settings))
    assert set(difference.waiting) == {"web.port", "fetch.max_redirects"}
    assert set(difference.applied) == {"log.level", "fetch.delay_s"}


def test_a_standing_is_read_back_and_another_versions_is_not() -> None:
    standing = Standing(loaded_at="2026-11-20T09:00:00", source_count=3, faults=("a.yaml:1: x",))
    assert Standing.load(standing.dump()) == standing
    assert Standing.load(None) is None
    assert Standing.load('{"other": 1}') is None


async def test_a_watch_that_is_left_stops_nothing_else(tmp_path: Path) -> None:
    poke, stop = asyncio.Event(), asyncio.Event()
    async with aclosing(watch(tmp_path, poke, stop)) as changes:
        assert await anext(changes) == "checked"
        poke.set()
        assert await anext(changes) == "asked"
    assert not stop.is_set()
