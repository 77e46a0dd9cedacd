"""What the console asks of the installation, in plain values: it crawls nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One source in the table."""

    id: str
    name: str
    url: str
    #: a word of ``bot.health.states``, or ``disabled``, ``paused``, ``never visited``
    state: str
    is_bad: bool
    reason: str
    last_success_at: datetime | None
    last_news_at: datetime | None
    next_run_at: datetime | None
    #: new articles of the last days, the oldest first
    per_day: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLine:
    """What we cost one host."""

    host: str
    #: requests of the last days, the oldest first
    per_day: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit in a source's history."""

    at: datetime
    outcome: str
    is_bad: bool
    links: int
    new: int
    failed: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """Everything about one source."""

    line: Line
    is_paused: bool
    file: str
    line_number: int
    #: the lines of its entry as they stand in the file
    block: str
    #: digest of the file that the lines were taken from
    digest: str
    since: datetime | None
    proposal: str | None
    visits: tuple[VisitLine, ...]
    #: (id, title, first seen) of the newest articles
    newest: tuple[tuple[str, str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt to save."""

    #: ``saved``, ``conflict`` or ``refused``
    word: str
    #: what is wrong, a line each
    faults: tuple[str, ...] = ()
    #: digest of the file as it stands now
    digest: str = ""


class Desk(Protocol):
    """The operator's desk. Methods that wait on the network are coroutines."""

    def is_token(self, given: str) -> bool:
        """Tell, in constant time, whether ``given`` is the token; False when there is none."""
        ...

    def token_digest(self) -> str | None:
        """Return the digest of the token; None when there is none, and so no console."""
        ...

    def refused(self) -> Sequence[str]:
        """Return the faults of the configuration that was refused last; empty when none was."""
        ...

    def lines(self) -> tuple[Line, ...]:
        """Return every source."""
        ...

    def hosts(self) -> tuple[HostLine, ...]:
        """Return what we cost each host, the dearest first."""
        ...

    def page(self, source_id: str) -> SourcePage | None:
        """Return one source; None when there is none."""
        ...

    def check(self, source_id: str, block: str) -> tuple[str, ...]:
        """Return the faults that the configuration would have with these lines."""
        ...

    async def preview(self, source_id: str, block: str) -> dict[str, Any]:
        """Return what these lines would yield: a trial's record with marked pages."""
        ...

    def save(self, source_id: str, block: str, digest: str) -> Outcome:
        """Put these lines into the file unless it changed since ``digest`` was taken."""
        ...

    async def pause(self, source_id: str, *, is_paused: bool) -> None:
        """Let a source wait, or no longer."""
        ...

    async def run_now(self, source_id: str) -> None:
        """Look at a source at once."""
        ...

    async def reextract(self, source_id: str) -> None:
        """Begin to read the kept pages of a source by today's rules."""
        ...

    def note(self, who: str, action: str, source_id: str, detail: str = "") -> None:
        """Put an operator's action into the log."""
        ...

    def noted(self, limit: int) -> tuple[dict[str, str], ...]:
        """Return the newest actions, newest first."""
        ...
