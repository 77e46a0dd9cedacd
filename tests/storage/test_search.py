from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.articles import Articles
from storage.model import KeptDistrict
from storage.ranking import WEIGHED, Ranking
from storage.search import Order, Search, mark, snippet
from storage.tokens import phrases, tokens
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from sqlalchemy import Engine

TEXTS = {
    1: ("春茶开园", "汉滨区谭坝镇茶园面积1.2万亩。\n昨夜下大雨，茶农仍在采茶。"),
    2: ("招聘会公告", "紫阳县2025年春季招聘会定于3月19日举行，提供GDP增长岗位。"),
    3: ("雨中巡河", "大雨过后，镇干部巡河护河。茶园无恙。"),
}


@pytest.fixture
def search(engine: Engine) -> Search:
    articles = Articles(engine)
    for number, (title, text) in TEXTS.items():
        articles.keep(
            new_article(
                number,
                title=title,
                text=text,
                source_id="ziyang-gov" if number == 2 else "hanbin",
                published_precision="second",
                published_at=NOON + timedelta(days=number - 5),
                districts=(
                    KeptDistrict(adcode="610924" if number == 2 else "610902", evidence="e"),
                ),
            )
        )
    return Search(engine)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("茶园", [3, 1]),
        ("茶", [3, 1]),
        ("雨", [3, 1]),
        ("大雨", [3, 1]),
        ("下大雨", [1]),
        ("大雨 巡河", [3]),
        ("茶园面积", [1]),
        ("茶园无恙", [3]),
        ("亩昨夜", []),
        ("园汉滨", []),
        ("gdp", [2]),
        ("ＧＤＰ", [2]),
        ("2025年", [2]),
        ("3月19日", [2]),
        ("19", [2]),
        ('"大雨过后"', [3]),
        ("没有", []),
        ("", []),
        ("？！", []),
        ('" OR title:* NEAR(', []),
        ("'); DROP TABLE articles; --", []),
        ("d610902", []),
        ("\x00茶园\ud800", [3, 1]),
        ("茶" * 5000, []),
    ],
)
def test_queries(search: Search, query: str, expected: list[int]) -> None:
    for order in Order:
        found = [hit.article.title for hit in search.find(query, order=order)]
        titles = [TEXTS[number][0] for number in expected]
        assert found == titles if order is Order.NEWEST else sorted(found) == sorted(titles)


def test_filters(search: Search) -> None:
    def found(**filters: object) -> list[str]:
        return [hit.article.title for hit in search.find("茶园", **filters)]  # type: ignore[arg-type]

    assert found(adcodes=("610902",)) == ["雨中巡河", "春茶开园"]
    assert found(adcodes=("610924", "610902")) == ["雨中巡河", "春茶开园"]
    assert found(adcodes=("610924",)) == []
    assert found(adcodes=()) == []
    assert found(source_id="hanbin") == ["雨中巡河", "春茶开园"]
    assert found(source_id="han") == []
    assert found(since=NOON - timedelta(days=3)) == ["雨中巡河"]
    assert found(until=NOON - timedelta(days=3)) == ["春茶开园"]
    assert found(limit=1) == ["雨中巡河"]
    assert found(limit=1, offset=1) == ["春茶开园"]


def test_a_title_weighs_more(search: Search) -> None:
    assert search.find("巡河", order=Order.RANK)[0].article.title == "雨中巡河"
    assert search.find("招聘会", order=Order.RANK)[0].article.title == "招聘会公告"


def test_the_more_seldom_word_of_a_title_weighs_more() -> None:
    titles = {1: "茶叶丰收", 2: "石泉开会", 3: "石泉降雨", 4: "石泉通车", 5: "要闻"}
    ranking = Ranking(words=("茶叶", "石泉"), titles=titles)
    assert ranking.by_title() == [1, 4, 3, 2, 5]
    said = dict.fromkeys(titles, "石泉的茶叶。" + "又说别的。" * 20)
    assert ranking.best_first(said) == [1, 4, 3, 2, 5]
    # What speaks of little else comes before what names it once.
    assert ranking.best_first(said | {3: "石泉茶叶，石泉茶叶。"})[:2] == [3, 1]
    assert ranking.best_first({2: said[2], 4: "石泉茶叶" * 9}) == [4, 2]
    assert ranking.best_first({}) == []


