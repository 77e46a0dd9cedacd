# ruff: noqa: E501 (markup is kept as the CMSs write it)
"""Entries proposed for unknown sites: right as they stand, without anybody's hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.app.fetching import fetch_settings
from bot.discover.candidates import candidates
from bot.discover.listing import discover
from bot.discover.sitemap import newest_child
from bot.errors import DiscoverError
from bot.fetch.fetcher import Fetcher
from bot.fetch.saved import read_file
from bot.model import ListingRules, SourceKind
from bot.sources.load import load
from bot.trial.pages import LivePages
from bot.trial.propose import Known, kind_of, propose
from replica import SECTIONS
from tests.trial.layouts import LAYOUTS
from tests.trial.recognition import CONFIG, faults, known_of, maker, page_of, proposed
from tests.trial.wild import WILD

if TYPE_CHECKING:
    from tests.trial.building import Layout
    from tests.trial.conftest import Installation

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def known() -> Known:
    return known_of(load(CONFIG, environment={}))


@pytest.mark.parametrize("layout", [*LAYOUTS, *WILD], ids=lambda layout: layout.name)
async def test_a_cms_is_recognised_and_its_entry_right(layout: Layout, known: Known) -> None:
    assert faults(layout, await proposed(layout, known)) == []


async def test_every_listing_of_the_replica_gets_a_right_entry(installation: Installation) -> None:
    configuration = load(installation.config, environment={})
    known = known_of(configuration)
    truth = {" ".join(t.title.split()) for t in installation.world.truth()}
    wrong = {}
    async with Fetcher(fetch_settings(configuration.settings)) as fetcher:
        for section in SECTIONS.values():
            url = installation.addresses[section.site] + section.path
            found = await propose(url, LivePages(fetcher), known, make=maker(installation.config))
            titles = [
                " ".join(a.title.split()) for one in found.trial.articles if (a := one.article)
            ]
            is_right = (
                not found.problems
                and found.trial.source.adcode == section.adcode
                and titles
                and len(titles) == len(found.trial.articles)
                and all(title in truth for title in titles)
                and found.trial.listing is not None
                and all("/neibu/" not in link.url for link in found.trial.listing.links)
            )
            if not is_right:
                wrong[section.id] = (found.entry, found.problems)
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/rss.xml", "feed"), ("/sitemap.xml", "sitemap"), ("/api/articles", "json")],
)
async def test_what_is_no_html_is_told_by_its_content(
    installation: Installation, path: str, kind: str
) -> None:
    configuration = load(installation.config, environment={})
    async with Fetcher(fetch_settings(configuration.settings)) as fetcher:
        found = await propose(
            installation.addresses["modern"] + path,
            LivePages(fetcher),
            known_of(configuration),
            make=maker(installation.config),
        )
    assert found.problems == ()
    assert found.entry["kind"] == kind
    assert found.trial.source.adcode == "610981"


def test_article_pages_are_told_from_listings(shared_dir: Path, tmp_path: Path) -> None:
    """Related links, rankings and pictures beside an article are no listing."""
    gold = [
        json.loads(line) for line in (shared_dir / "pages" / "gold.jsonl").read_text().splitlines()
    ]
    pages = [
        read_file(shared_dir / "pages" / page["file"], url=page["url"] or "https://example.cn/a/1")
        for page in gold
    ]
    taken = []
    for folder in sorted(DATA.iterdir()):
        for packed in folder.glob("*.html.gz"):
            answer = json.loads(
                packed.with_name(packed.name.replace(".html.gz", ".json")).read_text()
            )
            plain = tmp_path / f"{folder.name}-{packed.stem}"
            plain.write_bytes(gzip.decompress(packed.read_bytes()))
            pages.append(read_file(plain, url=answer["url"]))
    for page in pages:
        try:
            discover(page, ListingRules(), timezone="Asia/Shanghai")
        except DiscoverError:
            continue
        taken.append(page.effective_url)
    assert len(pages) == 41
    # What is left has next to no running text: a gallery, a film, two short notices, a live text.
    assert len(taken) <= 5, taken


async def test_an_article_leads_to_its_section(known: Known) -> None:
    layout = LAYOUTS[0]
    article = layout.expected[0][0]
    found = await propose(article, page_of(layout), known, district="ziyang", make=maker(CONFIG))
    assert found.problems
    assert found.instead == ("http://www.zyxw.example/news/xianqu/ziyang/",)


async def test_odd_links_that_cannot_be_read_are_kept_out(known: Known) -> None:
    layout = LAYOUTS[0]
    stray = '<li><span class="date">[2026-11-19]</span><a href="/neibu/tougao/90001.html" title="通联工作内部交流本周选题">通联工作内部交流本周选题</a></li>'
    pages = {
        **layout.pages,
        layout.url: layout.pages[layout.url].replace(
            '</ul><div class="epages">', stray + '</ul><div class="epages">'
        ),
    }
    pages["http://www.zyxw.example/neibu/tougao/90001.html"] = (
        "<html><body><form><input name=user></form></body></html>"
    )
    found = await propose(layout.url, page_of(layout, pages), known, make=maker(CONFIG))
    assert found.entry["listing"] == {"block": ["/neibu/tougao/"]}
    assert found.trial.listing is not None
    assert len(found.trial.listing.links) == len(layout.expected)
    assert found.problems == ()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_selector_that_is_offered_gives_the_same_list(layout: Layout) -> None:
    page = page_of(layout).page(layout.url)
    found = candidates(page)
    if layout.name in {"table layout of 2005", "JCMS with jpage"}:
        # No element of these has a name of its own; the automatic way reads them all the same.
        return
    rules = ListingRules(item=found[0].item)
    by_rule = discover(page, rules, timezone="Asia/Shanghai")
    assert [link.url for link in by_rule.links] == [url for url, _, _ in layout.expected]


def test_an_index_of_sitemaps_leads_to_its_newest() -> None:
    page = page_of(LAYOUTS[0], {"https://a.cn/s.xml": (
        "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        "<sitemap><loc>https://a.cn/1.xml</loc><lastmod>2026-11-19</lastmod></sitemap>"
        "<sitemap><loc>https://a.cn/2.xml</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>"
    )}).page("https://a.cn/s.xml")  # fmt: skip
    assert kind_of(page) is SourceKind.SITEMAP
    assert newest_child(page) == "https://a.cn/1.xml"


async def test_source_add_writes_a_checked_entry(installation: Installation) -> None:
    before = installation.sources.read_text("utf-8")
    url = installation.addresses["portal"] + "/news/xianqu/ziyang/"
    shown = await installation.run("source", "add", url, "--dry-run")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "district: ziyang" in shown.stdout
    assert installation.sources.read_text("utf-8") == before
    done = await installation.run("source", "add", url, "--yes", "--id", "added-ziyang")
    assert done.returncode == 0, done.stdout + done.stderr
    after = installation.sources.read_text("utf-8")
    assert after.startswith(before)
    assert "- id: added-ziyang" in after
    tried = await installation.run("source", "test", "added-ziyang")
    assert tried.returncode == 0
    refused = await installation.run("source", "add", url, stdin="n\n")
    assert refused.returncode == 1
    missing = await installation.run("source", "add", url + "nothing.html", "--yes")
    assert missing.returncode == 1
    assert "nothing was written" in missing.stderr
    assert installation.sources.read_text("utf-8") == after
