"""An article as an entry: ids, dates, marks, and how much of it is carried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.publish.entry import EntryContext, ascii_url, canonical_url, entry_of
from bot.publish.feed import Picture
from bot.publish.site import Site
from tests.readside import CATALOGUE, CST, NOW, SITE, article, revised, withdrawn

CONTEXT = EntryContext(site=SITE, catalogue=CATALOGUE)


def test_id_is_a_tag_uri_of_first_sight_and_never_moves():
    first = article(1)
    entry = entry_of(first, CONTEXT)
    assert entry.id == f"tag:news.example,2026-11-20:{first.id}"
    moved = replace(CONTEXT, site=replace(SITE, public_url="http://other.example:8080"))
    later = revised(
        replace(first, url="http://mirror.example/1", canonical_url="http://mirror.example/1"),
        "改过的标题",
    )
    assert entry_of(later, moved).id == entry.id


def test_revision_moves_updated_and_not_published():
    first = article(1)
    before, after = entry_of(first, CONTEXT), entry_of(revised(first, "改"), CONTEXT)
    assert after.published == before.published
    assert after.updated - before.updated > timedelta(hours=4)


@pytest.mark.parametrize(
    ("published_at", "precision", "expected"),
    [
        # a day's article seen on that day stands at its time of first sight, on its own day
        (datetime(2026, 11, 20, tzinfo=CST), "day", "2026-11-20T10:31:00+08:00"),
        # one found later stays on its day
        (datetime(2026, 11, 18, tzinfo=CST), "day", "2026-11-18T00:00:00+08:00"),
        (datetime(2026, 11, 20, 9, 15, tzinfo=CST), "minute", "2026-11-20T09:15:00+08:00"),
        # a page of tomorrow is a clock gone wrong
        (datetime(2026, 11, 21, tzinfo=CST), "day", "2026-11-20T10:31:00+08:00"),
        (None, None, "2026-11-20T10:31:00+08:00"),
    ],
)
def test_published(published_at, precision, expected):
    given = article(1, published_at=published_at, published_precision=precision)
    entry = entry_of(given, CONTEXT)
    assert entry.published.isoformat() == expected
    assert entry.is_day_only is (precision == "day")


def test_articles_seen_in_one_instant_differ_in_updated():
    seen = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    entries = [entry_of(article(n, first_seen_at=seen), CONTEXT) for n in range(200)]
    assert len({entry.updated for entry in entries}) == 200
    assert all(entry.updated.replace(microsecond=0) == seen for entry in entries)


def test_withdrawn_is_marked_and_updated():
    entry = entry_of(withdrawn(article(1)), CONTEXT)
    assert entry.is_withdrawn
    assert entry.title == "〔原文已撤〕五里镇第1届采茶节开幕"
    assert entry.html.startswith("<p><strong>原网页已于2026年11月22日撤下")
    assert "正在采摘" in entry.html
    assert entry.updated.date().isoformat() == "2026-11-22"


@pytest.mark.parametrize(
    ("mode", "has_summary", "has_second_paragraph", "has_picture"),
    [("full", True, True, True), ("excerpt", True, True, False), ("link", False, False, False)],
)
def test_republish_mode(mode, has_summary, has_second_paragraph, has_picture):
    entry = entry_of(article(1, republish=mode), CONTEXT)
    assert bool(entry.summary) is has_summary
    assert ("销路" in entry.html) is has_second_paragraph
    assert bool(entry.pictures) is has_picture
    assert ("<img" in entry.html) is has_picture
    assert '<a href="https://www.akxw.cn/news/xianqu/hanbin/1.html">原文</a>' in entry.html


@pytest.mark.parametrize("chars", [40, 200])
def test_an_excerpt_is_as_long_as_the_settings_say(chars: int) -> None:
    context = replace(CONTEXT, site=replace(SITE, excerpt_chars=chars))
    entry = entry_of(article(1, republish="excerpt", text="县里修了一条路。" * 200), context)
    assert entry.body == f"<p>{'县里修了一条路。' * (chars // 8)}</p>"


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("本站原创", "安康新闻网汉滨"),
        ("陕西日报", "陕西日报"),
        (None, "安康新闻网汉滨"),
        ("本报", "安康新闻网汉滨"),
    ],
)
def test_origin_names_the_site_where_a_page_says_our_own(said, origin):
    assert entry_of(article(1, source_name=said), CONTEXT).origin == origin


def test_colophon_names_editors_and_other_publications():
    first = article(1)
    other = article(2, story_id=first.story_id, source_id="akxw-ziyang", url="https://b.example/2")
    entry = entry_of(first, replace(CONTEXT, publications={first.story_id: (first, other)}))
    assert "责编：殷婷　一审：许安" in entry.colophon
    assert '<a href="https://b.example/2">安康新闻网紫阳</a>' in entry.colophon
    assert [p.name for p in entry.publications] == ["安康新闻网紫阳"]


def test_kept_pictures_replace_the_original_addresses():
    kept = Picture(
        url="https://news.example/media/ab.jpg", media_type="image/jpeg", size_bytes=1234
    )
    given = article(1)
    entry = entry_of(given, replace(CONTEXT, picture_at=lambda url: kept))
    assert 'src="https://news.example/media/ab.jpg"' in entry.html
    assert "img.akxw.cn" not in entry.html
    assert entry.pictures == (replace(kept, description="采茶"),)


def test_hostile_names_are_escaped_in_the_colophon():
    given = article(1, source_name='<img src=x onerror=alert(1)>"', editors=(("责编", "<b>"),))
    html = entry_of(given, CONTEXT).colophon
    assert "<img" not in html
    assert "<b>" not in html


def test_untitled_article_is_named_by_its_beginning():
    assert (
        entry_of(article(1, title=" \x00 "), CONTEXT).title
        == "这是第1篇报道的正文。汉滨区五里镇的茶农正在采摘。"
    )
    assert entry_of(article(1, title="", text=""), CONTEXT).title == "（无标题）"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        (
            "https://a.example/新闻/1.html?词=茶",
            "https://a.example/%E6%96%B0%E9%97%BB/1.html?%E8%AF%8D=%E8%8C%B6",
        ),
        ("http://安康.example/", "http://xn--49sw7e.example/"),
        ("https://a.example/a b.jpg", "https://a.example/a%20b.jpg"),
        ("https://a.example/%E6%96%B0", "https://a.example/%E6%96%B0"),
        ('https://a.example/"<>', "https://a.example/%22%3C%3E"),
    ],
)
def test_addresses_are_written_in_ascii(url, expected):
    assert ascii_url(url) == expected


def test_site_url_keeps_slashes_and_encodes_chinese():
    assert Site(public_url="http://h:1").url("/feeds/category/农业/atom.xml") == (
        "http://h:1/feeds/category/%E5%86%9C%E4%B8%9A/atom.xml"
    )
    assert NOW.tzinfo is UTC


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://news.example", "http://news.example/"),
        ("https://News.Example:443/a", "https://news.example/a"),
        ("http://news.example:8080?x=1", "http://news.example:8080/?x=1"),
        ("https://新闻.example/图", "https://xn--efvy88h.example/%E5%9B%BE"),
    ],
)
def test_an_address_that_is_an_id_is_written_in_one_way(url, canonical):
    assert canonical_url(url) == canonical


def test_a_video_is_a_link_in_feeds_and_plays_on_the_page():
    markup = (
        '<p>前</p><figure><video src="https://a.example/v.mp4?a=1&amp;b=2" controls=""></video>'
        "</figure><p>后</p>"
    )
    entry = entry_of(article(1, html=markup, blocks=()), CONTEXT)
    assert "controls" in entry.body
    assert "<video" not in entry.html
    link = '<figure><a href="https://a.example/v.mp4?a=1&amp;b=2">▶ 观看视频</a></figure>'
    assert f"<p>前</p>{link}<p>后</p>" in entry.html