def test_best_first_reaches_as_far_as_it_says(engine: Engine) -> None:
    articles, search = Articles(engine), Search(engine)
    for number in range(WEIGHED + 6):
        articles.keep(
            new_article(
                number, title="桃园 100%_开放" if number in {0, 3} else "要闻",
                text="桃园。", published_at=NOON - timedelta(minutes=99 - number),
                published_precision="minute",
            )
        )  # fmt: skip
    found = search.find("桃园", order=Order.RANK, limit=100)
    assert [hit.article.canonical_url[-6:] for hit in found[:3]] == ["3.html", "0.html", "5.html"]
    assert len(found) == WEIGHED + 6
    pages = [search.find("桃园", order=Order.RANK, limit=9, offset=at) for at in range(0, 45, 9)]
    assert [hit.article.id for page in pages for hit in page] == [hit.article.id for hit in found]


def test_a_revision_is_found_by_its_new_words_alone(engine: Engine, search: Search) -> None:
    articles = Articles(engine)
    [hit] = search.find("春茶开园")
    articles.keep(
        new_article(1, article_id=hit.article.id, title="新题", text="全新的正文。", seen_at=NOON)
    )
    assert search.find("春茶开园") == ()
    assert search.find("昨夜") == ()
    assert [h.article.id for h in search.find("全新")] == [hit.article.id]


def test_hits_are_marked(search: Search) -> None:
    [hit] = search.find("下大雨")
    assert ("下大雨", True) in hit.snippet.parts
    assert mark("GDP与gdp", ["gdp"]).parts == (("GDP", True), ("与", False), ("gdp", True))


def test_a_snippet_begins_near_the_first_hit() -> None:
    body = "前" * 300 + "大雨" + "后" * 300
    piece = snippet(body, ["大雨"])
    joined = "".join(text for text, _ in piece.parts)
    assert joined.index("大雨") == 24
    assert piece.is_cut_before
    assert piece.is_cut_after
    assert len(joined) == 120
    assert snippet("短文。", ["无"]).parts == (("短文。", False),)


def test_tokens() -> None:
    assert tokens("下大雨了3月，AI_好") == [
        "下大", "大雨", "雨了", "了", "3", "月", "ai", "好",
    ]  # fmt: skip
    assert phrases("下大雨 茶") == [(["下大", "大雨"], False), (["茶"], True)]
    assert phrases("2025年") == [(["2025", "年"], True)]
    assert phrases("“3月 AI”x") == [(["3", "月", "ai"], False), (["x"], False)]


def test_articles_of_one_second_are_all_found(engine: Engine) -> None:
    articles = Articles(engine)
    for number in range(40):
        articles.keep(
            new_article(number, published_at=NOON - timedelta(days=2), published_precision="minute")
        )
    assert len(Search(engine).find("茶园", limit=100)) == 40


def test_search_goes_back_as_far_as_it_must(engine: Engine) -> None:
    articles, search = Articles(engine), Search(engine)
    times = [NOON - timedelta(seconds=60 * 3**step) for step in range(16)]
    for number, at in enumerate(times):
        articles.keep(
            new_article(
                number,
                title="茶园" if number % 3 else "鱼塘",
                text="正文。",
                published_at=at,
                published_precision="second",
                seen_at=NOON,
            )
        )
    teas = [at for number, at in enumerate(times) if number % 3]
    for limit in (1, 2, 5, 20):
        for offset in (0, 3):
            found = search.find("茶园", limit=limit, offset=offset)
            assert [hit.article.sorted_at for hit in found] == teas[offset : offset + limit]
    since, until = times[9], times[1]
    found = search.find("茶园", limit=4, since=since, until=until)
    assert [hit.article.sorted_at for hit in found] == [at for at in teas if since <= at < until][
        :4
    ]
    assert len(search.find("鱼塘", limit=2, order=Order.RANK)) == 2
