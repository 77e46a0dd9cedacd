"""What an article is to the archive: new, revised, a reprint or unchanged, and why.

Pure: given what is known, always the same answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.dedupe.fingerprint import MIN_LENGTH, fingerprint_parts, is_current
from bot.dedupe.near import (
    SAME_FROM,
    are_other_facts,
    is_alike,
    may_be_alike,
    overlap,
    titles_are_alike,
)
from bot.dedupe.reading import plain, reading_of
from bot.model import Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.dedupe.reading import Reading
    from bot.model import Candidate, KnownArticle

#: Reprints follow within days; a notice that returns word for word a year later is news again.
REPRINT_WITHIN = timedelta(days=30)
#: A text that fills in a form otherwise than the most alike of those before it is of that form;
#: its reprints, with the same facts, would be more alike.
_FORMS_TRIED = 3


def decide(
    candidate: Candidate, same_url: KnownArticle | None, similar: Sequence[KnownArticle]
) -> Decision:
    """Decide on a candidate.

    ``same_url`` is the article kept under its address; ``similar`` are those that may be alike,
    most alike first.  The reason is a phrase for the operator and the researcher.
    """
    if same_url is not None:
        return _same_address(candidate, same_url)
    reading = reading_of(candidate.article.text)
    near = [known for known in similar if not _is_long_apart(candidate, known)]
    found = _same_text(candidate, reading, near) or _most_alike(candidate, reading, near)
    if found is None:
        return Decision(verdict=Verdict.NEW, candidate=candidate, reason="first seen")
    similarity, known, reason = found
    return Decision(
        verdict=Verdict.REPRINT,
        candidate=candidate,
        reason=reason,
        story_id=known.story_id,
        similarity=similarity,
    )


def reprints_since(candidate: Candidate) -> datetime | None:
    """Return when the oldest article can have been first seen that a candidate is a reprint of.

    None: at any time.  What was seen longer before its date was published longer before, too.
    """
    published = candidate.article.published
    return None if published is None else published.at - REPRINT_WITHIN


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


def _same_text(
    candidate: Candidate, reading: Reading, near: Sequence[KnownArticle]
) -> tuple[float, KnownArticle, str] | None:
    """Return the similarity of 1, the first article with the very same text, and the reason."""
    letter_count, title = len(reading.letters), candidate.article.title
    for known in near:
        if candidate.fingerprints.text != _hashes(known)[1]:
            continue
        if letter_count >= MIN_LENGTH:
            return 1.0, known, f"the text of {known.canonical_url}"
        if letter_count and plain(title) == plain(known.title):
            return 1.0, known, f"title and text of {known.canonical_url}"
    return None


def _most_alike(
    candidate: Candidate, reading: Reading, near: Sequence[KnownArticle]
) -> tuple[float, KnownArticle, str] | None:
    """Return the similarity, the article that is most alike and no other news, and the reason."""
    if not candidate.fingerprints.bands:
        return None
    shares = [
        (overlap(reading.shingles, other.shingles), one)
        for one in near
        if may_be_alike(reading, other := reading_of(one.text))
    ]
    form_count = 0
    for (jaccard, contained), known in sorted(shares, key=_jaccard, reverse=True):
        if not is_alike(jaccard, contained):
            continue
        if jaccard < SAME_FROM and not titles_are_alike(candidate.article.title, known.title):
            # One of several stories on a page of news in brief, rather than the same one shortened.
            continue
        if are_other_facts(reading, reading_of(known.text), jaccard):
            form_count += 1
            if form_count == _FORMS_TRIED:
                break
            continue
        return jaccard, known, f"{jaccard:.0%} of the text of {known.canonical_url}"
    return None


def _jaccard(share: tuple[tuple[float, float], KnownArticle]) -> float:
    return share[0][0]


def _is_long_apart(candidate: Candidate, known: KnownArticle) -> bool:
    """Tell whether so much time lies between two that the one is no reprint of the other."""
    published = candidate.article.published
    if published is None:
        return False
    if published.at - known.first_seen_at > REPRINT_WITHIN:
        return True
    return known.published is not None and abs(published.at - known.published.at) > REPRINT_WITHIN


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
