"""From fetched pages to a candidate: extract, clean, locate, fingerprint. Pure and synchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.clean import clean, without_pictures
from bot.clean.endings import patterns_of
from bot.dedupe import make_fingerprints
from bot.extract import extract, join
from bot.locate import locate
from bot.model import Candidate, Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.extract import SiteProfile
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, CleanArticle, ExtractedArticle, FetchedPage, Source

#: what a fault of ours in reading one page raises; a fault of the archive is none of these
PAGE_FAULTS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError)


def read_page(
    page: FetchedPage,
    source: Source,
    link: ArticleLink | None = None,
    *,
    profile: SiteProfile | None = None,
    is_explained: bool = False,
) -> ExtractedArticle:
    """Return what one page holds, by the rules of ``source`` and by what is known of its site.

    ``is_explained`` puts down what was weighed for each field.
    Raises ``ExtractError`` when it is no article.
    """
    return extract(
        page,
        source.article,
        timezone=source.timezone,
        link=link,
        profile=profile,
        is_explained=is_explained,
    )


def finish_article(
    parts: Sequence[ExtractedArticle], source: Source, marks: tuple[str, ...] = ()
) -> CleanArticle:
    """Return the article whose pages are ``parts`` (at least one), joined and safe to show.

    ``marks`` are patterns of the watermarks that its site was found to set.
    """
    article = clean(join(*parts), source.article, marks)
    return without_pictures(article) if source.pictures is Pictures.DROP else article


def read_article(
    pages: Sequence[FetchedPage],
    source: Source,
    link: ArticleLink | None = None,
    *,
    profile: SiteProfile | None = None,
    is_explained: bool = False,
) -> CleanArticle:
    """Return the article that ``pages`` (at least one, in reading order) hold, safe to show.

    Raises ``ExtractError`` when one of them is no article.
    """
    parts = [
        read_page(page, source, link, profile=profile, is_explained=is_explained) for page in pages
    ]
    return finish_article(parts, source, marks_of(profile) if profile else ())


def marks_of(profile: SiteProfile) -> tuple[str, ...]:
    """Return the patterns of the watermarks that a site was found to set; mostly none."""
    return (*profile.marks, *patterns_of([ending for _, ending in profile.endings]))


def make_candidate(article: CleanArticle, source: Source, gazetteer: Gazetteer) -> Candidate:
    """Return ``article`` with its districts and fingerprints, ready to be decided on."""
    return Candidate(
        article=article,
        source_id=source.id,
        assignments=locate(article, source, gazetteer),
        fingerprints=make_fingerprints(article),
    )
