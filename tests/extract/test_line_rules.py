"""A rule for a line strikes where its pattern would, whatever its alternatives are parted into."""

from __future__ import annotations

import re

import pytest

from bot.clean.boilerplate import LINES as LINES_OF_ALL
from bot.clean.line_rules import LineRules, Place, alternatives, line

PATTERNS = [
    r"^(?:a|b)|c[|)]d|(?:e|f(?:g|h))\|i",
    r"版权所有|All Rights? Reserved|©\s*\d{4}|^Copyright\b|ICP备",
    r"\bon google news\b|^follow .{0,9}\b(?:us|on)\b",
    r"^\S+供稿",
    r"\Wнет\S",
]
LINES = ["Copyright X", "x copyright", "ALL RIGHTS RESERVED", "all right reserved", "京ICP备1号",
         "xC|D", "FH|I", "B", "xb", "Follow me ON x", "See ON Google News", "本网供稿", "© 2026",
         "— НЕТ!", "нет", ""]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_alternatives_add_up(pattern: str) -> None:
    assert "|".join(alternatives(pattern)) == pattern


def test_brackets_and_escapes_part_nothing() -> None:
    assert list(alternatives(PATTERNS[0])) == ["^(?:a|b)", "c[|)]d", r"(?:e|f(?:g|h))\|i"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_rule_strikes_where_its_pattern_does(pattern: str) -> None:
    rules = LineRules([line("rule", pattern)])
    for text in LINES:
        expected = "rule" if re.search(pattern, text, re.IGNORECASE) else None
        assert rules.find(text, Place.ANY) == expected, text


def test_length_and_place_hold_and_the_first_rule_wins() -> None:
    rules = LineRules([
        line("short", "x", 3),
        line("tail", "x", 10, Place.TAIL),
        line("long", "x", 100),
    ])  # fmt: skip
    assert rules.find("xxx", Place.ANY) == "short"
    assert rules.find("xxxx", Place.ANY) == rules.find("xxxx", Place.HEAD) == "long"
    assert rules.find("xxxx", Place.TAIL) == "tail"
    assert rules.find("x" * 100, Place.TAIL) == "long"
    assert rules.find("x" * 101, Place.TAIL) is None


def test_latin_rules_are_asked_of_lines_with_a_latin_letter() -> None:
    rules = LineRules([line("rule", "^.{0,9}(?:abc|über)", is_latin=True), line("other", "。$")])
    assert rules.find("见 ABC。", Place.ANY) == "rule"
    assert rules.find("Überall", Place.ANY) == "rule"
    assert rules.find("版权所有。", Place.ANY) == "other"


def test_no_rule_that_is_called_latin_has_letters_of_another_script() -> None:
    latin = [one for one in LINES_OF_ALL if one.is_latin]
    assert latin
    for one in latin:
        for pattern in (one.anchored, one.floating):
            assert pattern is None or not re.search("[\u0370-\uffff]", pattern.pattern), one.rule
