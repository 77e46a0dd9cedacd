"""Re-extraction: rules are changed, and the past is made anew from the raw pages."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.app.clock import now
from bot.cli.main import app as cli
from bot.pipeline import remake as remaking
from bot.pipeline.read import read_article
from bot.pipeline.reextract import Reextraction
from bot.pipeline.remake import Effect
from storage.articles import Articles
from storage.verify import verify
from tests.crawled import installation
from tests.waiting import has_ended_before

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import CleanArticle, FetchedPage
    from storage.model import Article
    from tests.crawled import Installation

SOURCES = ("replica-city", "replica-hanbin", "replica-ziyang", "replica-pingli-news")
#: today's rules: every full stop at the end of a block is another one
NEW_RULES = 'defaults:\n  article:\n    replace: [["。$", "！"]]\n'


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    async def crawl() -> Installation:
        async with installation(tmp_path_factory.mktemp("crawled")) as site:
            await site.crawl(SOURCES)
        return site

    return asyncio.run(crawl())


@pytest.fixture
def site(crawled: Installation, tmp_path: Path) -> Installation:
    return crawled.copied(tmp_path / "site")


def change_rules(site: Installation, defaults: str = NEW_RULES) -> None:
    file = site.config / "sources" / "replica.yaml"
    file.write_text(defaults + file.read_text())


def kept(site: Installation) -> dict[str, Article]:
    archive = site.archive()
    try:
        return {article.id: article for article in Articles(archive.engine).newest(limit=1000)}
    finally:
        archive.close()


def run(site: Installation, *options: str) -> str:
    places = ["--config", str(site.config), "--data-dir", str(site.place / "data")]
    done = CliRunner().invoke(cli, ["reextract", *places, *options])
    assert done.exit_code == 0, done.output
    return done.output


def reextraction(site: Installation, **changes: object) -> tuple[Reextraction, object]:
    configuration, archive = site.load(), site.archive()
    made = Reextraction(
        articles=archive.articles,
        raw_pages=archive.raw_pages,
        sources=configuration.sources,
        districts=configuration.districts,
        directory=configuration.settings.data_dir / "reextract",
        now=now,
        jobs=1,
        **changes,  # type: ignore[arg-type]
    )
    return made, archive


def test_the_same_rules_change_nothing(site: Installation) -> None:
    before = kept(site)
    output = run(site, "--jobs", "1")
    assert f"{len(before)} articles read again: {len(before)} same, 0 mended, 0 revised" in output
    assert kept(site) == before


def test_new_rules_make_revisions_and_keep_every_id(site: Installation) -> None:
    before = kept(site)
    change_rules(site)
    told = run(site, "--dry-run", "--jobs", "1")
    assert kept(site) == before, "a dry run changed something"
    assert "revised: text:" in told
    assert "[-。-]{+！+}" in told
    # Two processes, each of them fresh.
    output = run(site, "--jobs", "2")
    after = kept(site)
    assert after.keys() == before.keys()
    revised = [one for one in after.values() if one.revision_number == 2]
    assert revised
    assert f"done: {len(revised)} revised" in output
    for one in after.values():
        assert "。\n" not in one.text
        assert one.story_id == before[one.id].story_id
        assert one.sorted_at == before[one.id].sorted_at
        assert one.published_at == before[one.id].published_at
    archive = site.archive()
    history = archive.articles.revisions(revised[0].id)
    assert [step.reason for step in history] == ["first seen", "re-extracted: text changed"]
    assert history[0].raw_record_id == history[1].raw_record_id
    outcome = verify(archive.engine, archive.raw_pages, archive.media)
    assert outcome.is_clean, outcome.findings
    archive.close()
    assert "！" in (site.place / "data/public/feeds/all/atom.xml").read_text("utf-8")
    assert "0 mended, 0 revised" in run(site, "--jobs", "1"), "a second run found more"


def test_what_stands_beside_the_text_is_mended_without_a_revision(site: Installation) -> None:
    before = kept(site)
    with_pictures = {i for i, one in before.items() if any(b.kind == "image" for b in one.blocks)}
    assert with_pictures
    change_rules(site, "defaults:\n  pictures: drop\n")
    run(site, "--jobs", "1")
    after = kept(site)
    for one in after.values():
        assert one.revision_number == 1
        assert "<img" not in one.html
    untouched = before.keys() - with_pictures
    assert {i: after[i] for i in untouched} == {i: before[i] for i in untouched}


def test_a_page_that_breaks_the_reading_stops_no_run(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(site)
    victim = next(iter(before.values()))

    def read(pages: tuple[FetchedPage, ...], *args: object, **options: object) -> CleanArticle:
        if pages[0].requested_url == victim.url:
            raise RecursionError("too deep")
        return read_article(pages, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(remaking, "read_article", read)
    made, archive = reextraction(site)
    summary = made.look()
    assert (summary.effects[Effect.FAILED], summary.effects.total()) == (1, len(before))
    assert summary.failures == [(victim.id, "broke the reading: RecursionError: too deep")]
    made.apply()
    archive.close()  # type: ignore[attr-defined]
    assert kept(site)[victim.id] == victim


def test_only_the_chosen_are_read(site: Installation) -> None:
    change_rules(site)
    run(site, "--source", "replica-hanbin", "--jobs", "1")
    revised = {one.source_id for one in kept(site).values() if one.revision_number == 2}
    assert revised == {"replica-hanbin"}
    assert "0 articles read again" in run(site, "--since", "2100-01-01", "--jobs", "1")


def test_a_withdrawn_article_stays_withdrawn_and_a_newer_state_is_left_alone(
    site: Installation,
) -> None:
    change_rules(site)
    made, archive = reextraction(site)
    first, second, *_ = made.look().changed
    at = now()
    checks, articles = archive.checks, archive.articles  # type: ignore[attr-defined]
    checks.missing(first, at=at.replace(year=at.year - 1))
    checks.missing(first, at=at)
    raw = archive.raw_pages.of_ids([second])[0]  # type: ignore[attr-defined]
    current = articles.get(second)
    stale = replace(made_new(made, second), reason="stale")
    assert articles.remake(stale, raw.record_ids, expected_revision=7, is_revision=True) is None
    assert articles.get(second) == current
    made.apply()
    article = articles.get(first)
    assert (article.status, article.revision_number) == ("withdrawn", 2)
    archive.close()  # type: ignore[attr-defined]


def made_new(made: Reextraction, article_id: str) -> object:
    [one] = made._remade(list(made._raw_pages.of_ids([article_id])), None)
    assert one.effect is Effect.REVISED
    return one.new


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_was(site: Installation) -> None:
    before = kept(site)
    change_rules(site)
    command = [
        sys.executable, "-m", "bot", "reextract", "--jobs", "1", "--batch", "1", "--yes",
        "--config", str(site.config), "--data-dir", str(site.place / "data"),
    ]  # fmt: skip
    journals = site.place / "data" / "reextract"

    def lines() -> list[str]:
        texts = [file.read_text("utf-8", errors="replace") for file in journals.glob("*")]
        return [line for text in texts for line in text.splitlines()]

    def has_lines(wanted: str) -> bool:
        return sum(wanted in line for line in lines()) >= 2

    for wanted in ('"after"', '"applied"'):
        # Killed once while it looks and once while it writes.
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            is_early = has_ended_before(process, partial(has_lines, wanted))
            process.kill()
        assert not is_early
        assert process.returncode == -9, "it had finished before it was killed"
    looked = sum('"after"' in line for line in lines())
    assert looked == len(before), "what was looked at before the kill was looked at again"
    applied = sum('"applied"' in line for line in lines())
    half = sum(one.revision_number == 2 for one in kept(site).values())
    assert 2 <= applied <= half < len(before)
    file = next(journals.glob("*"))
    file.write_text(file.read_text() + '{"applied": 1')
    output = run(site, "--jobs", "1", "--batch", "1")
    assert f"going on with a run that was cut short: {looked} looked at, {applied} done" in output
    after = kept(site)
    assert after.keys() == before.keys()
    assert all("。\n" not in one.text for one in after.values())
    assert {one.revision_number for one in after.values()} <= {1, 2}
    assert not list(journals.glob("*"))
