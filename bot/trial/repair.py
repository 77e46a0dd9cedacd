"""What would mend a source whose site was redesigned: found as for a new source, and proved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.discover.candidates import candidates
from bot.errors import FetchError
from bot.model import ArticleRules, SourceKind
from bot.sources.edit import block_of
from bot.trial.attempt import try_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.model import Source
    from bot.trial.attempt import Trial
    from bot.trial.pages import Pages

SAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Other rules for a source, and what they were seen to give."""

    source: Source
    trial: Trial
    #: the keys to change, as lines of YAML
    lines: str
    reason: str


async def find_repair(
    source: Source, pages: Pages, known_urls: Callable[[Collection[str]], int]
) -> Repair | None:
    """Return rules by which the source's page can be read as it is now; None when none were found.

    ``known_urls`` tells how many of some addresses the archive has: a list of articles that we
    have is the old list in new clothes.  Never raises for what it meets at the site.
    """
    try:
        page = await pages.get(source.url, source=source, purpose="listing")
    except FetchError:
        return None
    tries: list[Source] = []
    rules = source.listing
    if source.kind is SourceKind.HTML:
        free = replace(
            rules, item=None, link=None, title=None, date=None, date_format=None, next_page=None
        )
        if rules.item is not None:
            tries += [
                replace(source, listing=replace(free, item=one.item))
                for one in candidates(page, limit=3)
            ]
        tries.append(replace(source, listing=free))
        if source.article != ArticleRules():
            tries += [replace(one, article=_free_article(source.article)) for one in tuple(tries)]
    best: tuple[float, Repair] | None = None
    for one in tries:
        if one == source:
            continue
        trial = await try_source(one, pages, article_count=SAMPLES)
        if trial.listing is None or trial.is_failure:
            continue
        urls = [link.canonical_url for link in trial.listing.links]
        known = await asyncio.to_thread(known_urls, urls)
        good = sum(t.article is not None and not t.notes for t in trial.articles)
        score = known + 0.5 * len(urls) ** 0.5 + good
        if best is None or score > best[0]:
            reason = f"{len(urls)} links, {known} of them to articles that the archive has"
            repair = Repair(source=one, trial=trial, lines=_lines(source, one), reason=reason)
            best = score, repair
    return best[1] if best else None


def _free_article(rules: ArticleRules) -> ArticleRules:
    return replace(rules, body=(), title=(), date=(), date_format=None)


def _lines(old: Source, new: Source) -> str:
    """Return the changed rules as lines for the entry; a rule that goes is named as a comment."""
    entry: dict[str, object] = {}
    gone: list[str] = []
    for part, one, other in (
        ("listing", old.listing, new.listing),
        ("article", old.article, new.article),
    ):
        changed = {}
        for name in type(one).__dataclass_fields__:
            before, after = getattr(one, name), getattr(other, name)
            if before == after:
                continue
            if after:
                changed[name] = list(after) if isinstance(after, tuple) else after
            else:
                gone.append(f"{part}.{name}")
        if changed:
            entry[part] = changed
    comments = (f"remove: {', '.join(gone)}",) if gone else ()
    if not entry:
        return "".join(f"# {comment}\n" for comment in comments)
    body = block_of(entry, column=0)
    lines = body.splitlines()
    plain = [lines[0].removeprefix("- "), *(line.removeprefix("  ") for line in lines[1:])]
    return "".join(f"# {comment}\n" for comment in comments) + "".join(f"{x}\n" for x in plain)
