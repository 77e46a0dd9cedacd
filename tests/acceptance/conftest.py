"""A demo that ran once, for every test that looks at what it left."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


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
            done = run_demo(place)
            assert done.returncode == 0, done.stdout + done.stderr
            mark.touch()
    return place


def run_demo(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once", "--data-dir", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
