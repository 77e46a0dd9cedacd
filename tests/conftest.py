"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

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
