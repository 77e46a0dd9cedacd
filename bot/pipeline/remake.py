"""One kept article read anew from its raw pages, by the rules of today.  Pure and synchronous."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.dedupe import decide
from bot.errors import ExtractError, FetchError
from bot.fetch.saved import read_exchange
from bot.model import Verdict
from bot.pipeline.exchanges import exchange_of
from bot.pipeline.keep import known_of, link_of, new_article
from bot.pipeline.read import PAGE_FAULTS, make_candidate, read_article
from storage.diff import Change, diff_text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.extract import SiteProfile
    from bot.locate import Gazetteer
    from bot.model import Source
    from storage.model import Article, NewArticle, RawExchange

#: characters of a difference that are told
_TOLD_LENGTH = 400
_MARKS = {Change.SAME: ("", ""), Change.ADDED: ("{+", "+}"), Change.REMOVED: ("[-", "-]")}


class Effect(StrEnum):
    """What reading an article anew does to it."""

    #: nothing is another
    SAME = "same"
    #: what stands beside the text: HTML, people, districts; no revision
    MENDED = "mended"
    #: title, text, date or source: a reader sees another article
    REVISED = "revised"
    #: today's rules find no article; what is kept stays
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """An article as it would be kept today."""

    article_id: str
    #: the revision that was looked at
    revision_number: int
    effect: Effect
    #: names of what is another, such as ``text`` or ``districts``; may be empty
    fields: tuple[str, ...] = ()
    #: the difference in a few lines, or why it failed
    told: str = ""
    #: what to write; None for ``SAME`` and ``FAILED``
    new: NewArticle | None = None


def remake(
    article: Article,
    exchanges: tuple[RawExchange, ...],
    source: Source,
    gazetteer: Gazetteer,
    now: datetime,
    profile: SiteProfile | None = None,
) -> Remade:
    """Return what ``exchanges`` (the article's pages in order, at least one) are read as today.

    ``profile`` is what is known of their site.
    """
    head = Remade(
        article_id=article.id, revision_number=article.revision_number, effect=Effect.FAILED
    )
    try:
        pages = [
            read_exchange(
                exchange_of(raw),
                fetched_at=raw.fetched_at,
                charset=source.charset,
                requested_url=article.url if number == 0 else None,
            )
            for number, raw in enumerate(exchanges)
        ]
        read = read_article(pages, source, link_of(article), profile=profile)
        candidate = make_candidate(read, source, gazetteer)
    except (ExtractError, FetchError) as error:
        return replace(head, told=str(error))
    except PAGE_FAULTS as error:
        # A page that we cannot digest must not stop a run over a million others.
        return replace(head, told=f"broke the reading: {type(error).__name__}: {error}")
    decision = decide(candidate, known_of(article), ())
    new = replace(
        new_article(candidate, decision, source, now),
        article_id=article.id,
        story_id=article.story_id,
        reason=f"re-extracted: {decision.reason}",
    )
    if decision.verdict is Verdict.REVISED:
        fields = tuple(decision.reason.removesuffix(" changed").split(", "))
        return replace(
            head, effect=Effect.REVISED, fields=fields, told=_difference(article, new), new=new
        )
    fields = _beside(article, new)
    if not fields:
        return replace(head, effect=Effect.SAME)
    return replace(head, effect=Effect.MENDED, fields=fields, new=new)


def _beside(article: Article, new: NewArticle) -> tuple[str, ...]:
    """Return what differs beside what makes a revision."""
    own = tuple(d for d in article.districts if not d.is_of_story)
    pairs = (
        ("html", article.html, new.html),
        ("blocks", article.blocks, new.blocks),
        ("title", article.title, new.title),
        ("authors", article.authors, new.authors),
        ("editors", article.editors, new.editors),
        ("breadcrumb", article.breadcrumb, new.breadcrumb),
        ("districts", own, new.districts),
        ("republish", article.republish, new.republish),
        ("fingerprints", article.content_fingerprint, new.fingerprints.content),
    )
    return tuple(name for name, here, there in pairs if here != there)


def _difference(article: Article, new: NewArticle) -> str:
    lines = []
    if article.title != new.title:
        lines.append(f"title: [-{article.title}-] {{+{new.title}+}}")
    if article.published_at != new.published_at:
        lines.append(f"date: [-{article.published_at}-] {{+{new.published_at}+}}")
    if article.source_name != new.source_name:
        lines.append(f"source: [-{article.source_name}-] {{+{new.source_name}+}}")
    lines += [
        "".join(_told(part, change) for part, change in line.parts)
        for line in diff_text(article.text, new.text)
        if not line.is_same
    ]
    told = "\n".join(lines)
    return told if len(told) <= _TOLD_LENGTH else told[:_TOLD_LENGTH] + "…"


def _told(part: str, change: Change) -> str:
    begin, end = _MARKS[change]
    if change is Change.SAME and len(part) > 24:
        part = f"{part[:10]}…{part[-10:]}"
    return begin + part + end
