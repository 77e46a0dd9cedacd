"""From a candidate to the archive: look up what is known, decide, write. One commit an article."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from bot.dedupe import Publication, decide, original_of, reprints_since
from bot.model import ArticleLink, KnownArticle, Precision, Published, Verdict
from storage.model import (
    KeptBlock,
    KeptDistrict,
    KeptFingerprints,
    NewArticle,
    RawExchange,
    RemovedText,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import Candidate, Decision, FetchedPage, Source
    from storage.articles import Articles
    from storage.checks import Checks
    from storage.fingerprints import Alike, Fingerprints
    from storage.following import Followed
    from storage.model import Article
    from storage.stories import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a candidate."""

    decision: Decision
    #: as the archive has it now
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """That an article was looked for among old ones."""

    #: the listing has it behind articles of this time; it is not younger
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps candidates; synchronous, for it waits on the database."""

    articles: Articles
    fingerprints: Fingerprints
    checks: Checks
    #: by a source's id, what others call its site, such as 平利 and 平利县新闻网
    site_names: Mapping[str, tuple[str, ...]]
    #: look-up and write are one step: of two reprints met at once, the second finds the first
    turn: Lock = field(default_factory=Lock)

    def keep(
        self,
        candidate: Candidate,
        source: Source,
        pages: tuple[FetchedPage, ...],
        now: datetime,
        *,
        past: Past | None = None,
        followed: Followed | None = None,
    ) -> Kept:
        """Decide on ``candidate``, write what follows, and return both.  ``now`` is aware.

        ``past`` tells that it was looked for where old articles are.  ``followed``, the link that
        led here, is crossed off and the next look put down together with the article.

        An unchanged article is written no revision; the address that led to it is remembered.
        Raises the archive's TakenDownError for an article that must not come back.
        """
        with self.turn:
            return self._keep(candidate, source, pages, now, past, followed)

    def _keep(
        self,
        candidate: Candidate,
        source: Source,
        pages: tuple[FetchedPage, ...],
        now: datetime,
        past: Past | None,
        followed: Followed | None,
    ) -> Kept:
        prints = _fingerprints(candidate)
        extracted = candidate.article.extracted
        same = self.articles.by_url(extracted.canonical_url, extracted.page.requested_url)
        alike = (
            ()
            if same is not None
            else self.fingerprints.similar(prints, since=reprints_since(candidate))
        )
        decision = decide(
            candidate, None if same is None else known_of(same), [known_of(one) for one in alike]
        )
        if same is not None and decision.verdict is Verdict.UNCHANGED:
            self.checks.touch(
                same.id, at=now, canonical_url=extracted.page.requested_url, followed=followed
            )
            return Kept(decision=decision, article=same)
        raw = [exchange for page in pages if (exchange := _raw(page)) is not None]
        new = new_article(candidate, decision, source, now)
        if past is not None:
            new = replace(new, is_backfilled=True, not_after=past.not_after)
        article = self.articles.keep(new, raw, followed=followed, choose_original=self._original_of)
        return Kept(decision=decision, article=article)

    def _original_of(self, members: tuple[Member, ...]) -> tuple[str, str]:
        return original_of(
            [
                Publication(
                    article_id=one.article_id,
                    source_name=one.source_name or "",
                    site_names=self.site_names.get(one.source_id, ()),
                    published=_published(one),
                )
                for one in members
            ]
        )


def link_of(article: Article) -> ArticleLink:
    """Return the link by which a kept article is read again.

    It carries the date that is kept, because some are told by the listing alone.
    """
    return ArticleLink(url=article.url, title=article.title, published=_published(article))


def known_of(article: Article | Alike) -> KnownArticle:
    """Return a kept article in the words in which it is decided on."""
    return KnownArticle(
        article_id=article.id,
        story_id=article.story_id,
        canonical_url=article.canonical_url,
        title=article.title,
        source_id=article.source_id,
        source_name=article.source_name,
        published=_published(article),
        first_seen_at=article.first_seen_at,
        text=article.text,
        content_fingerprint=article.content_fingerprint,
        text_fingerprint=article.text_fingerprint,
    )


def _published(article: Article | Alike | Member) -> Published | None:
    if article.published_at is None or article.published_precision is None:
        return None
    return Published(at=article.published_at, precision=Precision(article.published_precision))


def new_article(
    candidate: Candidate, decision: Decision, source: Source, now: datetime
) -> NewArticle:
    """Return what is written of a candidate after a decision."""
    article = candidate.article
    page = article.extracted.page
    published = article.published
    return NewArticle(
        article_id=decision.article_id,
        story_id=decision.story_id,
        source_id=source.id,
        canonical_url=article.extracted.canonical_url,
        url=page.requested_url,
        title=article.title,
        published_at=published.at if published else None,
        published_precision=published.precision.value if published else None,
        source_name=article.source_name,
        authors=article.authors,
        editors=article.editors,
        breadcrumb=article.breadcrumb,
        districts=tuple(
            KeptDistrict(adcode=one.adcode, evidence=one.evidence, town=one.town)
            for one in candidate.assignments
        ),
        blocks=tuple(
            KeptBlock(kind=b.kind.value, text=b.text, html=b.html, url=b.url, alt=b.alt)
            for b in article.blocks
        ),
        text=article.text,
        html=article.html,
        republish=source.republish.value,
        removed=tuple(RemovedText(rule=gone.rule, text=gone.text) for gone in article.removed),
        fingerprints=_fingerprints(candidate),
        reason=decision.reason,
        seen_at=now,
    )


def _fingerprints(candidate: Candidate) -> KeptFingerprints:
    return KeptFingerprints(
        content=candidate.fingerprints.content,
        text=candidate.fingerprints.text,
        bands=candidate.fingerprints.bands,
    )


def _raw(page: FetchedPage) -> RawExchange | None:
    """Return the exchange to keep; None where there is none or the site says noarchive."""
    exchange = page.exchange
    if exchange is None or "noarchive" in page.robots:
        return None
    return RawExchange(
        method=exchange.method,
        url=exchange.url,
        request_headers=exchange.request_headers,
        http_version=exchange.http_version,
        status=exchange.status,
        reason=exchange.reason,
        response_headers=exchange.response_headers,
        payload=exchange.payload,
        fetched_at=page.fetched_at,
        peer=exchange.peer,
    )
