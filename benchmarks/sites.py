"""What is learned of a site: the quality of extraction with and without it, and what it costs.

    python benchmarks/sites.py [--quick] [--json] [--pages]

Each group is the pages of one site in the order in which a crawl meets them; the profile begins
with nothing, and is learned page by page as in a crawl, the second page being looked at before the
first is read.  Groups are the replica's sections, every template of ``tests/data`` with all of the
Chinese golden articles, made-up sites whose pages mislead (``tests/golden/made_sites.py``), and, of
the real pages beside the repository, those sites that have more than one.  Without ``--quick`` the
table goes to ``results/sites.md``; ``--pages`` tells which pages the profile made another of.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.clean import clean  # noqa: E402
from bot.extract import SiteProfile, extract  # noqa: E402
from replica import HandClock, ReplicaWorld  # noqa: E402
from replica.answers import Request  # noqa: E402
from replica.dede import DedeSite  # noqa: E402
from replica.modern import ModernSite  # noqa: E402
from replica.portal import Portal  # noqa: E402
from tests.data.article import DATA, Article, all_articles  # noqa: E402
from tests.data.rendering import render  # noqa: E402
from tests.golden.made_sites import SITES, made_pages  # noqa: E402
from tests.golden.ours import NO_RULES, fetched, reading  # noqa: E402
from tests.golden.real_pages import read_real_pages  # noqa: E402
from tests.golden.scoring import Gold, score  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import CleanArticle

RESULTS = Path(__file__).parent / "results" / "sites.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page with its gold."""

    url: str
    text: str
    gold: Gold


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The pages of one site, in the order in which they are met."""

    family: str
    name: str
    pages: tuple[Page, ...]


def replica_groups() -> Iterator[Group]:
    """Yield the sections of the replica's three sites, first pages of articles only."""
    world = ReplicaWorld(HandClock.at("2026-11-20T09:00:00+08:00"))
    world.catch_up()
    sites = {"portal": Portal(world), "dede": DedeSite(world), "modern": ModernSite(world)}
    sections: dict[str, list[Page]] = defaultdict(list)
    for truth in world.truth():
        manuscript = world.publication(truth.slug).manuscript
        if truth.is_withdrawn or len(manuscript.pages) > 1:
            continue
        answer = sites[truth.site].answer(Request(path=truth.path, query={}, headers={}))
        charset = "gb18030" if truth.site == "dede" else "utf-8"
        gold = Gold(
            id=truth.slug,
            title=truth.title,
            published=truth.published_at,
            has_time=truth.precision == "minute",
            source=truth.source,
            authors=truth.authors,
            editors=(),
            roles=None,
            paragraphs=tuple(line for text in truth.paragraphs for line in text.splitlines()),
        )
        page = Page(
            url=f"http://{truth.site}.example{truth.path}",
            text=answer.body.decode(charset, errors="replace"),
            gold=gold,
        )
        sections[truth.site].append(page)
    for name, pages in sections.items():
        yield Group(family="replica", name=name, pages=tuple(pages))


def _chinese() -> list[Article]:
    articles = [a for a in all_articles() if a.head.get("language", "zh") == "zh" and a.paragraphs]
    return [a for a in articles if a.head.get("pool") != "tw"]


def template_groups() -> Iterator[Group]:
    """Yield each template of ``tests/data`` with every Chinese golden article in it."""
    for place in sorted(DATA.glob("*/page.html")):
        site = place.parent.name
        own = [a for a in all_articles() if a.site == site]
        if own[0].head.get("language", "zh") != "zh" or own[0].head.get("pool") == "tw":
            continue
        pages = []
        for number, other in enumerate(_chinese()):
            head = {**other.head, "next_page": ""}
            article = Article(site=site, name=other.name, head=head, blocks=other.blocks)
            address = urlsplit(own[0].url)
            url = f"{address.scheme}://{address.netloc}/news/{1000 + number}.html"
            gold = Gold(
                id=f"{site}/{other.id}",
                title=other.title,
                published=other.when,
                has_time=False,
                source=None,
                authors=(),
                editors=(),
                roles=None,
                paragraphs=other.paragraphs,
            )
            pages.append(Page(url=url, text=render(article), gold=gold))
        yield Group(family="templates of tests/data", name=site, pages=tuple(pages))


def made_groups() -> Iterator[Group]:
    """Yield the made-up sites whose pages mislead."""
    for site in SITES:
        pages = [Page(url=m.url, text=m.text, gold=m.gold) for m in made_pages(site, _chinese())]
        yield Group(family="made-up sites that mislead", name=site, pages=tuple(pages))


def real_groups() -> Iterator[Group]:
    """Yield the real pages by site; a site of one page teaches nothing and is left out."""
    shared = Path(os.environ.get("XIANWEN_SHARED", ROOT.parent / "shared")) / "pages"
    if not shared.is_dir():
        return
    by_site: dict[str, list[Page]] = defaultdict(list)
    for gold, text, url in read_real_pages(shared):
        by_site[gold.id.rpartition("-")[0]].append(Page(url=url, text=text, gold=gold))
    for name, pages in by_site.items():
        if len(pages) > 1:
            yield Group(family="real pages", name=name, pages=tuple(pages))


def read_alone(page: Page) -> CleanArticle:
    return clean(
        extract(fetched(page.text, page.url), NO_RULES, timezone="Asia/Shanghai"), NO_RULES
    )


