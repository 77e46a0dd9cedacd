from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.articles import Articles
from storage.errors import UnknownArticleError
from storage.fingerprints import Fingerprints
from storage.model import KeptDistrict, KeptFingerprints, Selection
from storage.rows import sorted_instant
from tests.storage.making import CHINA, NOON, exchange, new_article

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.raw import RawPages

HANBIN = KeptDistrict(adcode="610902", evidence="source")
ZIYANG = KeptDistrict(adcode="610924", evidence="title: 紫阳县")


def test_what_is_kept_is_read_back_whole(engine: Engine) -> None:
    articles = Articles(engine)
    new = new_article()
    kept = articles.keep(new)
    assert kept == articles.get(kept.id) == articles.by_url(new.canonical_url)
    for name in ("title", "published_at", "published_precision", "source_name", "authors",
                 "editors", "breadcrumb", "districts", "blocks", "text", "html", "republish",
                 "source_id", "canonical_url", "url"):  # fmt: skip
        assert getattr(kept, name) == getattr(new, name), name
    assert kept.published_at is not None
    assert kept.published_at.utcoffset() == timedelta(hours=8)
    assert kept.story_id == kept.id
    assert (kept.revision_number, kept.revised_at) == (1, None)
    assert articles.removed(kept.id) == new.removed


def test_http_and_https_and_the_address_of_the_reader_lead_to_one_article(engine: Engine) -> None:
    articles = Articles(engine)
    kept = articles.keep(new_article(url="https://m.example.cn/1"))
    for url in ("http://www.example.cn/news/1.html", "http://m.example.cn/1"):
        found = articles.by_url(url)
        assert found is not None
        assert found.id == kept.id
    urls = ["http://www.example.cn/news/1.html", "https://www.example.cn/news/2.html"]
    assert articles.known_urls(urls) == {urls[0]}


def test_the_same_address_twice_is_one_article(engine: Engine) -> None:
    articles = Articles(engine)
    first = articles.keep(new_article())
    again = articles.keep(new_article(canonical_url="http://www.example.cn/news/1.html"))
    assert again.id == first.id
    assert articles.count() == 1
    assert len(articles.revisions(first.id)) == 1


def test_a_revision_keeps_id_place_and_history(engine: Engine) -> None:
    articles = Articles(engine)
    first = articles.keep(new_article())
    later = NOON + timedelta(days=2)
    second = articles.keep(
        new_article(
            article_id=first.id, title="改过的标题", text="改过的正文。", seen_at=later,
            published_at=datetime(2026, 11, 21, tzinfo=CHINA), districts=(ZIYANG,),
            reason="title, text changed",
        )
    )  # fmt: skip
    assert (second.id, second.first_seen_at, second.sorted_at) == (
        first.id, first.first_seen_at, first.sorted_at,
    )  # fmt: skip
    assert (second.revision_number, second.revised_at, second.updated_at) == (2, later, later)
    assert second.districts == (ZIYANG,)
    history = articles.revisions(first.id)
    assert [(r.number, r.title, r.reason) for r in history] == [
        (1, first.title, "first seen"),
        (2, "改过的标题", "title, text changed"),
    ]
    assert articles.newest(Selection(adcodes=("610902",)), limit=9) == ()
    assert articles.newest(Selection(adcodes=("610924",)), limit=9) == (second,)


def test_the_same_content_mends_what_stands_beside_it_without_a_revision(engine: Engine) -> None:
    articles = Articles(engine)
    first = articles.keep(new_article())
    mended = articles.keep(
        new_article(article_id=first.id, html="<p>better</p>", editors=(("终审", "张俊"),),
                    seen_at=NOON + timedelta(days=3))
    )  # fmt: skip
    assert (mended.html, mended.editors) == ("<p>better</p>", (("终审", "张俊"),))
    assert (mended.revision_number, mended.revised_at) == (1, None)
    assert mended.changed_at == first.changed_at


def test_a_revision_of_an_unknown_article_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownArticleError):
        Articles(engine).keep(new_article(article_id="0" * 26))


def test_a_naive_time_is_refused_and_leaves_nothing(engine: Engine, raw_pages: RawPages) -> None:
    articles = Articles(engine, raw_pages)
    with pytest.raises(ValueError, match="naive"):
        articles.keep(new_article(published_at=datetime(2026, 11, 20)), exchange())  # noqa: DTZ001
    assert articles.count() == 0


