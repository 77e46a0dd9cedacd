"""One page from the network: guarded, by robots.txt, in its host's lane, judged, decoded."""

from __future__ import annotations

import asyncio
import logging
import random
import string
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import quote, urlsplit

from bot.errors import (
    FetchError,
    RateLimitedError,
    RedirectedAwayError,
    RedirectLoopError,
    TooComplexError,
    Treatment,
    UnavailableError,
)
from bot.fetch import pace
from bot.fetch.charset import decode
from bot.fetch.clock import SystemClock
from bot.fetch.directives import robots_directives
from bot.fetch.exchange import Answer, Caps, ask
from bot.fetch.freshness import max_age_s
from bot.fetch.guard import Guard
from bot.fetch.lane import Lanes
from bot.fetch.pooled import PooledTransport
from bot.fetch.render import Renderer
from bot.fetch.robots import Robots
from bot.fetch.session import CrawlSession
from bot.fetch.sounding import is_suspicious, why_refused
from bot.fetch.tls import legacy_context, strict_context
from bot.fetch.traffic import Traffic
from bot.fetch.transport import AiohttpTransport
from bot.fetch.unpack import ACCEPT_ENCODING
from bot.fetch.verdict import (
    judge_page,
    judge_picture,
    judge_redirect,
    judge_robots,
    judge_status,
)
from bot.model import FetchedPage, NotModified, SourceKind, Validators
from bot.urls import host_of, resolve, site_of

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from aiohttp.abc import AbstractResolver

    from bot.fetch.clock import Clock
    from bot.fetch.lane import HostStates, Lane
    from bot.fetch.robots import RobotsCopies
    from bot.fetch.settings import FetchSettings
    from bot.model import Source

log = logging.getLogger("xianwen.fetch")

Purpose = Literal["listing", "article", "picture"]

