"""What the archive makes of an article."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model.clean import CleanArticle
    from bot.model.discover import Published
    from bot.model.locate import Assignment


class Verdict(StrEnum):
    """What an article is to the archive."""

    NEW = "new"
    REVISED = "revised"
    REPRINT = "reprint"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """Versioned hashes of an article's content; each begins with its version."""

    #: of title, prose, day and source name, blind to spacing and to watermarks
    content: str
    #: of the prose alone
    text: str
    #: MinHash bands for the look-up of near-duplicates, signed 64-bit; empty for a short text
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A located article with its fingerprints, ready to be decided on."""

    article: CleanArticle
    source_id: str
    assignments: tuple[Assignment, ...]
    fingerprints: Fingerprints


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the archive holds that may be the same article, told in the pipeline's words."""

    article_id: str
    story_id: str
    canonical_url: str
    source_id: str
    title: str
    source_name: str | None
    published: Published | None
    #: UTC
    first_seen_at: datetime
    #: prose alone, one block a line: near-duplicates are verified on it
    text: str
    content_fingerprint: str
    text_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a candidate, and why."""

    verdict: Verdict
    candidate: Candidate
    reason: str
    #: the archived article that it is a revision of, or is unchanged from
    article_id: str | None = None
    #: the story that it joins; None begins a story of its own
    story_id: str | None = None
    #: 1 for the same text; the Jaccard similarity of a near-duplicate
    similarity: float | None = None
