"""From fetched pages to a candidate: extract, clean, locate, fingerprint. Pure and synchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.clean import clean
from bot.dedupe import make_fingerprints
from bot.extract import extract, join
from bot.locate import locate
from bot.model import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.locate import Gazetteer
    from bot.model import ArticleLink, CleanArticle, FetchedPage, Source


def read_article(
    pages: Sequence[FetchedPage], source: Source, link: ArticleLink | None = None
) -> CleanArticle:
    """Return the article that ``pages`` (at least one, in reading order) hold, safe to show.

    Raises ``ExtractError`` when the first page is no article.
    """
    parts = [extract(page, source.article, timezone=source.timezone, link=link) for page in pages]
    return clean(join(*parts), source.article)


def make_candidate(article: CleanArticle, source: Source, gazetteer: Gazetteer) -> Candidate:
    """Return ``article`` with its districts and fingerprints, ready to be decided on."""
    return Candidate(
        article=article,
        source_id=source.id,
        assignments=locate(article, source, gazetteer),
        fingerprints=make_fingerprints(article),
    )
