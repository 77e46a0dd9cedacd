"""What an article is to the archive: new, revised, a reprint or unchanged, and why.

Pure: given what is known, always the same answer.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.dedupe.fingerprint import MIN_LENGTH, fingerprint_parts, is_current, plain
from bot.dedupe.near import SAME_FROM, Reading, likeness, titles_are_alike
from bot.model import Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Candidate, KnownArticle

#: Reprints follow within days; a notice that returns word for word a year later is news again.
REPRINT_WITHIN = timedelta(days=30)


def decide(
    candidate: Candidate, same_url: KnownArticle | None, similar: Sequence[KnownArticle]
) -> Decision:
    """Decide on a candidate.

    ``same_url`` is the article kept under its address; ``similar`` are those that may be alike,
    most alike first.  The reason is a phrase for the operator and the researcher.
    """
    if same_url is not None:
        return _same_address(candidate, same_url)
    best: tuple[float, KnownArticle, str] | None = None
    reading = Reading(candidate.article.text)
    for known in similar:
        found = _reprint(candidate, reading, known, above=0.0 if best is None else best[0])
        if found is not None and (best is None or found[0] > best[0]):
            best = (found[0], known, found[1])
            if found[0] == 1.0:
                break
    if best is None:
        return Decision(verdict=Verdict.NEW, candidate=candidate, reason="first seen")
    similarity, known, reason = best
    return Decision(
        verdict=Verdict.REPRINT,
        candidate=candidate,
        reason=reason,
        story_id=known.story_id,
        similarity=similarity,
    )


def changes(candidate: Candidate, known: KnownArticle) -> tuple[str, ...]:
    """Return what differs for a reader: of title, text, date and source; may be empty."""
    article = candidate.article
    day = None if article.published is None else article.published.at.date()
    known_day = None if known.published is None else known.published.at.date()
    pairs = (
        ("title", plain(article.title), plain(known.title)),
        ("text", plain(article.text).replace("\n", ""), plain(known.text).replace("\n", "")),
        ("date", day, known_day),
        ("source", plain(article.source_name or ""), plain(known.source_name or "")),
    )
    return tuple(name for name, here, there in pairs if here != there)


def _same_address(candidate: Candidate, known: KnownArticle) -> Decision:
    is_same = candidate.fingerprints.content == _hashes(known)[0]
    differs = () if is_same else changes(candidate, known)
    return Decision(
        verdict=Verdict.REVISED if differs else Verdict.UNCHANGED,
        candidate=candidate,
        reason=f"{', '.join(differs)} changed" if differs else "same address, same content",
        article_id=known.article_id,
        story_id=known.story_id,
    )


def _reprint(
    candidate: Candidate, reading: Reading, known: KnownArticle, *, above: float
) -> tuple[float, str] | None:
    """Return the similarity and the reason when a candidate is a reprint of what is known.

    ``reading`` is the candidate's text; of no interest is what is no more alike than ``above``.
    """
    article = candidate.article
    if _days_apart(candidate, known) > REPRINT_WITHIN:
        return None
    if candidate.fingerprints.text == _hashes(known)[1]:
        letters = len(reading.letters)
        if letters >= MIN_LENGTH:
            return 1.0, f"the text of {known.canonical_url}"
        if letters and plain(article.title) == plain(known.title):
            return 1.0, f"title and text of {known.canonical_url}"
        return None
    if not candidate.fingerprints.bands:
        return None
    alike = likeness(reading, _reading_of(known.text), above=above)
    if alike.jaccard <= above or not alike.is_same:
        return None
    if alike.jaccard < SAME_FROM and not titles_are_alike(article.title, known.title):
        # One of several stories on a page of news in brief, rather than the same one shortened.
        return None
    return alike.jaccard, f"{alike.jaccard:.0%} of the text of {known.canonical_url}"


@lru_cache(maxsize=64)
def _reading_of(text: str) -> Reading:
    """Return a known text prepared; a form that is filled in every day is met again and again."""
    return Reading(text)


def _days_apart(candidate: Candidate, known: KnownArticle) -> timedelta:
    published = candidate.article.published
    if published is None or known.published is None:
        return timedelta(0)
    return abs(published.at - known.published.at)


def _hashes(known: KnownArticle) -> tuple[str, str]:
    """Return the content and text hashes of a known article, made anew if of another version."""
    if is_current(known.content_fingerprint) and is_current(known.text_fingerprint):
        return known.content_fingerprint, known.text_fingerprint
    made = fingerprint_parts(
        title=known.title,
        text=known.text,
        published=known.published,
        source_name=known.source_name,
    )
    return made.content, made.text
