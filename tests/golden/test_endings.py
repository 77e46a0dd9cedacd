"""Watermarks that nobody knew, found over pages and over two fetches; tricks that are only told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clean.endings import ending_of, pattern_of_change, patterns_of
from bot.extract import SiteProfile
from tests.golden.ours import fetched, read

if TYPE_CHECKING:
    from bot.model import Ending

NEWS = (
    "三月一日，七佛乡的茶农迎来了春茶开采的第一天，三百多名茶农走进茶园采摘新芽。",
    "记者从县住建局获悉，县城老旧供水管网改造工程日前完工，惠及居民四千余户。",
    "三月三日上午，全县四十二所中小学同时举行开学典礼，一万八千名学生回到课堂。",
    "县气象台预计，未来三天全县以阴天为主，局地有小雨，气温维持在十二度上下。",
)
TOKENS = ("k3T", "9pQ", "zz1", "H2V")


def endings(marks: list[str]) -> list[Ending]:
    """Return the endings of pages of one paragraph each."""
    found = [ending_of([text + mark]) for text, mark in zip(NEWS, marks, strict=False)]
    return [one for one in found if one is not None]


def test_a_mark_that_varies_is_found_over_pages_of_one_paragraph() -> None:
    (pattern,) = patterns_of(endings([token + "巴山在线" for token in TOKENS]))
    cut = re.compile(f"(?:{pattern})$")
    assert cut.sub("", NEWS[0] + "a7Bc9"[:3] + "巴山在线") == NEWS[0]
    for real in (
        "活动由县文旅局与巴山在线",
        "更多内容请登录巴山在线",
        "更多内容，请登录abc巴山在线",
        NEWS[0] + "巴山在线",
        NEWS[0],
    ):
        assert cut.sub("", real) == real


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["巴山在线", "青川县新闻网", "秦岭网"]),
    tokens=st.lists(
        st.text("abcdeXYZ0123456789", min_size=4, max_size=4), min_size=4, max_size=4, unique=True
    ),
    real=st.sampled_from(["更多消息，请登录", "承办方是", "视频由市民发给"]),
)
def test_learned_marks_go_and_real_ends_stay(name: str, tokens: list[str], real: str) -> None:
    (pattern,) = patterns_of(endings([token + name for token in tokens]))
    cut = re.compile(f"(?:{pattern})$")
    for token in tokens:
        assert cut.sub("", NEWS[0] + token + name) == NEWS[0]
        assert cut.sub("", f"{NEWS[1]}{real}{name}") == f"{NEWS[1]}{real}{name}"


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param(["k3T巴山在线"] * 2, id="two pages"),
        pytest.param(["k3T巴山在线"] * 4, id="nothing varies, so it may be a name"),
        pytest.param(["李明报道"] * 4, id="a byline, once a page"),
        pytest.param(["k3T巴山在线", "9pQQ巴山在线", "z巴山在线"], id="parts of several lengths"),
    ],
)
def test_what_is_not_proved_is_no_mark(marks: list[str]) -> None:
    assert patterns_of(endings(marks)) == ()


def test_a_name_alone_must_stand_behind_several_sentences_of_a_page() -> None:
    pages = [ending_of([one + "巴山在线", other + "巴山在线"]) for one in NEWS for other in NEWS]
    (pattern,) = patterns_of([page for page in pages if page is not None])
    assert re.sub(f"(?:{pattern})$", "", NEWS[0] + "巴山在线") == NEWS[0]


def test_two_fetches_of_a_page_show_what_is_drawn_anew() -> None:
    before = [text + "k3T巴山在线" for text in NEWS[:2]]
    after = [text + "9pQ巴山在线" for text in NEWS[:2]]
    pattern = pattern_of_change(before, after)
    assert pattern is not None
    assert [re.sub(f"(?:{pattern})$", "", text) for text in after] == list(NEWS[:2])
    bare = pattern_of_change([t + "k3Tq" for t in NEWS[:2]], [t + "9pQw" for t in NEWS[:2]])
    assert bare is not None
    assert re.sub(f"(?:{bare})$", "", NEWS[0] + "Zz8k") == NEWS[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([NEWS[0] + "k3T巴山在线"], [NEWS[0] + "9pQ巴山在线"], id="one paragraph"),
        pytest.param(list(NEWS[:2]), [NEWS[0], NEWS[2]], id="an edit"),
        pytest.param(
            [t + "k3T巴山在线" for t in NEWS[:2]] + [NEWS[2]],
            [t + "9pQ巴山在线" for t in NEWS[:2]] + [NEWS[3]],
            id="an edit beside it",
        ),
        pytest.param(list(NEWS[:2]), list(NEWS[:3]), id="a paragraph more"),
        pytest.param(list(NEWS[:2]), list(NEWS[:2]), id="the same"),
    ],
)
def test_an_edit_is_no_mark(before: list[str], after: list[str]) -> None:
    assert pattern_of_change(before, after) is None


def test_a_profile_remembers_endings_and_marks() -> None:
    profile = SiteProfile(host="bszx.example")
    for number, ending in enumerate(endings([token + "巴山在线" for token in TOKENS])):
        profile = profile.learn_ending(number, ending)
    profile = profile.learn_mark("abc").learn_mark("abc")
    assert SiteProfile.load(profile.dump()) == profile
    assert profile.marks == ("abc",)
    assert len(patterns_of([ending for _, ending in profile.endings])) == 1
    assert profile.learn_ending(0, None).endings == profile.endings[1:]


PAGE = """<html><head><title>全县经济运行情况通报_青川在线</title>
<style>{style}</style></head><body>
<h1>全县经济运行情况通报</h1><div class="info">2026-03-02 来源：青川在线</div>
<div class="content"><p>{text}</p>
<p>会议要求，各部门要压实责任，抓好项目建设，确保全年目标任务完成。</p></div>
</body></html>"""


@pytest.mark.parametrize(
    ("kind", "text", "style"),
    [
        pytest.param(
            "private-use",
            "今年一季度全县生产总值增长\ue1a3.\ue1a7个百分点，达到\ue1b2\ue1b4亿元，居全市第二位。",
            "",
            id="digits in private characters",
        ),
        pytest.param(
            "homoglyph",
            "今年一季度，全县与Sаmsung公司签约的项目已有三个投产，其余项目正在抓紧建设之中。",
            "",
            id="a Cyrillic letter in a Latin word",
        ),
        pytest.param(
            "homoglyph",
            "今年一季度，全县的⼯业⽣产总值稳步增长，居全市第二位，其余各项指标也都完成较好。",
            "",
            id="radicals in place of characters",
        ),
        pytest.param(
            "font",
            '今年一季度全县生产总值增长<span class="sf">3.7</span>个百分点，'
            '达到<span class="sf">52.6</span>亿元。',
            "@font-face{font-family:secret;src:url(data:font/woff;base64,AAAA)}"
            ".sf{font-family:secret}",
            id="digits in a font of the page's own",
        ),
        pytest.param(
            "font",
            '今年一季度全县生产总值增长<b class="x sf">3.7</b>个百分点，'
            '达到<b class="x sf">52.6</b>亿元。',
            "@font-face{src:url(a.woff);font-family:'Secret'}"
            ".sf , .sg{color:#333;font-family:Secret}",
            id="a rule of several classes",
        ),
    ],
)
def test_tricks_are_told(kind: str, text: str, style: str) -> None:
    article = read(fetched(PAGE.format(text=text, style=style), "http://qczx.example/1.html"))
    assert [caveat.kind for caveat in article.caveats] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "全县PM2.5平均浓度为每立方米28μg，同比下降3%，空气质量优良天数比例达到96%，居全市第一。",
        "电阻的单位是Ω，α射线与β射线的穿透力不同；俄语的Москва就是莫斯科，希腊语Αθήνα是雅典。",
        '扫码关注<i class="iconfont">\ue601</i>我们的公众号<i class="iconfont">\ue602</i>，'
        '点击<i class="iconfont">\ue603</i>分享，今年一季度全县生产总值稳步增长，居全市第二位。',
    ],
)
def test_what_is_no_trick_is_not_told(text: str) -> None:
    style = "@font-face{font-family:iconfont;src:url(a.woff)}.iconfont{font-family:iconfont}"
    article = read(fetched(PAGE.format(text=text, style=style), "http://qczx.example/1.html"))
    assert article.caveats == ()
