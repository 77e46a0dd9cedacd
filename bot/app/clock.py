"""The present instant, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)
