"""The configuration in force in one process, followed as it is edited."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from bot import log
from bot.app.clock import now
from bot.errors import ConfigError, first_line
from bot.sources.load import load
from bot.sources.reload import compare, watch
from bot.sources.standing import NOTE, Standing
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.sources.load import Configuration
    from bot.sources.reload import Difference
    from storage.notes import Notes

    #: told of what was in force and what the difference is
    Listener = Callable[[Configuration, Difference], Awaitable[None]]

logger = structlog.get_logger()


#: wait before an edit is put in force again
AGAIN_S = 5.0


class InForce:
    """What is in force now, and who is told when it changes."""

    def __init__(self, configuration: Configuration, config_dir: Path | None) -> None:
        """``config_dir`` is watched for edits; None watches nothing."""
        self.configuration = configuration
        self.config_dir = config_dir
        self.listeners: list[Listener] = []
        #: where ``status`` is told at once of each edit; None where somebody else tells it
        self.notes: Notes | None = None
        self._loaded_at = now()
        self._faults: tuple[str, ...] = ()
        #: settings that wait for a restart
        self._waiting: tuple[str, ...] = ()

    async def follow(self, asked: asyncio.Event, stopping: asyncio.Event) -> None:
        """Take up edits as they are saved, until ``stopping``; what is faulty is told of."""
        if self.config_dir is None:
            return
        async for why in watch(self.config_dir, asked, stopping):
            new = await self._read(self.config_dir)
            if new is None:
                continue
            new = new.with_data_dir(self.configuration.settings.data_dir)
            difference = compare(self.configuration, new)
            if why == "checked" and difference.is_empty:
                continue
            old, self.configuration = self.configuration, new
            self._loaded_at, self._faults = now(), ()
            self._waiting = tuple(dict.fromkeys([*self._waiting, *difference.waiting]))
            log.configure(style=new.settings.log.style, level=new.settings.log.level)
            for told in self.listeners:
                await self._tell(told, old, difference, stopping)
            logger.info(
                "configuration in force",
                why=why,
                added=" ".join(difference.added),
                removed=" ".join(difference.removed),
                changed=" ".join((*difference.reread, *difference.touched)),
                settings=" ".join(difference.applied),
                at_restart=" ".join(difference.waiting),
            )
            await self._stand_at_once()

    async def _tell(
        self, told: Listener, old: Configuration, difference: Difference, stopping: asyncio.Event
    ) -> None:
        """Tell one, again and again while the database is away: telling it twice is harmless."""
        while not stopping.is_set():
            try:
                await told(old, difference)
            except Exception as error:
                if not isinstance(error, StorageError):
                    logger.exception("edit broke")
                logger.warning("edit not in force yet, tried again", why=first_line(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), AGAIN_S)
            else:
                return

    async def _read(self, config_dir: Path) -> Configuration | None:
        """Return what the files say now; None, and tell why, when it cannot be put in force."""
        try:
            return await asyncio.to_thread(load, config_dir)
        except ConfigError as error:
            faults = tuple(str(fault) for fault in error.faults)
        except OSError as error:
            # Swapped under our hands: the next change tells of it again.
            faults = (f"{error.filename}: cannot be read: {error.strerror}",)
        for fault in faults:
            logger.warning("configuration refused, the former one stays in force", fault=fault)
        self._faults = faults
        await self._stand_at_once()
        return None

    async def _stand_at_once(self) -> None:
        if self.notes is None:
            return
        try:
            await asyncio.to_thread(self.stand, self.notes)
        except StorageError as error:
            logger.warning("status knows nothing of it", why=first_line(error))

    def stand(self, notes: Notes) -> None:
        """Let ``status`` know which configuration is in force."""
        standing = Standing(
            loaded_at=self._loaded_at.isoformat(),
            source_count=sum(source.is_enabled for source in self.configuration.sources),
            refused_at=now().isoformat() if self._faults else None,
            faults=self._faults,
            waiting=self._waiting,
        )
        notes.put(NOTE, standing.dump())
