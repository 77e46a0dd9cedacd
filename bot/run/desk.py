"""The operator's desk: what the console shows and does, on the running installation."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

from bot.app.facts import ArchiveFacts
from bot.discover.marking import marked_article, marked_listing
from bot.errors import ConfigError, XianwenError
from bot.health import BAD, Memory
from bot.health.memory import NOTE as HEALTH_NOTE
from bot.health.states import State
from bot.model import SourceKind
from bot.sources import edit
from bot.sources.load import load, source_texts
from bot.sources.standing import NOTE as CONFIGURATION_NOTE
from bot.sources.standing import Standing
from bot.trial import try_source
from bot.trial.pages import LivePages
from bot.trial.record import as_record
from bot.urls import host_of
from bot.web.console.desk import HostLine, Line, Outcome, SourcePage, VisitLine
from bot.web.console.session import digest_of, is_same
from storage.model import Selection, SourceState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from bot.app.archive import Archive
    from bot.fetch.fetcher import Fetcher
    from bot.model import Source
    from bot.sources.load import Configuration
    from bot.trial import Trial

logger = structlog.get_logger()

DAYS = 14
VISITS = 40
#: pages that a workbench has read are shown again for so long while the entry is edited
PAGES_S = 600.0
PREVIEWED = 2
_CHINA = ZoneInfo("Asia/Shanghai")
_BAD = {state.value for state in BAD}


@dataclass(slots=True, kw_only=True)
class OperatorDesk:
    """The desk of one running daemon."""

    archive: Archive
    fetcher: Fetcher
    config_dir: Path
    #: the configuration in force
    configuration: Callable[[], Configuration]
    #: arms a source at an instant
    arm: Callable[[str, datetime], None]
    _pages: dict[str, tuple[float, LivePages]] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def is_token(self, given: str) -> bool:
        """Tell, in constant time, whether ``given`` is the token; False when there is none."""
        wanted = self.configuration().settings.web.console_token
        return wanted is not None and is_same(given, wanted.get_secret_value())

    def token_digest(self) -> str | None:
        """Return the digest of the token; None when there is none, and so no console."""
        wanted = self.configuration().settings.web.console_token
        return None if wanted is None else digest_of(wanted.get_secret_value())

    def refused(self) -> tuple[str, ...]:
        """Return the faults of the configuration that was refused last."""
        standing = Standing.load(self.archive.notes.get(CONFIGURATION_NOTE))
        return standing.faults if standing is not None else ()

    # ── what is shown ────────────────────────────────────────────────────────────────────

    def lines(self) -> tuple[Line, ...]:
        """Return every source."""
        words = self._facts().words()
        states, memories = self.archive.states.all(), self._facts().memories()
        days = self.archive.crawls.per_day(_first_day())
        per_day = _per_day((one.source_id, one.day, one.article_count) for one in days)
        return tuple(
            _line(source, states.get(source.id), memories.get(source.id), words, per_day)
            for source in self.configuration().sources
        )

    def hosts(self) -> tuple[HostLine, ...]:
        """Return what we cost each host, the dearest first."""
        hosts = {source.id: host_of(source.url) for source in self.configuration().sources}
        days = self.archive.crawls.per_day(_first_day())
        counts = _per_day(
            (hosts[one.source_id], one.day, one.request_count)
            for one in days
            if one.source_id in hosts
        )
        lines = [HostLine(host=host, per_day=each) for host, each in counts.items()]
        return tuple(sorted(lines, key=lambda line: -sum(line.per_day)))

    def page(self, source_id: str) -> SourcePage | None:
        """Return one source; None when there is none."""
        source = self._source(source_id)
        if source is None:
            return None
        state = self.archive.states.get(source_id)
        memory = Memory.load(self.archive.notes.get(f"{HEALTH_NOTE}{source_id}"))
        visits = self.archive.crawls.newest(source_id, limit=VISITS)
        days = self.archive.crawls.per_day(_first_day())
        per_day = _per_day(
            (one.source_id, one.day, one.article_count)
            for one in days
            if one.source_id == source_id
        )
        file, line_number = self.configuration().places[source_id]
        text = _read(Path(file))
        try:
            block = edit.find(text, source_id, name=file).text
        except XianwenError as error:
            block = f"# {error}\n"
        newest = self.archive.articles.newest(Selection(source_id=source_id), limit=15)
        return SourcePage(
            line=_line(source, state, memory, self._facts().words(), per_day),
            is_paused=state.is_paused,
            file=file,
            line_number=line_number,
            block=block,
            digest=_digest(text),
            since=memory.since,
            proposal=memory.proposal,
            visits=tuple(
                VisitLine(
                    at=visit.finished_at,
                    outcome=visit.outcome,
                    is_bad=visit.outcome not in {"ok", "unchanged", "stopped"},
                    links=visit.link_count,
                    new=visit.new_count + visit.reprint_count,
                    failed=visit.failed_count,
                    detail=visit.detail,
                )
                for visit in visits
            ),
            newest=tuple((one.id, one.title, one.first_seen_at) for one in newest),
        )

    # ── the workbench ────────────────────────────────────────────────────────────────────

    def check(self, source_id: str, block: str) -> tuple[str, ...]:
        """Return the faults that the configuration would have with these lines."""
        found = self._with(source_id, block)
        return found if isinstance(found, tuple) else ()

    async def preview(self, source_id: str, block: str) -> dict[str, Any]:
        """Return what these lines would yield: a trial's record with marked pages.

        Pages are fetched once while somebody edits, politely and in their host's lane.
        """
        found = await asyncio.to_thread(self._with, source_id, block)
        if isinstance(found, tuple):
            return {"failure": {"kind": "refused", "text": found[0]}}
        trial = await try_source(found, self._live(source_id), article_count=PREVIEWED)
        return await asyncio.to_thread(_shown, trial)

    def save(self, source_id: str, block: str, digest: str) -> Outcome:
        """Put these lines into the file unless it changed since ``digest`` was taken."""
        place = self.configuration().places.get(source_id)
        if place is None:
            return Outcome(word="refused", faults=(f"there is no source {source_id}",))
        path = Path(place[0])
        before = _read(path)
        if _digest(before) != digest:
            return Outcome(word="conflict", faults=(f"{path} was changed by somebody else",))
        found = self._with(source_id, block)
        if isinstance(found, tuple):
            return Outcome(word="refused", faults=found, digest=digest)
        try:
            after = edit.with_block(before, source_id, block, name=str(path))
            edit.save(path, after, expected=before)
        except edit.ConflictError as error:
            return Outcome(word="conflict", faults=(str(error),))
        except (edit.EditError, OSError) as error:
            return Outcome(word="refused", faults=(str(error),), digest=digest)
        return Outcome(word="saved", digest=_digest(after))

    def _with(self, source_id: str, block: str) -> Source | tuple[str, ...]:
        """Return the source as these lines would make it, or the configuration's faults."""
        place = self.configuration().places.get(source_id)
        if place is None:
            return (f"there is no source {source_id}",)
        path = Path(place[0])
        try:
            after = edit.with_block(_read(path), source_id, block, name=path.name)
            texts = source_texts(self.config_dir) | {str(path): after.encode()}
            loaded = load(self.config_dir, sources=texts)
        except ConfigError as error:
            return tuple(str(fault) for fault in error.faults)
        except (edit.EditError, OSError) as error:
            return (str(error),)
        known = {source.id: source for source in loaded.sources}
        return known.get(source_id) or (f"the id {source_id} must stay as it is",)

    def _live(self, source_id: str) -> LivePages:
        now = time.monotonic()
        self._pages = {key: one for key, one in self._pages.items() if one[0] > now}
        if source_id not in self._pages:
            self._pages[source_id] = now + PAGES_S, LivePages(self.fetcher)
        return self._pages[source_id][1]

    # ── deeds ────────────────────────────────────────────────────────────────────────────

    async def pause(self, source_id: str, *, is_paused: bool) -> None:
        """Let a source wait, or no longer; then it is looked at within a minute."""
        state = await asyncio.to_thread(self.archive.states.get, source_id)
        await asyncio.to_thread(self.archive.states.put, replace(state, is_paused=is_paused))
        if not is_paused:
            self.arm(source_id, datetime.now(UTC))

    async def run_now(self, source_id: str) -> None:
        """Look at a source at once; politeness to its host holds all the same."""
        self._pages.pop(source_id, None)
        self.arm(source_id, datetime.now(UTC))

    async def reextract(self, source_id: str) -> None:
        """Begin to read the kept pages of a source by today's rules, in a process of its own."""
        task = asyncio.create_task(self._reextract(source_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _reextract(self, source_id: str) -> None:
        data_dir = str(self.configuration().settings.data_dir)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "reextract", "--source", source_id, "--yes", "--jobs", "1",
            "--config", str(self.config_dir), "--data-dir", data_dir,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        told = out.decode("utf-8", "replace").strip().splitlines()
        last = told[-1] if told else ""
        await asyncio.to_thread(self.note, "daemon", "re-extracted", source_id, last)

    def note(self, who: str, action: str, source_id: str, detail: str = "") -> None:
        """Put an operator's action into the log."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        logger.info("console", who=who, action=action, source=source_id, detail=detail)
        line = {"at": at, "who": who, "action": action, "source": source_id, "detail": detail}
        path = self._log()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def noted(self, limit: int) -> tuple[dict[str, str], ...]:
        """Return the newest actions, newest first."""
        try:
            lines = self._log().read_text("utf-8").splitlines()[-limit:]
        except FileNotFoundError:
            return ()
        return tuple(json.loads(line) for line in reversed(lines) if line.strip())

    def _log(self) -> Path:
        return self.configuration().settings.data_dir / "operators.jsonl"

    def _facts(self) -> ArchiveFacts:
        archive = self.archive
        return ArchiveFacts(
            configuration=self.configuration(),
            all_states=archive.states,
            crawls=archive.crawls,
            links=archive.links,
            notes=archive.notes,
        )

    def _source(self, source_id: str) -> Source | None:
        return next((s for s in self.configuration().sources if s.id == source_id), None)


def _line(
    source: Source,
    state: SourceState | None,
    memory: Memory | None,
    words: dict[str, str],
    per_day: dict[str, tuple[int, ...]],
) -> Line:
    state, memory = state or SourceState(source_id=source.id), memory or Memory()
    word = words.get(source.id, State.NEW.value)
    return Line(
        id=source.id,
        name=source.name,
        url=source.url,
        state=word,
        is_bad=word in _BAD,
        reason=memory.reason or state.failure_text or state.plan_reason or "",
        last_success_at=state.last_success_at,
        last_news_at=state.last_news_at,
        next_run_at=state.next_run_at,
        per_day=per_day.get(source.id, (0,) * DAYS),
    )


def _per_day(counted: Iterable[tuple[str, date, int]]) -> dict[str, tuple[int, ...]]:
    """Return sums by key for each of the last days in China, the oldest first."""
    sums: dict[str, Counter[int]] = defaultdict(Counter)
    for key, day, count in counted:
        sums[key][day.toordinal()] += count
    today = datetime.now(_CHINA).date().toordinal()
    return {
        key: tuple(days[today - DAYS + 1 + n] for n in range(DAYS)) for key, days in sums.items()
    }


def _first_day() -> datetime:
    return datetime.now(UTC) - timedelta(days=DAYS)


def _shown(trial: Trial) -> dict[str, Any]:
    """Return a trial's record with its pages marked."""
    record = as_record(trial)
    record["marked_listing"] = record["marked_article"] = ""
    if trial.page is not None and trial.source.kind is SourceKind.HTML:
        listing = trial.listing
        kept = {link.url for link in listing.links} if listing else set()
        dropped = {gone.link.url for gone in listing.dropped} if listing else set()
        record["marked_listing"] = marked_listing(trial.page, kept, dropped)
    first = next((one for one in trial.articles if one.article and one.pages), None)
    if first is not None and first.article is not None:
        parts = {
            "removed": {gone.text for gone in first.article.removed},
            "body": {block.text for block in first.article.blocks},
            "title": {first.article.title},
        }
        record["marked_article"] = marked_article(first.pages[0], parts)
    return record


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
