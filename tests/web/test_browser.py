"""The pages in Chromium: nothing to scroll sideways for, nothing serious for axe, no script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.model import Revision
from tests.readside import article, revised, withdrawn
from tests.web.live import live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.live import Live

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium"),
]
REVISED = revised(article(1), "改过的标题")
PAGES = {
    "front": "/",
    "front, English": "/en/",
    "place": "/d/hanbin",
    "month": "/en/d/hanbin/2026-11",
    "article": f"/a/{article(2).id}",
    "history": f"/a/{REVISED.id}/history",
    "feed": "/feeds/hanbin/atom.xml",
    "subscribe": "/feeds/",
    "search": "/search?q=茶",
    "status": "/status",
    "about": "/en/about",
    "missing": "/nowhere",
}


def revision(number: int, given) -> Revision:
    return Revision(
        article_id=given.id, number=number, seen_at=given.first_seen_at, title=given.title,
        published_at=given.published_at, published_precision="day", source_name=None,
        blocks=given.blocks, text=given.text, html=given.html, content_fingerprint="",
        reason="title changed", raw_record_id=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    given = [*(article(n) for n in range(2, 8)), REVISED, withdrawn(article(9))]
    with live(tmp_path_factory.mktemp("public"), *given) as running:
        running.shelf.history[REVISED.id] = (revision(1, article(1)), revision(2, REVISED))
        yield running


async def test_pages(site: Live) -> None:
    """One browser for all: what is wrong is told by page and width."""
    playwright = pytest.importorskip("playwright.async_api")
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    faults: list[str] = []
    async with playwright.async_playwright() as tools:
        browser = await tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for width, scheme in ((390, "dark"), (1280, "light")):
            context = await browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            # Articles' pictures stand elsewhere, and there is no elsewhere here.
            await context.route("https://**", lambda route: route.abort())
            page = await context.new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            for name, path in PAGES.items():
                where = f"{name} at {width}"
                await page.goto(site.origin + path)
                beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if beyond > 0:
                    faults.append(f"{where}: {beyond} pixels too wide")
                # Everything once, and once more in the other colours what differs most.
                if width > 390 and name not in {"front", "place", "article", "search"}:
                    continue
                found = await axe.run(page)
                faults += [
                    f"{where}: {violation['id']} ({violation['impact']}): "
                    f"{violation['nodes'][0]['html'][:150]}"
                    for violation in found.response["violations"]
                ]
                faults += [f"{where}: {text}" for text in said if "Content Security" in text]
                said.clear()
                if name == "feed":
                    text = await page.inner_text("main")
                    assert "这是一份订阅源" in text
                    assert article(7).title in text
                    assert f"{site.origin}/feeds/hanbin/atom.xml" in text
            await context.close()
        await browser.close()
    assert faults == []


async def test_the_file_itself_is_readable_where_no_page_stands_in_for_it(site: Live) -> None:
    """As files on any web server are: the browser styles the XML."""
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()

        async def as_files_are(route):
            answer = await route.fetch()
            await route.fulfill(response=answer, headers={"content-type": "text/xml"})

        await page.route("**/*.xml?raw=1", as_files_are)
        for name in ("rss.xml", "atom.xml"):
            await page.goto(f"{site.origin}/feeds/hanbin/{name}?raw=1")
            shown = await page.evaluate(
                """() => [...document.getElementsByTagName('*')].filter(
                     e => e.getClientRects().length && e.localName === 'title')
                   .map(e => e.textContent)"""
            )
            assert shown[0] == "汉滨区 · 县闻", name
            assert article(7).title in shown, name
            sizes = await page.evaluate(
                "() => getComputedStyle(document.getElementsByTagName('title')[0]).fontSize"
            )
            assert float(sizes.removesuffix("px")) > 24  # the style sheet was taken
        await browser.close()
