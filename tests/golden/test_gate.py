"""The quality gate: no figure may fall below its floor; a floor is lowered only on purpose."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.golden.faults import faults
from tests.golden.real_pages import read_real_pages
from tests.golden.scoring import Gold, Reading, score, summary
from tests.golden.stored_pages import StoredPage, stored_pages

ours = pytest.importorskip("tests.golden.ours", exc_type=ImportError)

FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))


def read_stored(page: StoredPage) -> Reading:
    said: Reading = ours.reading(
        ours.read(ours.fetched(page.text, page.url), timezone=page.gold.timezone)
    )
    return said


def hold(name: str, judged: list[tuple[Gold, Reading]]) -> None:
    means = summary([score(gold, said) for gold, said in judged])
    below = {
        figure: f"{means[figure]:.4f} < {floor}"
        for figure, floor in FLOORS[name].items()
        if (means[figure] or 0.0) < floor
    }
    told = [f"{gold.id}: {line}" for gold, said in judged for line in faults(gold, said)]
    assert not below, "\n".join([str(below), *told])


def test_golden_pages_hold_their_floors() -> None:
    hold("golden", [(page.gold, read_stored(page)) for page in stored_pages()])


def test_real_pages_hold_their_floors(shared_dir: Path) -> None:
    pages = read_real_pages(shared_dir / "pages")
    hold("real", [(g, ours.reading(ours.read(ours.fetched(text, url)))) for g, text, url in pages])


@pytest.mark.parametrize(
    "page", [p for p in stored_pages() if p.images], ids=lambda page: page.gold.id
)
def test_the_articles_pictures_come_out_in_order(page: StoredPage) -> None:
    gold = replace(page.gold, images=page.images)
    assert score(gold, read_stored(page)).has_images, faults(gold, read_stored(page))


@pytest.mark.parametrize(
    "page", [p for p in stored_pages() if p.next_page_url], ids=lambda page: page.gold.id
)
def test_the_next_page_of_a_paged_article_is_found(page: StoredPage) -> None:
    article = ours.read(ours.fetched(page.text, page.url))
    assert article.extracted.next_page_url == page.next_page_url
