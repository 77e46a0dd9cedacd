"""What is learned of a site: better from the second page on, never worse, gone with a redesign."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.clean import clean
from bot.extract import SiteProfile, extract
from bot.extract.site import FORGOTTEN_AFTER, MOST_LAYOUTS, MOST_PAGES
from tests.data.article import all_articles
from tests.golden.made_sites import SITES, MadePage, made_pages
from tests.golden.ours import NO_RULES, fetched, reading
from tests.golden.scoring import Score, score, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.model import CleanArticle

ARTICLES = [a for a in all_articles() if a.head.get("language", "zh") == "zh"]
EMPTY = SiteProfile(host="qczx.example")


def pages_of(site: str) -> list[MadePage]:
    return list(made_pages(site, ARTICLES))


def read(text: str, url: str, profile: SiteProfile) -> tuple[CleanArticle, SiteProfile]:
    """Read a page beside what is known, and return what is known afterwards."""
    found = extract(fetched(text, url), NO_RULES, timezone="Asia/Shanghai", profile=profile)
    assert found.sighting is not None
    return clean(found, NO_RULES), profile.learn(found.sighting)


def crawl(
    pages: Iterable[MadePage], profile: SiteProfile = EMPTY
) -> tuple[list[Score], SiteProfile]:
    scores = []
    for page in pages:
        article, profile = read(page.text, page.url, profile)
        scores.append(score(page.gold, reading(article)))
    return scores, profile


def alone(pages: Iterable[MadePage]) -> list[Score]:
    return [crawl([page])[0][0] for page in pages]


@pytest.mark.parametrize("site", ["imprint", "contributors"])
def test_the_second_page_is_read_better_than_alone(site: str) -> None:
    pages = pages_of(site)
    before, (after, profile) = alone(pages), crawl(pages)
    assert all(one.f1 < 0.9 for one in before)
    assert after[0] == before[0]
    assert [one.f1 for one in after[1:]] == [1.0] * (len(pages) - 1)
    assert profile.told()["layouts"][0]["pages"] == len(pages)


def test_the_first_page_is_read_as_well_beside_the_second() -> None:
    first, second, *_ = pages_of("imprint")
    _, profile = crawl([second])
    (told,), _ = crawl([first], profile)
    assert told.f1 == 1.0


@pytest.mark.parametrize("site", SITES)
def test_no_page_is_read_worse_than_alone(site: str) -> None:
    pages = pages_of(site)
    for before, after in zip(alone(pages), crawl(pages)[0], strict=True):
        assert after.f1 >= before.f1
        assert after.recall >= before.recall
        assert (after.has_title, after.has_day) == (before.has_title, before.has_day)


def test_where_the_pages_have_their_text_a_short_one_has_it_too() -> None:
    pages = pages_of("letters")
    assert sum(one.f1 < 0.6 for one in alone(pages)) >= 3
    assert all(one.f1 == 1.0 for one in crawl(pages)[0])


def test_a_box_in_the_midst_waits_for_a_third_page() -> None:
    scores, _ = crawl(pages_of("box"))
    assert [one.is_free_of_boilerplate for one in scores[:4]] == [False, False, True, True]


def test_what_was_cut_is_told_by_its_rule() -> None:
    first, second, *_ = pages_of("imprint")
    _, profile = crawl([first])
    article, _ = read(second.text, second.url, profile)
    assert [gone.rule for gone in article.removed].count("site:recurs") == 1
    assert article.extracted.findings[-1].rule == "site:recurs"


def test_the_same_article_at_two_addresses_keeps_its_text() -> None:
    page = pages_of("notices")[0]
    _, profile = crawl([page])
    article, _ = read(page.text, page.url.replace("1000", "2000"), profile)
    said = squeeze(article.text)
    assert all(squeeze(paragraph) in said for paragraph in page.gold.paragraphs[:-1])


def redesigned(page: MadePage) -> str:
    """Return the page in other markup."""
    text = page.text
    for old, new in (("m1", "wrap"), ("n1", "tt"), ("n2", "ly"), ("n3", "nr"), ("n4", "jj")):
        text = text.replace(f'"{old}"', f'"{new}"')
    return text.replace('"t1"', '"hd"').replace('"b1"', '"ft"')


def test_a_redesign_lets_the_profile_step_aside_and_is_learned_in_turn() -> None:
    pages = pages_of("imprint")
    old, new = pages[: MOST_PAGES + 1], pages[MOST_PAGES + 1 :][:5]
    _, profile = crawl(old)
    assert [one.number for one in profile.layouts] == [1]

    scores = []
    for page in new:
        article, profile = read(redesigned(page), page.url, profile)
        scores.append(score(page.gold, reading(article)))
    assert scores[0].f1 == alone(new[:1])[0].f1, "the first new page is read as if alone"
    assert [one.f1 for one in scores[1:]] == [1.0] * (len(new) - 1)
    assert [one.number for one in profile.layouts] == [1, 2]

    for at in range(FORGOTTEN_AFTER):
        page = new[at % len(new)]
        _, profile = read(redesigned(page), f"{page.url}?{at}", profile)
    assert [one.number for one in profile.layouts] == [2], "the old layout is forgotten"


def test_a_profile_survives_its_dump_and_stays_small() -> None:
    _, profile = crawl(pages_of("imprint"))
    text = profile.dump()
    assert SiteProfile.load(text) == profile
    assert len(text) < 8_000
    assert len(profile.layouts[0].sightings) == MOST_PAGES
    assert len(profile.layouts) <= MOST_LAYOUTS
    content = json.loads(text)
    assert SiteProfile.load(json.dumps({**content, "version": 0})) is None
    assert SiteProfile.load(text[:-40]) is None
    assert SiteProfile.load(None) is None
    assert not any(text_of in text for text_of in ("青川", "融媒体")), "no text of pages is kept"


def test_the_same_page_again_counts_once() -> None:
    page = pages_of("imprint")[0]
    _, profile = crawl([page, page, page])
    assert len(profile.layouts[0].sightings) == 1
    assert profile.layouts[0].page_count == 1


def test_a_batch_learns_only_when_it_is_asked_to(tmp_path: Path) -> None:
    lines = []
    for number, page in enumerate(pages_of("imprint")[:3]):
        (tmp_path / f"{number}.html").write_text(page.text, encoding="utf-8")
        lines.append(json.dumps({"id": number, "file": f"{number}.html", "url": page.url}))
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def texts(*options: str) -> list[str]:
        out = tmp_path / "out.jsonl"
        command = [sys.executable, "-m", "bot", "extract", "--batch", str(tmp_path / "in.jsonl")]
        subprocess.run([*command, str(out), *options], check=True, capture_output=True)
        return [json.loads(line)["text"] for line in out.read_text("utf-8").splitlines()]

    plain, learned = texts(), texts("--learn")
    assert plain[0] == learned[0]
    assert "稿件" not in learned[1]
    assert [len(one) for one in learned[1:]] < [len(one) for one in plain[1:]]
    assert "二十余个栏目" in plain[1]
    assert "二十余个栏目" not in learned[1]
