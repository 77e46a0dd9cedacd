"""Where each make of site keeps its articles and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replica.pictures import stem_of
from replica.sections import SECTIONS, Section

if TYPE_CHECKING:
    from datetime import datetime

    from replica.model import Publication


def article_path(section: Section, number: int, at: datetime) -> str:
    """Return the path of an article's first page."""
    if section.site == "portal":
        return f"{section.path}{number}.html"
    if section.site == "dede":
        return f"{section.path}{at:%Y}/{at:%m%d}/{number}.html"
    return f"/article/{at:%Y%m%d}-{number}"


def page_path(publication: Publication, page: int) -> str:
    """Return the path of page ``page`` of an article, counted from 1."""
    if page == 1:
        return publication.path
    return f"{publication.path.removesuffix('.html')}_{page}.html"


def picture_path(publication: Publication, name: str) -> str:
    """Return the path of a picture of an article."""
    stem, at = stem_of(name), publication.published_at
    if publication.site == "portal":
        folder = SECTIONS[publication.manuscript.section].path
        return f"/d/file{folder}{at:%Y-%m-%d}/{stem}.png"
    if publication.site == "dede":
        return f"/uploads/allimg/{at:%y%m%d}/{stem}.png"
    return f"/media/{stem}.png"
