"""All feeds of an installation on disk: rebuilt from the archive, written when they change."""

from __future__ import annotations

import itertools
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.publish import files
from bot.publish.archives import PART_LENGTH, archive_urls, month_of, month_span
from bot.publish.chain import Chains, HistoryReader
from bot.publish.compose import addresses, compose, feed_of
from bot.publish.document import write
from bot.publish.entry import EntryContext, entry_of, removed_of
from bot.publish.feed import Entry, Feed, FeedDocument, Format, History, Picture, Removed
from bot.publish.opml import write_opml
from bot.publish.pieces import Pieces
from bot.publish.topic import EVERYTHING, Catalogue, Scope, Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from bot.publish.archives import ArchivePart
    from bot.publish.site import Site
    from storage.model import Article, Cursor, Selection
    from storage.takedown import Tombstone

#: scopes whose feeds stand on disk even when they are empty
STANDING = frozenset({Scope.ALL, Scope.CITY, Scope.DISTRICT, Scope.SOURCE})


#: documents that are packed and written at the same time as others are made
_WRITERS = 2
#: articles that a round holds in memory before it begins anew
_MAX_HELD = 2000
#: the newest takedowns that a feed tells its readers of
MAX_TOMBSTONES = 50


class ArticleReader(HistoryReader, Protocol):
    """What is asked of the archive; ``storage.articles.Articles`` is one."""

    def newest(
        self,
        selection: Selection,
        *,
        limit: int,
        before: Cursor | None = None,
        held: dict[int, Article] | None = None,
    ) -> tuple[Article, ...]:
        """Return articles newest first by ``sorted_at`` and id; ``held`` was read before."""
        ...


class StoryReader(Protocol):
    """What is asked of the stories; ``storage.stories.Stories`` is one."""

    def publications_of(self, story_ids: Sequence[str]) -> dict[str, tuple[Article, ...]]:
        """Return all articles of the stories that have several, the one first seen first."""
        ...


class TakedownReader(Protocol):
    """What is asked of the takedowns; ``storage.takedown.Takedowns`` is one."""

    def all(self) -> tuple[Tombstone, ...]:
        """Return the tombstones, newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """A feed of which some documents were written anew."""

    topic: Topic
    #: addresses of the documents whose bytes changed
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round of rebuilding has read and made: an article stands in half a dozen feeds."""

    articles: dict[int, Article] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)