_ACCEPT = {
    "listing": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
    "article": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "picture": "image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_ROBOTS_REDIRECTS = 5


class Fetcher:
    """Fetches pages for all sources; one object a process, because hosts are shared."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Clock | None = None,
        dice: random.Random | None = None,
        host_states: HostStates | None = None,
        robots_copies: RobotsCopies | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._dice = dice or random.Random()  # noqa: S311 -- spreads retries, guards nothing
        self._guard = Guard(
            ports=settings.limits.ports, allowed_addresses=settings.allowed_addresses
        )
        self._lanes = Lanes(
            rules=settings.politeness, clock=self._clock, dice=self._dice, states=host_states
        )
        self._robots = Robots(
            product=settings.identity.product,
            rules=settings.politeness,
            clock=self._clock,
            copies=robots_copies,
        )
        self._resolver = resolver
        self._transports: dict[tuple[str | None, bool, bool], httpx.AsyncBaseTransport] = {}
        self._renderer = Renderer()
        self._legacy_sources: set[str] = set()
        #: what we cost each host since the start or the last drain
        self.traffic = Traffic(timezone=settings.timezone)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._renderer.aclose()
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

    async def fetch(
        self,
        url: str,
        *,
        source: Source,
        purpose: Purpose = "article",
        validators: Validators | None = None,
        referer: str | None = None,
        session: CrawlSession | None = None,
    ) -> FetchedPage | NotModified:
        """Return the page at ``url`` for ``source``, or that it did not change.

        Follows redirects within the site, for pictures to anywhere.  Tries passing troubles again,
        in the host's lane.  ``session`` carries cookies and the budget through one crawl; without
        it the request stands alone.
        Raises FetchError; ``error.kind`` names the failure and its message says what to do.
        """
        session = session or self.begin()
        if source.is_rendered:
            # The frame of such a page stays the same while what its scripts load changes.
            validators = None
        attempt = 1
        while True:
            try:
                return await self._follow(url, source, purpose, validators, referer, session)
            except FetchError as error:
                is_passing = error.treatment is Treatment.RETRY or isinstance(
                    error, (RateLimitedError, UnavailableError)
                )
                if not is_passing or attempt >= self._settings.limits.max_attempts:
                    raise
                pause_s = pace.retry_pause_s(attempt, self._settings.politeness, self._dice)
                attempt += 1
                await self._clock.sleep(pause_s)

    async def _drawn(self, page: FetchedPage, source: Source, session: CrawlSession) -> FetchedPage:
        """Return ``page`` as a browser draws it; its exchange stays what the server sent."""

        async def get(url: str, referer: str) -> Answer:
            return await self._politely(url, source, "listing", None, referer, session)

        html = await self._renderer.draw(page, get, user_agent=self._settings.identity.user_agent)
        return replace(page, text=html, charset="utf-8", charset_evidence="rendered")

    def owed_s(self, url: str) -> float:
        """Return how long the site of ``url`` is still owed its pause; 0 when it is owed none."""
        return self._lanes.owed_s(site_of(url))

    async def learn_anew(self, url: str) -> None:
        """Take up what another process has learned of the host of ``url`` since we asked it."""
        await self._lanes.learn_anew(host_of(url))

    def begin(self, *, max_requests: int | None = None) -> CrawlSession:
        """Return the session of a new crawl: no cookies yet, ``max_requests`` to spend."""
        limits = self._settings.limits
        return CrawlSession(
            max_requests=max_requests,
            max_cookie_count=limits.max_cookie_count,
            max_cookie_bytes=limits.max_cookie_bytes,
        )

    async def _follow(
        self,
        url: str,
        source: Source,
        purpose: Purpose,
        validators: Validators | None,
        referer: str | None,
        session: CrawlSession,
    ) -> FetchedPage | NotModified:
        at, seen = url, {url}
        began_s = self._clock.monotonic_s()
        for _ in range(self._settings.limits.max_redirects + 1):
            answer = await self._politely(at, source, purpose, validators, referer, session)
            has_new_cookie = session.keep_cookies(at, answer.headers)
            if answer.status not in _REDIRECTS:
                is_conditional = validators is not None and validators != Validators()
                page = self._page(url, at, answer, source, purpose, began_s, is_conditional)
                session.not_modified_count += isinstance(page, NotModified)
                if isinstance(page, FetchedPage) and _is_parsed_as_html(source, purpose):
                    await _refuse_monsters(page)
                if isinstance(page, FetchedPage) and source.is_rendered and purpose != "picture":
                    page = await self._drawn(page, source, session)
                return page
            target = resolve(at, answer.headers.get("location") or "")
            if target is None or (target in seen and not has_new_cookie):
                raise RedirectLoopError(url, f"{url}: its redirects lead nowhere ({at}).")
            if purpose != "picture" and site_of(target) != site_of(url):
                if failure := judge_redirect(url, target):
                    raise failure
                raise RedirectedAwayError(
                    url,
                    f"{url}: it now leads to another site, {target}; if that is the source's new "
                    "home, change its url.",
                    target=target,
                )
            seen.add(target)
            at = target
        raise RedirectLoopError(
            url, f"{url}: more than {self._settings.limits.max_redirects} redirects."
        )

    async def _politely(
        self,
        url: str,
        source: Source,
        purpose: Purpose,
        validators: Validators | None,
        referer: str | None,
        session: CrawlSession,
    ) -> Answer:
        """Return the answer to one request, made when robots.txt and the host allow it."""
        own_port = urlsplit(source.url).port
        self._guard.check_url(url, own_port=own_port)
        lane = await self._lanes.of(host_of(url))

        async def read_robots(place: str) -> str:
            return await self._read_robots(place, source)

        delay_s = await self._robots.check(url, read_robots)
        if delay_s != lane.state.robots_delay_s:
            await lane.obey_robots(delay_s)
        session.spend(url)
        headers = self._headers(source, purpose)
        if cookie := session.cookie_header(url):
            headers.append(("Cookie", cookie))
        if referer:
            # As browsers write it: what is no ASCII, escaped.
            headers.append(("Referer", quote(referer, safe=string.punctuation)))
        if validators is not None:
            headers += _conditions(validators)
        lane = await self._lanes.of(host_of(url))
        answer = await self._in_lane(lane, url, source, headers)
        session.body_bytes += len(answer.exchange.payload)
        return answer

    async def _read_robots(self, place: str, source: Source) -> str:
        """Return the text of a robots.txt, through up to five redirects (RFC 9309 2.3.1.2)."""
        at = place
        for _ in range(_ROBOTS_REDIRECTS + 1):
            self._guard.check_url(at, own_port=urlsplit(source.url).port)
            lane = await self._lanes.of(host_of(at))
            answer = await self._in_lane(
                lane, at, source, self._headers(source, "listing"), is_cut=True
            )
            if answer.status not in _REDIRECTS:
                if failure := judge_robots(at, answer):
                    raise failure
                return decode(answer.body).text
            target = resolve(at, answer.headers.get("location") or "")
            if target is None:
                break
            at = target
        # Redirects without end are taken for "unavailable", as the section allows.
        return ""

    async def _in_lane(
        self,
        lane: Lane,
        url: str,
        source: Source,
        headers: list[tuple[str, str]],
        *,
        is_cut: bool = False,
    ) -> Answer:
        await lane.enter(url, source.delay_s)
        try:
            answer = await ask(
                self._transport(source),
                url,
                headers,
                caps=self._caps(source, is_cut=is_cut),
                clock=self._clock,
            )
        except FetchError as error:
            self.traffic.count(host_of(url), self._clock.now(), status=None)
            if error.is_of_host:
                await lane.failed(error.kind)
            raise
        else:
            self.traffic.count(
                host_of(url),
                self._clock.now(),
                status=answer.status,
                body_bytes=len(answer.exchange.payload),
            )
            if answer.status in {429, 503}:
                await lane.overloaded(
                    status=answer.status,
                    retry_after=answer.headers.get("retry-after"),
                    date=answer.headers.get("date"),
                )
            elif answer.status >= 500:
                await lane.failed("server-error")
            else:
                await lane.answered(elapsed_s=answer.elapsed_s)
            return answer
        finally:
            lane.leave(source.delay_s)

    def _page(
        self,
        url: str,
        at: str,
        answer: Answer,
        source: Source,
        purpose: Purpose,
        began_s: float,
        is_conditional: bool,
    ) -> FetchedPage | NotModified:
        now = self._clock.now()
        elapsed_s = self._clock.monotonic_s() - began_s
        validators = Validators(
            etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified")
        )
        if answer.status == _NOT_MODIFIED and is_conditional:
            return NotModified(
                requested_url=url,
                validators=validators,
                fetched_at=now,
                elapsed_s=elapsed_s,
                max_age_s=max_age_s(answer.headers),
            )
        if failure := judge_status(at, answer):
            raise failure
        content_type = answer.headers.get("content-type") or ""
        media_type = content_type.partition(";")[0].strip().lower()
        if purpose == "picture":
            text, charset, evidence = "", "binary", "rule"
            if failure := judge_picture(at, answer, media_type):
                raise failure
        else:
            text, charset, evidence = decode(
                answer.body, content_type=content_type, rule=source.charset
            )
            if failure := judge_page(at, answer, text, media_type):
                raise failure
        return FetchedPage(
            requested_url=url,
            effective_url=at,
            status=answer.status,
            body=answer.body,
            text=text,
            charset=charset,
            charset_evidence=evidence,
            media_type=media_type,
            validators=validators,
            fetched_at=now,
            elapsed_s=elapsed_s,
            robots=robots_directives(
                answer.headers.all("x-robots-tag"), text, self._settings.identity.product
            ),
            exchange=answer.exchange,
            max_age_s=max_age_s(answer.headers),
        )

    def _headers(self, source: Source, purpose: Purpose) -> list[tuple[str, str]]:
        headers = [
            ("User-Agent", self._settings.identity.user_agent),
            ("Accept", _ACCEPT[purpose]),
            ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.3"),
            ("Accept-Encoding", ACCEPT_ENCODING),
        ]
        own = {name.lower(): value for name, value in source.headers}
        return [
            *((n, v) for n, v in headers if n.lower() not in own),
            *source.headers,
        ]

    def _caps(self, source: Source, *, is_cut: bool) -> Caps:
        limits = self._settings.limits
        return Caps(
            connect_s=min(limits.connect_timeout_s, source.timeout_s),
            read_s=source.timeout_s,
            total_s=max(limits.total_timeout_s, source.timeout_s),
            max_body_bytes=limits.max_robots_bytes if is_cut else limits.max_body_bytes,
            max_unpacked_bytes=limits.max_unpacked_bytes,
            is_cut=is_cut,
        )

    def _transport(self, source: Source) -> httpx.AsyncBaseTransport:
        if source.is_tls_legacy and source.id not in self._legacy_sources:
            self._legacy_sources.add(source.id)
            log.warning(
                "source %s is read with tls_legacy: anybody on the way can read and change "
                "its pages; drop the setting once the server is mended",
                source.id,
            )
        key = (source.proxy, source.is_tls_legacy, source.is_http2)
        if key not in self._transports:
            tls = legacy_context() if source.is_tls_legacy else strict_context()
            self._transports[key] = (
                AiohttpTransport(
                    guard=self._guard,
                    tls=tls,
                    limits=self._settings.limits,
                    resolver=self._resolver,
                )
                if source.proxy is None and not source.is_http2
                else PooledTransport(
                    guard=self._guard,
                    tls=tls,
                    limits=self._settings.limits,
                    proxy=source.proxy,
                    is_http2=source.is_http2,
                )
            )
        return self._transports[key]


def _conditions(validators: Validators) -> list[tuple[str, str]]:
    """Return the headers of a conditional request; what is no ASCII could not go out as it came."""
    pairs = (
        ("If-None-Match", validators.etag),
        ("If-Modified-Since", validators.last_modified),
    )
    return [(name, value) for name, value in pairs if value and value.isascii()]


def _is_parsed_as_html(source: Source, purpose: Purpose) -> bool:
    return purpose == "article" or (purpose == "listing" and source.kind is SourceKind.HTML)


async def _refuse_monsters(page: FetchedPage) -> None:
    """Raise TooComplexError for a page whose markup would exhaust the parser."""
    if not is_suspicious(page.text):
        return
    reason = await asyncio.to_thread(why_refused, page.text)
    if reason is not None:
        raise TooComplexError(
            page.requested_url,
            f"{page.requested_url}: {reason}. No news page is made like this: the site is broken "
            "or hostile; block such links with listing.block.",
            status=page.status,
        )
