"""Scheduler, workers and web as processes: one is killed in mid-visit, and nobody notices."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text

from bot.run.jobs import install
from storage.opening import open_database
from storage.states import States
from tests.run.roles.cluster import cluster, hurried, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.run.roles.cluster import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = open_database(postgres_url)
    install(engine)
    yield engine
    engine.dispose()


@pytest.mark.slow
def test_a_worker_killed_in_mid_visit_costs_nothing(
    tmp_path: Path, postgres_url: str, engine: Engine
) -> None:
    with cluster(tmp_path, postgres_url, stalled_after_s=2.0) as installation:
        roles = ("scheduler", "worker", "web")
        scheduler, victim, web = (installation.start(role) for role in roles)
        scheduler.hear("leading")
        for source_id in installation.source_ids:
            States(engine).plan(source_id, datetime.now(UTC))
        wait_for(lambda: busy(engine) >= 1, "a visit is half made")
        victim.end()
        heir = installation.start("worker")
        scheduler.hear("taken over from a worker that died")
        wait_for(
            lambda: visited(engine) == len(installation.source_ids) and not jobs(engine),
            "every source was visited",
        )

        assert scalar(engine, "SELECT count(*) - count(DISTINCT canonical_url) FROM articles") == 0
        assert scalar(engine, "SELECT count(*) FROM pending_links WHERE attempt_count = 0") == 0
        assert hurried(installation.requests()) == []
        # What the victim had in hand was asked for twice: at most a page a site.
        assert len(asked_again(installation, engine)) <= 3
        wait_for(lambda: entries(web.address) == min(50, stories(engine)), "the feed has them all")
        assert heir.end(signal.SIGTERM) == 0
        assert web.end(signal.SIGTERM) == 0


def asked_again(installation: Cluster, engine: Engine) -> list[str]:
    """Return the article pages that were asked for more than once."""
    with engine.connect() as connection:
        known = set(connection.scalars(text("SELECT url_key FROM article_urls")))
    counts = Counter(f"{one['host']}{one['path']}" for one in installation.requests())
    assert known & counts.keys()
    return [page for page, count in counts.items() if page in known and count > 1]


def entries(address: str) -> int:
    return len(httpx.get(f"{address}/feeds/all/feed.json").json()["items"])


def jobs(engine: Engine) -> int:
    return scalar(engine, "SELECT count(*) FROM procrastinate_jobs")


def busy(engine: Engine) -> int:
    """Return how many visits have taken in some articles and have others before them."""
    return scalar(
        engine,
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' "
        "AND EXISTS (SELECT 1 FROM articles WHERE source_id = queueing_lock) "
        "AND EXISTS (SELECT 1 FROM pending_links WHERE source_id = queueing_lock)",
    )


def stories(engine: Engine) -> int:
    return scalar(engine, "SELECT count(DISTINCT story_id) FROM articles")


def visited(engine: Engine) -> int:
    return scalar(engine, "SELECT count(*) FROM source_states WHERE last_success_at IS NOT NULL")


def scalar(engine: Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(statement)) or 0)