def test_newest_pages_through_everything_once(engine: Engine) -> None:
    articles = Articles(engine)
    # Day precision, seen later than the day itself: all tie at its end.
    kept = [
        articles.keep(new_article(n, published_at=datetime(2026, 11, 10 + n % 3, tzinfo=CHINA)))
        for n in range(1, 12)
    ]
    expected = sorted(kept, key=lambda a: (a.sorted_at, a.id), reverse=True)
    selection = Selection(adcodes=("610902",))
    for chosen in (Selection(), selection, Selection(adcodes=("610902", "610924"))):
        seen = []
        cursor = None
        while page := articles.newest(chosen, limit=4, before=cursor):
            seen += page
            cursor = page[-1].cursor
        assert seen == expected
        assert articles.count(chosen) == 11


def test_selections(engine: Engine) -> None:
    articles = Articles(engine)
    a = articles.keep(new_article(1))
    b = articles.keep(new_article(2, source_id="ziyang", districts=(ZIYANG,), breadcrumb=("时政",)))
    c = articles.keep(new_article(3, districts=(HANBIN, ZIYANG), source_id="city"))
    cases = [
        (Selection(), {a, b, c}),
        (Selection(adcodes=()), set()),
        (Selection(adcodes=("610902",)), {a, c}),
        (Selection(adcodes=("610902", "610924")), {a, b, c}),
        (Selection(source_id="ziyang"), {b}),
        (Selection(category="时政"), {b}),
        (Selection(category="汉滨"), {a, c}),
        (Selection(town="谭坝镇"), {a}),
        (Selection(adcodes=("610902",), town="谭坝镇"), {a}),
        (Selection(adcodes=("610924",), town="谭坝镇"), set()),
        (Selection(adcodes=("610924",), source_id="city"), {c}),
    ]
    for selection, expected in cases:
        assert set(articles.newest(selection, limit=10)) == expected, selection
        assert articles.count(selection) == len(expected), selection
        assert set(articles.between(NOON - timedelta(days=9), NOON + timedelta(1), selection)) == (
            expected
        )
    assert articles.between(NOON + timedelta(days=1), NOON + timedelta(days=9)) == ()
    assert articles.towns("610902") == ("谭坝镇",)
    assert articles.categories() == ("时政", "汉滨")


def test_a_story_is_carried_once_and_each_district_has_its_own_version(engine: Engine) -> None:
    articles = Articles(engine)
    first = articles.keep(new_article(1, districts=(HANBIN,)))
    second = articles.keep(new_article(2, story_id=first.story_id, districts=(ZIYANG,)))
    third = articles.keep(new_article(3, story_id=first.story_id, districts=(HANBIN, ZIYANG)))
    heads = {"story_heads_only": True, "limit": 10}
    del heads["limit"]
    assert third.story_id == second.story_id == first.id
    assert not third.is_story_head

    def ids(adcodes: tuple[str, ...] | None) -> list[str]:
        found = articles.newest(Selection(adcodes=adcodes, story_heads_only=True), limit=10)
        return [article.id for article in found]

    assert ids(None) == [first.id]
    assert ids(("610902",)) == [first.id]
    assert ids(("610924",)) == [second.id]
    assert ids(("610902", "610924")) == [first.id]


def test_the_same_text_met_by_two_crawls_at_once_is_one_story(engine: Engine) -> None:
    articles = Articles(engine)
    first = articles.keep(new_article(1, text="同一篇稿件。"))
    second = articles.keep(new_article(2, text="同一篇稿件。"))
    assert second.story_id == first.story_id
    short = KeptFingerprints(content="1:a", text="1:b", bands=())
    third = articles.keep(new_article(3, fingerprints=short))
    fourth = articles.keep(new_article(4, fingerprints=short))
    assert third.story_id != fourth.story_id


@pytest.mark.parametrize(
    ("published", "precision", "seen", "expected"),
    [
        pytest.param((20, 9), "minute", (20, 12), (20, 9), id="a time is taken as it is"),
        pytest.param((20, 0), "day", (20, 12), (20, 12), id="first sight within the day"),
        pytest.param((20, 0), "day", (20, 0), (20, 0), id="first sight at midnight"),
        pytest.param((22, 9), "minute", (20, 12), (20, 12), id="never in the future"),
        pytest.param((22, 0), "day", (20, 12), (20, 12), id="a future day"),
        pytest.param(None, None, (20, 12), (20, 12), id="no date"),
    ],
)
def test_order(
    published: tuple[int, int] | None, precision: str | None, seen: tuple[int, int],
    expected: tuple[int, int],
) -> None:  # fmt: skip
    def at(day_hour: tuple[int, int] | None) -> datetime | None:
        return None if day_hour is None else datetime(2026, 11, *day_hour, tzinfo=CHINA)

    first_seen = at(seen)
    assert first_seen is not None
    assert sorted_instant(at(published), precision, first_seen) == at(expected)


