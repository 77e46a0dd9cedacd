"""The demo, as a stranger runs it: replica crawled, feeds written, a second run changes nothing."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from functools import partial
from shutil import copytree
from typing import TYPE_CHECKING

import feedparser
import httpx
import pytest

from tests import demo as demo_command
from tests.waiting import has_ended_before

if TYPE_CHECKING:
    from pathlib import Path


def files(place: Path) -> dict[str, bytes]:
    root = place / "public"
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_every_feed_is_well_formed_and_has_each_article_once(demo: Path) -> None:
    feeds = [*demo.glob("public/feeds/*/rss.xml"), *demo.glob("public/feeds/*/atom.xml")]
    assert len(feeds) > 20
    total = 0
    for file in feeds:
        parsed = feedparser.parse(file.read_bytes())
        assert not parsed.bozo, (file, parsed.get("bozo_exception"))
        ids = Counter(entry.id for entry in parsed.entries)
        assert all(count == 1 for count in ids.values()), file
        total += len(ids)
    assert total > 0


def test_no_watermark_reaches_a_subscriber(demo: Path) -> None:
    for name, body in files(demo).items():
        if name.endswith((".xml", ".json")):
            assert not re.search(r"[0-9A-Za-z]{3}秦巴县闻网", body.decode()), name


def test_the_counties_of_ankang_have_articles(demo: Path) -> None:
    for slug in ("ziyang", "hanbin", "pingli", "shiquan"):
        parsed = feedparser.parse((demo / "public/feeds" / slug / "atom.xml").read_bytes())
        assert parsed.entries, slug


def test_a_second_run_serves_site_and_console_and_changes_no_byte(
    demo: Path, tmp_path: Path
) -> None:
    place = copytree(demo, tmp_path / "again")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-u", "-m", "bot", "demo", "--data-dir", str(place)]
    # Feeds name the address that the first run had.
    ours = {"XIANWEN_WEB_PORT": str(port), "XIANWEN_WEB_PUBLIC_URL": "http://127.0.0.1:8610"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **ours}
    ) as run:
        assert run.stdout is not None
        lines = []
        for line in run.stdout:
            lines.append(line)
            if "its token" in line:
                break
        found = re.search(r"console: (\S+) ; its token: (\S+)", lines[-1])
        assert found, "".join(lines)
        with httpx.Client(
            transport=httpx.HTTPTransport(retries=8),
            headers={"Origin": f"http://127.0.0.1:{port}"},
            follow_redirects=True,
        ) as client:
            assert "紫阳县" in client.get(f"http://127.0.0.1:{port}/").text
            inside = client.post(f"{found[1]}login", data={"token": found[2]})
            assert "replica-ziyang" in inside.text
        run.terminate()
        assert run.wait(20) == 0
    assert files(place) == files(demo)


@pytest.mark.slow
def test_a_demo_that_was_killed_midway_is_taken_up_and_loses_nothing(
    demo: Path, tmp_path: Path
) -> None:
    whole = story_titles(demo)
    database = tmp_path / "xianwen.sqlite3"
    command = demo_command.command(tmp_path)
    for wanted in (3, 9):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            is_early = has_ended_before(run, partial(has_kept, database, wanted))
            run.kill()
        assert not is_early
        assert run.returncode == -9, "it ended before it could be killed"
    done = demo_command.run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert story_titles(tmp_path) == whole


def kept(database: Path) -> int:
    """Return how many articles the archive has committed, seen from outside."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            count: int = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
            return count
    except sqlite3.OperationalError:
        return 0


def has_kept(database: Path, count: int) -> bool:
    return kept(database) >= count


def story_titles(place: Path) -> list[str]:
    """Return the titles of all articles in the archive, sorted, doubles included."""
    with closing(sqlite3.connect(place / "xianwen.sqlite3")) as connection:
        return sorted(title for (title,) in connection.execute("SELECT title FROM articles"))
