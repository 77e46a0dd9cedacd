"""The queue on a real PostgreSQL: one visit a site, none twice, and none lost with its worker."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from bot.model import Source
from bot.run.jobs import Jobs, enqueue, install
from storage.database import driver_of, reading
from storage.leadership import Leadership
from storage.opening import open_database
from storage.states import States, plan_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

pytestmark = pytest.mark.postgres
SOURCE = Source(id="a-one", name="甲", adcode="610924", url="http://www.a.gov.cn/one/")
NEIGHBOUR = replace(SOURCE, id="a-two", url="http://news.a.gov.cn/two/")
STRANGER = replace(SOURCE, id="b-one", url="http://www.b.gov.cn/")


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = open_database(postgres_url)
    install(engine)
    install(engine)
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        found: list[tuple[object, ...]] = driver_of(connection).execute(query).fetchall()
        return found


def put(engine: Engine, *sources: Source) -> None:
    with engine.begin() as connection:
        enqueue(connection, sources)


def nothing_owed(_source_id: str) -> float:
    return 0.0


def test_a_source_waits_once_however_often_it_is_due(engine: Engine) -> None:
    put(engine, SOURCE, STRANGER)
    put(engine, SOURCE, NEIGHBOUR)
    found = rows(engine, "SELECT queueing_lock, lock FROM procrastinate_jobs ORDER BY id")
    assert found == [("a-one", "a.gov.cn"), ("b-one", "b.gov.cn"), ("a-two", "a.gov.cn")]


def test_a_visit_is_queued_together_with_its_next_date_or_not_at_all(engine: Engine) -> None:
    far = datetime(2030, 1, 1, tzinfo=UTC)
    with engine.connect() as connection, connection.begin() as transaction:
        enqueue(connection, [SOURCE])
        plan_visits(connection, {SOURCE.id: far})
        transaction.rollback()
    assert rows(engine, "SELECT 1 FROM procrastinate_jobs") == []
    assert States(engine).planned() == {}


async def test_two_workers_never_visit_one_site_at_a_time(engine: Engine) -> None:
    put(engine, SOURCE, NEIGHBOUR, STRANGER)
    under_way: set[str] = set()
    seen: list[frozenset[str]] = []
    has_two, has_all = asyncio.Event(), asyncio.Event()

    async def visit(source_id: str) -> None:
        under_way.add(source_id)
        seen.append(frozenset(under_way))
        if len(under_way) == 2:
            has_two.set()
        # The first of a site stays until one of another site is there as well.
        await has_two.wait()
        under_way.remove(source_id)
        if len(seen) == 3:
            has_all.set()

    async with Jobs(engine, stalled_after_s=2) as one, Jobs(engine, stalled_after_s=2) as other:
        working = [
            asyncio.create_task(queue.work(visit, concurrency=4, owed_s=nothing_owed))
            for queue in (one, other)
        ]
        await asyncio.wait_for(has_all.wait(), 30)
        await end(working)
    assert max(len(together) for together in seen) == 2
    assert not [together for together in seen if {"a-one", "a-two"} <= together]


async def test_a_visit_that_breaks_or_is_cut_short_is_put_back(engine: Engine) -> None:
    put(engine, SOURCE, STRANGER)
    begun: list[str] = []
    has_both = asyncio.Event()

    async def visit(source_id: str) -> None:
        begun.append(source_id)
        if len(begun) == 2:
            has_both.set()
        if source_id == "b-one":
            raise ValueError("a fault of ours")
        await asyncio.Event().wait()

    async with Jobs(engine, stalled_after_s=1) as queue:
        task = asyncio.create_task(queue.work(visit, concurrency=2, owed_s=lambda _: 3.0))
        await asyncio.wait_for(has_both.wait(), 30)
        await end([task])
    found = rows(
        engine,
        "SELECT queueing_lock, status::text, args ->> 'attempt', "
        "scheduled_at > now() + interval '1 second', "
        "scheduled_at > now() + interval '8 seconds' FROM procrastinate_jobs "
        "ORDER BY queueing_lock",
    )
    assert found == [("a-one", "todo", "1", True, False), ("b-one", "todo", "1", True, True)]


async def test_a_visit_that_is_cut_short_while_its_source_waits_frees_the_site(
    engine: Engine,
) -> None:
    put(engine, SOURCE)
    has_begun = asyncio.Event()

    async def visit(_source_id: str) -> None:
        if has_begun.is_set():
            await asyncio.Event().wait()
        await asyncio.to_thread(put, engine, SOURCE)
        has_begun.set()
        raise InterruptedError

    async with Jobs(engine, stalled_after_s=30) as queue:
        task = asyncio.create_task(queue.work(visit, concurrency=1, owed_s=nothing_owed))
        await asyncio.wait_for(has_begun.wait(), 30)
        for _ in range(300):
            found = rows(engine, "SELECT id FROM procrastinate_jobs WHERE id = 1")
            if not found:
                break
            await asyncio.sleep(0.1)
        await end([task])
    assert found == []


async def test_what_a_dead_worker_had_is_put_back_after_the_pause(engine: Engine) -> None:
    put(engine, SOURCE, STRANGER)
    with engine.begin() as connection:
        driver_of(connection).execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '9 s');"
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1"
        )
    # One of the two waits again already.
    put(engine, STRANGER)

    async def owed_s(_source_id: str) -> float:
        return 100.0

    async with Jobs(engine, stalled_after_s=10) as queue:
        assert await queue.rescue(owed_s) == ()
    async with Jobs(engine, stalled_after_s=5) as queue:
        assert await queue.rescue(owed_s) == ("a-one",)
        assert await queue.rescue(owed_s) == ()
    found = rows(
        engine,
        "SELECT queueing_lock, status::text, scheduled_at > now() + interval '90 seconds' "
        "FROM procrastinate_jobs ORDER BY id",
    )
    assert found == [("b-one", "todo", None), ("a-one", "todo", True)]


async def test_a_worker_that_was_only_slow_settles_nothing_but_its_own(engine: Engine) -> None:
    """Its visit was taken over; that it ends in the end lets nobody else onto the site."""
    put(engine, SOURCE, NEIGHBOUR)
    with engine.begin() as connection:
        driver_of(connection).execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '9 s');"
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1 WHERE id = 1"
        )

    async def owed_s(_source_id: str) -> float:
        return 0.0

    async with Jobs(engine, stalled_after_s=5) as queue:
        assert await queue.rescue(owed_s) == ("a-one",)
        with pytest.raises(ConnectorException):
            await queue._app.job_manager.finish_job_by_id_async(
                job_id=1, status=Status.SUCCEEDED, delete_job=True
            )
    found = rows(
        engine, "SELECT id, queueing_lock, status::text FROM procrastinate_jobs ORDER BY id"
    )
    assert found == [(2, "a-two", "todo"), (3, "a-one", "todo")]


def test_one_leads_and_who_lost_the_lock_writes_nothing(engine: Engine) -> None:
    first = Leadership.take(engine)
    assert first is not None
    assert Leadership.take(engine) is None
    first.confirm()
    with reading(engine) as connection:
        driver_of(connection).execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        )
    second = Leadership.take(engine)
    assert second is not None
    with pytest.raises(Exception, match=r"terminat|closed|lost"), first.writing() as connection:
        enqueue(connection, [SOURCE])
    assert rows(engine, "SELECT 1 FROM procrastinate_jobs") == []
    first.give_up()
    second.give_up()


async def end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