def test_a_day_seen_late_stays_within_its_own_day() -> None:
    day = datetime(2026, 11, 10, tzinfo=CHINA)
    found = sorted_instant(day, "day", NOON)
    assert found == datetime(2026, 11, 10, 23, 59, 59, tzinfo=CHINA)


def test_the_span_of_a_selection_is_that_of_its_articles(engine: Engine) -> None:
    articles = Articles(engine)
    assert articles.span() is None
    first = articles.keep(new_article(1))
    here, there = Selection(adcodes=("610902",)), Selection(adcodes=("610924",))
    later = datetime(2026, 11, 25, tzinfo=UTC)
    articles.keep(new_article(1, article_id=first.id, text="改。", seen_at=later))
    assert articles.span(here) == (first.sorted_at, first.sorted_at)
    assert articles.span(there) is None


def test_the_raw_page_is_kept_with_the_article(engine: Engine, raw_pages: RawPages) -> None:
    articles = Articles(engine, raw_pages)
    kept = articles.keep(new_article(), exchange())
    [revision] = articles.revisions(kept.id)
    assert revision.raw_record_id is not None
    assert raw_pages.read(revision.raw_record_id).payload == b"<p>page</p>"
    articles.keep(new_article(article_id=kept.id), exchange(body=b"re-marked"))
    assert len(raw_pages.by_url("http://www.example.cn/news/1.html?a=1")) == 1


def test_the_pages_of_an_article_are_kept_in_their_order(
    engine: Engine, raw_pages: RawPages
) -> None:
    articles = Articles(engine, raw_pages)
    pages = [exchange(1, b"page %d" % n) for n in (1, 2, 3)]
    first = articles.keep(new_article(1), pages)
    articles.keep(new_article(2))
    third = articles.keep(new_article(3, source_id="ziyang"), exchange(3, b"one"))
    articles.keep(
        new_article(1, article_id=first.id, text="改。"), [exchange(1, b"new 1"), exchange(1, b"2")]
    )
    found = raw_pages.of_articles()
    assert [(raw.article_id, len(raw.record_ids)) for raw in found] == [
        (first.id, 2),
        (third.id, 1),
    ]
    assert [raw_pages.read(r).payload for r in found[0].record_ids] == [b"new 1", b"2"]
    assert found[0].canonical_url == first.canonical_url
    assert raw_pages.of_articles(after=first.id) == found[1:]
    assert raw_pages.of_articles(source_id="hanbin") == found[:1]
    assert raw_pages.of_articles(since=third.first_seen_at) == found[1:]
    assert raw_pages.of_articles(limit=1) == found[:1]


def test_what_may_be_alike_is_found_by_text_and_then_by_shared_bands(engine: Engine) -> None:
    articles = Articles(engine)
    prints = [
        KeptFingerprints(content=f"c{n}", text=f"t{n}", bands=bands)
        for n, bands in enumerate(((1, 2, 3, 4), (1, 2, 9, 8), (1, 2, 3, 7), (50, 51, 52, 53), ()))
    ]
    kept = [articles.keep(new_article(n, fingerprints=one)) for n, one in enumerate(prints)]
    wanted = KeptFingerprints(content="c", text="t3", bands=(1, 2, 3, 60))
    found = Fingerprints(engine).similar(wanted)
    assert [one.id for one in found] == [kept[n].id for n in (3, 2, 0, 1)]
    for name in ("story_id", "title", "published_at", "first_seen_at", "text", "text_fingerprint"):
        assert getattr(found[0], name) == getattr(kept[3], name)
    assert found[0].published_at is not None
    assert found[0].published_at.utcoffset() == timedelta(hours=8)
    assert len(Fingerprints(engine).similar(wanted, limit=2)) == 2
    unknown = KeptFingerprints(content="c", text="t", bands=())
    assert Fingerprints(engine).similar(unknown) == ()


def test_what_may_be_alike_is_sought_among_those_seen_since(engine: Engine) -> None:
    articles = Articles(engine)
    prints = KeptFingerprints(content="c", text="t", bands=(1, 2, 3, 4))
    old, new = (
        articles.keep(new_article(day, fingerprints=prints, seen_at=NOON + timedelta(days=day)))
        for day in range(2)
    )
    similar = Fingerprints(engine).similar
    assert [one.id for one in similar(prints, since=NOON)] == [old.id, new.id]
    assert [one.id for one in similar(prints, since=NOON + timedelta(hours=1))] == [new.id]
    assert similar(prints, since=NOON + timedelta(days=2)) == ()
