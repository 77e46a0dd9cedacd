"""When a page says it was published: the forms in which pages write it, and their precision."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model import Precision, Published

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATE = r"(?P<y>(?:19|20)\d{2})\s*(?:[-/.]|年)\s*(?P<m>\d{1,2})\s*(?:[-/.]|月)\s*(?P<d>\d{1,2})日?(?!\d)"
_TIME = r"(?:\D{0,8}?(?P<H>[0-2]?\d)\s*(?:[:：]|时|点)\s*(?P<M>[0-5]\d)(?:\s*[:：]?(?:分)?\s*(?P<S>[0-5]\d)(?:\.\d+)?)?(?:分|秒)?(?!\d))?"
_FULL = re.compile(_DATE + _TIME)
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_IN_URL = re.compile(
    r"/(?P<y>20\d{2})[-/_]?(?P<m>0[1-9]|1[0-2]|[1-9](?=[-/_]))[-/_]?(?P<d>[0-2]\d|3[01]|[1-9](?=\D))(?!\d)"
)
_AGO = re.compile(r"(\d{1,3})\s*(秒|分钟|小时|天)(?:之)?前")
_DAYS_AGO = re.compile(r"(今天|昨天|前天)\s*(\d{1,2})[:：](\d{2})")
_MONTH_NAMES = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_ENGLISH = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?)?,?\s+(?P<y>(?:19|20)\d{2})",
    re.IGNORECASE,
)
_UNITS = {"秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days"}
_DAYS = {"今天": 0, "昨天": 1, "前天": 2}


def parse_iso(text: str, timezone: str) -> Published | None:
    """Return what an ISO 8601 or RFC 3339 stamp of a machine says; None when it is none.

    A stamp without offset is of ``timezone``; one of midnight sharp says only the day.
    """
    match = _ISO.search(text)
    if match is None:
        return parse(text, timezone)
    day, clock, offset = match.groups()
    zone = ZoneInfo(timezone)
    try:
        if clock is None:
            return Published(
                at=datetime.fromisoformat(day).replace(tzinfo=zone), precision=Precision.DAY
            )
        stamp = f"{day}T{clock}{'+00:00' if offset == 'Z' else offset or ''}"
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    at = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return Published(at=at, precision=Precision.DAY)
    precision = Precision.SECOND if clock.count(":") > 1 else Precision.MINUTE
    return Published(at=at, precision=precision)


def parse(text: str, timezone: str, *, seen_at: datetime | None = None) -> Published | None:
    """Return the first date that ``text`` shows to people; None when it shows none.

    ``seen_at`` (aware) is what 今天 and 2小时前 are counted from; without it they are passed over.
    """
    return next(_parse_all(text, timezone, seen_at), None)


def from_url(url: str, timezone: str) -> Published | None:
    """Return the day that an address carries in its path; None when it carries none."""
    match = _IN_URL.search(url)
    if match is None:
        return None
    return _day(match["y"], match["m"], match["d"], timezone)


def _parse_all(text: str, timezone: str, seen_at: datetime | None) -> Iterator[Published]:
    zone = ZoneInfo(timezone)
    for match in _FULL.finditer(text):
        found = _day(match["y"], match["m"], match["d"], timezone)
        if found is None:
            continue
        if match["H"] is None or int(match["H"]) > 23:
            yield found
            continue
        at = found.at.replace(
            hour=int(match["H"]), minute=int(match["M"]), second=int(match["S"] or 0)
        )
        precision = Precision.SECOND if match["S"] else Precision.MINUTE
        yield Published(at=at, precision=precision)
    if seen_at is not None:
        now = seen_at.astimezone(zone)
        if ago := _AGO.search(text):
            at = now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            if ago[2] == "天":
                yield Published(
                    at=at.replace(hour=0, minute=0, second=0, microsecond=0),
                    precision=Precision.DAY,
                )
            else:
                yield Published(at=at.replace(second=0, microsecond=0), precision=Precision.MINUTE)
        if (of_day := _DAYS_AGO.search(text)) and int(of_day[2]) < 24:
            day = now - timedelta(days=_DAYS[of_day[1]])
            yield Published(
                at=day.replace(hour=int(of_day[2]), minute=int(of_day[3]), second=0, microsecond=0),
                precision=Precision.MINUTE,
            )
    if english := _ENGLISH.search(text):
        number = _MONTH_NAMES.index(english["mon"].lower()) + 1
        day_text = english["d2"] or english["d1"]
        if day_text and (found := _day(english["y"], str(number), day_text, timezone)):
            yield found
    if (compact := _COMPACT.search(text)) and (
        found := _day(compact[1], compact[2], compact[3], timezone)
    ):
        yield found


def _day(year: str, month: str, day: str, timezone: str) -> Published | None:
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=ZoneInfo(timezone))
    except ValueError:
        return None
    return Published(at=at, precision=Precision.DAY)


def is_future(published: Published, seen_at: datetime) -> bool:
    """Tell whether a page claims to be of a day after tomorrow, seen from ``seen_at`` (aware)."""
    return published.at.astimezone(UTC) > seen_at + timedelta(days=1)
