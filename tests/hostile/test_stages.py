"""Death at every boundary between stages: what is promised stands, the next visit finishes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.model import Selection
from storage.verify import verify
from tests.fetch.faultserver import fault_server
from tests.hostile.site import TITLES, installation, served

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
#: (module, function) that a visit passes in this order; death strikes before or after it
BOUNDARIES = (
    ("bot.pipeline.crawl", "discover"),
    ("storage.links.PendingLinks", "put"),
    ("bot.pipeline.take", "read_page"),
    ("bot.pipeline.take", "finish_article"),
    ("bot.pipeline.take", "make_candidate"),
    ("bot.pipeline.keep", "decide"),
    ("storage.raw.RawPages", "append"),
    ("storage.articles", "settle"),
    ("storage.articles.Articles", "keep"),
    ("storage.states.States", "put"),
    ("storage.states.Crawls", "add"),
)


def die_at(boundary: int, *, after: bool) -> None:
    """Put a failpoint at a boundary: the process kills itself at its third passing."""
    import importlib

    path, name = BOUNDARIES[boundary]
    module, _, cls = path.rpartition(".")
    holder = getattr(importlib.import_module(module), cls) if cls[0].isupper() else None
    holder = holder or importlib.import_module(path)
    real: Callable[..., object] = getattr(holder, name)
    passed = 0

    def failing(*args: object, **kwargs: object) -> object:
        nonlocal passed
        passed += 1
        is_time = passed == (3 if name not in {"discover", "put", "add"} else 1)
        if is_time and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if is_time:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, failing)


async def visit(place: Path, base: str) -> None:
    async with installation(place, base=base) as site:
        await site.crawler.crawl(site.source)


#: the boundaries around the one commit; ``make crash`` strikes at all of them, before and after
DELICATE = ("append", "settle")
IS_LONG = "XIANWEN_ALL_BOUNDARIES" in os.environ


@pytest.mark.parametrize("after", [False, True] if IS_LONG else [True])
async def test_death_at_each_boundary_loses_and_doubles_nothing(
    after: bool, tmp_path: Path
) -> None:
    async with fault_server() as server:
        served(server)
        for boundary, (_, name) in enumerate(BOUNDARIES):
            if not IS_LONG and name not in DELICATE:
                continue
            place = tmp_path / f"{boundary}"
            died = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.hostile.test_stages", str(boundary),
                "after" if after else "before", str(place), server.base,
                cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            _, told = await died.communicate()
            assert died.returncode == -signal.SIGKILL, (BOUNDARIES[boundary], told[-1500:])
            async with installation(place, base=server.base) as site:
                site.later(hours=12)
                for _ in range(2):
                    report = await site.crawler.crawl(site.source)
                    assert not report.is_failure, (BOUNDARIES[boundary], report.line())
                    site.later(hours=12)
                kept = site.archive.articles.newest(Selection(), limit=50)
                assert sorted(a.title for a in kept) == sorted(TITLES), BOUNDARIES[boundary]
                archive = site.archive
                outcome = verify(archive.engine, archive.raw_pages, archive.media)
                assert not [finding for finding in outcome.findings if finding.is_fault]


if __name__ == "__main__":
    die_at(int(sys.argv[1]), after=sys.argv[2] == "after")
    asyncio.run(visit(Path(sys.argv[3]), sys.argv[4]))
