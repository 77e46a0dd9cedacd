"""Following the archive's changes: each told once, and what commits late is told too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.articles import Articles
from storage.changes import OVERLAP, Changed, Changes
from storage.media import Media
from storage.takedown import Takedowns
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from storage.raw import RawPages


def test_a_change_is_told_once_and_a_late_commit_too(engine: Engine) -> None:
    articles = Articles(engine)
    before = articles.keep(new_article(1, seen_at=NOON - OVERLAP - timedelta(seconds=1)))
    changes = Changes(engine, since=NOON)
    first = articles.keep(new_article(2, seen_at=NOON))
    assert changes.next() == Changed(article_ids=(first.id,))
    late = articles.keep(new_article(3, seen_at=NOON - timedelta(seconds=30)))
    assert changes.next() == Changed(article_ids=(late.id,))
    again = articles.keep(
        new_article(1, seen_at=NOON + timedelta(hours=1), text="另一段正文，与先前不同。" * 20)
    )
    assert again.id == before.id
    assert changes.next() == Changed(article_ids=(before.id,))
    assert changes.next() == Changed()


def test_what_was_taken_down_is_told_once(
    engine: Engine, raw_pages: RawPages, tmp_path: Path
) -> None:
    article = Articles(engine).keep(new_article(1, seen_at=NOON - timedelta(days=1)))
    changes = Changes(engine, since=NOON)
    assert changes.next() == Changed()
    media = Media(engine, tmp_path / "media")
    Takedowns(engine, raw_pages, media).take_down(article.id, "asked for", at=NOON)
    assert changes.next() == Changed(has_takedown=True)
    assert changes.next() == Changed()
