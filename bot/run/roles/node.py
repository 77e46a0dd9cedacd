"""One process of an installation on PostgreSQL, with one role or all of them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import structlog

from bot.app.archive import open_archive
from bot.app.fetching import fetching
from bot.run.inforce import InForce
from bot.run.jobs import Jobs, install
from bot.run.roles import Role
from bot.run.roles.scheduler import Scheduler
from bot.run.roles.web import WebNode
from bot.run.roles.worker import Worker
from bot.run.serving import Doors, doors
from bot.run.supervisor import Supervisor
from bot.run.watchman import Watchman, watchman_for

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path
    from typing import Any

    from bot.app.archive import Archive
    from bot.fetch.fetcher import Fetcher
    from bot.sources.load import Configuration

logger = structlog.get_logger()


class Node:
    """A process and its roles."""

    def __init__(
        self, configuration: Configuration, role: Role, *, config_dir: Path | None = None
    ) -> None:
        """``config_dir`` is watched for edits; None watches nothing."""
        self._in_force = InForce(configuration, config_dir)
        self._role = role
        self._stopping = asyncio.Event()
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then finish the articles in hand and return.

        Raises AddressTakenError before anything is fetched, and storage's StorageError.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        settings = self._in_force.configuration.settings
        async with contextlib.AsyncExitStack() as stack:
            at = None
            if self._has(Role.WEB):
                at = stack.enter_context(doors(settings.web))
            archive = await asyncio.to_thread(open_archive, settings)
            stack.callback(archive.close)
            await asyncio.to_thread(install, archive.engine)
            queue = Jobs(archive.engine, stalled_after_s=settings.jobs.stalled_after_s)
            await stack.enter_async_context(queue)
            fetcher = await stack.enter_async_context(fetching(settings, archive))
            await self._serve(archive, queue, fetcher, at)
        logger.info("stopped")

    def _has(self, role: Role) -> bool:
        return self._role in {role, Role.ALL}

    async def _serve(
        self, archive: Archive, queue: Jobs, fetcher: Fetcher, at: Doors | None
    ) -> None:
        parts: list[Coroutine[Any, Any, None]] = []
        told = {"role": self._role.value, "sources": len(self._in_force.configuration.sources)}
        if self._has(Role.SCHEDULER):
            watchman = self._new_watchman(archive, fetcher)
            parts.append(Scheduler(archive, self._in_force, queue, watchman).run(self._stopping))
        if self._has(Role.WORKER):

            def new_watchman(own: Fetcher) -> Watchman:
                return self._new_watchman(archive, own)

            parts.append(Worker(archive, self._in_force, queue, new_watchman).run(self._stopping))
        if at is not None:
            parts.append(WebNode(archive, self._in_force, fetcher, at).run(self._stopping))
            host, port = at.public.getsockname()[:2]
            told |= {"web": f"http://{host}:{port}", **at.told}
        parts.append(self._in_force.follow(self._asked, self._stopping))
        logger.info("running", **told)
        supervisor = Supervisor.of()
        supervisor.tell("READY=1", "STATUS=" + " ".join(f"{k} {v}" for k, v in told.items()))
        breathing = asyncio.create_task(supervisor.keep_alive())
        running = [asyncio.create_task(part) for part in parts]
        stop = asyncio.create_task(self._stopping.wait())
        for task in running:
            task.add_done_callback(self._ended)
        await stop
        breathing.cancel()
        supervisor.tell("STOPPING=1")
        logger.info("stopping")
        await asyncio.gather(*running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """End the process with a part that broke: whoever watches it starts it again."""
        if not task.cancelled() and task.exception() is not None:
            self._stopping.set()

    def _new_watchman(self, archive: Archive, fetcher: Fetcher) -> Watchman:
        return watchman_for(self._in_force.configuration.settings.notify, archive, fetcher)
