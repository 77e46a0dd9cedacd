"""Days and instants on the command line, which are China's when nobody says otherwise."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import typer

CHINA = ZoneInfo("Asia/Shanghai")


def start_of(day: str, option: str, timezone: ZoneInfo = CHINA) -> datetime:
    """Return when a day written as 2026-11-24 begins; refuses anything else as ``option``'s."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter("write a day as 2026-11-24", param_hint=option) from None
    return datetime(found.year, found.month, found.day, tzinfo=timezone)


def local(at: datetime) -> str:
    """Return an instant as a clock in China shows it, to the minute."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
