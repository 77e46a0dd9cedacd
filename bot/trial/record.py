"""A trial as plain values: what ``--json`` prints, the console shows and golden files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model import Precision

if TYPE_CHECKING:
    from bot.discover.listing import Listing
    from bot.model import ArticleLink, CleanArticle, Published
    from bot.trial.attempt import Trial, TriedArticle


def as_record(trial: Trial) -> dict[str, Any]:
    """Return everything about a trial that a person or a script may want to know."""
    page = trial.page
    return {
        "source": trial.source.id,
        "url": trial.source.url,
        "failure": _failure(trial.failure),
        "page": page
        and {
            "effective_url": page.effective_url,
            "status": page.status,
            "charset": page.charset,
            "charset_evidence": page.charset_evidence,
            "bytes": len(page.body),
            "elapsed_s": round(page.elapsed_s, 3),
        },
        "listing": trial.listing and listing_record(trial.listing),
        "articles": [tried_record(one) for one in trial.articles],
        "warnings": [{"kind": note.kind, "text": note.text} for note in trial.warnings],
    }


def listing_record(listing: Listing) -> dict[str, Any]:
    """Return a listing's links, kept and dropped, and how they were found."""
    return {
        "evidence": listing.evidence,
        "next_url": listing.next_url,
        "links": [_link(link) for link in listing.links],
        "dropped": [{**_link(gone.link), "why": gone.reason} for gone in listing.dropped],
    }


def tried_record(tried: TriedArticle) -> dict[str, Any]:
    """Return one tried article: its fields with their rules, or why there are none."""
    article = tried.article
    return {
        "url": tried.link.url,
        "link_title": tried.link.title,
        "failure": _failure(tried.failure),
        "pages": [page.effective_url for page in tried.pages],
        "article": article and article_record(article),
        "warnings": [{"kind": note.kind, "text": note.text} for note in tried.notes],
    }


def article_record(article: CleanArticle) -> dict[str, Any]:
    """Return what was read of an article, each field's rule, and what was removed by which."""
    return {
        **fields_of(article),
        "rules": {
            found.field: {"value": found.value, "rule": found.rule}
            for found in article.extracted.findings
        },
        "removed": [{"rule": gone.rule, "text": gone.text} for gone in article.removed],
        "html": article.html,
    }


def fields_of(article: CleanArticle) -> dict[str, Any]:
    """Return the values of an article that must not change by accident."""
    return {
        "title": article.title,
        "published": _stamp(article.published),
        "source": article.source_name,
        "authors": list(article.authors),
        "editors": [list(pair) for pair in article.editors],
        "breadcrumb": list(article.breadcrumb),
        "blocks": [[block.kind.value, block.url or block.text] for block in article.blocks],
    }


def _link(link: ArticleLink) -> dict[str, Any]:
    return {"url": link.url, "title": link.title, "published": _stamp(link.published)}


def _stamp(published: Published | None) -> str | None:
    if published is None:
        return None
    if published.precision is Precision.DAY:
        return published.at.date().isoformat()
    return published.at.isoformat()


def _failure(failure: tuple[str, str] | None) -> dict[str, str] | None:
    return None if failure is None else {"kind": failure[0], "text": failure[1]}
