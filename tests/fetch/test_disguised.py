"""Error pages, logins and parked domains with a good status; and news that only speaks of them."""

from __future__ import annotations

import pytest

from bot.fetch.disguised import Disguise, disguise_of

BOX = "<form><input name=u><input type=password name=p></form>"
NEWS = "<p>会议指出，要扎实做好各项工作。</p>" * 12
MENU = "<a href=/list>栏目</a>" * 30


def page(title: str, body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "404错误页面",
        "404页面-某县人民政府",
        "某县融媒-404",
        "Error 404 (Not Found)!!",
        "HTTP 404 错误",
        "对不起，您访问的页面不存在",
        "网页未找到_某县新闻网",
        "提示信息 - 某县论坛",
        "Page not found",
    ],
)
def test_a_title_of_an_error_page(title: str) -> None:
    assert disguise_of(page(title, NEWS)) is Disguise.SOFT_404


@pytest.mark.parametrize(
    "title",
    [
        "用户登录",
        "请先登录",
        "登录",
        "某县政务平台-用户登录",
        "统一身份认证登录",
        "Sign in",
        "会员登录_某县网",
    ],
)
def test_a_title_of_a_login(title: str) -> None:
    assert disguise_of(page(title, NEWS)) is Disguise.LOGIN


@pytest.mark.parametrize(
    "title",
    [
        "台风登陆前后 县里转移群众三千人",
        "台风“海葵”登陆-某县新闻网",
        "老人找不到回家路 民警热心相助",
        "404路公交车今起改道",
        "某县新增404户市场主体",
        "气象台发布山洪灾害提示信息",
        "网上政务服务如何登录 一文看懂",
        "Suspect not found after search",
    ],
)
@pytest.mark.parametrize("body", [NEWS, "<p>短讯一则。</p>"], ids=["long", "short"])
def test_a_headline_convicts_nobody(title: str, body: str) -> None:
    assert disguise_of(page(title, body)) is None


@pytest.mark.parametrize(
    ("body", "disguise"),
    [
        ("您访问的页面不存在！", Disguise.SOFT_404),
        ("<h1>该信息已被删除</h1>", Disguise.SOFT_404),
        ("请完成安全验证", Disguise.CHALLENGE),
        (BOX, Disguise.LOGIN),
        ("此域名可出售，请联系", Disguise.PARKED),
        ("The domain is for sale. " * 20, Disguise.PARKED),
    ],
)
def test_a_short_page_is_told_by_its_words(body: str, disguise: Disguise) -> None:
    assert disguise_of(page("某县新闻网", body)) is disguise
    # The same words in an article of several sentences are news.
    if disguise is not Disguise.PARKED or "域名" in body:
        assert disguise_of(page("某县新闻网", body + NEWS)) is None


def test_a_headline_of_what_was_deleted_is_news_where_news_follows() -> None:
    assert disguise_of(page("涉事账号违法信息已删除", NEWS)) is None


def test_a_login_box_beside_the_menu_of_a_site_is_no_wall() -> None:
    assert disguise_of(page("某县新闻网", MENU + BOX + "<p>短讯一则。</p>")) is None
    assert disguise_of(page("会员登录说明", BOX + MENU)) is Disguise.LOGIN


def test_a_big_page_is_no_error_page() -> None:
    assert disguise_of(page("404", "<p>文</p>" * 5000)) is None
