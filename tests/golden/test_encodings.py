"""The same article comes out of every encoding that its site may send, wrongly declared or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.data.article import Article, all_articles
from tests.data.rendering import render
from tests.golden.watermarks import FORMS, Form

if TYPE_CHECKING:
    from tests.golden.scoring import Reading

ours = pytest.importorskip("tests.golden.ours", exc_type=ImportError)
decoding = pytest.importorskip("bot.fetch.charset", exc_type=ImportError)

CHINESE = [a for a in all_articles() if a.head.get("language", "zh") == "zh"]
TRADITIONAL = [a for a in CHINESE if a.head.get("pool") == "tw"]
SIMPLIFIED = [a for a in CHINESE if a.head.get("pool") != "tw"]


def read_as(article: Article, codec: str, declared: str, form: Form | None = None) -> Reading:
    mark, style = None, ""
    if form is not None:
        markup = form.markup.format(text="H2V云岭新闻网", name="qzkdtw")
        mark, style = (lambda _: markup), form.style.format(name="qzkdtw")
    page = render(article, mark, style=style, charset=declared)
    body = page.encode(codec, errors="xmlcharrefreplace")
    page = ours.fetched(decoding.decode(body).text, article.url, body=body, charset=codec)
    said: Reading = ours.reading(ours.read(page, timezone=article.timezone))
    return said


@pytest.mark.parametrize("article", SIMPLIFIED, ids=lambda a: a.id)
def test_gbk_declared_as_gb2312_reads_as_utf_8(article: Article) -> None:
    assert read_as(article, "gbk", "gb2312") == read_as(article, "utf-8", "utf-8")


@pytest.mark.parametrize("article", TRADITIONAL, ids=lambda a: a.id)
def test_big5_reads_as_utf_8(article: Article) -> None:
    assert read_as(article, "big5", "big5") == read_as(article, "utf-8", "utf-8")


#: what the server sends, and what the page says it is
ENCODINGS = (("utf-8", "utf-8"), ("gbk", "gb2312"), ("big5", "big5"))


def test_there_are_fifteen_layouts_to_prove_it_on() -> None:
    assert len({article.site for article in CHINESE}) >= 15


@pytest.mark.parametrize(("codec", "declared"), ENCODINGS, ids=lambda name: name)
@pytest.mark.parametrize("number", range(len(CHINESE)), ids=lambda n: CHINESE[n].id)
def test_every_layout_with_watermarks_in_every_encoding(
    number: int, codec: str, declared: str
) -> None:
    """What an encoding has no character for is written as a reference, as browsers write it."""
    article = CHINESE[number]
    plain = read_as(article, "utf-8", "utf-8")
    for at in range(3):
        form = FORMS[(3 * number + at) % len(FORMS)]
        said = read_as(article, codec, declared, form)
        if article.site == "wechat":
            # Its text is hidden until a script runs: what hides inside of it only cleaning tells
            # apart, too late for the names at its end.
            said, plain = (replace(one, editors=None, roles=None) for one in (said, plain))
        assert said == plain, form.name
