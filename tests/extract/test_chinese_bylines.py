"""Who wrote and who edited, where a Chinese page comes from and when: each form with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden.ours import fetched, read

if TYPE_CHECKING:
    from bot.model import CleanArticle

PROSE = (
    "经过数月的激烈讨论，市政府常务会议周二深夜通过了这项方案，居民表示终于松了一口气。",
    "工程预计明年春天开工，总投资约三亿元，目前预算仍在审核之中，有关部门正在推进设计。",
    "有业内人士认为，项目建成后将大幅缩短两岸的通行时间，施工期间市民应提前规划路线。",
)
HEADLINE = "跨江大桥明年春天开工"


def _page(info: str, *, first: str = "", last: str = "") -> CleanArticle:
    text = "".join(f"<p>{line}</p>" for line in (first + PROSE[0], *PROSE[1:]))
    return read(
        fetched(
            f"<html lang=zh><title>{HEADLINE}</title><body><h1>{HEADLINE}</h1>{info}"
            f'<div class="article-content">{text}{last}</div></body></html>',
            "https://news.example/a/1.html",
        ),
        timezone="Asia/Shanghai",
    )


AUTHORS = {
    "in black brackets": ("", "【环球网报道 记者 赵友平】", "", ("赵友平",)),
    "paper before the name": ("", "（文/观察者网 周弋博）", "", ("周弋博",)),
    "wire of Taiwan": ("", "（中央社記者林巧璉高雄19日電）", "", ("林巧璉",)),
    "surname that is a word": ("", "", "<p>采写：南都记者 余毅菁 向雪妮</p>", ("余毅菁", "向雪妮")),
    "given name that is a word": ("<p>澎湃新闻记者 吕新文</p>", "", "", ("吕新文",)),
    "name set wide": ("<p>2019-09-08 07:30 作者：顾 敏</p>", "", "", ("顾敏",)),
    "button behind the name": ("", "", "<p>作者：余毅菁返回搜狐，查看更多</p>", ("余毅菁",)),
    "site behind the name": (
        "<p>来源：中国青年报 作者：李超 <span>中国青年网</span></p>",
        "",
        "",
        ("李超",),
    ),
    "correspondent behind the reporter": (
        "<p>2019-09-08 07:30|来源：浙江日报|记者 王丽 通讯员 赵强</p>",
        "",
        "",
        ("王丽", "赵强"),
    ),
    "beside the date": ("<p><a>郭虹</a> <i>· 2019-09-08 07:30</i></p>", "", "", ("郭虹",)),
    "button beside the date": ("<p><a>举报</a> <i>2019-09-08 07:30</i></p>", "", "", ()),
}


@pytest.mark.parametrize(("info", "first", "last", "names"), AUTHORS.values(), ids=AUTHORS.keys())
def test_authors(info: str, first: str, last: str, names: tuple[str, ...]) -> None:
    assert _page(info, first=first, last=last).authors == names


def test_roles_and_names_in_a_row() -> None:
    article = _page("<p>新京报记者 王贵彬 编辑 张畅 校对 柳宝庆</p>")
    assert article.authors == ("王贵彬",)
    assert article.editors == (("编辑", "张畅"), ("校对", "柳宝庆"))


def test_the_number_of_a_desk_is_no_editor() -> None:
    article = _page("", last="<p>责任编辑：王诗尧 PN172</p>")
    assert article.editors == (("责任编辑", "王诗尧"),)


SIGNATURES = {
    "reporter behind a stroke": "（记者/张明 李晓红）",
    "who helped": "（参与采写：李刚）",
    "name set wide": "（顾 敏）",
    "day and page of print": "《 人民日报 》（ 2019年09月08日 02 版）",
    "reporter and editor": "（看看新闻Knews记者：王勤 编辑：陈晨）",
    "reporter and paper": "中青报·中青网记者 李超 来源：中国青年报",
    "roles in a row": "编辑 张畅 校对 柳宝庆",
    "size of type": "A-A+",
    "report": "举报/反馈",
}


@pytest.mark.parametrize("line", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_what_signs_a_text_is_not_of_it(line: str) -> None:
    assert _page("", last=f"<p>{line}</p>").text.splitlines() == list(PROSE)


@pytest.mark.parametrize("line", ["（完）", "（待续）", "附件：招标公告（2019年版）"])
def test_other_brackets_are(line: str) -> None:
    assert _page("", last=f"<p>{line}</p>").text.splitlines() == [*PROSE, line]


def test_the_button_behind_a_text_goes() -> None:
    last = "<p>大桥通车后再见。<a href='/'>返回搜狐，查看更多</a></p>"
    assert _page("", last=last).text.splitlines() == [*PROSE, "大桥通车后再见。"]


def test_what_stands_behind_the_editor_is_of_another_story() -> None:
    last = (
        "<p>责任编辑：<span></span></p><blockquote><p>另一条新闻的标题在这里</p></blockquote>,晚报"
    )
    assert _page("", last=last).text.splitlines() == list(PROSE)


def test_praise_in_a_sentence_is_no_call_for_it() -> None:
    line = "局长亲自带货，景甜点赞长春"
    assert _page("", last=f"<h3>{line}</h3><p>{PROSE[0]}</p>").text.splitlines()[3] == line


def test_parts_of_a_byline_without_a_space_between_them() -> None:
    info = (
        "<div><span>2019-9-8 7:30:12</span><span>来源：江城网</span><span>作者：汪淼</span>"
        "<span>责编：李静</span><span>评论：12</span></div>"
    )
    article = _page(info)
    assert article.source_name == "江城网"
    assert article.authors == ("汪淼",)
    assert article.editors == (("责编", "李静"),)


def test_a_linked_date_is_one_by_its_name() -> None:
    published = _page('<h6><a class="post-date">2019年09月11日</a> <i>新闻</i></h6>').published
    assert published is not None
    assert published.at.date().isoformat() == "2019-09-11"


def test_an_account_is_the_source() -> None:
    info = "<div><span>原创</span><span>看看新闻Knews</span><span>2019-09-08 07:30:12</span></div>"
    article = _page(info)
    assert article.source_name == "看看新闻Knews"
    assert article.authors == ()


def test_a_year_of_two_digits() -> None:
    info = "<div><span>发布时间：</span><span>21-05-06</span><span>10:12</span></div>"
    published = _page(info).published
    assert published is not None
    assert published.at.isoformat() == "2021-05-06T10:12:00+08:00"
