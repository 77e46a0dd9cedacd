"""What every test may use."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests import demo as demo_command

# How long an example takes depends on what else the machine does: no test asserts on time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The real pages and data that stand beside the repository; skips where they are absent."""
    default = Path(__file__).parents[2] / "shared"
    place = Path(os.environ.get("XIANWEN_SHARED", default))
    if not place.is_dir():
        pytest.skip(f"no shared pages at {place}")
    return place


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of a finished ``demo --once``, the same for all workers: it is only read."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    place, mark = shared / "demo", shared / "demo.done"
    with (shared / "demo.lock").open("w") as lock:
        # Whoever comes second waits for the first, and finds it done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            done = demo_command.run(place)
            assert done.returncode == 0, done.stdout + done.stderr
            mark.touch()
    return place
