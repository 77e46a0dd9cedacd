"""Waiting for what a process does, seen from outside: looked for often, and not in a frenzy."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: between two looks; looking without a pause takes a core from the process that is waited for
LOOK_S = 0.02


def has_ended_before(process: subprocess.Popen[str], condition: Callable[[], object]) -> bool:
    """Wait until ``condition`` holds; tell whether the process ended first."""
    while not condition():
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            continue
        return not condition()
    return False
