"""What newsrooms of many countries set around and into a text: each a case with a name."""

from __future__ import annotations

import json

import pytest

from tests.extract.reading import HEADLINE, LEAD, PROSE, page
from tests.golden.ours import fetched, read

STANDFIRSTS = {
    "under the headline": f"<h2>{LEAD}</h2>",
    "by its name, below the byline": f'<div class="meta">By Ann Lee</div><p class="dek">{LEAD}</p>',
    "in words of a camel": f'<div class="a"><div class="ContentHeaderDek-x1">{LEAD}</div></div>',
    "as a second heading": f"<h2>{LEAD[:60]}</h2>",
    "in a column named as a side": f'<div class="sidebar-1"><p class="description">{LEAD}</p>',
    "by a name for tests": f'<div>a</div><div>b</div><div data-testid="standfirst">{LEAD}</div>',
}


@pytest.mark.parametrize("markup", STANDFIRSTS.values(), ids=STANDFIRSTS.keys())
def test_the_standfirst_is_the_first_paragraph(markup: str) -> None:
    assert page(markup).text.splitlines() == [LEAD[: 60 if LEAD not in markup else None], *PROSE]


def test_what_the_page_is_described_by_is_its_standfirst() -> None:
    head = f'<meta property="og:description" content="{LEAD}">'
    far = f"<div>News</div><div>Politics</div><div>{LEAD}</div>"
    assert page(far, head=head).text.splitlines() == [LEAD, *PROSE]


NO_STANDFIRSTS = {
    "the text's own beginning": f'<p class="summary">{PROSE[0]}</p>',
    "a caption": f"<figure><figcaption>{LEAD}</figcaption></figure>",
    "a link to another page": f'<p class="dek"><a href="/2">{LEAD}</a></p>',
    "who wrote it": f'<div class="author"><p class="bio">Ann Lee is a reporter. {LEAD}</p></div>',
}


@pytest.mark.parametrize("markup", NO_STANDFIRSTS.values(), ids=NO_STANDFIRSTS.keys())
def test_other_lines_there_are_none(markup: str) -> None:
    assert page(markup).text.splitlines() == list(PROSE)


FURNITURE = {
    "newsletter": "<p>Get the day in one mail: our morning newsletter</p>",
    "advertisement with a sign": "<p>Advertisement · Scroll to continue</p>",
    "skip": "<p>skip past newsletter promotion</p>",
    "read more in Hindi": '<p>ये खबर भी पढ़ें: <a href="/2">दूसरी खबर</a></p>',
    "read more in Hebrew": '<p>קראו גם: <a href="/2">עוד כתבה</a></p>',
    "list of tags": '<div class="tag-list"><a href="/t">News</a><a href="/u">Roads</a></div>',
    "inline call": '<div class="inline-cta"><p>Join ten thousand readers at our event</p></div>',
    "agency that signs": "<p>dpa/afp</p>",
    "initials of the desk": "<strong>(wip/yum)</strong>",
    "day of the change": "<p>15 maggio 2024 (modifica il 15 maggio 2024 | 09:11)</p>",
    "how to reach the writer": "<p>Ann Lee can be reached at ann@herald.example.</p>",
    "channel in Hindi": "<p>हमारे WhatsApp चैनल से जुड़ें</p>",
    "button to expand": "<div>Expand</div>",
    "inputs of agencies": "<p><i>(With inputs from agencies)</i></p>",
    "call in Polish": "<p>Bądź na bieżąco! Obserwuj nas w Wiadomościach Google.</p>",
    "tips in Dutch": "<p>Tip de redactie: mail naar redactie@dagblad.example</p>",
    "buttons in Japanese": "<p>list シェア 印刷する</p>",
    "consent for a video": (
        "<p>An dieser Stelle befindet sich ein externer Inhalt von YouTube.</p>"
        "<p>Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.</p>"
    ),
    "photo of others": "<p>View this post on Instagram</p><p>A post shared by Leeds (@leeds)</p>",
    "shop": "<p>When you purchase through links on our site, we may earn a commission.</p>",
    "facts": '<div class="fact-box"><h3>In numbers</h3><p>The bridge is 300 metres long.</p></div>',
    "contents": '<div class="toc"><p>Contents</p><ol><li><a href="#a">Costs</a></li></ol></div>',
    "box with a teaser": (
        '<div class="c-in"><h3>Lesen Sie auch</h3><h4><a href="/2">Die Fähre</a></h4>'
        "<p>Die alte Fähre fährt noch ein Jahr, sagt der Rat.</p></div>"
    ),
    "buttons in French": "<p>Partager</p><p>Copier le lien</p>",
    "channel": "<p>Join our WhatsApp channel for the latest news of the city and the river.</p>",
    "time of a video": "<p>0:42</p>",
    "rest for subscribers": "<p>Il vous reste 62.33% de cet article à lire.</p>",
}


