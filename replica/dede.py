"""A county site in the manner of DedeCMS: GBK sent as gb2312, Last-Modified, soft 404s."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from replica.answers import Answer, Request, with_last_modified
from replica.dede_body import dede_body
from replica.paths import page_path, picture_path
from replica.pictures import picture
from replica.rendering import folder_of, page_of, render
from replica.sections import DEDE, SECTIONS, Section, sections_of
from replica.watermark import RandomStrings

if TYPE_CHECKING:
    from datetime import datetime

    from replica.model import Publication
    from replica.world import ReplicaWorld

_ARTICLE = re.compile(r"(?P<first>/xwzx/\w+/\d{4}/\d{4}/\d+)(?:_(?P<page>\d+))?\.html")
_LISTING = re.compile(r"(?P<folder>/xwzx/\w+/)(?:index\.html|list_\d+_(?P<page>\d+)\.html)?")
_PICTURE = re.compile(r"/uploads/allimg/\d{6}/(?P<stem>[0-9a-f]{24})\.png")

_ROBOTS = """User-agent: *
Disallow: /plus/
Disallow: /dede/
Disallow: /xwzx/ngtx/
"""

#: the CMS's number of each section, as its listing pages are named
_TYPE_IDS = {"pingli-news": 3, "pingli-towns": 5}


class DedeSite:
    """Answers for the site; ``ReplicaWorld`` holds everything that changes."""

    def __init__(self, world: ReplicaWorld) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """Return the page, picture or file at the request's path."""
        path = request.path
        if path == "/robots.txt":
            return Answer(body=_ROBOTS.encode(), media_type="text/plain")
        if path == "/templets/plcx/style.css":
            return Answer(body=render("dede/style.css").encode(), media_type="text/css")
        if match := _PICTURE.fullmatch(path):
            name = self._world.picture_name(match["stem"])
            if name is None:
                return self._missing()
            return Answer(body=picture(name), media_type="image/png")
        if path in ("/", "/index.html"):
            blocks = [(s, self._world.listed(s.id)[:10]) for s in sections_of(DEDE.id)]
            return self._html(self._page("home.html", blocks=blocks))
        if path.startswith(("/plus/", "/dede/", "/xwzx/ngtx/")):
            listed = self._world.listed_on(DEDE.id)
            return self._html(self._page("inner.html", path=path, entries=listed[:8]))
        if match := _ARTICLE.fullmatch(path):
            return self._article(match["first"] + ".html", int(match["page"] or 1), request)
        if match := _LISTING.fullmatch(path):
            return self._listing(match["folder"], int(match["page"] or 1), request)
        return self._missing()

    def _article(self, path: str, page: int, request: Request) -> Answer:
        publication = self._world.publication_at(DEDE.id, path)
        if publication is None or publication.is_withdrawn:
            return self._missing()
        pages = publication.manuscript.pages
        if page > len(pages):
            return self._missing()
        section = SECTIONS[publication.manuscript.section]
        generation = self._world.generation_of(DEDE.id)
        marks = RandomStrings(DEDE.name, f"{publication.manuscript.slug}:{page}:{generation}")
        older = [p for p in self._world.listed(section.id) if p.number < publication.number]
        answer = self._html(
            self._page(
                "article.html",
                publication=publication,
                manuscript=publication.manuscript,
                section=section,
                body=dede_body(publication, pages[page - 1], marks),
                css=marks.css,
                page=page,
                pages=[page_path(publication, n + 1) for n in range(len(pages))],
                older=older[0] if older else None,
                related=older[1:6],
            )
        )
        return with_last_modified(answer, request, self._changed_at(publication.revised_at))

    def _listing(self, folder: str, page: int, request: Request) -> Answer:
        section = next((s for s in sections_of(DEDE.id) if s.path == folder), None)
        if section is None:
            return self._missing()
        listed = self._world.listed(section.id)
        entries, page_count = page_of(listed, page, DEDE.page_size)
        if page > page_count:
            return self._missing()
        is_empty = self._world.is_listing_empty(DEDE.id, folder)
        answer = self._html(
            self._page(
                "listing.html",
                section=section,
                entries=[] if is_empty else [(p, _thumbnail(p)) for p in entries],
                page=page,
                page_count=page_count,
                total=len(listed),
                paths=[_listing_path(section, n) for n in range(1, page_count + 1)],
            )
        )
        if is_empty or not listed:
            return answer
        newest = max(publication.revised_at for publication in listed)
        return with_last_modified(answer, request, self._changed_at(newest))

    def _changed_at(self, changed_at: datetime) -> datetime:
        regenerated_at = self._world.regenerated_at(DEDE.id)
        return changed_at if regenerated_at is None else max(changed_at, regenerated_at)

    def _missing(self) -> Answer:
        """Return what this site answers for what it does not have: a page, and 200."""
        return self._html(self._page("missing.html"))

    def _page(self, template: str, **values: object) -> str:
        is_redesigned = self._world.is_redesigned(DEDE.id)
        folder = folder_of(DEDE.id, template, is_redesigned=is_redesigned)
        return render(
            f"{folder}/{template}",
            site=DEDE,
            sections=sections_of(DEDE.id),
            is_hacked=self._world.is_hacked(DEDE.id),
            **values,
        )

    @staticmethod
    def _html(page: str) -> Answer:
        """Return a page in GBK, which its own head calls gb2312."""
        body = page.encode("gbk", errors="xmlcharrefreplace")
        return Answer(body=body, headers=(("Server", "Microsoft-IIS/7.5"),))


def _listing_path(section: Section, page: int) -> str:
    return section.path if page == 1 else f"{section.path}list_{_TYPE_IDS[section.id]}_{page}.html"


def _thumbnail(publication: Publication) -> str | None:
    names = (block.picture for block in publication.manuscript.blocks)
    name = next((name for name in names if name), None)
    return None if name is None else picture_path(publication, name)
