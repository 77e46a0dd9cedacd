"""Whether a proposed entry is right as it stands: links, fields, district, rule set, next page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import NotFoundError
from bot.fetch.charset import decode
from bot.locate import Gazetteer
from bot.model import FetchedPage, Validators
from bot.sources import edit
from bot.sources.load import load
from bot.trial.propose import Known, Proposal, propose

if TYPE_CHECKING:
    from bot.model import Source
    from bot.sources.load import Configuration
    from tests.trial.building import Layout

CONFIG = Path(__file__).parents[2] / "config"
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class LayoutPages:
    """The pages of a layout, decoded as the fetcher would decode them."""

    def __init__(self, pages: dict[str, str], charset: str) -> None:
        self._pages = pages
        self._charset = charset

    async def get(self, url: str, *, source: Source, **_: Any) -> FetchedPage:
        return self.page(url, source.charset)

    def page(self, url: str, charset: str | None = None) -> FetchedPage:
        if url not in self._pages:
            raise NotFoundError(url, f"{url}: 404", status=404)
        body = self._pages[url].encode(self._charset, "xmlcharrefreplace")
        decoded = decode(body, rule=charset)
        return FetchedPage(
            requested_url=url,
            effective_url=url,
            status=200,
            body=body,
            text=decoded.text,
            charset=decoded.charset,
            charset_evidence=decoded.evidence,
            media_type="text/html",
            validators=Validators(),
            fetched_at=NOW,
            elapsed_s=0.0,
        )


def maker(config: Path) -> Any:
    """Return what turns an entry into a source by a configuration's districts and rule sets."""

    def make(entry: dict[str, Any]) -> Source:
        text = "sources:\n" + edit.block_of(entry)
        return load(config, environment={}, sources={"proposal": text.encode()}).sources[0]

    return make


def known_of(configuration: Configuration) -> Known:
    return Known(
        templates=configuration.templates,
        gazetteer=Gazetteer(configuration.districts),
        ids={source.id for source in configuration.sources},
        delay_s=configuration.settings.fetch.delay_s,
    )


def page_of(layout: Layout, pages: dict[str, str] | None = None) -> LayoutPages:
    return LayoutPages(pages or layout.pages, layout.charset)


async def proposed(layout: Layout, known: Known) -> Proposal:
    return await propose(layout.url, page_of(layout), known, make=maker(CONFIG))


def faults(layout: Layout, proposal: Proposal) -> list[str]:
    """Return what is wrong with an entry that nobody touched; empty when it is right."""
    found = [f"problem: {problem}" for problem in proposal.problems]
    entry, trial = proposal.entry, proposal.trial
    if entry.get("district") != layout.district:
        found.append(f"district {entry.get('district')}, not {layout.district}")
    if entry.get("cms") != layout.cms:
        found.append(f"cms {entry.get('cms')}, not {layout.cms}")
    if trial.listing is None:
        return [*found, "no listing"]
    links = [
        (link.url, link.title, link.published.at.date().isoformat() if link.published else "")
        for link in trial.listing.links
    ]
    wanted = [(url, title, day) for url, title, day in layout.expected]
    found += [
        f"link {link}"
        for link in links
        if not any(link[0] == u and _is_title(link[1], t) and link[2] == d for u, t, d in wanted)
    ]
    if [link[0] for link in links] != [url for url, _, _ in wanted]:
        found.append(f"{len(links)} links instead of {len(wanted)}")
    if trial.listing.next_url != layout.next_url:
        found.append(f"next page {trial.listing.next_url}, not {layout.next_url}")
    for tried in trial.articles:
        if tried.article is None:
            found.append(f"article {tried.link.url}: {tried.failure}")
            continue
        by_url = {url: (title, day) for url, title, day in layout.expected}
        title, day = by_url.get(tried.link.url, ("", ""))
        article = tried.article
        if article.title != title:
            found.append(f"title {article.title!r}, not {title!r}")
        if article.published is None or article.published.at.date().isoformat() != day:
            found.append(f"date {article.published} of {tried.link.url}")
        body = re.sub(r"\s", "", "".join(block.text for block in article.blocks))
        found += [
            f"lost: {paragraph}"
            for paragraph in layout.bodies.get(tried.link.url, ())
            if re.sub(r"\s", "", paragraph) not in body and "通讯员" not in paragraph
        ]
    return found


def _is_title(shown: str, title: str) -> bool:
    return shown == title or title.startswith(shown.rstrip(".…"))
