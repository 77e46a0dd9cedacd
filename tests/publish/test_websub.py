"""WebSub from end to end: our feeds, a small hub and a subscriber, over loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

import feedparser
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.fetch.form import FormPoster
from bot.fetch.identity import Identity
from bot.publish.book import FeedBook, FeedChange
from bot.publish.topic import EVERYTHING
from bot.publish.websub import HubPinger
from bot.run.serving import listen, web_server
from bot.web.app import create_app
from tests.readside import CATALOGUE, SITE, Shelf, article

IDENTITY = Identity(version="0", about_url="https://news.example/bot")


def change(*urls: str) -> FeedChange:
    return FeedChange(topic=EVERYTHING, urls=urls)


class Ledger:
    """Takes every form, or refuses as many as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.posted: list[tuple[str, str]] = []
        #: set with the last refusal
        self.is_spent = asyncio.Event()
        self.wanted = asyncio.Event()
        self.count = 0

    async def post(self, url, fields):
        if self.refusals:
            self.refusals -= 1
            if not self.refusals:
                self.is_spent.set()
            return "status 503"
        assert fields["hub.mode"] == "publish"
        assert fields["hub.url"] == fields["hub.topic"]
        self.posted.append((url, fields["hub.url"]))
        if len(self.posted) == self.count:
            self.wanted.set()
        return None

    async def until(self, count: int) -> list[str]:
        self.count = count
        if len(self.posted) < count:
            await asyncio.wait_for(self.wanted.wait(), 10)
        return [url for _, url in self.posted]


async def test_a_burst_is_told_once():
    ledger = Ledger()
    pinger = HubPinger(ledger, quiet_s=0.02)
    pinger.use(["https://hub.example/"])
    for _ in range(5):
        pinger.tell([change("https://a/1", "https://a/2")])
    assert await ledger.until(2) == ["https://a/1", "https://a/2"]
    await pinger.close()
    assert len(ledger.posted) == 2


async def test_a_stream_of_changes_does_not_put_it_off_for_ever():
    ledger = Ledger()
    pinger = HubPinger(ledger, quiet_s=60, max_wait_s=0.02)
    pinger.use(["https://hub.example/"])
    pinger.tell([change("https://a/1")])
    assert await ledger.until(1) == ["https://a/1"]
    await pinger.close()


async def test_a_hub_that_fails_is_tried_again_and_keeps_no_other_waiting():
    class OneIsDown(Ledger):
        async def post(self, url, fields):
            if url == "https://down.example/":
                await asyncio.Event().wait()
            return await super().post(url, fields)

    ledger = OneIsDown(refusals=2)
    pinger = HubPinger(ledger, quiet_s=0, retry_after_s=(0, 0))
    pinger.use(["https://down.example/", "https://hub.example/"])
    pinger.tell([change("https://a/1")])
    assert await ledger.until(1) == ["https://a/1"]
    await pinger.close(within_s=0.05)


async def test_a_hub_that_stays_away_is_given_up_until_the_next_change():
    ledger = Ledger(refusals=3)
    pinger = HubPinger(ledger, quiet_s=0, retry_after_s=(0, 0))
    pinger.use(["https://hub.example/"])
    pinger.tell([change("https://a/lost")])
    await asyncio.wait_for(ledger.is_spent.wait(), 10)
    pinger.tell([change("https://a/next")])
    assert await ledger.until(1) == ["https://a/next"]
    await pinger.close()


async def test_what_waits_at_the_end_is_told_then():
    ledger = Ledger()
    pinger = HubPinger(ledger, quiet_s=60)
    pinger.use(["https://hub.example/"])
    pinger.tell([change("https://a/1")])
    await pinger.close()
    assert ledger.posted == [("https://hub.example/", "https://a/1")]


async def test_hubs_come_and_go_with_the_settings():
    ledger = Ledger()
    pinger = HubPinger(ledger, quiet_s=60)
    pinger.use(["https://old.example/"])
    pinger.tell([change("https://a/1")])
    pinger.use(["https://new.example/"])
    pinger.tell([change("https://a/2")])
    await pinger.close()
    assert ledger.posted == [("https://new.example/", "https://a/2")]


@pytest.mark.parametrize(
    ("status", "reason"), [(204, None), (202, None), (500, "status 500"), (404, "status 404")]
)
async def test_what_a_hub_answers(status, reason):
    async def answer(request):
        form = parse_qs((await request.body()).decode())
        assert form["hub.url"] == ["https://a/县"]
        assert request.headers["user-agent"].startswith("Xianwen/0")
        return PlainTextResponse("x" * 10, status_code=status)

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    async with serving(app) as url, FormPoster(IDENTITY) as poster:
        assert await poster.post(f"{url}/", {"hub.url": "https://a/县"}) == reason


