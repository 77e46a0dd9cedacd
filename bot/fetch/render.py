"""A page as a browser draws it: Chromium without a network of its own.

The page's own requests are caught and answered through the fetcher, so that robots.txt, the pace of
each host, the guard and the caps hold for them as for everything else.  Pictures, styles, fonts,
films, workers and everything that is no GET are refused; nothing is stored between two pages.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import FetchError, RenderError
from bot.urls import resolve

if TYPE_CHECKING:
    from bot.fetch.exchange import Answer
    from bot.model import FetchedPage

#: kinds of requests that draw text; https://playwright.dev/python/docs/api/class-request
_WANTED = {"document", "script", "xhr", "fetch"}
#: most requests that one page may make
MAX_REQUESTS = 40
#: a page that still loads after so long is taken as it is: forty requests at the usual pace
SETTLE_S = 90.0
#: the network has to be silent for so long
QUIET_S = 0.6
MAX_HTML_CHARS = 10_000_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: headers that may reach the page; encodings are undone already
_PASSED = {"content-type", "access-control-allow-origin", "access-control-allow-credentials"}
#: browsers of the system that are used when Playwright has none of its own
_SYSTEM = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    # Whatever should escape the interception finds no network.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-extensions",
    "--js-flags=--max-old-space-size=256",
)


class Getter(Protocol):
    """Fetches one address for the page that is drawn, politely; follows no redirect."""

    async def __call__(self, url: str, referer: str) -> Answer:
        """Return the answer; raises FetchError."""
        ...


class Renderer:
    """One browser, started when it is first needed; pages are drawn one after the other."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._playwright: Any = None
        self._browser: Any = None

    async def draw(self, page: FetchedPage, get: Getter, *, user_agent: str) -> str:
        """Return the HTML of ``page`` once its scripts have run.

        Raises RenderError when there is no browser or it breaks.  What the page loads in vain is
        its own affair.
        """
        async with self._turn:
            browser = await self._started(page.effective_url)
            try:
                async with asyncio.timeout(SETTLE_S * 2 + 30):
                    return await _draw(browser, page, get, user_agent)
            except TimeoutError:
                await self._stop()
                raise RenderError(
                    page.requested_url,
                    f"{page.requested_url}: the browser did not come to an end with it.",
                ) from None
            except Exception as error:
                if isinstance(error, FetchError):
                    raise
                await self._stop()
                first = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise RenderError(
                    page.requested_url, f"{page.requested_url}: the browser broke: {first}"
                ) from None

    async def aclose(self) -> None:
        """End the browser."""
        async with self._turn:
            await self._stop()

    async def _started(self, url: str) -> Any:
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        try:
            from playwright.async_api import (
                Error,
                async_playwright,
            )
        except ImportError:
            raise RenderError(
                url,
                f"{url}: render: true needs a browser: pip install 'xianwen[browser]' and "
                "playwright install chromium, or the system's chromium.",
            ) from None
        self._playwright = await async_playwright().start()
        chromium = self._playwright.chromium
        system = next(filter(None, map(shutil.which, _SYSTEM)), None)
        for path in (None, system):
            with contextlib.suppress(Error):
                self._browser = await chromium.launch(
                    executable_path=path, args=[*_ARGUMENTS, *_sandbox()], handle_sigint=False,
                    handle_sigterm=False, handle_sighup=False,
                )  # fmt: skip
                return self._browser
        await self._stop()
        raise RenderError(
            url, f"{url}: render: true finds no browser: run `playwright install chromium`."
        )

    async def _stop(self) -> None:
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        with contextlib.suppress(Exception):
            if browser is not None:
                await browser.close()
        with contextlib.suppress(Exception):
            if playwright is not None:
                await playwright.stop()


def _sandbox() -> list[str]:
    """Return the switch that Chromium wants of root, who cannot have its sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


async def _draw(browser: Any, page: FetchedPage, get: Getter, user_agent: str) -> str:
    context = await browser.new_context(
        user_agent=user_agent,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        service_workers="block",
        accept_downloads=False,
        viewport={"width": 1280, "height": 2400},
    )
    try:
        tab = await context.new_page()
        traffic = _Traffic(page, get)
        await context.route("**/*", traffic.answer)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        tab.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        await tab.goto(page.effective_url, wait_until="domcontentloaded", timeout=SETTLE_S * 1000)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await traffic.settle()
        html: str = await tab.content()
        return html[:MAX_HTML_CHARS]
    finally:
        await context.close()


class _Traffic:
    """The requests of one page: answered by the fetcher, counted, waited for."""

    def __init__(self, page: FetchedPage, get: Getter) -> None:
        self._page = page
        self._get = get
        self._count = 0
        self._open = 0
        self._has_document = False

    async def answer(self, route: Any) -> None:
        """Answer one request of the page, or refuse it."""
        request = route.request
        if not self._has_document and request.is_navigation_request():
            self._has_document = True
            await route.fulfill(
                status=200,
                headers={"content-type": "text/html; charset=utf-8"},
                body=self._page.text,
            )
            return
        is_wanted = (
            request.resource_type in _WANTED
            and request.method == "GET"
            and not request.is_navigation_request()
            and self._count < MAX_REQUESTS
        )
        if not is_wanted:
            await route.abort()
            return
        self._count += 1
        self._open += 1
        try:
            answer = await self._follow(request.url)
            if answer is None:
                await route.abort()
                return
            headers = {name: answer.headers[name] for name in _PASSED if name in answer.headers}
            await route.fulfill(status=answer.status, headers=headers, body=answer.body)
        except FetchError:
            await route.abort()
        finally:
            self._open -= 1

    async def _follow(self, url: str) -> Answer | None:
        for _ in range(4):
            answer = await self._get(url, self._page.effective_url)
            if answer.status not in _REDIRECTS:
                return answer
            target = resolve(url, answer.headers.get("location") or "")
            if target is None:
                return None
            url = target
        return None

    async def settle(self) -> None:
        """Return when nothing was under way for a while."""
        loop = asyncio.get_running_loop()
        quiet_since = loop.time()
        while loop.time() - quiet_since < QUIET_S:
            await asyncio.sleep(0.05)
            if self._open:
                quiet_since = loop.time()
