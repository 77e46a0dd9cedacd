"""The whole site as files that any web server or object store can hand out, and only what changed.

Feeds are copied from where they are kept up to date; pages and archive documents are asked of the
very application that serves them, so that both say the same.  What was written last time stands in
a manifest: the next run asks for the pages of articles that changed since, of the places and months
that they belong to, and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.errors import PublishError
from bot.publish import files
from bot.publish.archives import archive_urls, month_of, name_of
from bot.publish.feed import BEFORE_ALL, BY_SUFFIX, Format
from bot.web.ask import ask
from bot.web.render import STATIC, TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

    from bot.publish.book import FeedBook
    from bot.publish.topic import Topic
    from storage.media import Media
    from storage.model import Article
    from storage.takedown import Tombstone

MANIFEST = ".xianwen-site.json"
#: Visits run side by side, so that an article may be committed after one that was seen later.
_OVERLAP = timedelta(hours=1)
_STANDING = ("/", "/feeds/", "/about", "/bot", "/status")
_LANGUAGES = ("", "/en")


class ChangeReader(Protocol):
    """What is asked of the archive; ``storage.articles.Articles`` is one."""

    def changed_since(self, at: datetime) -> Iterator[Article]:
        """Go through the articles that changed at or after an instant."""
        ...


@dataclass(slots=True)
class Manifest:
    """What stands in the directory."""

    #: digest of everything that every page depends on
    design: str = ""
    #: ISO 8601; the newest change that was written
    built_to: str = BEFORE_ALL.isoformat()
    #: version of each archive document by its place: ``hanbin/2026-10``
    archives: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """What a run did."""

    written: int = 0
    removed: int = 0
    articles: int = 0


class StaticSite:
    """One directory of files for one installation."""

    def __init__(
        self,
        directory: Path,
        *,
        app: ASGIApp,
        book: FeedBook,
        articles: ChangeReader,
        publications: Callable[[str], tuple[Article, ...]],
        tombstones: Callable[[], tuple[Tombstone, ...]],
        media: Media | None = None,
    ) -> None:
        """``app`` was made with ``is_static``; ``media`` None leaves pictures where they are."""
        self._directory = directory
        self._app = app
        self._book = book
        self._articles = articles
        self._publications = publications
        self._tombstones = tombstones
        self._media = media
        self._done = Written()

    async def build(self) -> Written:
        """Bring the directory up to date; raises PublishError when it can't be written to.

        The feeds of the book must be up to date.  A run that was cut short is made good by the
        next: the manifest is written last.
        """
        self._done = Written()
        manifest = self._open()
        self._directory.mkdir(parents=True, exist_ok=True)
        design = self._design()
        is_whole = manifest.design != design
        since = datetime.fromisoformat(manifest.built_to) - _OVERLAP
        built_to = datetime.fromisoformat(manifest.built_to)
        try:
            self._copy_assets()
            self._copy_feeds()
            touched: dict[str, Topic] = {}
            months: dict[str, set[str]] = {}
            asked: set[str] = set()
            for article in self._articles.changed_since(
                datetime(1, 1, 2, tzinfo=UTC) if is_whole else since
            ):
                built_to = max(built_to, article.changed_at or article.updated_at)
                for topic in self._book.catalogue.touched_by(article):
                    touched[topic.path] = topic
                    months.setdefault(topic.path, set()).add(month_of(article.sorted_at))
                for one in (article, *self._publications(article.story_id)):
                    if one.id not in asked:
                        asked.add(one.id)
                        await self._write_article(one)
            buried = self._remove_articles()
            if is_whole or buried:
                touched |= {topic.path: topic for topic in self._book.catalogue.standing()}
            for path, topic in touched.items():
                wanted = None if is_whole or buried else months.get(path, set())
                await self._write_place(topic, wanted)
            for topic in self._topics(touched):
                await self._write_archives(topic, manifest)
            self._write_redirects()
            for page in _STANDING:
                await self._write_page(page)
            for base in _LANGUAGES:
                _, body = await ask(self._app, f"{base}/404.html")
                self._write(self._directory / base.strip("/") / "404.html", body)
            self._copy_pictures()
            manifest.design, manifest.built_to = design, built_to.isoformat()
            files.replace_file(
                self._directory / MANIFEST,
                json.dumps(asdict(manifest), sort_keys=True).encode(),
                datetime.now(UTC).timestamp(),
            )
        except OSError as error:
            raise PublishError(
                f"{error.filename or self._directory}: cannot be written ({error.strerror}), "
                "check space and owner"
            ) from error
        return self._done

    def _open(self) -> Manifest:
        file = self._directory / MANIFEST
        try:
            return Manifest(**json.loads(file.read_text("utf-8")))
        except FileNotFoundError:
            if self._directory.is_dir() and any(self._directory.iterdir()):
                raise PublishError(
                    f"{self._directory}: holds files that this command did not write; name an "
                    "empty directory or one that does not exist"
                ) from None
        except (ValueError, TypeError):
            pass  # another version's: everything is written anew
        except OSError as error:
            raise PublishError(
                f"{file}: cannot be read ({error.strerror}), check its owner"
            ) from error
        return Manifest()

    def _design(self) -> str:
        """Return a digest of the site's settings, its catalogue and its templates."""
        digest = hashlib.blake2b(repr(self._book.site).encode(), digest_size=12)
        digest.update(repr(self._book.catalogue.standing()).encode())
        for file in sorted([*TEMPLATES.iterdir(), *STATIC.iterdir()]):
            digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()

    def _copy_assets(self) -> None:
        for file in STATIC.iterdir():
            self._write(self._directory / "static" / file.name, file.read_bytes())

    def _copy_feeds(self) -> None:
        """Copy what changed, variants and modification times included; remove what is gone."""
        source, target = self._book.directory, self._directory
        wanted = [source / "opml.xml", *files.pack_paths(source / "opml.xml").values()]
        wanted += [p for p in (source / "feeds").rglob("*") if p.is_file() and p.name[0] != "."]
        kept = set()
        for file in wanted:
            place = target / file.relative_to(source)
            kept.add(place)
            _copy(file, place, self._done)
        for place in [p for p in (target / "feeds").rglob("*") if p.is_file()]:
            is_ours = place.parent.name == "archive" or place.name.startswith("index.html")
            if place not in kept and not is_ours:
                place.unlink()
                self._done.removed += 1

    def _write_redirects(self) -> None:
        """Write addresses by code in the form that hosts of static sites read."""
        lines = [
            f"/{kind}/{code}/* /{kind}/{slug}/:splat 301\n"
            for code, slug in self._book.catalogue.codes()
            for kind in ("feeds", "d")
        ]
        self._write(self._directory / "_redirects", "".join(lines).encode())

    def _copy_pictures(self) -> None:
        if self._media is None:
            return
        folder, kept = self._directory / "media", set()
        for picture in self._media.all():
            place = folder / picture.file_name
            kept.add(picture.file_name)
            if not place.exists() and self._media.path(picture).is_file():
                _copy(self._media.path(picture), place, self._done)
        for place in folder.iterdir() if folder.is_dir() else ():
            if place.name not in kept:
                place.unlink()
                self._done.removed += 1

    async def _write_article(self, article: Article) -> None:
        self._done.articles += 1
        await self._write_page(f"/a/{article.id}")
        if article.revision_number > 1 and article.republish == "full":
            await self._write_page(f"/a/{article.id}/history")

    def _remove_articles(self) -> int:
        """Remove the pages of what was taken down; return of how many there were any."""
        count = 0
        for stone in self._tombstones():
            for base in _LANGUAGES:
                place = self._directory / base.strip("/") / "a" / stone.article_id
                if place.is_dir():
                    shutil.rmtree(place)
                    self._done.removed += 1
                    count += 1
        return count

    async def _write_place(self, topic: Topic, months: set[str] | None) -> None:
        """Write a place's first page and those of ``months``; None means all of them."""
        if not await self._write_page(f"/d/{topic.path}"):
            return
        known = self._book.months(topic)
        for month in known if months is None else months.intersection(known):
            number = 1
            while await self._write_page(f"/d/{topic.path}/{_stem(month, number)}"):
                number += 1

    def _topics(self, touched: dict[str, Topic]) -> Iterable[Topic]:
        """Return the topics whose past may have changed: a version tells whether it did."""
        standing = {t.path: t for t in self._book.catalogue.standing()}
        return (standing | touched).values()

    async def _write_archives(self, topic: Topic, manifest: Manifest) -> None:
        folder = self._directory / "feeds" / topic.path / "archive"
        chain = self._book.chain(topic)
        current = {part.stem for part in chain}
        prefix = f"{topic.path}/"
        for key in [k for k in manifest.archives if k.rpartition("/")[0] == topic.path]:
            if key.removeprefix(prefix) not in current:
                del manifest.archives[key]
                for suffix in BY_SUFFIX:
                    gone = folder / f"{key.removeprefix(prefix)}.{suffix}"
                    self._done.removed += files.remove(gone)
        for part in chain:
            key = prefix + part.stem
            is_there = all((folder / name_of(part, form)).exists() for form in Format)
            if manifest.archives.get(key) == part.version and is_there:
                continue
            urls = archive_urls(topic, part, self._book.site)
            for form in Format:
                path, _, query = urls[form].removeprefix(self._book.site.public_url).partition("?")
                status, body = await ask(self._app, path, query)
                if status == 200:
                    self._write(folder / name_of(part, form), body)
            manifest.archives[key] = part.version

    async def _write_page(self, path: str) -> bool:
        """Write a page in both languages; return False when there is no such page."""
        for base in _LANGUAGES:
            status, body = await ask(self._app, base + path)
            if status != 200:
                return False
            place = self._directory / (base + path).strip("/") / "index.html"
            self._write(place, body)
        return True

    def _write(self, place: Path, body: bytes) -> None:
        self._done.written += files.write_if_changed(place, body)


def _stem(month: str, number: int) -> str:
    return month if number == 1 else f"{month}.{number}"


def _copy(file: Path, place: Path, done: Written) -> None:
    """Copy a file unless the same one, by size and time, is there."""
    new = file.stat()
    try:
        old = place.stat()
        if (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns):
            return
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
    files.replace_file(place, file.read_bytes(), new.st_mtime)
    done.written += 1
