"""Re-extraction: today's rules over the raw pages that are kept, first looked at, then applied.

What was found is put down in a journal beside the archive, batch by batch, so that a run that is
killed goes on where it was.  Reading is pure and spread over processes; writing is one transaction
an article, and does nothing where a page was crawled anew in the meantime.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.dedupe.fingerprint import VERSION
from bot.locate import Gazetteer
from bot.pipeline.remake import Effect, Remade, remake
from bot.urls import host_of
from storage.errors import RawRecordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from bot.extract import SiteProfile
    from bot.model import District, Source
    from storage.articles import Articles
    from storage.model import Article, RawExchange
    from storage.raw import RawOfArticle, RawPages

#: examples of what changes that are kept for the summary
EXAMPLES = 10
_BATCH = 64

Job = tuple["Article", tuple["RawExchange", ...], "Source", "datetime", "SiteProfile | None"]


@dataclass(slots=True)
class Summary:
    """What a look at the archive has found so far."""

    looked_at: int = 0
    applied: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    #: (effect, field) → articles
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: (article id, what differs or failed)
    examples: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    #: ids of the articles that would change, in order
    changed: list[str] = field(default_factory=list)
    #: the last article id that was looked at
    after: str | None = None


class Reextraction:
    """One run over the articles of some sources; another object takes it up after a kill."""

    def __init__(
        self,
        *,
        articles: Articles,
        raw_pages: RawPages,
        sources: Iterable[Source],
        districts: tuple[District, ...],
        directory: Path,
        now: Callable[[], datetime],
        source_id: str | None = None,
        since: datetime | None = None,
        jobs: int | None = None,
        batch: int = _BATCH,
        profiles: Callable[[str], Iterable[SiteProfile]] = lambda _source_id: (),
    ) -> None:
        self._articles = articles
        self._raw_pages = raw_pages
        self._sources = {source.id: source for source in sources}
        self._districts = districts
        self._now = now
        self._source_id = source_id
        self._since = since
        self._jobs = jobs or os.cpu_count() or 1
        self._batch = batch
        #: what is known of the sites of a source, by its id; asked once a source
        self._profiles = cache(lambda key: {one.host: one for one in profiles(key)})
        self._path = directory / f"{self._key()}.jsonl"
        self.summary = Summary()
        self.is_resumed = self._take_up()

    def count(self) -> int:
        """Return how many articles have raw pages to look at."""
        return self._raw_pages.count_of_articles(source_id=self._source_id, since=self._since)

    def look(self, progress: Callable[[int], None] = lambda _count: None) -> Summary:
        """Read every article that was not yet looked at; changes nothing that is kept.

        ``progress`` is told how many articles were looked at in all.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as journal, self._pool() as pool:
            while batch := self._next_batch():
                found = list(self._remade(batch, pool))
                line = {
                    "after": batch[-1].article_id,
                    "count": len(batch),
                    "found": [
                        [one.article_id, one.effect, list(one.fields), one.told]
                        for one in found
                        if one.effect is not Effect.SAME
                    ],
                }
                _write(journal, line)
                self._note(line)
                progress(self.summary.looked_at)
        return self.summary

    def apply(self, progress: Callable[[int], None] = lambda _count: None) -> int:
        """Write what the look has found; return how many articles were changed.

        An article that was crawled anew since it was read is left as it is: it has today's rules.
        ``progress`` is told how many articles are done in all.
        """
        written = 0
        with self._path.open("a", encoding="utf-8") as journal, self._pool() as pool:
            waiting = iter(self.summary.changed[self.summary.applied :])
            while ids := list(islice(waiting, self._batch)):
                raws = self._raw_pages.of_ids(ids)
                of_article = {raw.article_id: raw for raw in raws}
                for one in self._remade(list(raws), pool):
                    if one.new is not None:
                        kept = self._articles.remake(
                            one.new,
                            of_article[one.article_id].record_ids,
                            expected_revision=one.revision_number,
                            is_revision=one.effect is Effect.REVISED,
                        )
                        written += kept is not None
                _write(journal, {"applied": len(ids)})
                self.summary.applied += len(ids)
                progress(self.summary.applied)
        return written

    def finish(self) -> None:
        """Forget the run: the next one begins anew."""
        self._path.unlink(missing_ok=True)

    def _next_batch(self) -> list[RawOfArticle]:
        return list(
            self._raw_pages.of_articles(
                after=self.summary.after,
                source_id=self._source_id,
                since=self._since,
                limit=self._batch,
            )
        )

    def _remade(self, batch: list[RawOfArticle], pool: Executor | None) -> Iterator[Remade]:
        now = self._now()
        kept = {a.id: a for a in self._articles.by_ids([raw.article_id for raw in batch])}
        jobs: list[Job] = []
        for raw in batch:
            article, source = kept.get(raw.article_id), self._sources.get(raw.source_id)
            if article is None:
                continue  # taken down meanwhile
            if source is None:
                yield _failed(article, f"source {raw.source_id} is configured no more")
                continue
            try:
                pages = tuple(self._raw_pages.read(record) for record in raw.record_ids)
            except RawRecordError as error:
                yield _failed(article, str(error))
                continue
            profile = self._profiles(source.id).get(host_of(pages[0].url))
            jobs.append((article, pages, source, now, profile))
        if pool is None:
            gazetteer = Gazetteer(self._districts)
            for article, pages, source, at, profile in jobs:
                yield remake(article, pages, source, gazetteer, at, profile)
        else:
            yield from pool.map(_work, jobs, chunksize=max(1, len(jobs) // (4 * self._jobs)))

    @contextmanager
    def _pool(self) -> Iterator[Executor | None]:
        if self._jobs == 1:
            yield None
            return
        # A fork of a process with threads and connections may hang; a fresh one cannot.
        with ProcessPoolExecutor(
            self._jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._districts,),
        ) as pool:
            yield pool

    def _key(self) -> str:
        """Return the name of the journal: another selection or other rules have another one."""
        chosen = sorted(
            repr(source) for source in self._sources.values()
            if self._source_id in (None, source.id)
        )  # fmt: skip
        told = (__version__, VERSION, self._source_id, self._since, chosen, len(self._districts))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _take_up(self) -> bool:
        """Read the journal of a run that was cut short; a torn last line is dropped."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return False
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        for text in whole.splitlines():
            line = json.loads(text)
            if "applied" in line:
                self.summary.applied += line["applied"]
            else:
                self._note(line)
        return bool(whole)

    def _note(self, line: dict[str, Any]) -> None:
        summary = self.summary
        summary.after = line["after"]
        summary.looked_at += line["count"]
        summary.effects[Effect.SAME] += line["count"] - len(line["found"])
        for article_id, effect, fields, told in line["found"]:
            summary.effects[effect] += 1
            summary.fields.update((effect, name) for name in fields)
            if effect == Effect.FAILED:
                if len(summary.failures) < EXAMPLES:
                    summary.failures.append((article_id, told))
                continue
            summary.changed.append(article_id)
            if told and len(summary.examples) < EXAMPLES:
                summary.examples.append((article_id, told))


def _failed(article: Article, why: str) -> Remade:
    return Remade(
        article_id=article.id,
        revision_number=article.revision_number,
        effect=Effect.FAILED,
        told=why,
    )


def _write(journal: Any, line: dict[str, Any]) -> None:
    journal.write(json.dumps(line, ensure_ascii=False) + "\n")
    journal.flush()
    os.fsync(journal.fileno())


_gazetteer: Gazetteer | None = None


def _prepare(districts: tuple[District, ...]) -> None:
    """Make what every job of a worker process needs, once."""
    global _gazetteer
    _gazetteer = Gazetteer(districts)


def _work(job: Job) -> Remade:
    assert _gazetteer is not None  # noqa: S101 - tells mypy: _prepare ran first
    article, pages, source, now, profile = job
    return remake(article, pages, source, _gazetteer, now, profile)
