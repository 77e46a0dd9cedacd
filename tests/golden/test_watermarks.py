"""Any watermark of the catalogue, in any golden article, leaves no trace; real text stays."""

from __future__ import annotations

import string
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.data.article import Article, Block, all_articles
from tests.data.rendering import render
from tests.golden.watermarks import FORMS, INVISIBLE, Form

ours = pytest.importorskip("tests.golden.ours", exc_type=ImportError)

ARTICLES = {a.id: a for a in all_articles() if a.paragraphs}
#: long enough for a recurring end to be told from chance
LONG = [key for key, a in ARTICLES.items() if len(a.paragraphs) >= 5]
SITE_NAME = "云岭新闻网"

letters = st.text(string.ascii_letters + string.digits, min_size=3, max_size=3)
words = st.one_of(
    letters.map(lambda three: three + SITE_NAME),
    st.text("织梦内容管理系统好本文来自copyright dedecms", min_size=2, max_size=16),
    st.text(string.ascii_letters + string.digits + " *%~+{|#", min_size=4, max_size=24),
)
class_names = st.text(string.ascii_lowercase, min_size=5, max_size=8).map(lambda n: "q" + n)
#: no shrinking: an example is a whole page already, and each costs milliseconds
PHASES = (Phase.explicit, Phase.generate)
exploring = settings(max_examples=40, deadline=None, derandomize=True, phases=PHASES)


def paragraphs_of(article: Article, page: str) -> tuple[str, ...]:
    read = ours.read(ours.fetched(page, article.url), timezone=article.timezone)
    said: tuple[str, ...] = ours.reading(read).paragraphs
    return said


@cache
def unmarked(key: str) -> tuple[str, ...]:
    return paragraphs_of(ARTICLES[key], render(ARTICLES[key]))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=10, deadline=None, derandomize=True, phases=PHASES)
@given(key=st.sampled_from(sorted(ARTICLES)), text=words, name=class_names, is_inside=st.booleans())
def test_hidden_text_leaves_no_trace(
    form: Form, key: str, text: str, name: str, is_inside: bool
) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    markup = form.markup.format(text=escaped, name=name)
    page = render(
        ARTICLES[key],
        lambda _: markup,
        is_inside=is_inside and form.is_inline,
        style=form.style.format(name=name),
    )
    assert paragraphs_of(ARTICLES[key], page) == unmarked(key)


@exploring
@given(
    key=st.sampled_from(sorted(ARTICLES)),
    characters=st.lists(st.sampled_from(INVISIBLE), min_size=1, max_size=5),
    is_inside=st.booleans(),
)
def test_invisible_characters_leave_no_trace(
    key: str, characters: list[str], is_inside: bool
) -> None:
    page = render(ARTICLES[key], lambda n: characters[n % len(characters)], is_inside=is_inside)
    assert paragraphs_of(ARTICLES[key], page) == unmarked(key)


@exploring
@given(
    key=st.sampled_from(LONG),
    marks=st.one_of(letters.map(lambda x: [x]), st.lists(letters, min_size=40, max_size=40)),
)
def test_a_visible_mark_at_every_paragraphs_end_leaves_no_trace(key: str, marks: list[str]) -> None:
    page = render(ARTICLES[key], lambda n: marks[n % len(marks)] + SITE_NAME)
    assert paragraphs_of(ARTICLES[key], page) == unmarked(key)


#: sentences that truly end in the site's name
REAL_ENDS = (
    "更多消息，请登录" + SITE_NAME,
    "当天的直播吸引了六万人次观看，承办方是" + SITE_NAME,
    "爆料者把视频发给了" + SITE_NAME,
    "获奖名单将在下月公布于" + SITE_NAME,
)


def with_real_ends(article: Article, places: list[int], ends: list[str]) -> Article:
    blocks = list(article.blocks)
    for place, end in zip(places, ends, strict=False):
        at = place % (len(blocks) - 1) + 1
        blocks.insert(
            at, Block(kind="paragraph", source=f"活动期间，志愿者准备了热茶和雨披。{end}")
        )
    return replace(article, blocks=tuple(blocks))


@exploring
@given(
    key=st.sampled_from([k for k in LONG if ARTICLES[k].head.get("language", "zh") == "zh"]),
    places=st.lists(st.integers(0, 30), min_size=1, max_size=2),
    ends=st.permutations(REAL_ENDS),
    mark=st.one_of(
        st.just(""), letters.map(lambda x: f'<span style="display:none">{x}{SITE_NAME}</span>')
    ),
)
def test_a_paragraph_that_truly_ends_in_the_sites_name_stays_whole(
    key: str, places: list[int], ends: list[str], mark: str
) -> None:
    article = with_real_ends(ARTICLES[key], places, ends)
    said = paragraphs_of(article, render(article, lambda _: mark))
    for end in ends[: len(places)]:
        assert any(paragraph.endswith(end) for paragraph in said), end