@pytest.mark.parametrize("markup", FURNITURE.values(), ids=FURNITURE.keys())
def test_lines_between_the_paragraphs_that_are_none(markup: str) -> None:
    assert page("", inside=markup).text.splitlines() == list(PROSE)


@pytest.mark.parametrize(
    "heading", ["12 Comments", "Leserkommentare (12)", "12 thoughts on “Bridge”", "有 12 条评论"]
)
def test_comments_are_known_by_their_heading(heading: str) -> None:
    talk = "<p>I have waited nine years for this bridge, and I do not believe a word of it.</p>"
    after = f'<div class="x7"><h3>{heading}</h3><div class="x8">{talk * 20}</div></div>'
    assert page("", after=after).text.splitlines() == list(PROSE)


def test_teasers_of_other_stories_do_not_outweigh_a_text() -> None:
    item = f'<li><h3><a href="/2">Ferry service cancelled</a></h3><p>{PROSE[1]}</p></li>'
    after = f'<div class="x7"><h2>Top stories</h2><ul>{item * 12}</ul></div>'
    assert page("", after=after).text.splitlines() == list(PROSE)


def test_a_section_called_comment_is_no_box_of_comments() -> None:
    article = read(
        fetched(
            f'<html lang=en><title>{HEADLINE}</title><div class="x1"><div>Kommentar</div>'
            f"<h2>{HEADLINE}</h2>{''.join(f'<p>{line}</p>' for line in PROSE)}</div>",
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert article.text.splitlines() == list(PROSE)


def test_a_box_in_the_middle_does_not_end_the_text() -> None:
    inside = '<p>Lesen Sie auch</p><p><a href="/2">Die Fähre</a></p>'
    assert page("", inside=inside).text.splitlines() == list(PROSE)


@pytest.mark.parametrize(
    "line",
    [
        "The judge wrote: “All rights reserved to the parties must be respected by both sides.”",
        "The governor wrote on his Telegram channel on Tuesday that the bridge had been hit.",
        "Die App gab personenbezogene Daten an Dritte weiter, wie die Behörde mitteilte.",
        "Das Angebot ist auch für Abonnenten der Zeitung nicht mehr kostenlos, sagte er.",
        "He said that the privacy policy of the company had misled its users for years.",
    ],
)
def test_sentences_with_words_of_furniture_are_of_the_text(line: str) -> None:
    assert line in page("", inside=f"<p>{line}</p>").text


def test_a_short_article_stands_out_of_many() -> None:
    teaser = f'<article><h3><a href="/2">Ferry</a></h3><p>{PROSE[1]}</p></article>'
    article = read(
        fetched(
            f"<html lang=en><title>{HEADLINE}</title><main><article><h1>{HEADLINE}</h1>"
            f"<p>{PROSE[0]}</p></article><section>{teaser * 4}</section></main>",
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert article.text.splitlines() == [PROSE[0]]


def test_text_behind_a_mark_for_a_paywall_is_text() -> None:
    inside = (
        '<div class="paywall"><p>Behind the wall stands another sentence of the text.</p></div>'
    )
    assert "Behind the wall stands another sentence of the text." in page("", inside=inside).text


@pytest.mark.parametrize(
    "name", ["cmp-text", "elementor-widget elementor-widget-text-editor", "paywall"]
)
def test_words_of_builders_of_pages_are_no_furniture(name: str) -> None:
    line = "Between the paragraphs stands another sentence of the text, in a box of its own."
    assert line in page("", inside=f'<div class="{name}"><p>{line}</p></div>').text


@pytest.mark.parametrize("name", ["story-copy", "text-info", "reading"])
def test_the_last_sentence_is_of_the_text_whatever_its_element_is_called(name: str) -> None:
    text = "".join(f'<div class="{name}"><p>{line}</p></div>' for line in PROSE * 2)
    article = read(
        fetched(
            f"<html lang=en><title>{HEADLINE}</title><h1>{HEADLINE}</h1><div>{text}</div>",
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert article.text.splitlines() == [*PROSE, *PROSE]


def test_an_id_to_jump_to_is_no_name() -> None:
    assert "What comes next" in page("", inside='<h3 id="nav_1">What comes next</h3>').text


def test_head_and_foot_inside_the_body_go() -> None:
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    article = read(
        fetched(
            f"<!DOCTYPE html><html lang=en><title>{HEADLINE}</title><body><article>"
            f'<span class="kicker">Roads</span><h1>{HEADLINE}</h1>'
            f'<div class="x"><time datetime="2024-05-02">2 May 2024</time></div>'
            f'<div data-testid="byline">Ann Lee</div>{text}'
            f'<div class="story-topics"><a href="/t">Bridges</a></div>'
            f"<p>Ann Lee is a reporter in Leeds. She has covered roads since 2011.</p></article>",
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert article.text.splitlines() == list(PROSE)
    assert article.authors == ("Ann Lee",)
    assert article.published is not None
    assert article.published.at.date().isoformat() == "2024-05-02"


def _told(author: object, site: str = "The Herald") -> str:
    said = {
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "author": author,
        "publisher": {"@type": "Organization", "name": site},
    }
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


PERSON, ORGANISATION = {"@type": "Person"}, {"@type": "Organization"}
AUTHORS = {
    "office behind the name": (PERSON | {"name": "By ANN LEE, POLITICAL EDITOR"}, "", ("ANN LEE",)),
    "place behind the name": (PERSON | {"name": "Ann Lee, Berlin"}, "", ("Ann Lee",)),
    "two in one name": (PERSON | {"name": "Ann Lee and Bo Ek"}, "", ("Ann Lee", "Bo Ek")),
    "an agency beside": (
        [PERSON | {"name": "Ann Lee"}, ORGANISATION | {"name": "dpa"}],
        "",
        ("Ann Lee", "dpa"),
    ),
    "the house gives way to a byline": (
        PERSON | {"name": "HERALD News"},
        '<p class="byline">By Ann Lee</p>',
        ("Ann Lee",),
    ),
    "the house when there is nobody": (ORGANISATION | {"name": "The Herald"}, "", ("The Herald",)),
    "given and family name": (
        PERSON | {"givenName": "Ann", "familyName": "Lee"},
        "",
        ("Ann Lee",),
    ),
    "reporter under a Korean text": ([], '<p class="byline">김민수 기자</p>', ("김민수",)),
    "initials keep their stop": (PERSON | {"name": "B.E."}, "", ("B.E.",)),
    "a button is nobody": ([], '<div class="byline"><a>Print</a></div>', ()),
    "handle behind the name": ([], '<p class="byline">By Ann Lee @annlee</p>', ("Ann Lee",)),
    "beside the date": (
        [],
        '<p><span class="post_author">Ann Lee</span> — 5 May 2024, 10:20</p>',
        ("Ann Lee",),
    ),
}


def test_an_author_referred_to_is_found() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": HEADLINE, "author": {"@id": "#ann"}},
            {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        ]
    }
    head = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    assert page("", head=head).authors == ("Ann Lee",)


@pytest.mark.parametrize(
    ("label", "value", "names"),
    [
        ("Written by", "Ann Lee", ("Ann Lee",)),
        ("Verfasst von", "Ann Lee", ("Ann Lee",)),
        ("Est. reading time", "3 minutes", ()),
    ],
)
def test_a_card_names_the_author_by_its_label(
    label: str, value: str, names: tuple[str, ...]
) -> None:
    head = (
        f'<meta name="twitter:label1" content="{label}">'
        f'<meta name="twitter:data1" content="{value}">'
    )
    assert page("", head=head).authors == names


def test_json_that_is_none_is_read_as_far_as_it_goes() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle",'
        f'"headline": "{HEADLINE}", "description": "He said "no" twice", '
        '"datePublished": "2024-05-02T10:00:00Z", "author": [{"name": "Ann Lee"}],}'
        "</script>"
    )
    article = page("", head=head)
    assert article.authors == ("Ann Lee",)
    assert article.published is not None
    assert article.published.at.isoformat() == "2024-05-02T10:00:00+00:00"


def test_marked_words_stay_in_their_sentence() -> None:
    line = (
        'At <span class="ticker">Home Depot</span>, we first realized in 2007 that we needed to '
        'talk with our customers about <a class="js-nav" href="/x">service</a> and its price.'
    )
    text = page("", inside=f"<p>{line}</p>").text
    assert "At Home Depot, we first realized in 2007" in text
    assert "about service and its price." in text


@pytest.mark.parametrize(("author", "markup", "names"), AUTHORS.values(), ids=AUTHORS.keys())
def test_authors_are_names(author: object, markup: str, names: tuple[str, ...]) -> None:
    assert page(markup, head=_told(author)).authors == names


def test_a_name_set_to_the_right_signs_the_text() -> None:
    article = page("", after="", inside="")
    assert article.authors == ()
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    signed = read(
        fetched(
            f'<html lang=vi><title>{HEADLINE}</title><h1>{HEADLINE}</h1><div class="detail">{text}'
            '<p style="text-align:right;"><strong>Nguyễn Văn An</strong></p></div>',
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert signed.authors == ("Nguyễn Văn An",)
    assert signed.text.splitlines() == list(PROSE)


def test_kicker_and_headline_have_their_colon() -> None:
    told = "River city: Bridge approved after nine years"
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    article = read(
        fetched(
            f'<html lang=en><title>{told}</title><meta property="og:title" content="{told}">'
            f"<h2><span>River city</span><span>Bridge approved after nine years</span></h2>"
            f'<div class="story-body">{text}</div>',
            "https://www.herald.example/1.html",
        ),
        timezone="UTC",
    )
    assert article.title == told


def test_the_basic_format_of_a_date_is_read() -> None:
    head = '<meta property="article:published_time" content="20240620T0830">'
    published = page("", head=head).published
    assert published is not None
    assert published.at.isoformat() == "2024-06-20T08:30:00+00:00"
