"""From an address to a complete source entry: tried, judged, and no more rules than are needed."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.discover.candidates import candidates
from bot.discover.words import describe, selector_of_text
from bot.errors import FetchError
from bot.model import ArticleRules, Source, SourceKind
from bot.trial.attempt import Trial, try_article, try_source
from bot.trial.naming import free_id, name_from
from bot.trial.place import Guess, PageWords, guess_district

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from bot.discover.words import SelfDescription
    from bot.locate import Gazetteer
    from bot.model import ArticleLink, FetchedPage
    from bot.sources.entry import CmsFile
    from bot.trial.attempt import TriedArticle
    from bot.trial.pages import Pages

SAMPLES = 3
#: links whose address is unlike the others' that are tried as well
ODD_SAMPLES = 2
#: failures of an odd link after which its folder is kept out
_FOREIGN = {"no-article", "robots-denied", "redirected-away", "login-wall", "wrong-type",
            "soft-404"}  # fmt: skip


_FEED = re.compile(
    r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<\?xml-stylesheet[^>]*>\s*)*<(rss|feed|rdf:RDF)\b", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a proposal needs to know of the configuration."""

    templates: Mapping[str, CmsFile]
    gazetteer: Gazetteer
    #: ids that are taken
    ids: Collection[str]
    #: pause, timeout and proxy that the settings give every source
    delay_s: float = 2.0
    timeout_s: float = 30.0
    proxy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A complete entry for one address, with its reasons and what it would yield."""

    #: keys and values as they go into the file, in order
    entry: dict[str, Any]
    #: the last trial, made with the rules of the entry
    trial: Trial
    #: why each key is what it is, one sentence each
    reasons: tuple[str, ...]
    #: what a person has to decide or mend; empty: the entry can be used as it stands
    problems: tuple[str, ...] = ()
    #: other addresses that may be what was meant
    instead: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A proposal in the making."""

    entry: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)


async def propose(
    url: str,
    pages: Pages,
    known: Known,
    *,
    district: str | None = None,
    source_id: str | None = None,
    make: Callable[[dict[str, Any]], Source],
) -> Proposal:
    """Look at ``url`` and return the entry that would make a source of it.

    ``district`` and ``source_id`` are the operator's own word.  ``make`` turns an entry into a
    source as the configuration would.  Never raises for what it meets at the site.
    """
    draft = _Draft()
    bare = Source(
        id="proposal",
        url=url,
        adcode="",
        delay_s=known.delay_s,
        timeout_s=known.timeout_s,
        proxy=known.proxy,
    )
    try:
        page = await pages.get(url, source=bare, purpose="listing")
    except FetchError as error:
        failure = (error.kind, str(error))
        draft.problems.append(str(error))
        draft.entry = {"id": source_id or free_id(url, None, known.ids), "url": url}
        return _proposal(draft, Trial(source=bare, failure=failure))
    source = replace(bare, kind=kind_of(page))
    if source.kind is not SourceKind.HTML:
        draft.reasons.append(f"kind: the address answers with {source.kind.value}")
    about = describe(page) if source.kind is SourceKind.HTML else None
    cms, marks = recognise(page.text, known.templates)
    trial = await try_source(source, pages, article_count=SAMPLES)
    if about is not None and trial.failure is not None:
        source, trial = await _elsewhere(source, trial, about, pages, draft)
    if about is not None and trial.failure is None and _quality(trial) < 1.0:
        source, trial = await _better_list(source, trial, page, pages, draft)
    if cms is None:
        texts = "\n".join(p.text for one in trial.articles for p in one.pages[:1])
        cms, marks = recognise(texts, known.templates)
    source, trial = await _refine(source, trial, pages, draft)
    guess = _where(url, page, about, trial, known) if district is None else None
    draft.entry = _entry(url, page, source, guess, cms, about, known, district, source_id, draft)
    if cms is not None:
        draft.reasons.append(f"cms: {cms}, known by {marks}")
    if not draft.problems or trial.failure is None:
        trial = await _with_entry(draft, trial, pages, make)
    _judge(trial, draft)
    return _proposal(draft, trial)


def kind_of(page: FetchedPage) -> SourceKind:
    """Return what a listing is, by its first characters and not by what the server calls it."""
    start = page.text.lstrip("\ufeff \r\n\t")[:2000]
    if _FEED.match(start):
        return SourceKind.FEED
    if re.search(r"<(urlset|sitemapindex)\b", start):
        return SourceKind.SITEMAP
    if start[:1] in "{[" or re.match(r"[\w.$]+\(\s*[{\[]", start):
        try:
            json.loads(page.text.lstrip("\ufeff"))
        except ValueError:
            is_callback = re.match(r"[\w.$]+\(\s*[{\[]", start) is not None
            return SourceKind.JSON if is_callback else SourceKind.HTML
        return SourceKind.JSON
    return SourceKind.HTML


