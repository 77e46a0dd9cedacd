"""The replica's sites are learned while they are crawled, and learned anew after a redesign."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.app.crawling import sites_of
from bot.cli.main import app
from bot.pipeline.sites import SITE_NOTE, forget, profiles_of
from replica import HandClock, ReplicaWorld
from tests.crawled import Installation, installation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.extract import SiteProfile

SOURCE = "replica-ziyang"
SECTION = "ziyang"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Installation]:
    world = ReplicaWorld(HandClock.at("2026-08-01T09:00:00+08:00"))
    async with installation(tmp_path, world=world) as site:
        await site.crawl([SOURCE])
        yield site


def learned(site: Installation) -> tuple[SiteProfile, ...]:
    archive = site.archive()
    try:
        return profiles_of(archive.notes, SOURCE)
    finally:
        archive.close()


def show(site: Installation, *options: str, command: str = "show") -> str:
    return run(site, "source", command, SOURCE, *options)


def run(site: Installation, *given: str) -> str:
    places = ["--config", str(site.config), "--data-dir", str(site.place / "data")]
    done = CliRunner().invoke(app, [*given, *places])
    assert done.exit_code == 0, done.output
    return done.stdout


async def test_a_site_is_learned_shown_and_learned_anew_after_a_redesign(
    site: Installation,
) -> None:
    (profile,) = learned(site)
    (layout,) = profile.layouts
    assert layout.agreed("body") is not None
    assert layout.agreed("title") is not None
    assert layout.agreed("published") is not None

    told = await asyncio.to_thread(show, site)
    assert f"# learned of {profile.host} from {profile.page_count} pages" in told
    record = json.loads(await asyncio.to_thread(show, site, "--json"))
    assert record["learned"] == [profile.told()]

    url = site.addresses["portal"] + site.world.listed(SECTION)[0].path
    asked = ("extract", url, "--source", SOURCE, "--explain", "--json")
    field = json.loads(await asyncio.to_thread(run, site, *asked))["explanation"]["fields"]["body"]
    assert any(one["outcome"] == "chosen" for one in field["weighed"])

    site.world.redesign("portal")
    site.world.publish(SECTION, 2)
    await site.crawl([SOURCE])
    (after,) = learned(site)
    assert [one.number for one in after.layouts] == [layout.number, layout.number + 1]
    assert after.layouts[-1].page_count == 2
    assert after.layouts[-1].fingerprint != layout.fingerprint


async def test_what_was_learned_is_made_anew_from_the_archive(site: Installation) -> None:
    (before,) = learned(site)
    archive = site.archive()
    try:
        (source,) = [one for one in site.load().sources if one.id == SOURCE]
        for name in archive.notes.all(SITE_NOTE):
            archive.notes.drop(f"{SITE_NOTE}{name}")
        made = sites_of(archive).recall(source, f"http://{before.host}/news/1.html")
        assert made.host == before.host
        assert [one.agreed("body") for one in made.layouts] == [
            one.agreed("body") for one in before.layouts
        ]

        forget(archive.notes, SOURCE, "nothing was kept")
        assert profiles_of(archive.notes, SOURCE) == ()
        assert sites_of(archive).rebuild(source) == (made,)
        forget(archive.notes, SOURCE, "listing-missing: it was redesigned")
        (reset,) = profiles_of(archive.notes, SOURCE)
        assert reset.layouts == ()
        assert "redesigned" in reset.reset_reason
    finally:
        archive.close()
    assert "begun anew: listing-missing" in await asyncio.to_thread(show, site)
    assert f"learned of {before.host}" in await asyncio.to_thread(show, site, command="learn")
    assert learned(site) == (made,)


async def test_an_article_does_not_change_by_what_is_learned_after_it(site: Installation) -> None:
    archive = site.archive()
    try:
        revisions = {
            article.id: article.revision_number
            for article in archive.articles.by_ids(
                [raw.article_id for raw in archive.raw_pages.of_articles(source_id=SOURCE)]
            )
        }
    finally:
        archive.close()
    assert len(revisions) == 5
    assert set(revisions.values()) == {1}
