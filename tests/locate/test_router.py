"""Which counties an article is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.locate import Gazetteer, locate
from bot.model import (
    Block,
    BlockKind,
    CleanArticle,
    ExtractedArticle,
    FetchedPage,
    Source,
    Validators,
)
from bot.sources.districts import read_districts

DISTRICTS = read_districts(Path(__file__).parents[2] / "config" / "districts")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(DISTRICTS)


def article(
    title: str, text: str, *, breadcrumb: tuple[str, ...] = (), origin: str | None = None
) -> CleanArticle:
    page = FetchedPage(
        requested_url="http://a.cn/1.html", effective_url="http://a.cn/1.html", status=200,
        body=b"", text="", charset="utf-8", charset_evidence="header", media_type="text/html",
        validators=Validators(), fetched_at=datetime(2025, 3, 20, tzinfo=UTC), elapsed_s=0.0,
    )  # fmt: skip
    extracted = ExtractedArticle(
        page=page, canonical_url=page.effective_url, title=title, published=None,
        source_name=origin, authors=(), editors=(), breadcrumb=breadcrumb, body_html="",
    )  # fmt: skip
    return CleanArticle(
        extracted=extracted, title=title, published=None, source_name=origin, authors=(),
        editors=(), breadcrumb=breadcrumb, removed=(), html="",
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in text.splitlines()),
    )  # fmt: skip


CITY = Source(id="city", url="http://a.cn/", adcode="610900")


@pytest.mark.parametrize(
    ("title", "text", "about"),
    [
        ("紫阳县富硒茶开园", "本报讯 近日，紫阳县蒿坪镇茶园开采。", ["610924"]),
        ("汉阴：油菜花海迎客来", "连日来，汉阴县漩涡镇游人如织。", ["610921"]),
        ("全市春耕现场会召开", "汉滨、紫阳、岚皋、平利等县区负责人参加。会议要求抓好春耕。", []),
        (
            "全市现场会在石泉县召开",
            "汉滨、紫阳、岚皋、平利等县区负责人参加。石泉县作交流发言。",
            ["610922"],
        ),
        (
            "宁陕石泉携手护林",
            "宁陕县与石泉县签约。宁陕县、石泉县参加。",
            ["610922", "610923"],
        ),
        ("蒿坪镇：产业路通到家门口", "蒿坪镇干部说，路通了。", ["610924"]),
        ("旬阳县搬迁户过新年", "旬阳县的老乡们。", ["610981"]),
        ("白河流域禁捕", "白河两岸设立标牌，白河水质改善。", []),
        ("白河县禁捕", "白河县设立标牌。", ["610929"]),
        ("赴北京市朝阳区招商", "考察团到北京市朝阳区、长春市朝阳区、沈阳招商。", []),
        ("安康机场新增航线", "记者从安康机场获悉，航线增至二十条。", []),
    ],
)
def test_an_article_of_the_city_goes_to_the_counties_it_is_about(
    gazetteer: Gazetteer, title: str, text: str, about: list[str]
) -> None:
    assert sorted(a.adcode for a in locate(article(title, text), CITY, gazetteer)) == about


def test_a_county_section_decides_and_the_town_named_most_is_kept(gazetteer: Gazetteer) -> None:
    source = Source(id="a", url="http://a.cn/", adcode="610924")
    found = locate(
        article("汉滨区来访", "蒿坪镇、城关镇、蒿坪镇、汉王镇。蒿坪镇。"), source, gazetteer
    )
    assert [(a.adcode, a.evidence, a.town) for a in found] == [("610924", "source", "蒿坪镇")]


def test_the_breadcrumb_outweighs_the_text_and_evidence_is_kept(gazetteer: Gazetteer) -> None:
    found = locate(
        article("茶香满园", "汉滨区也有茶。", breadcrumb=("新闻", "县区", "紫阳")), CITY, gazetteer
    )
    assert [a.adcode for a in found] == ["610924"]
    assert found[0].evidence == "breadcrumb: 紫阳"


def test_a_town_that_several_counties_have_tells_no_county(gazetteer: Gazetteer) -> None:
    assert locate(article("城关镇办起夜校", "城关镇的夜校开课了。"), CITY, gazetteer) == ()


def test_the_longest_name_wins(gazetteer: Gazetteer) -> None:
    found = gazetteer.mentions("汉阴县、北京市朝阳区、长春朝阳区、紫阳县蒿坪镇")
    assert [m.name for m in found] == ["汉阴县", "北京市朝阳区", "长春朝阳区", "紫阳县蒿坪镇"]
    assert [m.adcodes for m in found] == [("610921",), ("110105",), ("220104",), ("610924",)]


def test_without_a_code_names_that_one_county_bears_still_tell(gazetteer: Gazetteer) -> None:
    anywhere = Source(id="file", url="http://a.cn/", adcode="")
    found = locate(
        article("春耕", "近日。", breadcrumb=("新闻", "县区", "汉滨")), anywhere, gazetteer
    )
    assert [a.adcode for a in found] == ["610902"]
    assert locate(article("朝阳区开春耕会", "朝阳区。"), anywhere, gazetteer) == ()


def test_a_name_of_one_character_tells_nothing() -> None:
    odd = replace(DISTRICTS[0], towns=("镇",))
    assert Gazetteer([odd]).mentions("镇上的路通了") == ()


@pytest.mark.parametrize("text", ["汉县", "大川", "海子", "安山"])
def test_characters_that_begin_names_are_none_by_themselves(
    gazetteer: Gazetteer, text: str
) -> None:
    assert gazetteer.mentions(text) == ()


def test_where_there_are_no_districts_no_name_is_found() -> None:
    assert Gazetteer(()).mentions("紫阳县富硒茶开园") == ()
