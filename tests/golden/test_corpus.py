"""The golden pages are what their texts and templates say, and are like real pages."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tests.data.article import DATA, Article, all_articles, plain
from tests.data.make import page_bytes
from tests.golden.scoring import squeeze
from tests.golden.stored_pages import StoredPage, stored_pages

ARTICLES = all_articles()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.id)
def test_stored_page_and_expectation_are_up_to_date(article: Article) -> None:
    place = DATA / article.site / article.name
    stored = gzip.decompress(place.with_suffix(".html.gz").read_bytes())
    assert stored == page_bytes(article), "run tests/data/make.py"
    assert json.loads(place.with_suffix(".json").read_text(encoding="utf-8")) == article.expected()


@pytest.mark.parametrize("page", stored_pages(), ids=lambda p: p.gold.id)
def test_every_golden_text_stands_on_its_page(page: StoredPage) -> None:
    visible = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page.text)
    shown = squeeze(plain(visible))
    for paragraph in (page.gold.title, *page.gold.paragraphs):
        assert squeeze(paragraph) in shown


def test_the_furniture_outweighs_the_article() -> None:
    for page in stored_pages():
        assert len(page.body) > 15_000
        assert len("".join(page.gold.paragraphs)) < len(page.text) / 4


def test_no_expectation_without_its_text() -> None:
    assert {f"{a.site}/{a.name}" for a in ARTICLES} == {
        f"{f.parent.name}/{f.stem}" for f in DATA.glob("*/*.json")
    }
