"""What one visit to a source came to: counts, and the failure if there was one."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from bot.model import NotModified, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.fetch.session import CrawlSession
    from bot.model import ArticleLink, FetchedPage, Published

#: fields that are for judging the visit, and stand in other places of the archive
_NOT_KEPT = {"found", "listing", "text_chars", "max_age_s", "retry_at"}
#: outcomes that are no failure
OK, UNCHANGED, STOPPED = "ok", "unchanged", "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What a listing's first page was like, for telling later whether it changed."""

    link_count: int
    #: median length of the links' titles
    title_chars: int
    #: share of links with a date, 0 to 1
    dated_share: float
    #: address of most links, blind to numbers
    form: str


def facts_of(links: Sequence[ArticleLink]) -> ListingFacts:
    """Return what a listing (at least one link) is like."""
    forms = Counter(re.sub(r"\d+", "#", link.url.split("?", 1)[0]) for link in links)
    return ListingFacts(
        link_count=len(links),
        title_chars=round(statistics.median(len(link.title) for link in links)),
        dated_share=sum(link.published is not None for link in links) / len(links),
        form=forms.most_common(1)[0][0],
    )


@dataclass(slots=True)
class Tally:
    """The counts of a visit under way; the one mutable value of the pipeline, never shared."""

    links: int = 0
    new: int = 0
    revised: int = 0
    reprints: int = 0
    unchanged: int = 0
    failed: int = 0
    requests: int = 0
    body_bytes: int = 0
    #: signs that the site was broken into, each once
    signs: dict[str, None] = field(default_factory=dict)
    #: cookies and budget of the visit; None where every request stands alone
    session: CrawlSession | None = None
    #: what the listing says of when its unknown articles were published
    found: list[Published | None] = field(default_factory=list)
    #: None while the listing was not read
    listing: ListingFacts | None = None
    #: lengths of the texts that were new
    text_chars: list[int] = field(default_factory=list)
    #: for so long the listing says that it is current
    max_age_s: float | None = None
    #: before then the host wants to be left alone
    retry_at: datetime | None = None
    #: pages that were fetched before their turn, by the address of their link
    ahead: dict[str, FetchedPage] = field(default_factory=dict)

    def add(self, fetched: FetchedPage | NotModified) -> None:
        """Count one request that was answered."""
        self.requests += 1
        if not isinstance(fetched, NotModified):
            self.body_bytes += len(fetched.body)

    def report(
        self,
        *,
        source_id: str,
        started_at: datetime,
        finished_at: datetime,
        outcome: str,
        detail: str,
    ) -> CrawlReport:
        """Return the visit as it ended."""
        if self.signs and not detail:
            detail = f"the site may be hacked, tell its webmaster: {'; '.join(self.signs)}"
        return CrawlReport(
            source_id=source_id,
            started_at=started_at,
            finished_at=finished_at,
            outcome=outcome,
            detail=detail,
            link_count=self.links,
            new_count=self.new,
            revised_count=self.revised,
            reprint_count=self.reprints,
            unchanged_count=self.unchanged,
            failed_count=self.failed,
            request_count=self.requests,
            body_bytes=self.body_bytes,
            found=tuple(self.found),
            listing=self.listing,
            text_chars=tuple(self.text_chars),
            max_age_s=self.max_age_s,
            retry_at=self.retry_at,
        )

    def count(self, verdict: Verdict) -> None:
        """Count one article by what it was to the archive."""
        match verdict:
            case Verdict.NEW:
                self.new += 1
            case Verdict.REVISED:
                self.revised += 1
            case Verdict.REPRINT:
                self.reprints += 1
            case Verdict.UNCHANGED:
                self.unchanged += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """One finished visit to a source."""

    source_id: str
    #: aware
    started_at: datetime
    #: aware
    finished_at: datetime
    #: ``ok``, ``unchanged``, ``stopped``, or the kind of the failure
    outcome: str
    #: the failure in a sentence, with what to do, or what is odd about a success; often empty
    detail: str = ""
    link_count: int = 0
    new_count: int = 0
    revised_count: int = 0
    reprint_count: int = 0
    unchanged_count: int = 0
    #: articles that could not be had or read; they are tried again
    failed_count: int = 0
    request_count: int = 0
    body_bytes: int = 0
    #: for each article that was unknown, what the listing says of when it was published
    found: tuple[Published | None, ...] = ()
    #: None when the listing was not read
    listing: ListingFacts | None = None
    #: lengths of the texts that were new
    text_chars: tuple[int, ...] = ()
    #: for so long the listing says that it is current; None when it does not say
    max_age_s: float | None = None
    #: before then the host wants to be left alone; None when it said nothing
    retry_at: datetime | None = None

    @property
    def is_failure(self) -> bool:
        """Whether the listing itself could not be used."""
        return self.outcome not in {OK, UNCHANGED, STOPPED}

    @property
    def has_news(self) -> bool:
        """Whether there was something that the archive had not."""
        return bool(self.new_count or self.reprint_count or self.revised_count)

    def counts(self) -> dict[str, Any]:
        """Return every field that the archive keeps of a crawl, by its name."""
        return {name: value for name, value in asdict(self).items() if name not in _NOT_KEPT}

    def fields(self) -> dict[str, Any]:
        """Return what the log line of a visit tells."""
        seconds = (self.finished_at - self.started_at).total_seconds()
        told = {
            "source": self.source_id,
            "outcome": self.outcome,
            "links": self.link_count,
            "new": self.new_count,
            "revised": self.revised_count,
            "reprints": self.reprint_count,
            "unchanged": self.unchanged_count,
            "failed": self.failed_count,
            "requests": self.request_count,
            "bytes": self.body_bytes,
            "seconds": round(seconds, 1),
        }
        return told | {"why": self.detail} if self.detail else told

    def line(self) -> str:
        """Return the visit as one line for people."""
        if self.is_failure:
            return f"{self.source_id}: {self.outcome}: {self.detail}"
        counts = (
            f"{self.new_count} new, {self.reprint_count} reprints, {self.revised_count} revised, "
            f"{self.unchanged_count} unchanged, {self.failed_count} failed"
        )
        odd = f"; {self.detail}" if self.detail else ""
        return f"{self.source_id}: {self.outcome}: {self.link_count} links, {counts}{odd}"
