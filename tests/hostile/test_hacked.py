"""Broken-in sites are recognised and told; police reports are not taken for them; takeovers rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.discover.face import face_from, face_of, why_taken_over
from bot.html.hacked import is_advertisement, signs_of
from replica.failures import LINK_FARM
from storage.model import Selection
from tests.fetch import faultserver as fs
from tests.hostile.site import article_page, installation, listing_page

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://www.hanbin.gov.cn/n/1.html"
GOOD = listing_page().decode()
#: a title as intruders write it: every character an entity, so that no editor sees it
CODED = "".join(f"&#{ord(char)};" for char in "澳门葡京赌场官网_真人百家乐_时时彩平台")
CASINO = (
    f"<html><head><title>{CODED}</title></head><body><div class=casino-top></div>"
    "<div class=slots><p>Welcome to the best online casino, play and win</p></div></body></html>"
)
FRIENDS = "<ul>" + "".join(
    f"<li><a href='http://{host}/'>{name}</a>"
    for host, name in [
        ("www.cwl.gov.cn", "中国福利彩票"), ("www.lottery.gov.cn", "中国体育彩票"),
        ("www.ankang.gov.cn", "安康市人民政府"), ("www.sport.gov.cn", "国家体育总局"),
    ]
)  # fmt: skip
POLICE = (
    "<p>汉滨警方打掉一个跨境网络赌博团伙，涉案的“澳门葡京”“皇冠体育”“亚博体育”等平台"
    "均为境外博彩网站，以注册送38、首存返水诱人下注，百家乐、老虎机、捕鱼平台无一不是骗局。</p>"
)


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        (GOOD, []),
        (GOOD + FRIENDS, []),
        (GOOD + POLICE, []),
        (GOOD + POLICE * 30, []),
        (GOOD + LINK_FARM, ["link-farm"]),
        (GOOD + LINK_FARM.replace("http://g", "/g"), []),
        (CASINO, ["title"]),
        (GOOD + "<script>if(/baidu/.test(document.referrer)){}</script>", []),
        (
            GOOD + "<script>var r=document.referrer;if(r.indexOf('baidu')>0){location.href="
            "'http://x.example/'}</script>",
            ["cloaking"],
        ),
        (
            GOOD.replace("<head>", "<head><meta name=keywords content='百家乐,时时彩,六合彩,老虎机'>"),
            ["meta"],
        ),
    ],
    ids=["good", "friends", "police", "police often", "farm", "own links", "title", "referrer",
         "cloaking", "meta"],
)  # fmt: skip
def test_signs(page: str, kinds: list[str]) -> None:
    assert [sign.kind for sign in signs_of(page, URL)] == kinds


@pytest.mark.parametrize(
    ("line", "linked", "is_spam"),
    [
        ("真人百家乐", 5, True),
        ("澳门葡京官网注册送88，百家乐、老虎机、六合彩平台app下载", 0, True),
        ("本月体育彩票销量同比增长，公益金用于全民健身。", 0, False),
        ("民警捣毁赌博窝点，缴获老虎机、百家乐桌，涉案网站提供注册、下载。", 0, False),
        ("法院判处开设六合彩、百家乐、时时彩平台的被告人有期徒刑，注册会员登录下注的属违法。", 0, False),
        ("乡村棋牌室整治见成效", 10, False),
        ("春茶开园", 4, False),
    ],
)  # fmt: skip
def test_advertisements(line: str, linked: int, is_spam: bool) -> None:
    assert is_advertisement(line, linked) is is_spam


def face(title: str, words: str, classes: str) -> str:
    marks = "".join(f"<div class={name}></div>" for name in classes.split())
    return f"<html><head><title>{title}</title></head><body>{marks}<p>{words}</p></body></html>"


BEFORE = face("县区新闻_汉滨新闻网", "汉滨区召开会议", "head nav list foot")


@pytest.mark.parametrize(
    ("after", "has_spam", "is_taken"),
    [
        (BEFORE, False, False),
        (face("县区新闻_汉滨新闻网", "汉滨区召开会议", "top menu grid end"), False, False),
        (face("汉滨发布", "汉滨区召开会议", "head nav list foot"), False, False),
        (face("瀛湖网", "汉滨区召开会议", "top menu grid end"), False, False),
        (face("瀛湖网", "汉滨区召开会议", "top menu grid end"), True, True),
        (face("Buy this domain", "The domain may be for sale", "p1 p2 p3"), False, True),
        (face("Best shoes", "Shoes for all", "shop cart"), False, True),
    ],
    ids=["same", "redesign", "renamed", "renamed redesign", "gambling in Chinese", "for sale", "shop"],
)  # fmt: skip
def test_takeover_needs_everything_at_once(after: str, has_spam: bool, is_taken: bool) -> None:
    known = face_from(face_of(BEFORE).as_text())
    assert known == face_of(BEFORE)
    reason = why_taken_over(known, face_of(after), has_spam=has_spam)
    assert (reason is not None) is is_taken


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"title": 1}', "x"])
def test_a_face_that_cannot_be_read_is_none(text: str) -> None:
    assert face_from(text) is None


async def test_a_farm_is_told_and_never_published(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve()
        ad = "<p><a href='http://g.example/'>真人百家乐</a></p><p>澳门葡京官网，注册送88，百家乐老虎机下载</p>"
        page = article_page(1, inside=ad + LINK_FARM, after=LINK_FARM)
        site.server.behaviours["/n/1001.html"] = fs.answer(page)
        report = await site.crawler.crawl(site.source)
        assert (report.outcome, report.new_count) == ("ok", 6)
        assert "may be hacked" in report.detail
        assert "may be hacked" in report.line()
        assert "may be hacked" in (site.archive.states.get("hanbin").failure_text or "")
        articles = site.archive.articles.newest(Selection(), limit=10)
        assert len(articles) == 6
        for article in articles:
            assert "百家乐" not in article.html + article.text + article.title
            assert "茶" in article.text or "1001" not in article.url
        # Mended: nothing is told any more.
        site.server.behaviours["/n/1001.html"] = fs.answer(article_page(1))
        site.later(hours=30)
        report = await site.crawler.crawl(site.source)
        assert report.detail == ""
        assert site.archive.states.get("hanbin").failure_text is None


async def test_a_forged_article_page_is_not_published(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve()
        forged = article_page(2, title=CODED)
        site.server.behaviours["/n/1002.html"] = fs.answer(forged)
        report = await site.crawler.crawl(site.source)
        assert (report.new_count, report.failed_count) == (5, 1)
        assert "advertises" in report.detail


async def test_a_site_taken_over_rests_until_it_is_itself_again(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve(4)
        assert (await site.crawler.crawl(site.source)).new_count == 4
        items = "".join(
            f"<li><a href='/n/{1010 + n}.html'>Best online casino bonus number {n}</a></li>"
            for n in range(8)
        )
        site.server.behaviours["/list"] = fs.answer(
            f"<title>Lucky</title><div class=reels><ul id=wins>{items}</ul></div>".encode()
        )
        for n in range(8):
            site.server.behaviours[f"/n/{1010 + n}.html"] = fs.answer(article_page(n))
        for _ in range(2):
            site.later(hours=1)
            report = await site.crawler.crawl(site.source)
            assert (report.outcome, report.is_failure, report.new_count) == ("taken-over", True, 0)
            assert "xianwen source accept hanbin" in report.detail
        assert len(site.archive.articles.newest(Selection(), limit=50)) == 4
        assert site.archive.states.get("hanbin").failure_kind == "taken-over"
        site.serve(6)
        site.later(hours=1)
        report = await site.crawler.crawl(site.source)
        assert (report.outcome, report.new_count) == ("ok", 2)


async def test_the_operator_accepts_a_site_as_it_is(tmp_path: Path) -> None:
    async with installation(tmp_path) as site:
        site.serve(4)
        await site.crawler.crawl(site.source)
        new = listing_page(6, title="汉滨").decode()
        other = new.replace("汉滨新闻网", "Hanbin").replace("class=", "class=new-")
        other = other.replace("<title>汉滨_Hanbin", "<title>Hanbin Daily") + "<p>" + "news " * 400
        site.server.behaviours["/list"] = fs.answer(other.encode())
        site.serve_articles(6)
        site.later(hours=1)
        assert (await site.crawler.crawl(site.source)).outcome == "taken-over"
        site.archive.notes.drop("face:hanbin")
        report = await site.crawler.crawl(site.source)
        assert (report.outcome, report.new_count) == ("ok", 2)
