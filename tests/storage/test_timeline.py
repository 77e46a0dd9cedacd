"""The past as archive documents need it, and stories of several articles at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.articles import Articles
from storage.model import KeptDistrict, Selection
from storage.stories import Stories
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from sqlalchemy import Engine

HANBIN = Selection(adcodes=("610902",), story_heads_only=True)


@pytest.fixture
def articles(engine: Engine) -> Articles:
    found = Articles(engine)
    for number in range(1, 6):
        found.keep(
            new_article(
                number,
                published_at=NOON + timedelta(days=number),
                published_precision="minute",
                seen_at=NOON + timedelta(days=number, hours=1),
                is_backfilled=number == 2,
            )
        )
    elsewhere = (KeptDistrict(adcode="610924", evidence="title"),)
    found.keep(new_article(9, districts=elsewhere, seen_at=NOON + timedelta(days=9)))
    return found


def test_the_timeline_is_oldest_first(articles: Articles) -> None:
    places = articles.timeline(HANBIN)
    assert [place.sorted_at for place in places] == sorted(place.sorted_at for place in places)
    assert [place.is_backfilled for place in places] == [False, True, False, False, False]
    assert articles.timeline(HANBIN, since=places[3].sorted_at) == places[3:]
    assert len(articles.timeline()) == 6


def test_a_stretch_leaves_out_its_beginning(articles: Articles) -> None:
    start, end = NOON, NOON + timedelta(days=5)
    titles = [a.title[-1] for a in articles.stretch(start, end, HANBIN, offset=1, limit=2)]
    assert titles == ["2", "3"]
    assert articles.stretch(start, end, HANBIN, offset=4, limit=9) == ()


def test_what_changed_since(articles: Articles) -> None:
    def titles(days: float) -> list[str]:
        return [a.title[-1] for a in articles.changed_since(NOON + timedelta(days=days))]

    assert titles(0) == ["1", "2", "3", "4", "5", "9"]
    assert titles(4.5) == ["5", "9"]


def test_only_stories_of_several_articles_are_read(articles: Articles, engine: Engine) -> None:
    first = articles.newest(HANBIN, limit=1)[0]
    reprint = articles.keep(new_article(20, story_id=first.story_id, source_id="other"))
    stories = [a.story_id for a in articles.newest(limit=9)]
    found = Stories(engine).publications_of(stories)
    assert {s: [a.id for a in members] for s, members in found.items()} == {
        first.story_id: [first.id, reprint.id]
    }