async def test_a_hub_that_is_not_there():
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
    async with FormPoster(IDENTITY) as poster:
        assert await poster.post(f"http://127.0.0.1:{port}/", {}) == "ConnectError"


@asynccontextmanager
async def serving(app):
    """Serve an ASGI application on loopback; yield its origin."""
    with listen("127.0.0.1", 0) as door:
        server = web_server(app)
        task = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@dataclass
class Hub:
    """A hub by W3C's recommendation: verifies intent, fetches the topic, signs what it sends."""

    client: httpx.AsyncClient
    #: callback and secret by topic
    subscribers: dict[str, tuple[str, str]] = field(default_factory=dict)
    url: str = ""

    def app(self):
        return Starlette(routes=[Route("/", self.hub, methods=["POST"])])

    async def hub(self, request):
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        if form["hub.mode"] == "publish":
            await self._distribute(form["hub.url"])
            return PlainTextResponse("", status_code=204)
        topic, callback = form["hub.topic"], form["hub.callback"]
        challenge = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": "c7",
                     "hub.lease_seconds": "864000"}  # fmt: skip
        answer = await self.client.get(callback, params=challenge)
        assert (answer.status_code, answer.text) == (200, "c7")
        self.subscribers[topic] = (callback, form["hub.secret"])
        return PlainTextResponse("", status_code=202)

    async def _distribute(self, topic):
        if topic not in self.subscribers:
            return
        callback, secret = self.subscribers[topic]
        content = await self.client.get(topic)
        signature = hmac.new(secret.encode(), content.content, hashlib.sha256).hexdigest()
        await self.client.post(
            callback,
            content=content.content,
            headers={
                "content-type": content.headers["content-type"],
                "link": f'<{self.url}/>; rel="hub", <{topic}>; rel="self"',
                "x-hub-signature": f"sha256={signature}",
            },
        )


@dataclass
class Subscriber:
    secret: str
    topics: list[str] = field(default_factory=list)
    received: asyncio.Queue = field(default_factory=asyncio.Queue)

    def app(self):
        return Starlette(
            routes=[
                Route("/callback", self.confirm, methods=["GET"]),
                Route("/callback", self.receive, methods=["POST"]),
            ]
        )

    def confirm(self, request):
        assert request.query_params["hub.topic"] in self.topics
        return PlainTextResponse(request.query_params["hub.challenge"])

    async def receive(self, request):
        body = await request.body()
        wanted = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        assert request.headers["x-hub-signature"] == f"sha256={wanted}"
        await self.received.put(body)
        return PlainTextResponse("")


async def test_a_subscriber_finds_the_hub_and_is_sent_what_is_new(tmp_path):
    shelf, subscriber = Shelf(article(1)), Subscriber("s3cret")
    async with httpx.AsyncClient() as client:
        hub = Hub(client)
        with listen("127.0.0.1", 0) as door:
            origin = f"http://127.0.0.1:{door.getsockname()[1]}"
            async with serving(hub.app()) as hub.url, serving(subscriber.app()) as callback:
                site = replace(SITE, public_url=origin, hubs=(f"{hub.url}/",))
                book = FeedBook(
                    articles=shelf,
                    stories=shelf,
                    catalogue=CATALOGUE,
                    directory=tmp_path,
                    site=site,
                )
                book.rebuild_all()
                app = create_app(book=book, articles=shelf, states=None, user_agent="x")
                server = web_server(app)
                task = asyncio.create_task(server.serve(sockets=[door]))
                # Discovery: by headers, and the same in the document (section 4).
                feed = await client.get(f"{origin}/feeds/hanbin/atom.xml")
                links = {ln["rel"]: ln["url"] for ln in httpx_links(feed)}
                assert links == {"hub": f"{hub.url}/", "self": f"{origin}/feeds/hanbin/atom.xml"}
                parsed = feedparser.parse(feed.content).feed
                assert {ln.rel: ln.href for ln in parsed.links if ln.rel in links} == links
                subscriber.topics.append(links["self"])
                taken = await client.post(
                    links["hub"],
                    data={"hub.mode": "subscribe", "hub.topic": links["self"],
                          "hub.callback": f"{callback}/callback", "hub.secret": "s3cret"},
                )  # fmt: skip
                assert taken.status_code == 202
                async with FormPoster(IDENTITY) as poster:
                    pinger = HubPinger(poster, quiet_s=0.01)
                    pinger.use(site.hubs)
                    shelf.put(article(2))
                    pinger.tell(book.rebuild_for([article(2)]))
                    body = await asyncio.wait_for(subscriber.received.get(), 10)
                    await pinger.close()
                server.should_exit = True
                await task
    titles = [entry.title for entry in feedparser.parse(body).entries]
    assert titles == [article(2).title, article(1).title]


def httpx_links(answer):
    """Return the header's links, all of them (httpx keeps one for each relation)."""
    return list(answer.links.values())
