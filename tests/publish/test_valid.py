"""Feeds about which validators find nothing to say, whatever stands in the articles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from bot.publish.characters import excerpt, legal, one_line, plain_title
from bot.publish.compose import addresses, compose
from bot.publish.document import write
from bot.publish.entry import EntryContext
from bot.publish.feed import Format, History, Picture, Removed
from bot.publish.topic import EVERYTHING
from storage.model import KeptBlock
from tests.publish.rules import faults_of, faults_of_atom
from tests.readside import CATALOGUE, NOW, SITE, article, withdrawn

LATER = NOW + timedelta(days=30)
CONTEXT = EntryContext(site=SITE, catalogue=CATALOGUE)

HOSTILE = {
    "cdata end": "一个]]>结尾",
    "ampersands": "A&B & C &amp; &copy &#x41; AT&T",
    "tags": "<script>alert(1)</script><b>粗</b> 1 < 2 > 0 <!-- x -->",
    "emoji": "👨‍👩‍👧‍👦🇨🇳𠮷野家",
    "controls": "a\x00b\x08c\x0bd\x1be\x7ff\x85g\ufffeh\uffff",
    "surrogates": "半\ud83d个\udc00字",
    "noncharacters": "x\ufdd0y\U0001fffez",
    "replacement": "乱\ufffd码",
    "right to left": "\u202eمرحبا\u202c שלום\u2066x\u2069",
    "line breaks": "第一行\r\n第二行\t\u2028第三行",
    "long": "长" * 500,
    "blank": " \u3000\n ",
    "quotes": "\"'`«»“”",
    "entity bomb": "&lol9;&xxe;<!DOCTYPE x>",
}


def hostile(number: int, text: str):
    markup = f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    picture = f"https://图.example/{number} 图.jpg?a=1&b=“"
    return article(
        number,
        title=text,
        source_name=text,
        authors=(text,),
        editors=((text, text),),
        breadcrumb=("新闻", text),
        text=text,
        html=markup,
        url=f"https://a.example/{number}?q={text[:20]}".encode("utf-8", "replace").decode(),
        blocks=(KeptBlock(kind="image", text="", html="", url=picture, alt=text),),
    )


ARTICLES = {name: hostile(n, text) for n, (name, text) in enumerate(HOSTILE.items())}


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_article(form, name):
    feed = compose(EVERYTHING, (ARTICLES[name], article(99)), CONTEXT)
    body = write(feed, form).body
    assert faults_of(form, body, feed.self_urls[form], LATER) == []
    if form is not Format.JSON:
        parsed = feedparser.parse(body)
        assert not parsed.bozo
        assert len(parsed.entries) == 2
        assert parsed.entries[1].title == article(99).title


@pytest.mark.parametrize("form", Format)
def test_everything_at_once(form):
    same_instant = [article(n, first_seen_at=NOW) for n in range(100, 130)]
    given = (*ARTICLES.values(), withdrawn(article(50)), *same_instant,
             article(60, republish="link"), article(61, republish="excerpt"))  # fmt: skip
    known = Picture(url="https://news.example/media/x.jpg", media_type="image/jpeg", size_bytes=9)
    context = replace(CONTEXT, picture_at=lambda url: known if "akxw" in url else None)
    feed = compose(
        EVERYTHING,
        given,
        context,
        history=History(
            current_urls=addresses(EVERYTHING, SITE),
            prev_archive_urls=addresses(EVERYTHING, SITE),
            is_archive=True,
        ),
        removed=(Removed(id="tag:news.example,2026-11-01:X", removed_at=NOW),),
    )
    assert faults_of(form, write(feed, form).body, feed.self_urls[form], LATER) == []


@pytest.mark.parametrize("form", Format)
def test_empty_feed(form):
    feed = compose(EVERYTHING, (), CONTEXT)
    assert faults_of(form, write(feed, form).body, feed.self_urls[form], LATER) == []


def test_the_rules_find_what_feedgen_does_by_itself():
    generator = FeedGenerator()
    generator.id("tag:a.example,2026:x")
    generator.title("<b>x</b>")
    generator.link(href="https://a.example/", rel="alternate")
    generator.link(href="https://a.example/rss.xml", rel="self")
    generator.description("x")
    entry = generator.add_entry()
    entry.id("1")
    entry.title("x &copy; y")
    entry.published(datetime.now(UTC))
    entry.content("<p onclick='x'>a</p><script>b</script>", type="CDATA")
    rss = faults_of_atom(generator.atom_str(), "https://a.example/atom.xml", datetime.now(UTC))
    assert any(fault.startswith("InvalidTextType: CDATA") for fault in rss)
    assert any(fault.startswith("SecurityRiskAttr") for fault in rss)
    assert any(fault.startswith("MissingSelf") for fault in rss)
    assert any(fault.startswith("ContainsHTML: entry title") for fault in rss)
    assert any(fault.startswith("InvalidFullLink: entry id") for fault in rss)


def test_feedgen_still_loses_the_attributes_of_entry_links():
    """When this fails, feedgen has been mended and our own links can go."""
    entry = FeedEntry()
    entry.id("x")
    entry.title("x")
    entry.link(href="https://a.example/1.jpg", rel="enclosure", type="image/jpeg")
    entry.content("x")
    assert "enclosure" not in str(dict(entry.atom_entry().find("link").attrib))


def test_atom_links_keep_their_attributes():
    known = Picture(url="https://m.example/x.jpg", media_type="image/jpeg", size_bytes=77)
    context = replace(CONTEXT, picture_at=lambda url: known)
    feed = compose(EVERYTHING, (article(1),), context)
    links = feedparser.parse(write(feed, Format.ATOM).body).entries[0].links
    assert {(ln.rel, ln.get("type"), ln.get("length")) for ln in links} == {
        ("alternate", "text/html", None),
        ("via", "text/html", None),
        ("enclosure", "image/jpeg", "77"),
    }
    rss = feedparser.parse(write(feed, Format.RSS).body).entries[0]
    assert [(e.href, e.type, e.length) for e in rss.enclosures] == [
        ("https://m.example/x.jpg", "image/jpeg", "77")
    ]


def test_people_without_an_address_are_named_in_rss():
    feed = compose(EVERYTHING, (article(1),), CONTEXT)
    entry = feedparser.parse(write(feed, Format.RSS).body).entries[0]
    assert [author.name for author in entry.authors] == ["周娟、雷田民"]
    assert entry.source.title == "安康新闻网汉滨"


def test_channel_links_the_site_and_not_itself():
    parsed = feedparser.parse(write(compose(EVERYTHING, (), CONTEXT), Format.RSS).body)
    assert parsed.feed.link == "https://news.example/d/all"
    assert [ln.href for ln in parsed.feed.links if ln.rel == "hub"] == ["https://hub.example/"]


def test_entries_stand_in_the_order_given_and_twice_the_same():
    feed = compose(EVERYTHING, [article(n) for n in (3, 2, 1)], CONTEXT)
    for form in Format:
        body = write(feed, form).body
        assert body == write(feed, form).body
    titles = [e.title for e in feedparser.parse(write(feed, Format.RSS).body).entries]
    assert titles == [f"五里镇第{n}届采茶节开幕" for n in (3, 2, 1)]


def test_body_goes_to_content_and_summary_to_description_even_without_a_summary():
    feed = compose(EVERYTHING, (article(1), article(2, text="")), CONTEXT)
    for entry in feedparser.parse(write(feed, Format.RSS).body).entries:
        assert "<p>" in entry.content[0].value
        assert "<p>" not in entry.summary


def test_json_feed_says_what_the_others_say():
    feed = compose(EVERYTHING, (withdrawn(article(1)),), CONTEXT)
    item = json.loads(write(feed, Format.JSON).body)["items"][0]
    assert item["id"] == feed.entries[0].id
    assert item["_xianwen"]["withdrawn"] is True
    assert item["_xianwen"]["precision"] == "day"
    assert item["external_url"] == "https://www.akxw.cn/news/xianqu/hanbin/1.html"
    assert item["date_published"].endswith("+08:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\ud800c", "abc"),
        ("乱\ufffd码", "乱〓码"),
        ("emoji 👍🏽 𠮷", "emoji 👍🏽 𠮷"),
        ("tab\tand\nbreak", "tab\tand\nbreak"),
    ],
)
def test_legal(text, expected):
    assert legal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>粗</b>", "＜b>粗＜/b>"),
        ("1 < 2", "1 < 2"),
        ("AT&T", "AT&T"),
        ("&lt;", "＆lt;"),
        ("&copy 版权", "＆copy 版权"),
        ("\u202e反", "反"),
    ],
)
def test_plain_title(text, expected):
    assert plain_title(text) == expected


def test_excerpt_ends_where_a_sentence_does():
    assert excerpt("一句话。" * 50, 30) == "一句话。" * 7
    assert excerpt("没有句号" * 50, 10) == "没有句号没有句号没有…"
    assert excerpt("短。") == "短。"
    assert one_line(" a\n\n b ") == "a b"
