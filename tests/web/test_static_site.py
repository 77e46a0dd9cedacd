"""The site as files: whole, incremental, without what was taken down."""

from __future__ import annotations

import asyncio
import gzip
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.errors import PublishError
from bot.publish.book import FeedBook
from bot.web.app import create_app
from bot.web.static_site import StaticSite
from storage.opening import open_database
from storage.takedown import Tombstone
from tests.readside import CATALOGUE, NOW, SITE, Shelf, article, revised

CONFIG = Path(__file__).parents[2] / "config"
_LINK = re.compile(r'(?:href|src)="(/[^"#?]*|https://news\.example/[^"#?]*)')


class NoStates:
    def all(self):
        return {}


class Site:
    """An installation and the directory that it is written to."""

    def __init__(self, place: Path) -> None:
        self.shelf = Shelf(
            *(replace(article(n), changed_at=NOW + timedelta(hours=n)) for n in range(40))
        )
        self.place, self.public = place / "site", place / "public"
        self.stones: tuple[Tombstone, ...] = ()
        self.site = SITE

    def all(self):
        return self.stones

    async def build(self):
        book = FeedBook(
            articles=self.shelf,
            stories=self.shelf,
            catalogue=CATALOGUE,
            directory=self.public,
            site=self.site,
            takedowns=self,
        )
        book.rebuild_all()
        served = create_app(
            book=book, articles=self.shelf, states=NoStates(), user_agent="x", is_static=True
        )
        site = StaticSite(
            self.place,
            app=served,
            book=book,
            articles=self.shelf,
            publications=self.shelf.publications,
            tombstones=self.all,
        )
        return await site.build()

    def times(self) -> dict[str, int]:
        return {
            str(p.relative_to(self.place)): p.stat().st_mtime_ns
            for p in self.place.rglob("*")
            if p.is_file() and not p.name.startswith(".")
        }

    def has(self, address: str) -> bool:
        """Tell whether a server of files has an answer, as nginx and object stores look it up."""
        path = self.place / unquote(urlsplit(address).path).strip("/")
        return path.is_file() or (path / "index.html").is_file()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A site that was written once, for each test to copy."""
    place = tmp_path_factory.mktemp("written")
    asyncio.run(Site(place).build())
    return place


@pytest.fixture
def site(tmp_path, written):
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return Site(tmp_path)


async def test_every_link_of_every_page_leads_to_a_file(site):
    pages = list(site.place.rglob("*.html"))
    assert len(pages) > 2 * 40
    broken = {
        (str(page.relative_to(site.place)), link)
        for page in pages
        for link in _LINK.findall(page.read_text("utf-8"))
        # The people behind it are no file of ours.
        if link != SITE.contact and not site.has(link)
    }
    assert broken == set()


async def test_feeds_lead_to_their_whole_history(site):
    seen, path = [], "feeds/hanbin/atom.xml"
    while path:
        body = (site.place / path).read_bytes()
        assert gzip.decompress((site.place / f"{path}.gz").read_bytes()) == body
        parsed = feedparser.parse(body)
        seen += [entry.id for entry in parsed.entries]
        older = [ln.href for ln in parsed.feed.links if ln.rel == "prev-archive"]
        path = urlsplit(older[0]).path.strip("/") if older else ""
    assert len(set(seen)) == 40
    assert feedparser.parse((site.place / "opml.xml").read_bytes()) is not None


async def test_nothing_new_writes_nothing(site):
    before = site.times()
    done = await site.build()
    assert (done.written, done.removed) == (0, 0)
    assert site.times() == before


async def test_a_new_article_writes_what_shows_it_and_nothing_else(site):
    before = site.times()
    later = NOW + timedelta(days=3)
    new = replace(
        article(90), first_seen_at=later, sorted_at=later, published_at=later, changed_at=later
    )
    site.shelf.put(new)
    done = await site.build()
    after = site.times()
    changed = {path for path in after if before.get(path) != after[path]}
    assert done.articles < 5
    assert f"a/{new.id}/index.html" in changed
    assert {"index.html", "d/hanbin/index.html", "d/hanbin/2026-11/index.html",
            "feeds/hanbin/atom.xml", "en/d/ankang/index.html"} <= changed  # fmt: skip
    assert not [p for p in changed if "ziyang" in p or p.startswith(("static", "about"))]
    assert not [p for p in changed if p.startswith("a/") and new.id not in p]


async def test_a_revision_has_its_history(site):
    changed = revised(article(7), "改过的标题")
    site.shelf.put(replace(changed, changed_at=NOW + timedelta(days=9)))
    await site.build()
    page = (site.place / "a" / changed.id / "index.html").read_text("utf-8")
    assert "改过的标题" in page
    assert site.has(f"/a/{changed.id}/history")


async def test_what_was_taken_down_is_nowhere(site):
    gone = site.shelf.articles.pop(article(8).id)
    site.stones = (
        Tombstone(
            article_id=gone.id,
            story_id=gone.story_id,
            source_id=gone.source_id,
            adcodes=("610902",),
            taken_down_at=NOW + timedelta(days=1),
            reason="asked for",
        ),
    )
    done = await site.build()
    assert done.removed
    named = [p for p in site.place.rglob("*") if p.is_file() and p.suffix not in {".gz", ".br"}
             and gone.title in p.read_text("utf-8", "replace")]  # fmt: skip
    assert named == []


async def test_another_design_writes_every_page(site):
    site.site = replace(SITE, title="新县闻")
    await site.build()
    for page in ("index.html", f"a/{article(3).id}/index.html", "d/hanbin/index.html"):
        assert "新县闻" in (site.place / page).read_text("utf-8")


async def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    site = Site(tmp_path)
    site.place.mkdir()
    (site.place / "thesis.doc").write_text("mine")
    with pytest.raises(PublishError, match="did not write"):
        await site.build()
    assert [p.name for p in site.place.iterdir()] == ["thesis.doc"]


async def test_addresses_by_code_are_redirected(site):
    assert "/feeds/610902/* /feeds/hanbin/:splat 301" in (site.place / "_redirects").read_text()


def test_the_command(tmp_path):
    """On an installation that has seen nothing yet; a wrong directory is one line and code 1."""
    place, data = tmp_path / "site", tmp_path / "data"
    open_database(data / "xianwen.sqlite3").dispose()
    arguments = ["feeds", "build", "--config", str(CONFIG), "--data-dir", str(data), "--static"]
    first = CliRunner().invoke(app, [*arguments, str(place)])
    assert first.exit_code == 0, first.output
    for name in ("index.html", "en/index.html", "feeds/hanbin/atom.xml", "opml.xml", "404.html"):
        assert (place / name).is_file(), name
    again = CliRunner().invoke(app, [*arguments, str(place)])
    assert "0 files written, 0 removed" in again.output
    refused = CliRunner().invoke(app, [*arguments, str(data)])
    assert refused.exit_code == 1
    assert refused.output.splitlines()[-1].startswith(f"{data}: holds files that this command")
