"""The same article comes out of every encoding that its site may send, wrongly declared or not."""

from __future__ import annotations

import pytest

from tests.data.article import Article, all_articles
from tests.data.rendering import render

ours = pytest.importorskip("tests.golden.ours", exc_type=ImportError)
decoding = pytest.importorskip("bot.fetch.charset", exc_type=ImportError)

CHINESE = [a for a in all_articles() if a.head.get("language", "zh") == "zh"]
TRADITIONAL = [a for a in CHINESE if a.head.get("pool") == "tw"]
SIMPLIFIED = [a for a in CHINESE if a.head.get("pool") != "tw"]


def read_as(article: Article, codec: str, declared: str) -> object:
    body = render(article, charset=declared).encode(codec, errors="xmlcharrefreplace")
    page = ours.fetched(decoding.decode(body).text, article.url, body=body, charset=codec)
    return ours.reading(ours.read(page, timezone=article.timezone))


@pytest.mark.parametrize("article", SIMPLIFIED, ids=lambda a: a.id)
def test_gbk_declared_as_gb2312_reads_as_utf_8(article: Article) -> None:
    assert read_as(article, "gbk", "gb2312") == read_as(article, "utf-8", "utf-8")


@pytest.mark.parametrize("article", TRADITIONAL, ids=lambda a: a.id)
def test_big5_reads_as_utf_8(article: Article) -> None:
    assert read_as(article, "big5", "big5") == read_as(article, "utf-8", "utf-8")
