"""Dates as listings write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import Precision, Published

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_CLOCK = r"(?:[\sT]*(?P<h>[01]?\d|2[0-3])[:：](?P<i>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?)?"
_SEP = r"\s*[-/.年]\s*"
_FULL = re.compile(
    rf"(?<!\d)(?P<y>(?:19|20)\d\d){_SEP}(?P<m>\d\d?)\s*[-/.月]\s*(?P<d>\d\d?)(?!\d)日?号?" + _CLOCK
)
#: a box with the day and one with year and month, in either order
_BOXES = (
    re.compile(r"(?<![\d-])(?P<d>\d\d?)日?\s+(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>\d\d?)月?(?![\d-])"),
    re.compile(r"(?<![\d-])(?P<y>20\d\d)\s*[-/.年]\s*(?P<m>\d\d?)月?\s+(?P<d>\d\d?)日?(?![\d:-])"),
    re.compile(r"(?<![\d-])(?P<m>\d\d?)\s*[-/.月]\s*(?P<d>\d\d?)日?\s+(?P<y>20\d\d)(?![\d-])"),
    re.compile(r"(?<![\d-])(?P<y>20\d\d)年?\s+(?P<m>\d\d?)\s*[-/.月]\s*(?P<d>\d\d?)日?(?![\d-])"),
)
_SHORT = re.compile(r"(?<![\d:./-])(?P<m>\d\d?)\s*[-/月]\s*(?P<d>\d\d?)(?![\d-])日?" + _CLOCK)
#: a box with the day above its month, and no year
_SHORT_BOX = re.compile(r"(?<![\d:./-])(?P<d>\d\d?)日?\s+(?P<m>\d\d?)\s*月(?!\s*\d)")
_AGO = re.compile(r"(\d{1,3})\s*(秒|分钟|分|个?小时|天|日)之?前")
_NAMED = re.compile(r"(今天|今日|昨天|昨日|前天)" + _CLOCK)
_NAMED_DAYS = {"今": 0, "昨": 1, "前": 2}
_JUST_NOW = re.compile(r"刚刚|刚才")
#: a day inside an address: /2025/03/19/, /2025/0319/, /20250319/, t20250319_123.html (TRS WCM)
_IN_URL = re.compile(
    r"(?<!\d)(?P<y>20[0-3]\d)(?P<x>[-/_]?)(?P<m>0[1-9]|1[0-2])[-/_]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
)


def listing_date(
    text: str, *, zone: ZoneInfo, now: datetime, date_format: str | None = None
) -> Published | None:
    """Return the first date that ``text`` tells, None when it tells none.

    ``now`` (aware) is when the page was fetched: a date without a year is taken for the last such
    day that is not more than a day ahead of it.  With ``date_format`` (``strptime``) only that.
    """
    local = now.astimezone(zone)
    if date_format:
        return _formatted(text, date_format, zone)
    if match := _FULL.search(text):
        return _at(match, int(match["y"]), zone)
    for pattern in _BOXES:
        if match := pattern.search(text):
            return _day(int(match["y"]), int(match["m"]), int(match["d"]), zone)
    return _relative(text, local, zone) or _without_year(text, local, zone)


def _relative(text: str, local: datetime, zone: ZoneInfo) -> Published | None:
    if match := _NAMED.search(text):
        day = local - timedelta(days=_NAMED_DAYS[match[1][0]])
        return _clock(match, day.year, day.month, day.day, zone)
    if match := _AGO.search(text):
        return _ago(int(match[1]), match[2], local, zone)
    if _JUST_NOW.search(text):
        return Published(at=local.replace(second=0, microsecond=0), precision=Precision.MINUTE)
    return None


def _without_year(text: str, local: datetime, zone: ZoneInfo) -> Published | None:
    if match := _SHORT_BOX.search(text) or _SHORT.search(text):
        for year in (local.year, local.year - 1):
            found = (
                _at(match, year, zone)
                if match.re is _SHORT
                else _day(year, int(match["m"]), int(match["d"]), zone)
            )
            if found is not None and found.at <= local + timedelta(days=1):
                return found
    return None


def url_date(url: str, *, zone: ZoneInfo, now: datetime) -> Published | None:
    """Return the day inside an address, None when there is none or it is to come."""
    match = _IN_URL.search(url)
    if match is None:
        return None
    found = _day(int(match["y"]), int(match["m"]), int(match["d"]), zone)
    return found if found is not None and found.at <= now + timedelta(days=1) else None


def without_dates(text: str) -> str:
    """Return ``text`` less the dates at its ends, for titles that enclose theirs."""
    for pattern in (_FULL, _SHORT):
        text = re.sub(rf"^[\[【(（\s]*{_bare(pattern)}[\])】）\s]*", "", text)
        text = re.sub(rf"[\[【(（\s]*{_bare(pattern)}[\])】）\s]*$", "", text)
    return text.strip()


def _bare(pattern: re.Pattern[str]) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern)


def _formatted(text: str, date_format: str, zone: ZoneInfo) -> Published | None:
    try:
        found = datetime.strptime(text.strip(), date_format)  # noqa: DTZ007 (the zone comes next)
    except ValueError:
        return None
    at = found if found.tzinfo is not None else found.replace(tzinfo=zone)
    precision = Precision.DAY
    if "%S" in date_format or "%T" in date_format:
        precision = Precision.SECOND
    elif "%M" in date_format:
        precision = Precision.MINUTE
    return Published(at=at, precision=precision)


def _ago(count: int, unit: str, local: datetime, zone: ZoneInfo) -> Published | None:
    if unit in {"天", "日"}:
        day = local - timedelta(days=count)
        return _day(day.year, day.month, day.day, zone)
    seconds = 1 if unit == "秒" else 60 if unit.startswith("分") else 3600
    at = (local.astimezone(UTC) - timedelta(seconds=count * seconds)).astimezone(zone)
    return Published(at=at.replace(second=0, microsecond=0), precision=Precision.MINUTE)


def _at(match: re.Match[str], year: int, zone: ZoneInfo) -> Published | None:
    return _clock(match, year, int(match["m"]), int(match["d"]), zone)


def _clock(
    match: re.Match[str], year: int, month: int, day: int, zone: ZoneInfo
) -> Published | None:
    if match["h"] is None:
        return _day(year, month, day, zone)
    try:
        at = datetime(
            year, month, day, int(match["h"]), int(match["i"]), int(match["s"] or 0), tzinfo=zone
        )
    except ValueError:
        return None
    return Published(at=at, precision=Precision.SECOND if match["s"] else Precision.MINUTE)


def _day(year: int, month: int, day: int, zone: ZoneInfo) -> Published | None:
    try:
        return Published(at=datetime(year, month, day, tzinfo=zone), precision=Precision.DAY)
    except ValueError:
        return None