class FeedBook:
    """The feeds of all topics below one directory."""

    def __init__(
        self,
        *,
        articles: ArticleReader,
        stories: StoryReader,
        catalogue: Catalogue,
        directory: Path,
        site: Site,
        pictures_at: Callable[[list[str]], Mapping[str, Picture]] | None = None,
        takedowns: TakedownReader | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.site = site
        #: holds ``feeds/`` and ``opml.xml`` as addresses name them
        self.directory = directory
        self._articles = articles
        self._stories = stories
        self._pictures_at = pictures_at
        self._takedowns = takedowns
        self._chains = Chains(articles, stride=site.entry_limit)
        self._pieces = Pieces()

    def rebuild(
        self,
        topics: Iterable[Topic],
        changed: Iterable[Article] = (),
        *,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> tuple[FeedChange, ...]:
        """Bring the feeds of ``topics`` up to date; return those that changed.

        ``changed`` are the articles for whose sake it is done, as far as they are known.
        ``should_stop`` is asked before each; feeds that are left out stay as they are.
        Reads the archive and writes files: call it off the event loop.  Raises PublishError
        when a file can't be written; what was written before stays.
        """
        changes = []
        # Packing and writing need no interpreter: they go on while the next feed is made.
        with ThreadPoolExecutor(max_workers=_WRITERS, thread_name_prefix="feeds") as pool:
            wanted = itertools.takewhile(lambda _: not should_stop(), topics)
            for topic, urls in self._rebuilt(wanted, tuple(changed), pool):
                if urls:
                    changes.append(FeedChange(topic=topic, urls=urls))
        return tuple(changes)

    def _rebuilt(
        self, topics: Iterable[Topic], changed: tuple[Article, ...], pool: ThreadPoolExecutor
    ) -> Iterator[tuple[Topic, tuple[str, ...]]]:
        """Write feeds; yield each topic with the addresses of what was written, in their order."""
        under_way: deque[tuple[Topic, dict[str, Future[bool]]]] = deque()
        tombstones, known = self._tombstones(), _Round()
        for topic in topics:
            if len(known.articles) > _MAX_HELD:
                known = _Round()
            feed = self._subscription(topic, changed, tombstones, known)
            if not feed.entries and not self._stands(topic):
                continue
            writing = {
                feed.self_urls[form]: pool.submit(
                    self._write, self.path(topic, form), self.document(feed, form)
                )
                for form in Format
            }
            under_way.append((topic, writing))
            if len(under_way) > _WRITERS:
                yield _done(*under_way.popleft())
        while under_way:
            yield _done(*under_way.popleft())

    def document(self, feed: Feed, form: Format) -> FeedDocument:
        """Return a feed in one format; what is made of its entries is kept for the next."""
        return write(feed, form, self._pieces)

    def rebuild_all(
        self, *, should_stop: Callable[[], bool] = lambda: False
    ) -> tuple[FeedChange, ...]:
        """Bring every standing feed, every feed on disk and the OPML file up to date."""
        self.write_opml()
        self._chains.forget()
        known = {s.path: s for s in self.catalogue.standing()}
        root = self.directory / "feeds"
        for file in sorted(root.glob(f"**/{Format.ATOM.value}")):
            topic = self.catalogue.find(file.parent.relative_to(root).as_posix())
            if topic is not None:
                known.setdefault(topic.path, topic)
        changes = self.rebuild(known.values(), should_stop=should_stop)
        seen = {
            touched.path: touched
            for article in self._articles.newest(EVERYTHING.selection, limit=1000)
            for touched in self.catalogue.touched_by(article)
            if touched.path not in known
        }
        return changes + self.rebuild(seen.values(), should_stop=should_stop)

    def rebuild_after(
        self, former: FeedBook, *, should_stop: Callable[[], bool] = lambda: False
    ) -> tuple[FeedChange, ...]:
        """Bring up to date what differs from the book of the configuration before.

        Ten thousand sources are not written anew because one was added or is visited more often.
        """
        own, before = self.catalogue, former.catalogue
        if (self.site, own.districts) == (former.site, before.districts):
            if own.sources == before.sources:
                return ()
            added = own.sources.keys() - before.sources.keys()
            topics = [t for t in own.standing() if t.selection.source_id in added]
            if before.sources.items() <= own.sources.items() and not any(
                self._articles.newest(topic.selection, limit=1) for topic in topics
            ):
                self.write_opml()
                return self.rebuild(topics, should_stop=should_stop)
        return self.rebuild_all(should_stop=should_stop)

    def rebuild_for(
        self, articles: Iterable[Article], *, should_stop: Callable[[], bool] = lambda: False
    ) -> tuple[FeedChange, ...]:
        """Bring up to date every feed that a change of ``articles`` can have changed."""
        articles = tuple(articles)
        touched = {s.path: s for article in articles for s in self.catalogue.touched_by(article)}
        return self.rebuild(touched.values(), articles, should_stop=should_stop)

    def write_opml(self) -> bool:
        """Bring ``opml.xml`` up to date; return True when it changed."""
        return files.write_if_changed(
            self.directory / "opml.xml", write_opml(self.catalogue, self.site)
        )

    def feed(self, topic: Topic, *, limit: int | None = None) -> Feed:
        """Return the newest entries of a topic as a feed, at most ``limit``.

        What was old when it was taken in is no news, and is in none.
        """
        return self._subscription(topic, (), self._tombstones(), _Round(), limit=limit)

    def chain(self, topic: Topic) -> tuple[ArchivePart, ...]:
        """Return the archive documents of a topic, oldest first (RFC 5005 section 4)."""
        return self._chains.of(topic)

    def months(self, topic: Topic) -> tuple[str, ...]:
        """Return the months of which a topic holds anything, newest first: ``2026-10``."""
        months = {part.month for part in self._chains.of(topic)}
        # What is not archived yet is the growing month's.
        months |= {month_of(one.sorted_at) for one in self.newest(topic, limit=1)}
        return tuple(sorted(months, reverse=True))

    def month(self, topic: Topic, month: str, *, number: int = 1) -> tuple[Article, ...]:
        """Return a stretch of a month's articles, newest first; one more than there is room for.

        Stretches are counted from 1, and hold ``archives.PART_LENGTH`` articles each, the first
        one the oldest.
        """
        start, end = month_span(month)
        offset = (number - 1) * PART_LENGTH
        found = self._articles.stretch(
            start, end, topic.selection, offset=offset, limit=PART_LENGTH + 1
        )
        return found[::-1]

    def archive(self, topic: Topic, chain: tuple[ArchivePart, ...], position: int) -> Feed:
        """Return the archive document at ``position`` of a topic's chain, newest entry first."""
        part = chain[position]
        found = self._chains.articles(topic, part)
        older = archive_urls(topic, chain[position - 1], self.site) if position else None
        history = History(
            current_urls=addresses(topic, self.site), prev_archive_urls=older, is_archive=True
        )
        return compose(
            topic,
            found,
            self._context(found),
            history=history,
            document=archive_urls(topic, part, self.site),
        )

    def newest(
        self, topic: Topic, *, limit: int, before: Cursor | None = None
    ) -> tuple[Article, ...]:
        """Return the newest articles of a topic, one a story, newest first."""
        return self._articles.newest(topic.selection, limit=limit, before=before)

    def entries(self, articles: Iterable[Article]) -> tuple[Entry, ...]:
        """Return articles as entries, in the order given."""
        found = tuple(articles)
        context = self._context(found)
        return tuple(entry_of(article, context) for article in found)

    def path(self, topic: Topic, form: Format) -> Path:
        """Return where a document of a topic stands on disk."""
        return self.directory / "feeds" / topic.path / form.value

    def _subscription(
        self,
        topic: Topic,
        changed: tuple[Article, ...],
        tombstones: tuple[Tombstone, ...],
        known: _Round,
        *,
        limit: int | None = None,
    ) -> Feed:
        live = replace(topic.selection, is_live=True)
        found = self._articles.newest(
            live, limit=limit or self.site.entry_limit, held=known.articles
        )
        new = [article for article in found if article.id not in known.entries]
        context = self._context(new)
        known.entries.update({article.id: entry_of(article, context) for article in new})
        chain = self._chains.of(topic, changed)
        older = archive_urls(topic, chain[-1], self.site) if chain else None
        return feed_of(
            topic,
            tuple(known.entries[article.id] for article in found),
            self.site,
            history=History(current_urls=addresses(topic, self.site), prev_archive_urls=older),
            removed=self._removed(topic, tombstones),
        )

    def _tombstones(self) -> tuple[Tombstone, ...]:
        return self._takedowns.all() if self._takedowns is not None else ()

    def _removed(self, topic: Topic, tombstones: tuple[Tombstone, ...]) -> tuple[Removed, ...]:
        """Return the newest takedowns that concern a topic.

        A tombstone knows districts and source, and nothing of towns and rubrics.
        """
        found = [stone for stone in tombstones if _concerns(stone, topic)]
        return tuple(
            removed_of(stone.article_id, stone.first_seen_at, stone.taken_down_at, self.site)
            for stone in found[:MAX_TOMBSTONES]
        )

    def _stands(self, topic: Topic) -> bool:
        return topic.scope in STANDING or self.path(topic, Format.ATOM).exists()

    def _context(self, articles: Sequence[Article]) -> EntryContext:
        stories = list(dict.fromkeys(article.story_id for article in articles))
        kept: Mapping[str, Picture] = {}
        if self._pictures_at is not None:
            shown = {b.url: None for a in articles for b in a.blocks if b.kind == "image" and b.url}
            kept = self._pictures_at(list(shown))
        return EntryContext(
            site=self.site,
            catalogue=self.catalogue,
            publications=self._stories.publications_of(stories),
            picture_at=kept.get,
        )

    def _write(self, path: Path, document: FeedDocument) -> bool:
        return files.write_if_changed(path, document.body, changed_at=document.last_modified)


def _done(topic: Topic, writing: dict[str, Future[bool]]) -> tuple[Topic, tuple[str, ...]]:
    """Wait for the documents of a topic; return the addresses of those that changed."""
    return topic, tuple([url for url, written in writing.items() if written.result()])


def _concerns(stone: Tombstone, topic: Topic) -> bool:
    match topic.scope:
        case Scope.ALL:
            return True
        case Scope.CITY | Scope.DISTRICT:
            return not set(stone.adcodes).isdisjoint(topic.selection.adcodes or ())
        case Scope.SOURCE:
            return stone.source_id == topic.selection.source_id
        case Scope.TOWN | Scope.CATEGORY:
            return False
