"""``xianwen source`` as an operator runs it, against the replica."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from replica import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trial.conftest import Installation


async def test_a_trial_tells_every_link_field_and_removal(installation: Installation) -> None:
    done = await installation.run("source", "test", "replica-ziyang", "--json", "--articles", "2")
    assert done.returncode == 0, done.stderr
    trial = json.loads(done.stdout)
    published = [t for t in installation.world.truth() if t.section == "ziyang"]
    truth = {flat(t.title): t for t in published}
    newest = sorted(published, key=lambda t: t.published_at, reverse=True)
    links = trial["listing"]["links"]
    assert [link["title"] for link in links] == [flat(t.title) for t in newest[: len(links)]]
    assert len(trial["articles"]) == 2
    for tried in trial["articles"]:
        article = tried["article"]
        assert flat(article["title"]) in truth
        assert article["rules"]["title"]["rule"]
        assert article["rules"]["published"]["rule"]
        assert any("秦巴县闻网" in gone["text"] for gone in article["removed"])
    done = await installation.run("source", "test", "replica-ziyang")
    assert "links by structure" in done.stdout
    assert "removed by" in done.stdout
    assert not installation.data.exists()


def flat(title: str) -> str:
    return " ".join(title.split())


async def test_an_unsaved_file_is_tried_as_it_stands(
    installation: Installation, tmp_path: Path
) -> None:
    text = installation.sources.read_text("utf-8")
    entry = text.split("  - id:")[1]
    draft = tmp_path / "draft.yaml"
    draft.write_text(f"sources:\n  - id:{entry}    listing:\n      item: ul.nothing > li\n")
    done = await installation.run("source", "test", str(draft))
    assert done.returncode == 1
    assert "listing-missing: nothing on the page matches ul.nothing > li" in done.stdout
    good = f"sources:\n  - id:{entry}    listing:\n      item: .list li\n      block: ['/neibu/']\n"
    done = await installation.start("source", "test", "-", "--json", stdin=good)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["listing"]["evidence"] == "rule: .list li"
    done = await installation.start("source", "test", "-", stdin=good.replace("item:", "itme:"))
    assert done.returncode == 1
    assert "unknown key, did you mean item?" in done.stderr


async def test_golden_pages_are_checked_without_the_site(installation: Installation) -> None:
    saved = await installation.run("source", "test", "replica-pingli-news", "--save-golden")
    assert saved.returncode == 0, saved.stdout + saved.stderr
    installation.world.fail("dede", Failure.MISSING)
    requests = len(installation.world.log.entries)
    done = await installation.run("source", "test", "replica-pingli-news", "--golden")
    assert (done.returncode, done.stdout) == (0, "replica-pingli-news: as stored\n")
    assert len(installation.world.log.entries) == requests
    text = installation.sources.read_text("utf-8")
    broken = text.replace("/xwzx/plyw/\n", "/xwzx/plyw/\n    article:\n      title: div.place\n", 1)
    installation.sources.write_text(broken, "utf-8")
    done = await installation.run("source", "test", "replica-pingli-news", "--golden")
    assert done.returncode == 1
    assert "articles[0].title" in done.stdout


async def test_a_source_that_yields_nothing_fails_with_the_kind(
    installation: Installation,
) -> None:
    installation.world.fail("modern", Failure.LISTING_EMPTY)
    installation.world.fail("dede", Failure.SHIELD)
    done = await installation.run("source", "test", "replica-pingli-news")
    assert done.returncode == 1
    assert "challenge" in done.stdout or "blocked" in done.stdout
    done = await installation.run("source", "test", "replica-xunyang-news")
    assert done.returncode == 1
    assert "listing-" in done.stdout


async def test_resting_enabling_and_removing(installation: Installation) -> None:
    before = installation.sources.read_text("utf-8")
    assert (await installation.run("source", "disable", "replica-hanbin")).returncode == 0
    listed = (await installation.run("source", "list", "--json")).stdout.splitlines()
    states = {r["id"]: r["enabled"] for r in map(json.loads, listed)}
    assert [name for name, is_on in states.items() if not is_on] == ["replica-hanbin"]
    assert (await installation.run("source", "enable", "replica-hanbin")).returncode == 0
    done = await installation.run("source", "remove", "replica-hanbin", "--yes")
    assert done.returncode == 0, done.stderr
    after = installation.sources.read_text("utf-8")
    assert "replica-hanbin" not in after
    assert after == before.replace("  - id:" + before.split("  - id:")[1], "", 1)
    unknown = await installation.run("source", "show", "replica-hanbin")
    assert unknown.returncode == 1
    assert "no source replica-hanbin in the configuration" in unknown.stderr
    shown = await installation.run("source", "show", "replica-ziyang")
    assert "min_interval_s" in shown.stdout
    listed = await installation.run("source", "list", "--district", "紫阳县", "--json")
    assert [json.loads(line)["id"] for line in listed.stdout.splitlines()] == ["replica-ziyang"]
