from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.golden.faults import faults
from tests.golden.scoring import Gold, Reading, score, summary

CHINA = timezone(timedelta(hours=8))
GOLD = Gold(
    id="x",
    title="月河川道 油菜花开",
    published=datetime(2026, 3, 2, 0, 15, tzinfo=CHINA),
    has_time=True,
    source="云岭新闻网",
    authors=("周娟", "雷田民"),
    editors=("殷婷",),
    roles=(("责编", "殷婷"),),
    paragraphs=("三月的月河川道，油菜花次第开放。", "游客从四面八方赶来，走进花海。"),
)
RIGHT = Reading(
    title="月河川道　油菜花开",
    published=datetime(2026, 3, 1, 16, 15, tzinfo=UTC),
    source="云岭新闻网",
    authors=("雷田民", "周娟"),
    editors=("殷婷",),
    roles=(("责编", "殷婷"),),
    paragraphs=GOLD.paragraphs,
)


def test_a_right_reading_has_no_fault() -> None:
    result = score(GOLD, RIGHT)
    assert (result.precision, result.recall, result.f1) == (1, 1, 1)
    assert result.has_title
    assert result.has_day
    assert result.has_minute
    assert result.has_authors
    assert faults(GOLD, RIGHT) == []


def test_spaces_in_the_body_do_not_count() -> None:
    spaced = replace(RIGHT, paragraphs=tuple(" ".join(p) for p in RIGHT.paragraphs))
    assert score(GOLD, spaced).f1 == 1


def test_boilerplate_costs_precision_and_not_recall() -> None:
    read = replace(RIGHT, paragraphs=(*RIGHT.paragraphs, "扫一扫在手机打开当前页"))
    result = score(GOLD, read)
    assert result.recall == 1
    assert result.precision < 1
    assert result.paragraph_precision == pytest.approx(2 / 3)
    assert not result.is_free_of_boilerplate
    assert faults(GOLD, read) == ["not of the article: 扫一扫在手机打开当前页"]


def test_a_lost_paragraph_costs_recall_and_not_precision() -> None:
    read = replace(RIGHT, paragraphs=RIGHT.paragraphs[:1])
    result = score(GOLD, read)
    assert result.precision == 1
    assert result.recall < 1
    assert result.paragraph_exact == 0.5


def test_joined_paragraphs_keep_their_letters_and_lose_their_shape() -> None:
    result = score(GOLD, replace(RIGHT, paragraphs=("".join(GOLD.paragraphs),)))
    assert result.f1 == 1
    assert result.paragraph_exact == 0


@pytest.mark.parametrize(
    ("field", "value", "figure"),
    [
        ("title", "月河川道油菜花", "has_title"),
        ("published", datetime(2026, 3, 1, 0, 15, tzinfo=CHINA), "has_day"),
        ("published", datetime(2026, 3, 2, 0, 16, tzinfo=CHINA), "has_minute"),
        ("published", None, "has_day"),
        ("source", None, "has_source"),
        ("authors", ("周娟",), "has_authors"),
        ("authors", ("周娟", "雷田民", "通讯员"), "has_authors"),
        ("roles", (("一审", "殷婷"),), "has_roles"),
    ],
)
def test_a_wrong_field_is_told(field: str, value: object, figure: str) -> None:
    read = replace(RIGHT, **{field: value})
    assert getattr(score(GOLD, read), figure) is False
    assert any(line.startswith(figure.removeprefix("has_")) for line in faults(GOLD, read))


def test_a_day_is_judged_in_the_pages_own_zone() -> None:
    london = replace(
        GOLD, timezone="Europe/London", published=datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    )
    naive = replace(RIGHT, published=datetime(2026, 7, 2, 0, 30))  # noqa: DTZ001
    assert score(london, naive).has_minute


def test_an_article_of_pictures_alone_is_right_when_no_text_is_read() -> None:
    pictures = replace(GOLD, paragraphs=())
    assert score(pictures, replace(RIGHT, paragraphs=())).f1 == 1
    assert score(pictures, RIGHT).f1 == 0


def test_a_body_shorter_than_a_gram_still_counts() -> None:
    short = replace(GOLD, paragraphs=("略",))
    assert score(short, replace(RIGHT, paragraphs=("略",))).f1 == 1
    assert score(short, replace(RIGHT, paragraphs=("无",))).f1 == 0


def test_a_mean_leaves_out_the_pages_that_show_nothing_of_it() -> None:
    nameless = replace(GOLD, authors=())
    means = summary([score(GOLD, RIGHT), score(nameless, replace(RIGHT, authors=()))])
    assert means["has_authors"] == 1
    assert means["has_no_false_author"] == 1
    assert summary([score(nameless, RIGHT)])["has_authors"] is None
