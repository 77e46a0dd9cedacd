from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.dedupe import Publication, original_of
from bot.model import Precision, Published

CHINA = timezone(timedelta(hours=8))


def publication(name: str, source: str, site: str, day: int | None = 1) -> Publication:
    at = None if day is None else datetime(2026, 3, day, tzinfo=CHINA)
    return Publication(
        article_id=name,
        source_name=source,
        site_names=(site, f"{site}新闻"),
        published=None if at is None else Published(at=at, precision=Precision.DAY),
    )


CASES = [
    ("the others name its site",
     [publication("a", "平利县融媒体中心", "安康"), publication("b", "本站原创", "平利", 2)],
     ("b", "来源: another publication names its site")),
    ("two name it",
     [publication("a", "平利发布", "安康"), publication("b", "平利发布", "紫阳"),
      publication("c", "平利县融媒体中心", "平利", 3)],
     ("c", "来源: 2 others name its site")),
    ("each names the other's site",
     [publication("a", "平利发布", "紫阳"), publication("b", "紫阳发布", "平利")],
     ("a", "first seen")),
    ("one alone calls it its own",
     [publication("a", "西部网", "安康"), publication("b", "本站原创", "紫阳", 2)],
     ("b", "来源: it calls the text its own (本站原创)")),
    ("both call it their own: the earlier day",
     [publication("a", "本站原创", "安康", 2), publication("b", "本站原创", "紫阳", 1)],
     ("b", "published first, on 2026-03-01")),
    ("nothing tells", [publication("a", "", "安康"), publication("b", "", "紫阳")],
     ("a", "first seen")),
    ("a page without a date", [publication("a", "", "安康", None), publication("b", "", "紫阳")],
     ("a", "first seen")),
    ("alone", [publication("a", "西部网", "安康")], ("a", "first seen")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_original_is_found_and_the_reason_told(
    given: list[Publication], expected: tuple[str, str]
) -> None:
    assert original_of(given) == expected
