"""Districts of a story, and which article stands for it where."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.articles import Articles
from storage.media import Media
from storage.model import KeptDistrict, Selection
from storage.search import Search
from storage.takedown import Takedowns
from storage.verify import verify
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from storage.raw import RawPages

PINGLI = KeptDistrict(adcode="610926", evidence="source")
ZIYANG = KeptDistrict(adcode="610924", evidence="title: 紫阳", town="蒿坪镇")


def codes(articles: Articles, article_id: str) -> list[tuple[str, bool]]:
    article = articles.get(article_id)
    assert article is not None
    return [(district.adcode, district.is_of_story) for district in article.districts]


def test_a_countys_article_carries_what_another_source_finds_the_story_to_be_about(
    engine: Engine, raw_pages: RawPages, tmp_path: Path
) -> None:
    articles, search = Articles(engine, raw_pages), Search(engine)
    own = articles.keep(new_article(1, districts=(PINGLI,)))
    city = articles.keep(
        new_article(2, story_id=own.story_id, source_id="city", districts=(PINGLI, ZIYANG))
    )
    assert codes(articles, own.id) == [("610926", False), ("610924", True)]
    assert codes(articles, city.id) == [("610926", False), ("610924", False)]
    shared = articles.get(own.id).districts[1]  # type: ignore[union-attr]
    assert (shared.evidence, shared.town) == (f"story: {city.id}", "蒿坪镇")

    def heads(*adcodes: str) -> list[str]:
        chosen = Selection(adcodes=adcodes, story_heads_only=True)
        return [article.id for article in articles.newest(chosen, limit=9)]

    assert heads("610926") == [own.id]
    assert heads("610924") == [city.id], "its own version, not the one that was told to"
    assert heads("610924", "610926") == [own.id]
    found = search.find("谭坝镇", adcodes=("610924",))
    assert {hit.article.id for hit in found} == {own.id, city.id}
    assert verify(engine, raw_pages, Media(engine, tmp_path)).findings == ()

    # What the city's page no longer says, nobody says.
    articles.keep(
        new_article(2, article_id=city.id, source_id="city", text="改了。", districts=(PINGLI,))
    )
    assert codes(articles, own.id) == [("610926", False)]
    assert {hit.article.id for hit in search.find("谭坝镇", adcodes=("610924",))} == set()
    assert heads("610924") == []
    assert verify(engine, raw_pages, Media(engine, tmp_path)).findings == ()


def test_a_takedown_takes_back_what_its_article_said(
    engine: Engine, raw_pages: RawPages, tmp_path: Path
) -> None:
    articles, media = Articles(engine, raw_pages), Media(engine, tmp_path)
    own = articles.keep(new_article(1, districts=(PINGLI,)))
    city = articles.keep(new_article(2, story_id=own.story_id, districts=(ZIYANG,)))
    Takedowns(engine, raw_pages, media).take_down(city.id, "test", at=NOON)
    assert codes(articles, own.id) == [("610926", False)]
    assert verify(engine, raw_pages, media).findings == ()


def test_an_old_article_stands_for_its_story_only_while_it_is_alone(
    engine: Engine, raw_pages: RawPages, tmp_path: Path
) -> None:
    articles = Articles(engine, raw_pages)
    old = articles.keep(new_article(1, districts=(ZIYANG,), is_backfilled=True))
    assert old.is_backfilled
    live = Selection(adcodes=("610924",), story_heads_only=True, is_live=True)
    both = Selection(adcodes=("610924",), story_heads_only=True)
    assert articles.newest(live, limit=9) == ()
    assert [article.id for article in articles.newest(both, limit=9)] == [old.id]
    assert articles.newest(Selection(is_live=True), limit=9) == ()
    news = articles.keep(new_article(2, story_id=old.story_id, districts=(ZIYANG,)))
    for selection in (live, both, Selection(story_heads_only=True, is_live=True)):
        assert [article.id for article in articles.newest(selection, limit=9)] == [news.id]
    assert verify(engine, raw_pages, Media(engine, tmp_path)).findings == ()


def test_a_page_without_a_date_stands_no_later_than_the_listing_has_it(engine: Engine) -> None:
    articles = Articles(engine)
    bound = NOON - timedelta(days=90)
    undated = {"published_at": None, "published_precision": None}
    assert articles.keep(new_article(1, **undated, not_after=bound)).sorted_at == bound
    later = NOON + timedelta(days=1)
    kept = articles.keep(new_article(2, **undated, not_after=later))
    assert kept.sorted_at == kept.first_seen_at


def test_a_story_whose_last_article_was_taken_down_meanwhile_is_begun_anew(
    engine: Engine, raw_pages: RawPages, tmp_path: Path
) -> None:
    articles, media = Articles(engine, raw_pages), Media(engine, tmp_path)
    first = articles.keep(new_article(1))
    Takedowns(engine, raw_pages, media).take_down(first.id, "test", at=NOON)
    second = articles.keep(new_article(2, story_id=first.story_id))
    assert second.story_id == second.id
    assert verify(engine, raw_pages, media).findings == ()
