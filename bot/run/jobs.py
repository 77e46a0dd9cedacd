"""Visits as jobs of Procrastinate on the archive's PostgreSQL: the one home of that library.

A job is one visit to one source.  Its lock is the site, so that over all machines a site has one
visitor at a time; its queueing lock is the source, so that no source waits twice.  Jobs are
deleted as they end: what a visit came to is in the archive.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector

from bot.urls import site_of
from storage.database import PATIENCE, driver_of, libpq_url, writing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from types import TracebackType

    from procrastinate.job_context import JobContext
    from sqlalchemy import Connection, Engine

    from bot.model import Source

logger = structlog.get_logger()

QUEUE = "visits"
TASK = "visit"
#: a job under way at the stop has so long, then it is put back for another worker
FINISH_S = 8.0
#: beats of a worker's heart, and looks of a scheduler, in the time after which it counts as dead
BEATS = 6
#: first wait before a visit that broke is tried again; doubles up to the longest
FIRST_RETRY_S = 10.0
LONGEST_RETRY_S = 3600.0

_SYNC = JobManager(SyncPsycopgConnector())


def install(engine: Engine) -> None:
    """Make Procrastinate's tables beside the archive's, unless they are there."""
    with writing(engine) as connection:
        driver = driver_of(connection)
        (found,) = driver.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is None:
            driver.execute(SchemaManager.get_schema())


def enqueue(connection: Connection, sources: Iterable[Source]) -> None:
    """Put visits into the queue within the caller's transaction; one that waits there stays."""
    wanted = {source.id: source for source in sources}
    driver = driver_of(connection)
    waiting = driver.execute(
        "SELECT queueing_lock FROM procrastinate_jobs "
        "WHERE status = 'todo' AND queueing_lock = ANY(%s)",
        [list(wanted)],
    )
    for (source_id,) in waiting.fetchall():
        wanted.pop(source_id)
    if wanted:
        _SYNC.batch_defer_jobs([_job(source) for source in wanted.values()], connection=driver)


def _job(source: Source) -> Job:
    return Job(
        queue=QUEUE,
        task_name=TASK,
        lock=site_of(source.url),
        queueing_lock=source.id,
        task_kwargs={"source_id": source.id},
    )


class Jobs:
    """The queue as workers and schedulers see it; open while the block lasts."""

    def __init__(self, engine: Engine, *, stalled_after_s: float) -> None:
        """``stalled_after_s`` without a heartbeat a worker counts as dead."""
        self.stalled_after_s = stalled_after_s
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        self._app = App(
            connector=PsycopgConnector(
                conninfo=libpq_url(engine),
                kwargs={"application_name": "xianwen jobs", **PATIENCE},
                min_size=1,
                max_size=4,
                timeout=10.0,
            )
        )

    async def __aenter__(self) -> Self:
        await self._app.open_async()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._app.close_async()

    async def work(
        self,
        visit: Callable[[str], Awaitable[None]],
        *,
        concurrency: int,
        owed_s: Callable[[str], float],
    ) -> None:
        """Run visits, ``concurrency`` at a time, until cancelled; then give back what is left.

        ``visit`` gets a source's id.  A visit that raises, or is cut short, is tried again after
        what ``owed_s`` says that the source's site is owed.  Returns, or raises
        ConnectorException, when the database is gone.
        """

        async def run(context: JobContext, source_id: str, attempt: int = 0) -> None:
            try:
                await visit(source_id)
            except BaseException as error:
                wait_s = owed_s(source_id)
                if isinstance(error, Exception) and not isinstance(error, InterruptedError):
                    logger.exception("visit broke", source=source_id)
                    longer_s = FIRST_RETRY_S * 2.0 ** min(attempt, 20)
                    wait_s = max(wait_s, min(longer_s, LONGEST_RETRY_S))
                # Put down as another job before this one is settled: a job that was put back
                # itself could meet the same source waiting, and would hold its site for ever.
                await self._put_again(context.job, wait_s, attempt=attempt + 1)

        if TASK in self._app.tasks:
            del self._app.tasks[TASK]
        self._app.task(name=TASK, queue=QUEUE, pass_context=True)(run)
        beat_s = self.stalled_after_s / BEATS
        await self._app.run_worker_async(
            queues=[QUEUE],
            concurrency=concurrency,
            fetch_job_polling_interval=beat_s,
            shutdown_graceful_timeout=min(FINISH_S, self.stalled_after_s / 2),
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=beat_s,
            stalled_worker_timeout=self.stalled_after_s,
        )

    async def ask(self) -> None:
        """Ask the database for nothing, by the way that heartbeats go; raises when it is gone.

        No thread is needed: those may all wait for their turn to write.
        """
        await self._app.connector.execute_query_one_async("SELECT 1 AS one")

    async def rescue(self, owed_s: Callable[[str], Awaitable[float]]) -> tuple[str, ...]:
        """Put back the visits of workers that died; return the ids of their sources.

        ``owed_s`` says how long the source's site is owed its pause after a heart stood still.
        """
        rescued = []
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self.stalled_after_s):
            source_id = str(job.task_kwargs["source_id"])
            # A job of its own: a worker that was only slow, and ends its visit after all, must not
            # settle the visit that took its place and let go of the site's lock with it.
            if await self._put_again(job, await owed_s(source_id)):
                rescued.append(source_id)
            try:
                await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
            except ConnectorException as error:
                if "was not found" not in str(error.__cause__):
                    raise
                # It ended meanwhile; one visit too many does no harm.
        return tuple(rescued)

    async def _put_again(self, job: Job, wait_s: float, *, attempt: int = 0) -> bool:
        """Put down a job like ``job``, due in ``wait_s``; False when its source waits already."""
        again = Job(
            queue=job.queue,
            task_name=job.task_name,
            lock=job.lock,
            queueing_lock=job.queueing_lock,
            task_kwargs={"source_id": job.task_kwargs["source_id"], "attempt": attempt},
            scheduled_at=_in(wait_s),
        )
        try:
            await self._app.job_manager.defer_job_async(again)
        except AlreadyEnqueued:
            return False
        return True


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
