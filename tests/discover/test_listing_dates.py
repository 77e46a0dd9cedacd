"""Dates as listings write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.discover.dates import listing_date, url_date, without_dates

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025-03-19", "2025-03-19 day"),
        ("[2025/3/19]", "2025-03-19 day"),
        ("2025年3月19日 10:12", "2025-03-19 10:12 minute"),
        ("2025-03-19 10:12:30", "2025-03-19 10:12:30 second"),
        ("2025.03.19", "2025-03-19 day"),
        ("2025-03-19T10:12:30+08:00", "2025-03-19 10:12:30 second"),
        ("03-19", "2025-03-19 day"),
        ("3月19日", "2025-03-19 day"),
        ("12-31", "2024-12-31 day"),
        ("03-19 10:12", "2025-03-19 10:12 minute"),
        ("今天 10:12", "2025-03-20 10:12 minute"),
        ("昨天", "2025-03-19 day"),
        ("2小时前", "2025-03-20 10:00 minute"),
        ("5 分钟前", "2025-03-20 11:55 minute"),
        ("3天前", "2025-03-17 day"),
        ("刚刚", "2025-03-20 12:00 minute"),
        ("19 2025-03", "2025-03-19 day"),
        ("19 2025/03", "2025-03-19 day"),
        ("2025-03 19", "2025-03-19 day"),
        ("03-19 2025", "2025-03-19 day"),
        ("2025 03/19", "2025-03-19 day"),
        ("点击 123", None),
        ("2025-13-40", None),
        ("", None),
    ],
)
def test_forms(text: str, told: str | None) -> None:
    found = listing_date(text, zone=ZONE, now=NOW)
    if told is None:
        assert found is None
        return
    assert found is not None
    form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}
    assert f"{found.at.strftime(form[found.precision])} {found.precision}" == told
    assert found.at.utcoffset() is not None


def test_a_format_is_followed_to_the_letter() -> None:
    found = listing_date("19/03/2025 7:05", zone=ZONE, now=NOW, date_format="%d/%m/%Y %H:%M")
    assert found is not None
    assert found.at.isoformat() == "2025-03-19T07:05:00+08:00"
    assert listing_date("2025-03-19", zone=ZONE, now=NOW, date_format="%d/%m/%Y") is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.cn/2025/0319/1.html", "2025-03-19"),
        ("http://a.cn/202503/t20250319_77.html", "2025-03-19"),
        ("http://a.cn/content/2025-03/19/content_1.htm", "2025-03-19"),
        ("http://a.cn/98982.html", None),
        ("http://a.cn/20390101/1.html", None),
    ],
)
def test_days_inside_addresses(url: str, day: str | None) -> None:
    found = url_date(url, zone=ZONE, now=NOW)
    assert (found.at.strftime("%Y-%m-%d") if found else None) == day


def test_titles_lose_the_dates_at_their_ends_alone() -> None:
    assert without_dates("汉滨新闻 [2025-03-19]") == "汉滨新闻"
    assert without_dates("03-19 汉滨新闻") == "汉滨新闻"
    assert without_dates("记3月19日的会") == "记3月19日的会"
