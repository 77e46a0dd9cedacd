"""Nothing that a page says runs in a browser: not once sanitised, not on any page of the site."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.clean import clean
from bot.extract import extract, join
from bot.model import ArticleRules, FetchedPage, Validators
from bot.publish.book import FeedBook
from bot.web.app import create_app
from storage.articles import Articles
from storage.model import KeptBlock
from storage.opening import open_database
from storage.raw import RawPages
from storage.search import Search
from tests.hostile.site import article_page
from tests.hostile.vectors import framed, vectors
from tests.readside import CATALOGUE, SITE, Shelf, article
from tests.storage.making import exchange, new_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page, Route

    from bot.model import CleanArticle

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium"),
]
ALL = vectors()
RULES = ArticleRules(body=(".content",), title=("h1",))
_RAN = re.compile(r"/ran\d+/")
#: what Chromium says when the policy had to stop what the sanitiser let through
_REFUSED = re.compile(r"(?:Refused to|violates the following).*script", re.IGNORECASE)
#: every handler is given its event, every link a click that leads nowhere
TOUCH = """() => {
  addEventListener('click', event => event.preventDefault());
  addEventListener('submit', event => event.preventDefault());
  const names = ['mouseover', 'mouseenter', 'pointerover', 'click', 'focus', 'error', 'load',
    'toggle', 'animationstart', 'begin', 'submit', 'contextmenu', 'paste', 'dragstart', 'close', 'start'];
  for (const element of document.querySelectorAll('*')) {
    for (const name of names) element.dispatchEvent(new Event(name, {cancelable: true}));
  }
  return [...document.querySelectorAll('[href],[src],[action],[data]')].flatMap(element =>
    ['href', 'src', 'action', 'data'].map(name => element.getAttribute(name)))
    .filter(value => value && !/^((feed:)?https?:|[/#?])/.test(value));
}"""


@asynccontextmanager
async def browser_page() -> AsyncIterator[tuple[Page, list[str]]]:
    """Yield a page without any network, and what is said on its console."""
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as tools:
        browser = await tools.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda _: said.append("/ran0/"))
        yield page, said
        await browser.close()


def cleaned(vector: str) -> CleanArticle:
    body = article_page(0, inside=f"<p>会议又指出：{vector}</p>")
    text = body.decode("utf-8", "replace")
    page = FetchedPage(
        requested_url="http://www.hanbin.gov.cn/n/1.html",
        effective_url="http://www.hanbin.gov.cn/n/1.html",
        status=200,
        body=body,
        text=text,
        charset="utf-8",
        charset_evidence="meta",
        media_type="text/html",
        validators=Validators(),
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        elapsed_s=0.1,
    )
    return clean(join(extract(page, RULES, timezone="Asia/Shanghai")), RULES)


@pytest.fixture(scope="module")
def articles() -> list[CleanArticle]:
    return [cleaned(vector) for vector in ALL]


def ran(said: list[str]) -> set[str]:
    return {text for text in said if _RAN.fullmatch(text)}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(ALL) >= 300


async def test_the_corpus_bites_an_unprotected_page() -> None:
    async with browser_page() as (page, said):
        await page.set_content("".join(framed(vector) for vector in ALL[::6]))
        for frame in page.frames[1:]:
            if frame.url == "about:srcdoc":
                await frame.evaluate(TOUCH)
        assert len(ran(said)) > 25


async def test_nothing_runs_in_the_frames_of_the_console() -> None:
    """The workbench shows pages as they came: its frames' sandbox alone must hold them."""
    page_of_console = ROOT / "bot/web/console/templates/workbench.html"
    frames = re.findall(r"<iframe[^>]*>", page_of_console.read_text(encoding="utf-8"))
    assert frames
    for frame in frames:
        # Empty: no script, no form, no navigation, an origin of its own.
        assert 'sandbox=""' in frame
    boxed = framed("@").replace("<iframe", '<iframe sandbox=""')
    async with browser_page() as (page, said):
        await page.set_content("".join(boxed.replace("@", escape(vector)) for vector in ALL[::6]))
        assert len(page.frames) > len(ALL) // 6
    assert not ran(said)


async def test_nothing_runs_that_the_sanitiser_let_through(articles: list[CleanArticle]) -> None:
    """Without any policy of the site: the sanitiser alone, through two parsings."""
    async with browser_page() as (page, said):
        await page.set_content("<body>" + "".join(found.html for found in articles))
        odd = await page.evaluate(TOUCH)
        await page.evaluate("document.body.innerHTML = document.body.innerHTML")
        odd += await page.evaluate(TOUCH)
        assert await page.locator("p").count() > len(ALL)
    assert not ran(said)
    assert not odd


async def test_nothing_runs_on_the_pages_of_the_site(
    articles: list[CleanArticle], tmp_path: Path
) -> None:
    """Titles, names, trails and bodies are vectors; every page that shows them is opened."""
    shelf = Shelf()
    step = 40
    for number, start in enumerate(range(0, len(ALL), step)):
        some = ALL[start : start + step]
        shelf.put(
            article(
                number,
                title=" ".join(some[:10]),
                source_name=some[-1],
                authors=some[:8],
                editors=tuple((vector, vector) for vector in some[8:12]),
                breadcrumb=some[12:15],
                text="\n".join(some),
                html="".join(found.html for found in articles[start : start + step]),
                url=f"http://www.hanbin.gov.cn/n/{number}.html?{some[3]}",
                blocks=(
                    KeptBlock(kind="image", text="", html="", url="http://x.cn/1.jpg", alt=some[0]),
                ),
            )
        )
    book = FeedBook(
        articles=shelf, stories=shelf, catalogue=CATALOGUE, directory=tmp_path, site=SITE
    )
    book.rebuild_all()
    engine = open_database(tmp_path / "archive.sqlite3")
    raw_pages = RawPages(engine, tmp_path / "raw")
    kept = Articles(engine, raw_pages)
    for number, vector in enumerate(ALL[::8]):
        text = f"{vector} 采茶节 {vector}"
        kept.keep(new_article(number, title=f"采茶节 {vector}", text=text), exchange(number))
    app = create_app(
        book=book,
        articles=shelf,
        states=NoStates(),  # type: ignore[arg-type]
        user_agent="Xianwen/0",
        search=Search(engine),
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        httpx.AsyncClient(
            transport=transport, base_url=SITE.public_url, follow_redirects=True
        ) as client,
        browser_page() as (page, said),
    ):

        async def answer(route: Route) -> None:
            request = route.request
            if not request.url.startswith(SITE.public_url):
                await route.abort()
                return
            got = await client.get(request.url, headers=await request.all_headers())
            headers = {k: v for k, v in got.headers.items() if k != "content-encoding"}
            await route.fulfill(status=got.status_code, headers=headers, body=got.content)

        await page.route("**/*", answer)
        reflected = "<script>console.log(/ran0/)</script>"
        places = [f"/a/{kept.id}" for kept in shelf.articles.values()]
        places += [f"/en/a/{kept.id}" for kept in list(shelf.articles.values())[:2]]
        places += [f"/search?q=采茶节&page={page}" for page in range(1, 4)]
        places += ["/", "/en", "/feeds/hanbin/", "/status", f"/{reflected}", f"/a/{reflected}",
                   f"/search?q={reflected}", f"/feeds/hanbin/?before={reflected}",
                   f"/feeds/hanbin/rss.xml?filter={reflected}"]  # fmt: skip
        shown = 0
        for place in places:
            got = await page.goto(SITE.public_url + place)
            assert got is not None
            shown += got.status == 200
            await page.evaluate(TOUCH)
        assert shown >= len(shelf.articles) + 6
    raw_pages.close()
    engine.dispose()
    assert not ran(said)
    assert not [text for text in said if _REFUSED.search(text)]


class NoStates:
    def all(self) -> dict[str, object]:
        return {}
