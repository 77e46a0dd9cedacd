"""Texts of every kind in the markup of a site that shows them by script: none stays hidden."""

from __future__ import annotations

import pytest

from tests.data.article import Article, all_articles
from tests.data.rendering import render
from tests.golden.ours import fetched, read, reading
from tests.golden.scoring import squeeze

CHINESE = [a for a in all_articles() if a.head.get("language", "zh") == "zh" and a.paragraphs]


@pytest.mark.parametrize("article", CHINESE, ids=lambda a: a.id)
def test_a_wechat_page_is_read_however_short_its_text_is(article: Article) -> None:
    page = Article(site="wechat", name=article.name, head=article.head, blocks=article.blocks)
    said = reading(read(fetched(render(page), "https://mp.weixin.qq.com/s/abc")))
    shown = squeeze("".join(said.paragraphs))
    assert all(squeeze(paragraph) in shown for paragraph in article.paragraphs)
