"""Texts of every kind in the markup of sites that hide them until a script runs, or use tables."""

from __future__ import annotations

import pytest

from tests.data.article import Article, all_articles
from tests.data.rendering import render
from tests.golden.ours import fetched, read, reading
from tests.golden.scoring import squeeze

CHINESE = [a for a in all_articles() if a.head.get("language", "zh") == "zh" and a.paragraphs]


@pytest.mark.parametrize("site", ["wechat", "table2005"])
@pytest.mark.parametrize("article", CHINESE, ids=lambda a: a.id)
def test_a_page_is_read_however_short_its_text_is(article: Article, site: str) -> None:
    head = {**article.head, "next_page": ""}
    page = Article(site=site, name=article.name, head=head, blocks=article.blocks)
    said = reading(read(fetched(render(page), "http://news.example/s/abc.html")))
    shown = squeeze("".join(said.paragraphs))
    assert all(squeeze(paragraph) in shown for paragraph in article.paragraphs)
    assert "打印" not in shown
