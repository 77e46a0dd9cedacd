"""What a page says as an article, and how that was decided; untrusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.discover import Published
    from bot.model.fetch import FetchedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What was taken out of a page, and by which rule, so that a false one can be found."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One decided field of an article with the rule that decided it."""

    field: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A value that a field could have had: kept only where somebody asks for the reasons."""

    field: str
    value: str
    #: the rule or the place that offers it
    rule: str
    #: what it was weighed with; None where the first rule that has an answer is believed
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on a page something stands, by the tags, classes and ids above it."""

    #: checksum of the path from the root
    path: int
    #: the element as people name it, such as ``div.content#text``
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one page shows of its site: no text, only checksums of lines at their places."""

    #: checksums of the page's address and of its headline
    page: int
    title: int
    #: checksums of each line that is no link, together with its place; ascending, each once
    keys: tuple[int, ...]
    #: number of the known layout that the page is of; None for one not seen before
    layout: int | None
    #: where body, title, date and source stand; what was not found is absent
    places: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedArticle:
    """What the page says. Untrusted: nothing of it is safe to show."""

    page: FetchedPage
    canonical_url: str
    title: str
    published: Published | None
    #: 来源 as the page names it; None when it names none
    source_name: str | None
    authors: tuple[str, ...]
    #: (role, name) pairs in page order, such as (责编, 殷婷)
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    #: the article's subtree, still with hidden text, in document order; joined over its pages
    body_html: str
    #: texts of the page's <style> elements, so that cleaning can tell what they hide
    styles: tuple[str, ...] = ()
    #: what the page calls its site, so that cleaning can tell a mark that bears its name
    site_names: tuple[str, ...] = ()
    #: address of the article's next page; None on the last
    next_page_url: str | None = None
    findings: tuple[Finding, ...] = ()
    removed: tuple[Removal, ...] = ()
    #: what was weighed for each field, in the order of the deciding; empty when nobody asked
    offers: tuple[Offer, ...] = ()
    #: what the page teaches of its site; None when nobody learns
    sighting: Sighting | None = None
