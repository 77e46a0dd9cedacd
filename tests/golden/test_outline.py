"""The outline counts right wherever a page is cut: pieces, passed-over furniture, strange tags."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.extract.furniture import SILENT_TAGS
from bot.extract.outline import Outline, outline
from bot.html.css import Stylesheet
from bot.html.markup import without_comments
from tests.golden.stored_pages import stored_pages

NO_RULES = Stylesheet()
MENU = "<ul class=menu>" + "<li><a href=/1.html>栏目</a></li>" * 400 + "</ul>"
PROSE = "<p>会议强调，要坚持以人民为中心，扎实做好各项工作。</p>"


def outlined(page: str, *, is_whole: bool = False) -> Outline:
    tree = LexborHTMLParser(page)
    tree.strip_tags(SILENT_TAGS)
    body = tree.body
    assert body is not None
    return outline(without_comments(body.html or ""), NO_RULES, is_whole=is_whole)


def assert_offsets(shape: Outline) -> None:
    for tag, head, start, stop in zip(
        shape.tags, shape.heads, shape.starts, shape.stops, strict=True
    ):
        inside = shape.markup[start:stop]
        assert inside.startswith(f"<{head}>")
        assert inside == f"<{head}>" or inside.endswith(f"</{tag}>")


@pytest.mark.parametrize("is_whole", [False, True])
def test_every_element_is_where_its_offsets_say(is_whole: bool) -> None:
    for page in stored_pages():
        assert_offsets(outlined(page.text * 2, is_whole=is_whole))


def test_a_long_menu_is_passed_over_into_another_piece() -> None:
    shape = outlined(f"<body>{MENU}{PROSE * 400}<div id=end>完</div>")
    assert_offsets(shape)
    assert "a" not in shape.tags
    assert shape.name(shape.tags.index("div")) == "#end"
    assert len(shape.lines) == 401


def test_behind_text_a_list_of_links_is_passed_over_and_one_of_sentences_is_read() -> None:
    text = f"<p>{'会议强调，要坚持以人民为中心，扎实做好各项工作。' * 12}</p>"
    links = "<ul>" + "<li><a href=/1.html>另一则新闻的标题</a></li>" * 20 + "</ul>"
    items = "<ul>" + "<li>第一条 <a href=/2.html>办法</a>自发布之日起施行。</li>" * 200 + "</ul>"
    shape = outlined(f"<body>{text}{links}{items}<p>完</p>")
    assert_offsets(shape)
    assert [len(shape.lines), shape.lines[-1].text] == [202, "完"]
    assert len(outlined(f"<body>{links}{text}").lines) == 21


def test_a_bracket_in_a_tag_at_the_end_of_a_piece_cuts_nothing_off() -> None:
    for pad in range(7_950, 8_010):
        shape = outlined(f"<body>{'x' * pad}<b<i>甲</b<i>{PROSE}<p>乙</p>")
        assert_offsets(shape)
        assert shape.lines[-1].text == "乙"


@given(st.lists(st.sampled_from(["<!--", "-->", "a", "-", ">", "<p>", "<!", "\n"])))
def test_comments_go_as_a_pattern_would_take_them(pieces: list[str]) -> None:
    markup = "".join(pieces)
    assert without_comments(markup) == re.sub(r"(?s)<!--.*?-->", "", markup)
