"""A county site of today: JSON-LD, lazy pictures, ETags; also as RSS, sitemap and JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from replica.answers import Answer, Request, with_etag, with_last_modified
from replica.model import BlockKind, Publication
from replica.modern_body import modern_body
from replica.paths import picture_path
from replica.pictures import picture
from replica.rendering import folder_of, page_of, render
from replica.sections import MODERN, SECTIONS, sections_of

if TYPE_CHECKING:
    from replica.world import ReplicaWorld

_ARTICLE = re.compile(r"/article/\d{8}-\d+")
_PICTURE = re.compile(r"/media/(?P<stem>[0-9a-f]{24})\.png")
_UTF8 = "text/html; charset=utf-8"


class ModernSite:
    """Answers for the site; ``ReplicaWorld`` holds everything that changes."""

    def __init__(self, world: ReplicaWorld) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """Return the page, picture or file at the request's path."""
        path, origin = request.path, f"http://{request.headers.get('host', MODERN.host)}"
        page = int(request.query["page"]) if request.query.get("page", "").isdigit() else 1
        if path == "/robots.txt":
            return Answer(body=self._robots(origin).encode(), media_type="text/plain")
        if path == "/static/site.css":
            style = render("modern/style.css").encode()
            return with_etag(Answer(body=style, media_type="text/css"), request)
        if path.startswith("/admin/"):
            newest = self._world.listed_on(MODERN.id)[:8]
            return self._html(self._page("inner.html", entries=newest), request)
        if match := _PICTURE.fullmatch(path):
            name = self._world.picture_name(match["stem"])
            if name is None:
                return self._missing(404)
            return with_etag(Answer(body=picture(name), media_type="image/png"), request)
        section = next((s for s in sections_of(MODERN.id) if s.path == path), None)
        if path == "/" or section is not None:
            return self._listing(path, page, request)
        if path == "/rss.xml":
            return self._file("rss.xml", "application/rss+xml", origin, request)
        if path == "/sitemap.xml":
            return self._file("sitemap.xml", "application/xml", origin, request)
        if path == "/api/articles":
            return self._json(page, request)
        if _ARTICLE.fullmatch(path):
            return self._article(path, origin, request)
        return self._missing(404)

    def _article(self, path: str, origin: str, request: Request) -> Answer:
        publication = self._world.publication_at(MODERN.id, path)
        if publication is None:
            return self._missing(404)
        if publication.is_withdrawn:
            return self._missing(410)
        manuscript = publication.manuscript
        section = SECTIONS[manuscript.section]
        linked_data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": origin + path,
            "headline": manuscript.title,
            "datePublished": publication.published_at.isoformat(timespec="seconds"),
            "dateModified": publication.revised_at.isoformat(timespec="seconds"),
            "author": [{"@type": "Person", "name": name} for name in manuscript.authors],
            "publisher": {"@type": "Organization", "name": MODERN.name},
            "sourceOrganization": {"@type": "Organization", "name": manuscript.source},
            "articleSection": section.name,
            "image": [
                origin + picture_path(publication, block.picture)
                for block in manuscript.blocks
                if block.picture
            ],
        }
        page = self._page(
            "article.html",
            publication=publication,
            manuscript=manuscript,
            section=section,
            body=modern_body(publication, manuscript.blocks),
            # "</" would end the script element early
            linked_data=json.dumps(linked_data, ensure_ascii=False).replace("</", "<\\/"),
            url=origin + path,
            summary=_summary(publication),
        )
        answer = with_last_modified(
            Answer(body=page.encode(), media_type=_UTF8), request, publication.revised_at
        )
        return answer if answer.status == 304 else with_etag(answer, request)

    def _listing(self, path: str, page: int, request: Request) -> Answer:
        listed = self._world.listed_on(MODERN.id)
        entries, page_count = page_of(listed, page, MODERN.page_size)
        if page > page_count:
            return self._missing(404)
        if self._world.is_listing_empty(MODERN.id, path):
            entries = ()
        cards = [(p, _summary(p), _picture(p)) for p in entries]
        listing = self._page(
            "listing.html", cards=cards, page=page, page_count=page_count, path=path
        )
        return self._html(listing, request)

    def _json(self, page: int, request: Request) -> Answer:
        entries, page_count = page_of(self._world.listed_on(MODERN.id), page, 10)
        value = {
            "code": 0,
            "data": {
                "page": page,
                "pages": page_count,
                "list": [
                    {
                        "id": p.number,
                        "title": p.manuscript.title,
                        "url": p.path,
                        "publishTime": f"{p.published_at:%Y-%m-%d %H:%M:%S}",
                        "source": p.manuscript.source,
                        "summary": _summary(p),
                    }
                    for p in entries
                ],
            },
        }
        body = json.dumps(value, ensure_ascii=False).encode()
        return with_etag(Answer(body=body, media_type="application/json"), request)

    def _file(self, template: str, media_type: str, origin: str, request: Request) -> Answer:
        listed = [(p, _summary(p)) for p in self._world.listed_on(MODERN.id)]
        text = render(f"modern/{template}", site=MODERN, origin=origin, listed=listed)
        return with_etag(Answer(body=text.encode(), media_type=media_type), request)

    def _robots(self, origin: str) -> str:
        lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /*?preview="]
        if self._world.crawl_delay_s is not None:
            lines.append(f"Crawl-delay: {self._world.crawl_delay_s:g}")
        return "\n".join([*lines, "", f"Sitemap: {origin}/sitemap.xml", ""])

    def _missing(self, status: int) -> Answer:
        page = self._page("missing.html", status=status)
        return Answer(status=status, body=page.encode(), media_type=_UTF8)

    def _page(self, template: str, **values: object) -> str:
        is_redesigned = self._world.is_redesigned(MODERN.id)
        folder = folder_of(MODERN.id, template, is_redesigned=is_redesigned)
        return render(
            f"{folder}/{template}",
            site=MODERN,
            sections=sections_of(MODERN.id),
            is_hacked=self._world.is_hacked(MODERN.id),
            **values,
        )

    @staticmethod
    def _html(page: str, request: Request) -> Answer:
        return with_etag(Answer(body=page.encode(), media_type=_UTF8), request)


def _summary(publication: Publication) -> str:
    prose = (b.text for b in publication.manuscript.blocks if b.kind is BlockKind.PARAGRAPH)
    text = next(prose, "")
    return text if len(text) <= 60 else text[:59] + "…"


def _picture(publication: Publication) -> str | None:
    names = (block.picture for block in publication.manuscript.blocks)
    name = next((name for name in names if name), None)
    return None if name is None else picture_path(publication, name)
