"""The replica itself: a newsroom that does what it is told, on three real HTTP sites."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from replica import SECTIONS, HandClock, NothingToPublishError, ReplicaWorld, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = "2026-11-23T09:00:00+08:00"


@asynccontextmanager
async def visiting(world: ReplicaWorld) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with serve(world) as addresses, AsyncExitStack() as stack:
        yield {
            site: await stack.enter_async_context(httpx.AsyncClient(base_url=url))
            for site, url in addresses.items()
        }


def filled() -> ReplicaWorld:
    world = ReplicaWorld(HandClock.at(NOW))
    world.catch_up()
    return world


def text_of(answer: httpx.Response) -> str:
    is_legacy = b"charset=gb2312" in answer.content[:1024]
    return answer.content.decode("gb18030" if is_legacy else "utf-8")


def test_every_section_has_articles_and_there_are_reprints() -> None:
    truth = filled().truth()
    assert len(truth) >= 60
    assert min(Counter(one.section for one in truth).values()) >= 3
    assert {one.section for one in truth} == set(SECTIONS)
    assert sum(one.story != one.slug for one in truth) >= 10
    assert len({one.title for one in truth}) < len(truth), "same-titled notices are part of it"


async def test_every_page_answers_and_shows_its_title_and_text() -> None:
    world = filled()
    async with visiting(world) as sites:
        for one in world.truth():
            answer = await sites[one.site].get(one.path)
            assert answer.status_code == 200, one.path
            page = LexborHTMLParser(text_of(answer)).text()
            shown = re.sub(r"\s", "", page)
            assert re.sub(r"\s", "", one.title) in shown, one.path
            assert one.source.replace(" ", "") in shown, one.path
            for name in one.authors:
                assert name in shown, (one.path, name)


async def test_listings_lead_to_every_article_that_is_not_gone() -> None:
    world = filled()
    async with visiting(world) as sites:
        for section in SECTIONS.values():
            wanted = {p.path for p in world.listed(section.id)}
            client = sites[section.site]
            seen: set[str] = set()
            queue, found = [section.path], set[str]()
            while queue:
                path = queue.pop()
                if path in seen:
                    continue
                seen.add(path)
                answer = await client.get(path)
                assert answer.status_code == 200, path
                base = httpx.URL(str(answer.url))
                links = {
                    base.join(a.attributes["href"] or "")
                    for a in LexborHTMLParser(text_of(answer)).css("a[href]")
                }
                found |= {url.path for url in links}
                queue += [
                    url.raw_path.decode()
                    for url in links
                    if url.host == base.host
                    and re.search(r"(index|list_\d+)_\d+\.html|page=\d", str(url))
                    and url.path.startswith(section.path)
                ]
            assert wanted <= found, section.id


async def test_marks_are_drawn_anew_and_the_truth_stays() -> None:
    world = filled()
    before = world.truth()
    one = next(t for t in before if t.slug == "ziyang-spring-tea")
    async with visiting(world) as sites:
        first = (await sites["portal"].get(one.path)).text
        assert (await sites["portal"].get(one.path)).text == first
        world.regenerate("portal")
        second = (await sites["portal"].get(one.path)).text
    assert first != second
    assert re.sub(r"[0-9A-Za-z]{3}秦巴县闻网", "", first) == re.sub(
        r"[0-9A-Za-z]{3}秦巴县闻网", "", second
    )
    assert world.truth() == before


async def test_the_newsroom_publishes_edits_and_withdraws() -> None:
    clock = HandClock.at("2026-06-01T09:00:00+08:00")
    world = ReplicaWorld(clock)
    world.catch_up()
    waiting = world.waiting("ziyang")
    news = world.publish("ziyang", 3)
    assert [p.published_at for p in news] == [clock()] * 3
    assert world.waiting("ziyang") == waiting - 3
    with pytest.raises(NothingToPublishError):
        world.publish("ziyang", 99)
    async with visiting(world) as sites:
        old = world.publication("ziyang-spring-tea")
        assert "8600亩" in (await sites["portal"].get(old.path)).text
        clock.advance(hours=2)
        edited = world.edit("ziyang-spring-tea")
        assert edited.path == old.path
        assert "8900亩" in (await sites["portal"].get(old.path)).text
        world.withdraw("ziyang-spring-tea")
        assert (await sites["portal"].get(old.path)).status_code == 404
        soft = world.withdraw("dede-changan-tea")
        answer = await sites["dede"].get(soft.path)
        assert answer.status_code == 200, "this site's error page says that all is well"
        assert soft.manuscript.title not in text_of(answer)
    told = {t.slug: t for t in world.truth()}
    assert told["ziyang-spring-tea"].is_withdrawn
    assert told["ziyang-spring-tea"].is_revised


async def test_failures_come_and_go() -> None:
    world = filled()
    path = world.listed("ziyang")[0].path
    async with visiting(world) as sites:
        portal = sites["portal"]
        world.fail("portal", "error", times=1)
        assert (await portal.get(path)).status_code == 500
        assert (await portal.get(path)).status_code == 200
        world.fail("portal", "missing", under=path)
        assert (await portal.get(path)).status_code == 404
        world.mend("portal")
        assert (await portal.get(path)).status_code == 200


@pytest.mark.parametrize("section", ["ziyang", "pingli-news", "xunyang-news"])
async def test_a_redesign_changes_the_markup_and_neither_text_nor_addresses(section: str) -> None:
    world = filled()
    site, newest = SECTIONS[section].site, world.listed(section)[0]

    def classes(page: str) -> set[str]:
        return set(re.findall(r'class="([\w -]+)"', page))

    async with visiting(world) as sites:
        paths = (SECTIONS[section].path, newest.path)
        before = [text_of(await sites[site].get(path)) for path in paths]
        world.redesign(site)
        after = [text_of(await sites[site].get(path)) for path in paths]
    for old, new in zip(before, after, strict=True):
        assert len(classes(new) - classes(old)) >= 3
        assert newest.manuscript.title in old
        assert newest.manuscript.title in new
    assert newest.path in after[0]
    prose = next(b.text for b in newest.manuscript.blocks if b.kind == "paragraph")
    assert prose[:20] in re.sub(r"<[^>]+>", "", after[1])


async def test_sites_have_the_manners_of_their_make() -> None:
    world = filled()
    async with visiting(world) as sites:
        portal, dede, modern = sites["portal"], sites["dede"], sites["modern"]
        assert "Disallow: /e/" in (await portal.get("/robots.txt")).text
        one = next(t for t in world.truth() if t.site == "portal" and t.pictures)
        picture = one.pictures[0]
        assert (await portal.get(picture)).status_code == 403, "hotlinks are refused"
        own = {"Referer": str(portal.base_url.join(one.path))}
        shown = await portal.get(picture, headers=own)
        assert shown.content.startswith(b"\x89PNG")
        strange = await portal.get(picture, headers={"Referer": "http://elsewhere.example/"})
        assert strange.content != shown.content
        answer = await dede.get(world.listed("pingli-news")[0].path)
        assert text_of(answer).encode("gb18030") == answer.content
        since = {"If-Modified-Since": answer.headers["last-modified"]}
        assert (await dede.get(answer.url.path, headers=since)).status_code == 304
        listing = await modern.get(SECTIONS["xunyang-news"].path)
        tag = {"If-None-Match": listing.headers["etag"]}
        assert (await modern.get(listing.url.path, headers=tag)).status_code == 304
    assert {entry.status for entry in world.log.of("dede")} == {200, 304}
    assert all(entry.end_s >= entry.start_s for entry in world.log.entries)
