"""A text as the hashes see it, at its edges."""

from __future__ import annotations

import pytest

from bot.dedupe.near import exchanged_facts, overlap
from bot.dedupe.reading import plain, reading_of, shingles


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("茶园开采。\nH2V安康新闻网", "茶园开采。"),
        ("茶园开采\nH2V安康新闻网", "茶园开采"),
        ("茶园开采y8i安康新闻网\n群众高兴H2V安康新闻网", "茶园开采\n群众高兴"),
        ("全县共有3A级景区\n茶园开采", "全县共有3A级景区\n茶园开采"),
    ],
)
def test_a_mark_goes_where_it_stands_apart_or_again(text: str, seen: str) -> None:
    assert plain(text) == seen


def test_a_text_too_short_for_a_shingle_is_one() -> None:
    assert shingles("") == []
    assert shingles("茶") == ["茶"]


def test_nothing_has_nothing_in_common_with_anything() -> None:
    assert overlap(frozenset(), frozenset({"茶"})) == (0.0, 0.0)
    assert overlap(frozenset({"茶"}), frozenset()) == (0.0, 0.0)


def test_a_text_has_no_fact_in_the_place_of_its_own() -> None:
    text = reading_of("茶园面积达到1200亩，群众增收300万元。")
    assert exchanged_facts(text, text) == ((), 0.0)
