"""Our own extractor, run on one decoded page as the pipeline runs it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.clean import clean
from bot.extract import extract
from bot.model import ArticleRules, CleanArticle, FetchedPage, Validators
from tests.golden.scoring import Reading

if TYPE_CHECKING:
    from bot.model import ArticleLink

#: when every page of the tests was fetched: later than all of them, and always the same
FETCHED_AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NO_RULES = ArticleRules()


def fetched(
    text: str, url: str, *, body: bytes | None = None, charset: str = "utf-8"
) -> FetchedPage:
    """Return ``text`` as a page that was fetched from ``url``."""
    address = url or "http://news.example/a/1.html"
    return FetchedPage(
        requested_url=address,
        effective_url=address,
        status=200,
        body=text.encode(charset, errors="replace") if body is None else body,
        text=text,
        charset=charset,
        charset_evidence="meta",
        media_type="text/html",
        validators=Validators(),
        fetched_at=FETCHED_AT,
        elapsed_s=0.1,
    )


def read(
    page: FetchedPage, *, timezone: str = "Asia/Shanghai", link: ArticleLink | None = None
) -> CleanArticle:
    """Extract and clean a page without any rule for its site."""
    return clean(extract(page, NO_RULES, timezone=timezone, link=link), NO_RULES)


def reading(article: CleanArticle) -> Reading:
    """Return what was read in the words of the scorer; lists and tables count line by line."""
    return Reading(
        title=article.title,
        published=article.published.at if article.published else None,
        source=article.source_name,
        authors=article.authors,
        editors=tuple(name for _, name in article.editors),
        roles=article.editors,
        paragraphs=tuple(article.text.splitlines()),
        images=article.images,
    )