def recognise(text: str, templates: Mapping[str, CmsFile]) -> tuple[str | None, str]:
    """Return the rule set whose fingerprints stand in a page's source, and which those are."""
    found = {
        name: [mark for mark in template.fingerprints if mark in text]
        for name, template in templates.items()
    }
    name = max(found, key=lambda name: len(found[name]), default=None)
    if name is None or not found[name]:
        return None, ""
    return name, ", ".join(found[name])


async def _elsewhere(
    source: Source, trial: Trial, about: SelfDescription, pages: Pages, draft: _Draft
) -> tuple[Source, Trial]:
    """Look for the list where a page without one points to: its feed, its section."""
    for url, _ in about.feeds[:2]:
        other = replace(source, url=url, kind=SourceKind.FEED)
        tried = await try_source(other, pages, article_count=SAMPLES)
        if tried.failure is None:
            draft.reasons.append(f"url and kind: the page has no list but declares the feed {url}")
            return other, tried
    assert trial.failure is not None  # noqa: S101 -- told to mypy; that is when we are called
    draft.problems.append(trial.failure[1])
    if about.trail and about.trail[-1] != source.url:
        draft.instead.append(about.trail[-1])
    elif about.link_count < 5 and about.script_count > 1:
        draft.problems.append(
            "the page has hardly a link and draws itself by script: look in the browser's network "
            "view for the JSON that it loads and add that address, or set render: true"
        )
    return source, trial


async def _better_list(
    source: Source, trial: Trial, page: FetchedPage, pages: Pages, draft: _Draft
) -> tuple[Source, Trial]:
    """Try the page's other lists when the articles of the likeliest one cannot be read."""
    best = _quality(trial), source, trial, ""
    for candidate in candidates(page)[1:3]:
        other = replace(source, listing=replace(source.listing, item=candidate.item))
        tried = await try_source(other, pages, article_count=SAMPLES)
        if tried.failure is None and _quality(tried) > best[0] + 0.3:
            best = _quality(tried), other, tried, candidate.item
    if best[3]:
        draft.reasons.append(
            f"listing.item: the articles of the largest list could not be read, those of "
            f"{best[3]} can"
        )
    return best[1], best[2]


def _quality(trial: Trial) -> float:
    """Return how right the sample articles look, 0 to 1.

    What robots.txt forbids to read tells nothing.
    """
    read = [one for one in trial.articles if not one.failure or one.failure[0] != "robots-denied"]
    return sum(_rightness(one) for one in read) / len(read) if read else 0.0


def _rightness(tried: TriedArticle) -> float:
    if tried.article is None:
        return 0.0
    kinds = {note.kind for note in tried.notes}
    return 1.0 - 0.5 * ("short-body" in kinds) - 0.3 * ("no-title" in kinds)


async def _refine(
    source: Source, trial: Trial, pages: Pages, draft: _Draft
) -> tuple[Source, Trial]:
    """Add the few rules that the samples ask for; return source and trial with them."""
    if trial.listing is None:
        return source, trial
    block = list(source.listing.block)
    good = {_form(one.link.url) for one in trial.articles if one.article is not None}
    failed = [one.link for one in trial.articles if one.failure and _form(one.link.url) not in good]
    odd = dict.fromkeys([*(failed if good else ()), *odd_links(trial.listing.links)[:ODD_SAMPLES]])
    for link in odd:
        tried = next((one for one in trial.articles if one.link == link), None)
        tried = tried or await try_article(source, pages, link)
        if tried.failure is not None and tried.failure[0] in _FOREIGN:
            pattern = re.escape(_folder(link.url))
            block.append(pattern)
            draft.reasons.append(
                f"listing.block: {link.url} is unlike the others and {tried.failure[0]}"
            )
    title = _title_rule(trial)
    if title:
        draft.reasons.append(f"article.title: the listing's titles stand in {title}")
    if not title and len(block) == len(source.listing.block):
        return source, trial
    refined = replace(
        source,
        listing=replace(source.listing, block=tuple(block)),
        article=replace(source.article, title=(title,)) if title else source.article,
    )
    return refined, await try_source(refined, pages, article_count=SAMPLES)


def odd_links(links: tuple[ArticleLink, ...]) -> list[ArticleLink]:
    """Return a link of each form of address that few of a listing's links have."""
    forms = Counter(_form(link.url) for link in links)
    odd: dict[str, ArticleLink] = {}
    for link in links:
        form = _form(link.url)
        if forms[form] <= 0.2 * len(links):
            odd.setdefault(form, link)
    return list(odd.values())


