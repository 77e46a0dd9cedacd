"""A feed's whole history (RFC 5005): cut into documents, followed by a client, taken down from."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest

from bot.publish.archives import PART_LENGTH, month_span, parse_name, parts_of
from bot.publish.book import FeedBook
from bot.publish.chain import TRUSTED_S, Chains
from bot.publish.feed import Format
from bot.publish.topic import EVERYTHING
from bot.web.app import create_app
from storage.model import Placed
from storage.takedown import Tombstone
from tests.publish.rules import faults_of_atom, faults_of_json, faults_of_rss
from tests.readside import CATALOGUE, CST, SITE, Shelf, article, revised

LIMIT = 4
SEPTEMBER = datetime(2026, 9, 1, 8, tzinfo=CST)
HANBIN = CATALOGUE.find("hanbin")


def at(number: int, when: datetime, **changes: object):
    seen = when.astimezone(UTC)
    return article(
        number, first_seen_at=seen, sorted_at=seen, changed_at=seen, published_at=when, **changes
    )


def history():
    """Seven articles in September, six in October, seven in November."""
    return [
        *(at(n, SEPTEMBER + timedelta(days=n)) for n in range(7)),
        *(at(n, SEPTEMBER + timedelta(days=30 + n)) for n in range(10, 16)),
        *(at(n, SEPTEMBER + timedelta(days=61 + n)) for n in range(20, 27)),
    ]


class Graves:
    def __init__(self) -> None:
        self.stones: tuple[Tombstone, ...] = ()

    def all(self) -> tuple[Tombstone, ...]:
        return self.stones


class NoStates:
    def all(self):
        return {}


@dataclass
class Reader:
    """A client that follows ``prev-archive`` until it meets an address that it knows."""

    client: httpx.AsyncClient
    form: str
    seen: dict[str, bytes]

    async def sync(self) -> dict[str, list[str]]:
        """Return the ids of the entries by the address of each document that was asked for."""
        url: str | None = f"https://news.example/feeds/hanbin/{self.form}"
        asked: dict[str, list[str]] = {}
        while url is not None and url not in self.seen:
            answer = await self.client.get(url)
            assert answer.status_code == 200, url
            if "/archive/" in url:
                assert "immutable" in answer.headers["cache-control"]
                self.seen[url] = answer.content
            asked[url], url = self._read(answer.content)
        return asked

    def _read(self, body: bytes) -> tuple[list[str], str | None]:
        if self.form == "feed.json":
            document = json.loads(body)
            return [i["id"] for i in document["items"]], document.get("next_url")
        parsed = feedparser.parse(body)
        older = [ln.href for ln in parsed.feed.links if ln.rel == "prev-archive"]
        return [e.id for e in parsed.entries], older[0] if older else None


@dataclass
class Served:
    client: httpx.AsyncClient
    book: FeedBook
    shelf: Shelf
    graves: Graves

    def reader(self, form: str = "atom.xml") -> Reader:
        return Reader(self.client, form, {})


@pytest.fixture
async def served(tmp_path):
    shelf, graves = Shelf(*history()), Graves()
    book = FeedBook(
        articles=shelf,
        stories=shelf,
        catalogue=CATALOGUE,
        directory=tmp_path,
        site=replace(SITE, entry_limit=LIMIT),
        takedowns=graves,
    )
    book.rebuild_all()
    app = create_app(book=book, articles=shelf, states=NoStates(), user_agent="Xianwen/0 (+x)")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://news.example") as client:
        yield Served(client, book, shelf, graves)


def names(asked: dict[str, list[str]]) -> list[str]:
    return [urlsplit(url).path.rpartition("/")[2] for url in asked]


@pytest.mark.parametrize("form", [form.value for form in Format])
async def test_a_client_that_follows_prev_archive_gets_the_whole_history(served, form):
    asked = await served.reader(form).sync()
    suffix = {"atom.xml": "atom", "rss.xml": "rss", "feed.json": "json"}[form]
    assert names(asked) == [form, *(f"2026-{month}.{suffix}" for month in (11, 10, "09"))]
    subscription, *archives = asked.values()
    assert len(subscription) == LIMIT
    archived = [entry for document in archives for entry in document]
    assert len(archived) == len(set(archived)), "an entry stands in two archive documents"
    # Of the growing month whole strides are archived, and the rest is in the subscription.
    assert [len(document) for document in archives] == [LIMIT, 6, 7]
    wanted = {entry.rpartition(":")[2] for entry in {*subscription, *archived}}
    assert wanted == {one.id for one in history()}


async def test_new_articles_leave_archives_alone_until_a_stride_is_full(served):
    reader = served.reader()
    await reader.sync()
    new = at(30, SEPTEMBER + timedelta(days=89))
    served.shelf.put(new)
    served.book.rebuild_for([new])
    asked = await reader.sync()
    assert names(asked) == ["atom.xml", "2026-11.atom"]  # the eighth of the month: two strides
    another = at(31, SEPTEMBER + timedelta(days=90))
    served.shelf.put(another)
    served.book.rebuild_for([another])
    assert names(await reader.sync()) == ["atom.xml"]


async def test_a_month_that_ended_is_read_once_more_and_never_again(served):
    reader = served.reader()
    await reader.sync()
    december = [at(n, SEPTEMBER + timedelta(days=61 + n)) for n in range(40, 45)]
    served.shelf.put(*december)
    served.book.rebuild_for(december)
    assert names(await reader.sync()) == ["atom.xml", "2026-12.atom", "2026-11.atom"]
    whole = {entry for body in reader.seen.values() for entry in reader._read(body)[0]}
    assert {e.rpartition(":")[2] for e in whole} >= {one.id for one in history()}


async def test_a_change_of_the_past_gives_its_month_and_later_ones_new_addresses(served):
    reader = served.reader()
    before = await reader.sync()
    late = revised(history()[8], "改过的标题")
    late = replace(late, changed_at=late.revised_at)
    served.shelf.put(late)
    served.book.rebuild_for([late])
    after = await reader.sync()
    assert names(after) == ["atom.xml", "2026-11.atom", "2026-10.atom"]
    assert not {url for url in after if "archive" in url} & set(before)
    assert "改过的标题" in reader.seen[list(after)[-1]].decode()


async def test_what_is_found_later_reaches_those_who_had_read_everything(served):
    reader = served.reader()
    await reader.sync()
    found = at(50, SEPTEMBER + timedelta(days=3, hours=2), is_backfilled=True)
    served.shelf.put(found)
    served.book.rebuild_for([found])
    asked = await reader.sync()
    assert names(asked)[-1] == "2026-09.atom"
    assert found.id in str(asked)
    assert found.id not in str(next(iter(asked.values())))


async def test_the_same_address_gives_the_same_bytes(served):
    reader = served.reader()
    asked = await reader.sync()
    for url in list(asked)[1:]:
        again = await served.client.get(url)
        assert again.content == reader.seen[url]
        known = {"if-none-match": again.headers["etag"]}
        assert (await served.client.get(url, headers=known)).status_code == 304
        stale = await served.client.get(url.partition("?")[0] + "?v=0")
        assert "immutable" not in stale.headers["cache-control"]


@pytest.mark.parametrize(
    ("form", "rules"),
    [("atom", faults_of_atom), ("rss", faults_of_rss), ("json", faults_of_json)],
)
async def test_archive_documents_are_valid(served, form, rules):
    path = f"/feeds/hanbin/archive/2026-10.{form}"
    [version] = {p.version for p in served.book.chain(HANBIN) if p.month == "2026-10"}
    url = f"https://news.example{path}?v={version}"
    answer = await served.client.get(url)
    assert rules(answer.content, url, datetime(2027, 1, 1, tzinfo=UTC)) == []
    if form != "json":
        parsed = feedparser.parse(answer.content)
        assert "fh_archive" in parsed.feed
        assert [ln.href for ln in parsed.feed.links if ln.rel == "current"] == [
            f"https://news.example/feeds/hanbin/{form}.xml"
        ]


@pytest.mark.parametrize(
    "path",
    ["hanbin/archive/2026-08.atom", "hanbin/archive/2026-10.2.atom", "hanbin/archive/2026-13.atom",
     "hanbin/archive/2026-10.xml", "nowhere/archive/2026-10.atom", "hanbin/archive/"],
)  # fmt: skip
async def test_what_is_not_there(served, path):
    assert (await served.client.get(f"/feeds/{path}")).status_code == 404


async def test_by_code(served):
    answer = await served.client.get("/feeds/610902/archive/2026-10.atom?v=1")
    assert answer.headers["location"] == "/feeds/hanbin/archive/2026-10.atom?v=1"


async def test_a_person_who_opens_an_archive_sees_a_page(served):
    opened = {"upgrade-insecure-requests": "1"}
    page = await served.client.get("/feeds/hanbin/archive/2026-10.atom", headers=opened)
    assert page.headers["content-type"].startswith("text/html")
    assert history()[8].title in page.text
    assert history()[2].title not in page.text


async def test_a_takedown_is_told_and_leaves_every_document(served):
    reader = served.reader()
    await reader.sync()
    gone = history()[9]
    del served.shelf.articles[gone.id]
    served.graves.stones = (
        Tombstone(
            article_id="01K7J7G0R0" + gone.id[-16:],
            story_id=gone.story_id,
            source_id=gone.source_id,
            adcodes=("610902",),
            taken_down_at=SEPTEMBER + timedelta(days=95),
            reason="asked for",
        ),
    )
    served.book.rebuild_all()
    asked = await reader.sync()
    assert names(asked) == ["atom.xml", "2026-11.atom", "2026-10.atom"]
    assert gone.id not in str(asked)
    answer = await served.client.get("/feeds/hanbin/atom.xml")
    url = "https://news.example/feeds/hanbin/atom.xml"
    assert faults_of_atom(answer.content, url, datetime(2027, 1, 1, tzinfo=UTC)) == []
    assert b"at:deleted-entry" in answer.content
    day = served.graves.stones[0].first_seen_at.date()
    ref = f"tag:news.example,{day}:{served.graves.stones[0].article_id}"
    assert f'ref="{ref}"' in answer.text
    document = (await served.client.get("/feeds/hanbin/feed.json")).json()
    assert document["_xianwen"]["removed"] == [ref]
    elsewhere = await served.client.get("/feeds/ziyang/atom.xml")
    assert b"deleted-entry" not in elsewhere.content


def placed(count: int, when: datetime, **changes: bool) -> list[Placed]:
    return [Placed(n, when, when, changes.get("is_backfilled", False)) for n in range(count)]


def test_a_long_month_is_cut():
    october = placed(PART_LENGTH * 2 + 1, datetime(2026, 10, 5, tzinfo=UTC))
    november = placed(1, datetime(2026, 11, 5, tzinfo=UTC))
    parts = parts_of([*october, *november], stride=50)
    assert [(p.stem, p.offset, p.count) for p in parts] == [
        ("2026-10", 0, PART_LENGTH),
        ("2026-10.2", PART_LENGTH, PART_LENGTH),
        ("2026-10.3", PART_LENGTH * 2, 1),
    ]
    assert len({p.version for p in parts}) == 3


def test_months_are_those_of_china():
    just_october = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
    [part] = parts_of(placed(1, just_october, is_backfilled=True), stride=50)
    assert part.month == "2026-10"
    assert part.span[0] == just_october
    assert month_span("2026-12")[1] == month_span("2027-01")[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026-10.atom", ("2026-10", 1, Format.ATOM)),
        ("2026-10.12.rss", ("2026-10", 12, Format.RSS)),
        ("2026-10.1.rss", None),
        ("2026-00.json", None),
        ("2026-10.atom.gz", None),
    ],
)
def test_names(name, expected):
    assert parse_name(name) == expected


def test_what_another_process_changed_is_seen_after_a_while():
    shelf, now = Shelf(*history()), [0.0]
    chains = Chains(shelf, stride=LIMIT, clock=lambda: now[0])
    before = chains.of(EVERYTHING)
    del shelf.articles[history()[0].id]
    assert chains.of(EVERYTHING) == before
    now[0] += TRUSTED_S
    assert chains.of(EVERYTHING)[0].count == before[0].count - 1


def test_a_new_article_behind_the_archived_ones_counts_nothing_anew():
    """Whatever comes, the parts are those of a walk through everything."""
    shelf = Shelf(*history())
    chains = Chains(shelf, stride=LIMIT)
    chains.of(EVERYTHING)
    newest = shelf.newest(EVERYTHING.selection, limit=1)[0]
    looked = []
    ask = shelf.timeline

    def timeline(selection, *, since=None):
        places = ask(selection, since=since)
        looked.append(len(places))
        return places

    shelf.timeline = timeline
    for n in range(1, 3 * LIMIT):
        at = newest.first_seen_at + timedelta(days=n)
        new = article(900 + n, first_seen_at=at, sorted_at=at)
        shelf.put(new)
        looked.clear()
        found = chains.of(EVERYTHING, [new])
        if len(looked) == 1:
            assert looked[0] <= LIMIT + 1
        assert found == Chains(shelf, stride=LIMIT).of(EVERYTHING), n
    assert looked


def test_the_past_is_walked_again_only_when_there_is_more_of_it_or_it_changed():
    shelf, now = Shelf(*history()), [0.0]
    chains = Chains(shelf, stride=LIMIT, clock=lambda: now[0])
    before = chains.of(EVERYTHING)
    walks = []
    ask = shelf.timeline

    def timeline(selection, *, since=None):
        walks.append(since)
        return ask(selection, since=since)

    shelf.timeline = timeline
    now[0] += TRUSTED_S
    assert chains.of(EVERYTHING) == before
    walks = [since for since in walks if since is None]
    # One is the shelf's own, for its extent.
    assert len(walks) == 1
    later = max(one.changed_at or one.updated_at for one in history()) + timedelta(days=1)
    shelf.put(replace(history()[0], changed_at=later))
    now[0] += TRUSTED_S
    assert chains.of(EVERYTHING)[0].version != before[0].version