def read_beside(group: Group) -> list[CleanArticle]:
    """Read a group as a crawl does: the profile grows with each page."""
    host = urlsplit(group.pages[0].url).netloc
    profile = SiteProfile(host=host)

    def read(page: Page) -> CleanArticle:
        nonlocal profile
        found = extract(
            fetched(page.text, page.url), NO_RULES, timezone="Asia/Shanghai", profile=profile
        )
        if found.sighting is not None:
            profile = profile.learn(found.sighting)
        return clean(found, NO_RULES)

    if len(group.pages) > 1:
        read(group.pages[1])
    return [read(page) for page in group.pages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group's figures without and with a profile."""

    family: str
    name: str
    pages: int
    f1: tuple[float, float]
    clean_share: tuple[float, float]
    better: int
    worse: int


def compare(group: Group, *, is_telling: bool) -> Row:
    alone = [read_alone(page) for page in group.pages]
    beside = read_beside(group)
    scores = []
    better = worse = 0
    for page, one, other in zip(group.pages, alone, beside, strict=True):
        before, after = score(page.gold, reading(one)), score(page.gold, reading(other))
        scores.append((before, after))
        gain = _merit(after) - _merit(before)
        better += gain > 1e-9
        worse += gain < -1e-9
        if is_telling and (abs(gain) > 1e-9 or one.text != other.text):
            print(f"{page.gold.id}: F1 {before.f1:.4f} -> {after.f1:.4f}")
            print(f"    {other.extracted.findings[-1]}")
            gone = set(one.text.splitlines()) - set(other.text.splitlines())
            print("    without:", *gone, sep="\n      ")
    return Row(
        family=group.family,
        name=group.name,
        pages=len(group.pages),
        f1=(fmean(b.f1 for b, _ in scores), fmean(a.f1 for _, a in scores)),
        clean_share=(
            fmean(b.is_free_of_boilerplate for b, _ in scores),
            fmean(a.is_free_of_boilerplate for _, a in scores),
        ),
        better=better,
        worse=worse,
    )


def _merit(said: object) -> float:
    """Return one number for a page: body, title, day and source together."""
    names = ("f1", "has_title", "has_day", "has_source")
    return sum(float(getattr(said, name) or 0) for name in names)


def cost(groups: list[Group], rounds: int) -> tuple[float, float]:
    """Return CPU milliseconds for a page without and with a profile: medians of paired rounds."""
    pages = sum(len(group.pages) for group in groups)
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        start = time.process_time()
        for group in groups:
            for page in group.pages:
                read_alone(page)
        middle = time.process_time()
        for group in groups:
            read_beside(group)
        taken[0].append((middle - start) / pages * 1000)
        # the second page of each group is read twice
        taken[1].append((time.process_time() - middle) / (pages + len(groups)) * 1000)
    return median(taken[0]), median(taken[1])


def table(rows: list[Row]) -> str:
    lines = [
        "| pages of | site | pages | body F1 without | with | no boilerplate without | with"
        " | better | worse |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.family} | {r.name} | {r.pages} | {r.f1[0]:.4f} | {r.f1[1]:.4f}"
        f" | {r.clean_share[0]:.0%} | {r.clean_share[1]:.0%} | {r.better} | {r.worse} |"
        for r in rows
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few templates, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--pages", action="store_true", help="tell what the profile changed")
    options = parser.parse_args()
    templates = list(template_groups())
    groups = [
        *replica_groups(),
        *(templates[::5] if options.quick else templates),
        *made_groups(),
        *real_groups(),
    ]
    rows = [compare(group, is_telling=options.pages) for group in groups]
    print(table(rows))
    without_ms, with_ms = cost(groups, 1 if options.quick else 5)
    told = (
        f"{without_ms:.2f} ms of CPU a page without, {with_ms:.2f} ms with, learning included:"
        f" {with_ms / without_ms:.2f} times."
    )
    print(told)
    made = [row for row in rows if row.family.startswith("made-up") and row.name != "notices"]
    claims = [
        {
            "name": "pages read worse with a profile",
            "ours": sum(row.worse for row in rows),
            "peer": None,
            "unit": "pages",
            "ratio": None,
            "goal": 0,
            "met": not any(row.worse for row in rows),
        },
        {
            "name": "body F1 on made-up sites that mislead, with a profile",
            "ours": round(fmean(row.f1[1] for row in made), 4),
            "peer": round(fmean(row.f1[0] for row in made), 4),
            "unit": "F1",
            "ratio": round(fmean(row.f1[1] for row in made) / fmean(row.f1[0] for row in made), 3),
            "goal": 0.985,
            "met": fmean(row.f1[1] for row in made) >= 0.985,
        },
    ]
    if not options.quick:
        _write(rows, told)
    if options.json:
        print(json.dumps({"claims": claims}, ensure_ascii=False))


def _write(rows: list[Row], told: str) -> None:
    real = (
        []
        if any(row.family == "real pages" for row in rows)
        else [
            "No site has two pages among the real pages beside the repository: they teach nothing."
        ]
    )
    head = (
        "# Learned of a site, measured\n\n"
        f"{date.today().isoformat()}, Python {platform.python_version()}; made by"  # noqa: DTZ011
        " `benchmarks/sites.py`. No rule for any site. Better and worse count pages by body, title,"
        " day and source together. The made-up sites were written to mislead the generic way, but"
        " for `notices`, whose recurring lines are text and must stay.\n\n"
    )
    RESULTS.write_text(head + "\n\n".join([table(rows), told, *real]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