def _form(url: str) -> str:
    """Return host, folder and shape of the name of an address, blind to numbers."""
    return re.sub(r"\d+", "#", url.split("?", 1)[0])


def _folder(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rsplit("/", 1)[0] + "/"
    path = re.split(r"/\d", path)[0].rstrip("/") + "/"
    return f"{parts.hostname}/" if path == "/" else path


def _title_rule(trial: Trial) -> str | None:
    """Return a selector for titles when most samples have another title than the listing says."""
    wrong = [one for one in trial.articles if any(n.kind == "other-title" for n in one.notes)]
    if not wrong or len(wrong) < len(trial.articles) / 2:
        return None
    found = Counter(
        selector
        for one in wrong
        if one.pages and (selector := selector_of_text(one.pages[0], one.link.title))
    )
    selector, count = found.most_common(1)[0] if found else ("", 0)
    return selector if count == len(wrong) else None


def _where(
    url: str, page: FetchedPage, about: SelfDescription | None, trial: Trial, known: Known
) -> Guess | None:
    first = next((p for one in trial.articles for p in one.pages), None)
    told = about or (describe(first) if first is not None else None)
    words = PageWords(
        url=url,
        title=told.title if about is not None and told is not None else "",
        headings=told.headings if about is not None and told is not None else "",
        about=told.about if told is not None else "",
        text=told.text[:20_000] if told is not None else page.text[:2000],
    )
    titles = [link.title for link in trial.listing.links] if trial.listing is not None else []
    articles = [one.article for one in trial.articles if one.article is not None]
    return guess_district(words, titles, articles, known.gazetteer)


def _entry(
    url: str,
    page: FetchedPage,
    source: Source,
    guess: Guess | None,
    cms: str | None,
    about: SelfDescription | None,
    known: Known,
    district: str | None,
    source_id: str | None,
    draft: _Draft,
) -> dict[str, Any]:
    if district is None and guess is None:
        draft.problems.append("nothing tells the district; name it with --district")
    elif guess is not None:
        draft.reasons.append(f"district: {guess.name} ({guess.evidence})")
    slug = district or (guess.slug if guess else None)
    entry: dict[str, Any] = {"id": source_id or free_id(url, slug, known.ids)}
    if slug is not None:
        entry["district"] = slug
    if about is not None and (name := name_from(about.title)):
        entry["name"] = name
    entry["url"] = source.url
    if source.kind is not SourceKind.HTML:
        entry["kind"] = source.kind.value
    if cms is not None:
        entry["cms"] = cms
    if page.charset_evidence == "detected" and page.charset not in {"utf-8", "ascii"}:
        entry["encoding"] = page.charset
        draft.reasons.append(f"encoding: the site declares none; its bytes are {page.charset}")
    listing: dict[str, Any] = {}
    if source.listing.item is not None:
        listing["item"] = source.listing.item
    if source.listing.block:
        listing["block"] = list(source.listing.block)
    if listing:
        entry["listing"] = listing
    if source.article != ArticleRules():
        entry["article"] = {"title": source.article.title[0]}
    return entry


async def _with_entry(
    draft: _Draft, trial: Trial, pages: Pages, make: Callable[[dict[str, Any]], Source]
) -> Trial:
    """Try the very entry; leave the rule set out when it makes things worse."""
    if "district" not in draft.entry:
        return trial
    source = make(draft.entry)
    tried = await try_source(source, pages, article_count=SAMPLES)
    if "cms" in draft.entry and _quality(tried) < _quality(trial):
        draft.reasons.append(f"cms: the rules of {draft.entry['cms']} do not fit, left out")
        del draft.entry["cms"]
        return await try_source(make(draft.entry), pages, article_count=SAMPLES)
    return tried


def _judge(trial: Trial, draft: _Draft) -> None:
    """Add what a person should look at."""
    if trial.failure is not None:
        if trial.failure[1] not in draft.problems:
            draft.problems.append(trial.failure[1])
        return
    for tried in trial.articles:
        if tried.failure is not None:
            draft.problems.append(tried.failure[1])
    wrong = Counter(note.kind for note in trial.warnings)
    for note in trial.warnings:
        if note.kind in {"no-title", "no-date", "watermark-left", "same-text"} or (
            note.kind in {"short-body", "other-title"} and wrong[note.kind] >= SAMPLES
        ):
            draft.problems.append(note.text)


def _proposal(draft: _Draft, trial: Trial) -> Proposal:
    return Proposal(
        entry=draft.entry,
        trial=trial,
        reasons=tuple(draft.reasons),
        problems=tuple(dict.fromkeys(draft.problems)),
        instead=tuple(draft.instead),
    )
