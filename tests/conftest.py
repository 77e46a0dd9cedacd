"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The real pages and data that stand beside the repository; skips where they are absent."""
    default = Path(__file__).parents[2] / "shared"
    place = Path(os.environ.get("XIANWEN_SHARED", default))
    if not place.is_dir():
        pytest.skip(f"no shared pages at {place}")
    return place
