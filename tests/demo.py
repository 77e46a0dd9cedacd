"""The demo as a stranger runs it: a process that crawls the replica and exits."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def command(place: Path) -> list[str]:
    return [sys.executable, "-m", "bot", "demo", "--once", "--data-dir", str(place)]


def run(place: Path, prepare: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run it to its end; ``prepare`` is called in the new process before it begins."""
    return subprocess.run(
        command(place), capture_output=True, text=True, check=False, preexec_fn=prepare
    )
