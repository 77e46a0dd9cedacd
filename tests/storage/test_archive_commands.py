"""The commands for the archive, run as an operator runs them."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli.main import app
from bot.sources.load import load
from storage.articles import Articles
from storage.errors import NoArchiveError
from storage.media import Media
from storage.opening import open_database
from storage.raw import RawPages
from tests.storage.making import NOON, exchange, new_article
from tests.storage.test_media import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sources.load import Configuration


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command sends the log to the standard error of its test, which ends with it."""
    yield
    structlog.reset_defaults()


@cache
def loaded(config: Path) -> Configuration:
    """A configuration is read anew by each command; here it is the same for all."""
    return load(config)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    engine = open_database(place / "xianwen.sqlite3")
    raw_pages = RawPages(engine, place / "raw")
    articles = Articles(engine, raw_pages)
    first = articles.keep(new_article(1), exchange(1))
    articles.keep(new_article(2, story_id=first.id), exchange(2, b"two"))
    articles.keep(
        new_article(1, article_id=first.id, text="汉滨区下了大雨。", reason="text changed",
                    seen_at=NOON + timedelta(days=1)),
        exchange(1, b"three"),
    )  # fmt: skip
    Media(engine, place / "media").keep("https://a.cn/1.png", png(), at=NOON)
    raw_pages.close()
    engine.dispose()
    return place


def run(data_dir: Path, *words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--data-dir", str(data_dir)])
    assert done.exit_code == code, done.output
    return done.output


def test_an_operator_counts_verifies_and_finds(data_dir: Path) -> None:
    assert "610902" in run(data_dir, "archive", "stats")
    assert "2 articles, 3 raw pages, 1 pictures: all as it was kept" in run(
        data_dir, "archive", "verify"
    )
    found = run(data_dir, "search", "大雨")
    assert "谭坝镇茶园迎来春茶采摘 1" in found
    article_id = found.split()[0]
    assert run(data_dir, "search", "大雨", "--district", "ziyang", code=1)
    assert run(data_dir, "search", "大雨", "--district", "安康市")
    assert "names no single" in run(data_dir, "search", "大雨", "--district", "nowhere", code=1)
    assert run(data_dir, "search", "大雨", "--since", "2026-11-19", "--until", "2026-11-20")
    assert run(data_dir, "search", "大雨", "--until", "2026-11-19", code=1)
    assert "YYYY" in run(data_dir, "search", "--help")
    assert run(data_dir, "search", "大雨", "--since", "gestern", code=2)
    shown = run(data_dir, "article", "show", article_id, "--history", "--removed")
    assert "text changed" in shown
    assert "{+汉滨区下了大雨。+}" in shown
    assert "display-none" in shown
    by_address = run(data_dir, "article", "show", "http://www.example.cn/news/1.html")
    assert article_id in by_address
    assert "original" in by_address


def test_a_damaged_archive_is_told_with_exit_1(data_dir: Path) -> None:
    picture = next((data_dir / "media").rglob("*.png"))
    picture.unlink()
    assert f"FAULT: picture {picture.stem}" in run(data_dir, "archive", "verify", code=1)


def test_backup_and_restore(data_dir: Path, tmp_path: Path) -> None:
    backup, place = tmp_path / "backup", tmp_path / "restored"
    run(data_dir, "archive", "backup", backup)
    assert "restored and verified: 2 articles" in run(place, "archive", "restore", backup)
    assert "all as it was kept" in run(place, "archive", "verify")
    assert "not empty" in run(place, "archive", "restore", backup, code=1)
    assert "no complete backup" in run(place, "archive", "restore", data_dir, code=1)


def test_export_copy_and_reindex(data_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run(data_dir, "archive", "export", "-o", target)
    first, _ = target.read_text().splitlines()
    assert json.loads(first)["text"] == "汉滨区下了大雨。"
    run(data_dir, "archive", "export", "-o", target, "--format", "csv")
    assert target.read_text().startswith("id,story_id")
    url = f"sqlite:///{tmp_path}/other.sqlite"
    assert "articles" in run(data_dir, "archive", "copy", "--to", url)
    assert "not empty" in run(data_dir, "archive", "copy", "--to", url, code=1)
    assert "2 articles indexed" in run(data_dir, "archive", "reindex")
    assert "all as it was kept" in run(data_dir, "archive", "verify")


def test_takedown(data_dir: Path) -> None:
    article_id = run(data_dir, "search", "大雨").split()[0]
    assert "taken down" in run(data_dir, "takedown", article_id, "--reason", "court order")
    assert "court order" in run(data_dir, "article", "show", article_id, code=1)
    assert "no article" in run(data_dir, "takedown", article_id, "--reason", "x", code=1)
    assert "no article" in run(data_dir, "article", "show", "nonsense", code=1)


@pytest.mark.parametrize(
    "words",
    [
        ("archive", "stats"),
        ("archive", "verify"),
        ("archive", "backup", "PLACE"),
        ("archive", "export", "-o", "PLACE"),
        ("archive", "copy", "--to", "sqlite:///PLACE"),
        ("archive", "reindex"),
        ("archive", "gc"),
        ("article", "show", "x"),
        ("search", "大雨"),
        ("takedown", "x", "--reason", "y"),
        ("reextract", "--dry-run"),
        ("feeds", "build"),
        ("status",),
        ("politeness",),
        ("source", "accept", "akxw-ankang"),
        ("source", "learn", "akxw-ankang"),
    ],
    ids=" ".join,
)
def test_where_no_archive_is_none_is_made(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "nothing"
    monkeypatch.setattr("bot.sources.load.load", loaded)
    told = run(place, *(word.replace("PLACE", f"{tmp_path}/out") for word in words), code=1)
    assert told.startswith(f"xianwen: there is no archive at {place}/xianwen.sqlite3")
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_an_archive_is_left_as_it_is(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").touch()
    for _ in range(2):
        with pytest.raises(NoArchiveError, match="there is no archive at"):
            open_database(database_url, may_make=False)
    assert [(one.name, one.stat().st_size) for one in tmp_path.iterdir()] == [("archive.sqlite", 0)]
    open_database(database_url).dispose()
    open_database(database_url, may_make=False).dispose()
