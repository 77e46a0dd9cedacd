"""What was learned of the sites of a source: remembered during a visit, kept between two.

A source has a profile for each host that its articles are on.  Profiles that are not there, or of
another version, are made from the newest pages that the archive holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.errors import ExtractError, FetchError
from bot.extract import SiteProfile
from bot.extract.site import MOST_PAGES
from bot.fetch.saved import read_exchange
from bot.pipeline.exchanges import exchange_of
from bot.pipeline.read import PAGE_FAULTS, read_page
from bot.urls import host_of
from storage.errors import RawRecordError
from storage.model import Selection

if TYPE_CHECKING:
    from bot.model import Ending, ExtractedArticle, Sighting, Source
    from storage.articles import Articles
    from storage.model import Article
    from storage.notes import Notes
    from storage.raw import RawPages

logger = structlog.get_logger()

#: begins the names of the notes that hold profiles; the source's id and the host follow
SITE_NOTE = "site:"


def note_name(source_id: str, host: str) -> str:
    """Return the name of the note that holds a profile."""
    return f"{SITE_NOTE}{source_id}:{host}"


@dataclass(slots=True, kw_only=True)
class Sites:
    """The profiles of one archive; synchronous, for it waits on the database."""

    notes: Notes
    articles: Articles
    raw_pages: RawPages
    _open: dict[tuple[str, str], SiteProfile] = field(default_factory=dict)
    _changed: set[tuple[str, str]] = field(default_factory=set)

    def recall(self, source: Source, url: str) -> SiteProfile:
        """Return what is known of the site of ``url``, of no page if nothing is."""
        key = (source.id, host_of(url))
        known = self._open.get(key)
        if known is None:
            text = self.notes.get(note_name(*key))
            known = SiteProfile.load(text) or self._from_archive(source, key[1])
            self._open[key] = known
        return known

    def has_learned(self, source: Source, url: str) -> bool:
        """Tell whether a page of the site was read in this visit; asks no database."""
        known = self._open.get((source.id, host_of(url)))
        return known is not None and bool(known.layouts)

    def learn(self, source: Source, url: str, sighting: Sighting | None) -> None:
        """Remember what a page showed of its site until the visit ends."""
        if sighting is None:
            return
        key = (source.id, host_of(url))
        self._open[key] = self.recall(source, url).learn(sighting)
        self._changed.add(key)

    def learn_marks(
        self, source: Source, page: ExtractedArticle, ending: Ending | None, mark: str | None
    ) -> None:
        """Remember what the blocks of a page end in, and a mark that two fetches have shown."""
        if page.sighting is None:
            return
        url = page.page.effective_url
        before = self.recall(source, url)
        after = before.learn_ending(page.sighting.page, ending)
        if mark is not None:
            after = after.learn_mark(mark)
        if after is not before:
            key = (source.id, host_of(url))
            self._open[key] = after
            self._changed.add(key)

    def put_down(self, source_id: str) -> None:
        """Keep what a visit has taught, and let go of it."""
        for key in [key for key in self._open if key[0] == source_id]:
            profile = self._open.pop(key)
            if key in self._changed:
                self._changed.discard(key)
                self.notes.put(note_name(*key), profile.dump())

    def rebuild(self, source: Source) -> tuple[SiteProfile, ...]:
        """Learn a source's sites anew from the newest pages of the archive, and keep that."""
        self.put_down(source.id)
        hosts = {host_of(article.url) for article in self._newest(source)}
        made = tuple(self._from_archive(source, host) for host in sorted(hosts))
        for profile in made:
            self.notes.put(note_name(source.id, profile.host), profile.dump())
        return made

    def _newest(self, source: Source) -> tuple[Article, ...]:
        return self.articles.newest(Selection(source_id=source.id), limit=3 * MOST_PAGES)

    def _from_archive(self, source: Source, host: str) -> SiteProfile:
        profile = SiteProfile(host=host)
        wanted = [one for one in self._newest(source) if host_of(one.url) == host][:MOST_PAGES]
        urls = {one.id: one.url for one in wanted}
        for raw in self.raw_pages.of_ids(list(urls)):
            try:
                exchange = self.raw_pages.read(raw.record_ids[0])
                page = read_exchange(
                    exchange_of(exchange),
                    fetched_at=exchange.fetched_at,
                    charset=source.charset,
                    requested_url=urls[raw.article_id],
                )
                read = read_page(page, source, profile=profile)
            except (ExtractError, FetchError, RawRecordError, *PAGE_FAULTS) as error:
                logger.info("page teaches nothing", source=source.id, why=str(error))
                continue
            if read.sighting is not None:
                profile = profile.learn(read.sighting)
        return profile


def forget(notes: Notes, source_id: str, reason: str) -> None:
    """Let what is known of a source's sites count no more, because they were redesigned."""
    prefix = f"{SITE_NOTE}{source_id}:"
    for host, text in notes.all(prefix).items():
        known = SiteProfile.load(text)
        if known is None or known.layouts:
            notes.put(f"{prefix}{host}", SiteProfile(host=host, reset_reason=reason).dump())


def profiles_of(notes: Notes, source_id: str) -> tuple[SiteProfile, ...]:
    """Return what is kept of a source's sites, by host; may be empty."""
    kept = notes.all(f"{SITE_NOTE}{source_id}:").values()
    return tuple(known for text in kept if (known := SiteProfile.load(text)) is not None)
