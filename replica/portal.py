"""The city portal, in the manner of EmpireCMS: a section per county, no validators, hidden marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from replica.answers import Answer, Request
from replica.paths import page_path, picture_path
from replica.pictures import picture
from replica.portal_body import empire_body
from replica.rendering import folder_of, page_of, render
from replica.sections import PORTAL, SECTIONS, Section, sections_of
from replica.watermark import EmpireMark

if TYPE_CHECKING:
    from replica.model import Publication
    from replica.world import ReplicaWorld

_ARTICLE = re.compile(r"(?P<first>/news/[\w/]+/\d+)(?:_(?P<page>\d+))?\.html")
_LISTING = re.compile(r"(?P<folder>/news/(?:[\w]+/)*)(?:index(?:_(?P<page>\d+))?\.html)?")
_PICTURE = re.compile(r"/d/file/[\w/-]+/(?P<stem>[0-9a-f]{24})\.png")

_ROBOTS = """User-agent: *
Disallow: /e/
Disallow: /neibu/
Allow: /e/public/gonggao/
"""


class Portal:
    """Answers for the portal; ``ReplicaWorld`` holds everything that changes."""

    def __init__(self, world: ReplicaWorld) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """Return the page, picture or file at the request's path."""
        path = request.path
        if path == "/robots.txt":
            return Answer(body=_ROBOTS.encode(), media_type="text/plain")
        if path == "/skin/qb/style.css":
            return Answer(body=self._page("style.css").encode(), media_type="text/css")
        if match := _PICTURE.fullmatch(path):
            return self._picture(match["stem"], request)
        if path in ("/", "/index.html"):
            return self._html(self._page("home.html", blocks=self._blocks()))
        if path.startswith(("/e/", "/neibu/")):
            return self._disallowed(path)
        if match := _ARTICLE.fullmatch(path):
            return self._article(match["first"] + ".html", int(match["page"] or 1))
        if match := _LISTING.fullmatch(path):
            return self._listing(match["folder"], int(match["page"] or 1))
        return self._missing()

    def _article(self, path: str, page: int) -> Answer:
        publication = self._world.publication_at(PORTAL.id, path)
        if publication is None or publication.is_withdrawn:
            return self._missing()
        pages = publication.manuscript.pages
        if page > len(pages):
            return self._missing()
        section = SECTIONS[publication.manuscript.section]
        generation = self._world.generation_of(PORTAL.id)
        mark = EmpireMark.draw(PORTAL.name, f"{publication.manuscript.slug}:{generation}")
        neighbours = self._world.listed(section.id)
        place = neighbours.index(publication) if publication in neighbours else -1
        return self._html(
            self._page(
                "article.html",
                publication=publication,
                manuscript=publication.manuscript,
                section=section,
                trail=_trail(section),
                body=empire_body(
                    publication, pages[page - 1], mark, is_last_page=page == len(pages)
                ),
                page=page,
                pages=[page_path(publication, n + 1) for n in range(len(pages))],
                older=neighbours[place + 1] if 0 <= place < len(neighbours) - 1 else None,
                newer=neighbours[place - 1] if place > 0 else None,
            )
        )

    def _listing(self, folder: str, page: int) -> Answer:
        section = next((s for s in sections_of(PORTAL.id) if s.path == folder), None)
        if section is None:
            return self._folder(folder)
        entries, page_count = page_of(self._world.listed(section.id), page, PORTAL.page_size)
        if page > page_count:
            return self._missing()
        if self._world.is_listing_empty(PORTAL.id, folder):
            entries = ()
        return self._html(
            self._page(
                "listing.html",
                section=section,
                trail=_trail(section),
                entries=entries,
                page=page,
                page_count=page_count,
                total=len(self._world.listed(section.id)),
                paths=[folder + _index(n) for n in range(1, page_count + 1)],
            )
        )

    def _folder(self, folder: str) -> Answer:
        blocks = [b for b in self._blocks() if b[0].path.startswith(folder)]
        if not blocks:
            return self._missing()
        return self._html(self._page("home.html", blocks=blocks))

    def _blocks(self) -> list[tuple[Section, tuple[Publication, ...]]]:
        return [(s, self._world.listed(s.id)[:6]) for s in sections_of(PORTAL.id)]

    def _picture(self, stem: str, request: Request) -> Answer:
        name = self._world.picture_name(stem)
        if name is None:
            return self._missing()
        referer = request.headers.get("referer", "")
        if not referer:
            return Answer(status=403, body="403 Forbidden 禁止盗链".encode())
        if not referer.startswith(f"http://{request.headers.get('host', '')}/"):
            name = "盗链"  # a picture of its own that is not the one asked for
        return Answer(
            body=picture(name), media_type="image/png", headers=(("Cache-Control", "max-age=600"),)
        )

    def _disallowed(self, path: str) -> Answer:
        newest = self._world.listed_on(PORTAL.id)[:8]
        return self._html(self._page("inner.html", path=path, entries=newest))

    def _missing(self) -> Answer:
        return Answer(status=404, body=self._page("missing.html").encode())

    def _page(self, template: str, **values: object) -> str:
        listed = self._world.listed_on(PORTAL.id)
        is_redesigned = self._world.is_redesigned(PORTAL.id)
        folder = folder_of(PORTAL.id, template, is_redesigned=is_redesigned)
        return render(
            f"{folder}/{template}",
            site=PORTAL,
            sections=sections_of(PORTAL.id),
            hot=listed[3:11],
            pictured=[(p, picture_path(p, name)) for p in listed if (name := _first_picture(p))][
                :4
            ],
            is_hacked=self._world.is_hacked(PORTAL.id),
            today=self._world.today(),
            **values,
        )

    @staticmethod
    def _html(page: str) -> Answer:
        return Answer(body=page.encode(), headers=(("Server", "nginx/1.16.1"),))


def _index(page: int) -> str:
    return "" if page == 1 else f"index_{page}.html"


def _first_picture(publication: Publication) -> str | None:
    return next((b.picture for b in publication.manuscript.blocks if b.picture), None)


def _trail(section: Section) -> list[tuple[str, str]]:
    """Return (path, name) of each step of the breadcrumb."""
    parts = section.path.strip("/").split("/")
    paths = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    return list(zip(paths, section.breadcrumb, strict=True))
