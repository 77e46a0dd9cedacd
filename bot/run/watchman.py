"""After each visit: judge the source, look for what would mend it, tell the operator once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot.health import BAD, Memory, due, judge
from bot.health.judge import Visit
from bot.health.memory import NOTE, Profile
from bot.health.notify import channel_for
from bot.health.states import REDESIGN
from bot.pipeline.sites import forget
from bot.trial.pages import LivePages
from bot.trial.repair import find_repair
from storage.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable
    from datetime import datetime

    from bot.app.archive import Archive
    from bot.fetch.fetcher import Fetcher
    from bot.health.notify import Channel
    from bot.model import Source
    from bot.pipeline.report import CrawlReport
    from bot.schedule.rhythm import Rhythm
    from bot.settings.keys import NotifySettings
    from bot.trial.repair import Repair
    from storage.notes import Notes
    from storage.states import Crawls

logger = structlog.get_logger()

#: name of the note that holds the day of the last digest
DIGEST = "digest"
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchman:
    """Watches over the sources of one installation."""

    notes: Notes
    channel: Channel
    #: visits in a row in a bad state before the operator is told
    after_failures: int
    #: looks for rules that would mend a source; None when there are none
    repair: Callable[[Source], Awaitable[Repair | None]]

    async def after_visit(self, source: Source, report: CrawlReport, rhythm: Rhythm) -> Memory:
        """Judge a finished visit, keep the verdict, and tell the operator what is due."""
        before = await asyncio.to_thread(self.recall, source.id)
        memory = judge(
            before,
            _visit(report),
            rhythm,
            now=report.finished_at,
            valid_until=source.valid_until,
        )
        if memory.state in REDESIGN and memory.proposal is None:
            memory = await self._with_proposal(source, memory)
        await asyncio.to_thread(self._keep, source.id, memory)
        if memory.state in REDESIGN and memory.state is not before.state:
            await asyncio.to_thread(
                forget, self.notes, source.id, f"{memory.state.value}: {memory.reason}"
            )
        if memory.state is not before.state and {memory.state, before.state} & BAD:
            log = logger.warning if memory.state in BAD else logger.info
            log("source is", source=source.id, state=memory.state.value, why=memory.reason)
        return await self._tell(source, memory)

    def recall(self, source_id: str) -> Memory:
        """Return what is remembered of a source."""
        return Memory.load(self.notes.get(f"{NOTE}{source_id}"))

    def _keep(self, source_id: str, memory: Memory) -> None:
        self.notes.put(f"{NOTE}{source_id}", memory.dump())

    async def _with_proposal(self, source: Source, memory: Memory) -> Memory:
        try:
            repair = await self.repair(source)
        except Exception:
            # A proposal is a courtesy: without one the source is no worse off.
            logger.exception("no proposal could be made", source=source.id)
            return memory
        if repair is None:
            return memory
        return replace(memory, proposal=f"# {repair.reason}\n{repair.lines}".rstrip())

    async def _tell(self, source: Source, memory: Memory) -> Memory:
        found = due(
            source.id,
            memory,
            after_failures=self.after_failures,
            name=source.name,
            url=source.url,
        )
        if found is None:
            return memory
        notice, told = found
        # Kept first: better a message lost with the process than the same one twice.
        await asyncio.to_thread(self._keep, source.id, told)
        if await self.channel.send(notice.title, notice.body, event=notice.event):
            return told
        logger.warning("message not taken, tried again after the next visit", about=source.id)
        await asyncio.to_thread(self._keep, source.id, memory)
        return memory

    async def digest(self, sources: Iterable[Source], crawls: Crawls, now: datetime) -> bool:
        """Send the day's digest unless it was sent; return whether it was now."""
        day = now.astimezone(_SHANGHAI).date().isoformat()
        if not await asyncio.to_thread(self.notes.claim, DIGEST, day):
            return False
        memories = {s.id: await asyncio.to_thread(self.recall, s.id) for s in sources}
        totals = (await asyncio.to_thread(crawls.totals, now - timedelta(days=1))).values()
        title, body = digest_text(
            memories,
            new=sum(sums["new_count"] + sums["reprint_count"] for sums in totals),
            visits=sum(sums["crawls"] for sums in totals),
            requests=sum(sums["request_count"] for sums in totals),
        )
        return await self.channel.send(title, body, event="digest")


def digest_text(
    memories: dict[str, Memory], *, new: int, visits: int, requests: int
) -> tuple[str, str]:
    """Return title and text of a digest: what came in a day, and what is not well."""
    bad = {key: memory for key, memory in memories.items() if memory.state in BAD}
    lines = [f"{new} articles in {visits} visits with {requests} requests in the last 24 hours."]
    lines += [
        f"{key}: {memory.state.value} since {memory.since:%Y-%m-%d %H:%M} UTC: {memory.reason}"
        if memory.since
        else f"{key}: {memory.state.value}: {memory.reason}"
        for key, memory in sorted(bad.items(), key=lambda pair: (pair[1].state, pair[0]))
    ]
    return f"{len(memories)} sources, {len(bad)} of them not well", "\n".join(lines)


def _visit(report: CrawlReport) -> Visit:
    facts = report.listing
    profile = None
    if facts is not None:
        profile = Profile(
            link_count=facts.link_count,
            title_chars=facts.title_chars,
            dated_share=facts.dated_share,
            form=facts.form,
        )
    return Visit(
        outcome=report.outcome,
        detail=report.detail,
        profile=profile,
        text_chars=report.text_chars,
        failed_count=report.failed_count,
        taken_count=report.new_count + report.reprint_count + report.revised_count,
    )


def watchman_for(notify: NotifySettings, archive: Archive, fetcher: Fetcher) -> Watchman:
    """Return the watchman of an installation, who looks for repairs by ``fetcher``."""

    async def repair(source: Source) -> Repair | None:
        def known(urls: Collection[str]) -> int:
            return len(archive.links.known({url_key(url) for url in urls}))

        return await find_repair(source, LivePages(fetcher), known)

    return Watchman(
        notes=archive.notes,
        channel=channel_for([url.get_secret_value() for url in notify.urls]),
        after_failures=notify.after_failures,
        repair=repair,
    )
