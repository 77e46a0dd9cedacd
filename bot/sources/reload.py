"""An edit in ``config/`` takes effect without a restart: validated whole, then only what changed.

``watch`` tells that something was saved or that SIGHUP came; ``compare`` tells as a pure function
what an edit means.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from watchfiles import awatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from watchfiles import Change as FileChange

    from bot.model import Source
    from bot.settings import Settings
    from bot.sources.load import Configuration

#: editors save in several steps: changes are gathered for so long
GATHER_MS = 300
#: the watch is known to stand after so long without a change
STANDS_MS = 800
#: fields of a source that change what a visit reads
_READING = {"url", "kind", "charset", "timezone", "headers", "proxy", "is_tls_legacy", "is_http2",
            "is_rendered", "listing", "article", "max_articles"}  # fmt: skip
#: settings that are read once at the start; every other one takes effect at once
_AT_START = ("data_dir", "database", "web.host", "web.port", "web.operator_", "web.trusted_proxies",
             "web.max_connections", "fetch.", "jobs.")  # fmt: skip
#: settings of fetching that stand in each source and so take effect with it
_IN_SOURCES = {"fetch.delay_s", "fetch.timeout_s", "fetch.proxy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another configuration means for a running daemon."""

    #: ids of sources to be looked at from now on
    added: tuple[str, ...] = ()
    #: ids of sources that rest or are gone
    removed: tuple[str, ...] = ()
    #: ids of sources whose listing must be read anew
    reread: tuple[str, ...] = ()
    #: ids of sources that changed in some other way
    touched: tuple[str, ...] = ()
    #: settings that changed and are in force at once
    applied: tuple[str, ...] = ()
    #: settings that changed and wait for a restart
    waiting: tuple[str, ...] = ()
    has_other_districts: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that the daemon knows of."""
        return self == Difference()


def compare(old: Configuration, new: Configuration) -> Difference:
    """Return what ``new`` changes. Disabled sources count as absent."""
    before = {s.id: s for s in old.sources if s.is_enabled}
    after = {s.id: s for s in new.sources if s.is_enabled}
    changed = [key for key in after if key in before and after[key] != before[key]]
    reread = [key for key in changed if _reads_otherwise(before[key], after[key])]
    keys = _changed_settings(old.settings, new.settings)
    waiting = [key for key in keys if key.startswith(_AT_START) and key not in _IN_SOURCES]
    return Difference(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        reread=tuple(reread),
        touched=tuple(key for key in changed if key not in reread),
        applied=tuple(key for key in keys if key not in waiting),
        waiting=tuple(waiting),
        has_other_districts=old.districts != new.districts,
    )


def _reads_otherwise(old: Source, new: Source) -> bool:
    return any(
        getattr(old, one.name) != getattr(new, one.name)
        for one in fields(old)
        if one.name in _READING
    )


def _changed_settings(old: Settings, new: Settings) -> list[str]:
    one, other = _flat(old.model_dump()), _flat(new.model_dump())
    return [key for key in other if one.get(key) != other[key]]


def _flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= _flat(value, f"{name}.")
        else:
            found[name] = value
    return found


async def watch(folder: Path, poke: asyncio.Event, stop: asyncio.Event) -> AsyncIterator[str]:
    """Yield ``saved`` or ``asked`` whenever ``folder`` changed or ``poke`` was set, until ``stop``.

    Once the watch stands ``checked`` is yielded, for what was saved between the reading of the
    configuration and then.  Where the file system tells nothing of changes, as over NFS, ``poke``
    alone works.
    """
    queue: asyncio.Queue[str] = asyncio.Queue()
    # awatch sets the event that it is given when it ends for any reason: never hand it ours.
    own_stop = asyncio.Event()

    async def look() -> None:
        has_checked = False
        async for changes in awatch(
            folder,
            watch_filter=_is_ours,
            debounce=GATHER_MS,
            step=50,
            stop_event=own_stop,
            rust_timeout=STANDS_MS,
            yield_on_timeout=True,
        ):
            if changes:
                queue.put_nowait("saved")
            elif not has_checked:
                queue.put_nowait("checked")
            has_checked = True

    async def listen() -> None:
        while True:
            await poke.wait()
            poke.clear()
            queue.put_nowait("asked")

    tasks = [asyncio.create_task(look()), asyncio.create_task(listen())]
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            getting = asyncio.create_task(queue.get())
            await asyncio.wait({getting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                getting.cancel()
                return
            yield getting.result()
    finally:
        own_stop.set()
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_ours(_change: FileChange, path: str) -> bool:
    """Tell whether a changed file may matter: what is configuration, and links that are swapped."""
    name = path.rsplit("/", 1)[-1]
    return "/golden/" not in path and (
        name.endswith((".yaml", ".yml", ".csv")) or name.startswith("..data") or "." not in name
    )
