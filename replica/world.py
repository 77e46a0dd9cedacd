"""The newsroom of the replica: it publishes, edits, withdraws and breaks things when told to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from replica.access import AccessLog
from replica.clock import SHANGHAI, Clock
from replica.failures import Failure, Trouble
from replica.manuscripts import load_manuscripts, revise
from replica.model import Block, BlockKind, Manuscript, Publication, Truth
from replica.paths import article_path, picture_path
from replica.pictures import stem_of
from replica.sections import COUNTIES, SECTIONS, SITES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

#: what an editor adds when a manuscript brings no correction of its own
_POSTSCRIPT = "据了解，相关工作仍在有序推进，本网将持续关注。"


#: failures that show in the right pages and not instead of them
_INSIDE_PAGES = frozenset({Failure.LISTING_EMPTY, Failure.HACKED})


class NothingToPublishError(Exception):
    """The section has no manuscript left."""


class ReplicaWorld:
    """Three sites and everything that happens on them, by one clock.

    A new world is empty.  ``catch_up`` fills it with every manuscript that is dated before now,
    as if it had been running for months; ``publish`` puts the next ones out now.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        manuscripts: Iterable[Manuscript] | None = None,
        access_file: Path | None = None,
        crawl_delay_s: float | None = None,
    ) -> None:
        self.clock = clock
        self.log = AccessLog(clock, access_file)
        #: what robots.txt of the modern site asks for; None asks for nothing
        self.crawl_delay_s = crawl_delay_s
        self._waiting = list(load_manuscripts() if manuscripts is None else manuscripts)
        self._publications: dict[str, Publication] = {}
        self._by_path: dict[tuple[str, str], str] = {}
        self._next_number = {site.id: site.first_number for site in SITES.values()}
        self._generations = dict.fromkeys(SITES, 0)
        self._regenerated_at: dict[str, datetime] = {}
        self._redesigned: set[str] = set()
        self._troubles: dict[str, list[Trouble]] = {site: [] for site in SITES}
        self._picture_names: dict[str, str] = {}

    # ── what the newsroom does ───────────────────────────────────────────────────────────

    def catch_up(self) -> tuple[Publication, ...]:
        """Publish every manuscript that is dated before now, each at its own instant."""
        now = self.clock()
        due = [m for m in self._waiting if m.dated <= now]
        return tuple(self._put_out(manuscript, manuscript.dated) for manuscript in due)

    def publish(self, section: str, count: int = 1) -> tuple[Publication, ...]:
        """Publish the next ``count`` manuscripts of a section, now.

        Raises NothingToPublishError when there are fewer, KeyError for an unknown section.
        """
        name = SECTIONS[section].id
        chosen = [m for m in self._waiting if m.section == name and not m.is_gone][:count]
        if len(chosen) < count:
            raise NothingToPublishError(f"{section} has {len(chosen)} manuscripts left")
        now = self.clock().astimezone(SHANGHAI)
        return tuple(self._put_out(manuscript, now) for manuscript in chosen)

    def edit(
        self, slug: str, find: str | None = None, put: str = "", *, title: str | None = None
    ) -> Publication:
        """Change a published text: ``find`` by ``put``, else its own correction, else a postscript.

        Raises KeyError when it is not published, ValueError when ``find`` is nowhere in it.
        """
        old = self._publications[slug]
        manuscript = old.manuscript
        pages = manuscript.pages
        changes = {find: put} if find is not None else dict(manuscript.correction)
        for wanted in changes:
            if not any(wanted in block.text for block in manuscript.blocks):
                raise ValueError(f"{wanted!r} is not in {slug}")
        pages = tuple(tuple(revise(block, changes) for block in page) for page in pages)
        if not changes and title is None:
            pages = (*pages[:-1], _with_postscript(pages[-1]))
        edited = replace(
            old,
            manuscript=replace(manuscript, pages=pages, title=title or manuscript.title),
            revised_at=self.clock().astimezone(SHANGHAI),
        )
        self._publications[slug] = edited
        return edited

    def withdraw(self, slug: str, *, is_listed: bool = False) -> Publication:
        """Take an article off its site; listings drop it too, unless ``is_listed``."""
        gone = replace(self._publications[slug], is_withdrawn=True, is_listed=is_listed)
        self._publications[slug] = gone
        return gone

    def regenerate(self, site: str | None = None) -> None:
        """Let the CMS write every page of a site (or of all) anew: all watermarks change."""
        for name in SITES if site is None else (SITES[site].id,):
            self._generations[name] += 1
            self._regenerated_at[name] = self.clock()

    def redesign(self, site: str) -> None:
        """Give a site other markup for listings and articles; addresses stay."""
        self._redesigned.add(SITES[site].id)
        self.regenerate(site)

    def fail(
        self,
        site: str,
        failure: Failure | str,
        *,
        under: str = "/",
        delay_s: float = 0.0,
        times: int | None = None,
    ) -> None:
        """Let a site answer every path that begins with ``under`` by a failure until mended."""
        self._troubles[site].append(
            Trouble(failure=Failure(failure), under=under, delay_s=delay_s, times=times)
        )

    def mend(self, site: str) -> None:
        """End all failures of a site."""
        self._troubles[site].clear()

    # ── what there is ────────────────────────────────────────────────────────────────────

    def truth(self) -> tuple[Truth, ...]:
        """Return what a perfect crawler would know of every publication, oldest first.

        Withdrawn ones are among them and say so; ``gone`` ones were never there to be seen.
        """
        seen = (p for p in self._publications.values() if not p.manuscript.is_gone)
        return tuple(_truth_of(publication) for publication in seen)

    def publication(self, slug: str) -> Publication:
        """Return a publication by its manuscript's slug; raises KeyError."""
        return self._publications[slug]

    def publication_at(self, site: str, path: str) -> Publication | None:
        """Return the publication whose first page is at ``path``."""
        slug = self._by_path.get((site, path))
        return None if slug is None else self._publications[slug]

    def listed(self, section: str) -> tuple[Publication, ...]:
        """Return what the listing of a section links to, newest first."""
        chosen = (
            p
            for p in self._publications.values()
            if p.manuscript.section == section and p.is_listed
        )
        return tuple(sorted(chosen, key=lambda p: (p.published_at, p.number), reverse=True))

    def listed_on(self, site: str) -> tuple[Publication, ...]:
        """Return everything that the listings of a site link to, newest first."""
        chosen = (p for p in self._publications.values() if p.site == site and p.is_listed)
        return tuple(sorted(chosen, key=lambda p: (p.published_at, p.number), reverse=True))

    def waiting(self, section: str) -> int:
        """Return how many manuscripts of a section are not published yet."""
        return sum(1 for m in self._waiting if m.section == section and not m.is_gone)

    def generation_of(self, site: str) -> int:
        """Return how often a site's pages were regenerated."""
        return self._generations[site]

    def regenerated_at(self, site: str) -> datetime | None:
        """Return when a site's pages were last regenerated; None when never."""
        return self._regenerated_at.get(site)

    def is_redesigned(self, site: str) -> bool:
        """Tell whether a site wears its other markup."""
        return site in self._redesigned

    def is_listing_empty(self, site: str, path: str) -> bool:
        """Tell whether a site's listings have lost their entries."""
        return self._suffers(site, Failure.LISTING_EMPTY, path)

    def is_hacked(self, site: str) -> bool:
        """Tell whether a site hides links to games of chance in its pages."""
        return self._suffers(site, Failure.HACKED, "/")

    def today(self) -> date:
        """Return the day that the sites' mastheads show."""
        return self.clock().astimezone(SHANGHAI).date()

    def picture_name(self, stem: str) -> str | None:
        """Return the name of the picture that a CMS keeps under ``stem``, if it is published."""
        return self._picture_names.get(stem)

    def trouble_for(self, site: str, path: str) -> Trouble | None:
        """Return the failure that covers a request now, and count the request."""
        troubles = self._troubles[site]
        for place, trouble in enumerate(troubles):
            if trouble.failure in _INSIDE_PAGES:
                continue
            if path.startswith(trouble.under) and trouble.times != 0:
                if trouble.times is not None:
                    troubles[place] = replace(trouble, times=trouble.times - 1)
                return trouble
        return None

    def _suffers(self, site: str, failure: Failure, path: str) -> bool:
        return any(
            trouble.failure is failure and path.startswith(trouble.under)
            for trouble in self._troubles[site]
        )

    def _put_out(self, manuscript: Manuscript, at: datetime) -> Publication:
        self._waiting.remove(manuscript)
        site = SECTIONS[manuscript.section].site
        number = self._next_number[site]
        self._next_number[site] += 1
        publication = Publication(
            manuscript=manuscript,
            site=site,
            number=number,
            path=article_path(SECTIONS[manuscript.section], number, at),
            published_at=at,
            revised_at=at,
            is_withdrawn=manuscript.is_gone,
        )
        self._publications[manuscript.slug] = publication
        self._by_path[site, publication.path] = manuscript.slug
        for block in manuscript.blocks:
            if block.picture is not None:
                self._picture_names[stem_of(block.picture)] = block.picture
        return publication


def _with_postscript(page: tuple[Block, ...]) -> tuple[Block, ...]:
    postscript = Block(kind=BlockKind.PARAGRAPH, text=_POSTSCRIPT)
    if page and page[-1].kind is BlockKind.CREDIT:
        return (*page[:-1], postscript, page[-1])
    return (*page, postscript)


def _truth_of(publication: Publication) -> Truth:
    manuscript = publication.manuscript
    section = SECTIONS[manuscript.section]
    return Truth(
        slug=manuscript.slug,
        site=publication.site,
        section=section.id,
        path=publication.path,
        title=manuscript.title,
        date=publication.published_at.date().isoformat(),
        published_at=publication.published_at,
        precision=SITES[publication.site].precision,
        source=manuscript.source,
        authors=manuscript.authors,
        editors=manuscript.editors,
        breadcrumb=section.breadcrumb,
        counties=tuple(sorted(COUNTIES[slug][0] for slug in manuscript.counties)),
        story=manuscript.story,
        blocks=manuscript.blocks,
        pictures=tuple(
            picture_path(publication, block.picture)
            for block in manuscript.blocks
            if block.picture is not None
        ),
        is_withdrawn=publication.is_withdrawn,
        is_revised=publication.revised_at != publication.published_at,
    )
