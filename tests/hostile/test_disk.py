"""Full, read-only and damaged disks: told in a line, nothing made worse, taken up again."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.database import reading, writing
from storage.errors import DatabaseDamagedError, DiskError
from storage.opening import open_database
from storage.schema import articles
from tests import demo as demo_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

ROOT = Path(__file__).parents[2]
PAGE_BYTES = 4096


def xianwen(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def titles(place: Path) -> list[str]:
    with closing(sqlite3.connect(place / "xianwen.sqlite3")) as connection:
        return sorted(title for (title,) in connection.execute("SELECT title FROM articles"))


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("xianwen:")]
    assert len(lines) == 1, done.stderr[-2000:]
    return lines[0]


def damage(place: Path, *, pages: Callable[[int], list[int]]) -> bytes:
    """Overwrite pages of the database with noise and return the file as it is then."""
    file = place / "xianwen.sqlite3"
    data = bytearray(file.read_bytes())
    noise = random.Random(1)  # noqa: S311
    for page in pages(len(data) // PAGE_BYTES):
        data[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = noise.randbytes(PAGE_BYTES)
    file.write_bytes(data)
    return bytes(data)


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_next_run_finishes(demo: Path, tmp_path: Path) -> None:
    def small_files() -> None:
        # The kernel refuses to let any file grow further, as a full disk does.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500 * 1024, resource.RLIM_INFINITY))

    done = demo_command.run(tmp_path, small_files)
    assert done.returncode == 1, done.stdout
    assert "cannot be written" in done.stderr + done.stdout
    assert demo_command.run(tmp_path).returncode == 0
    assert titles(tmp_path) == titles(demo)
    assert xianwen("archive", "verify", "--data-dir", str(tmp_path)).returncode == 0


def test_a_read_only_disk_is_told(demo: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(demo, place)
    script = f"mount --bind {place} {place} && mount -o remount,ro,bind {place} && exec "
    command = demo_command.command(place)
    probe = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{script} true"], capture_output=True, check=False
    )
    if probe.returncode != 0:
        pytest.skip("this machine lets us make no read-only mount")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script + " ".join(command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "read-only" in done.stderr.lower() or "readonly" in done.stderr.lower(), done.stderr
    assert titles(place) == titles(demo)


def test_a_damaged_database_is_refused_and_left_as_it_is(demo: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(demo, place)
    before = damage(place, pages=lambda count: list(range(1, count, 5)))
    for words in (("status",), ("archive", "verify")):
        told = one_line(xianwen(*words, "--data-dir", str(place)))
        assert "is damaged" in told
        assert "xianwen archive restore" in told
    assert (place / "xianwen.sqlite3").read_bytes() == before


def test_damage_met_while_running_stops_all_writing(demo: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(demo, place)
    engine = open_database(place / "xianwen.sqlite3")
    with closing(sqlite3.connect(place / "xianwen.sqlite3")) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'articles'"
        ).fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    damage(place, pages=lambda _count: [root - 1])
    before = (place / "xianwen.sqlite3").read_bytes()
    with (
        pytest.raises(DatabaseDamagedError, match="nothing more is written"),
        reading(engine) as connection,
    ):
        connection.execute(articles.select()).all()
    with pytest.raises(DatabaseDamagedError), writing(engine) as connection:
        connection.execute(articles.delete())
    engine.dispose()
    assert (place / "xianwen.sqlite3").read_bytes() == before


def test_what_is_restored_after_damage_is_what_was_backed_up(demo: Path, tmp_path: Path) -> None:
    place, backup, new = tmp_path / "data", tmp_path / "backup", tmp_path / "new"
    shutil.copytree(demo, place)
    done = xianwen("archive", "backup", str(backup), "--data-dir", str(place))
    assert done.returncode == 0, done.stderr
    damage(place, pages=lambda count: list(range(1, count, 3)))
    done = xianwen("archive", "restore", str(backup), "--data-dir", str(new))
    assert done.returncode == 0, done.stderr + done.stdout
    assert titles(new) == titles(demo)
    assert xianwen("archive", "verify", "--data-dir", str(new)).returncode == 0


def fill(engine: Engine, page_count: int) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {page_count}")
        connection.exec_driver_sql("CREATE TABLE filler (x)")
        for _ in range(200):
            connection.exec_driver_sql("INSERT INTO filler VALUES (randomblob(4000))")


def test_a_write_to_a_full_disk_is_an_error_of_ours(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "small.sqlite3")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(DiskError, match="cannot be written"):
        fill(engine, size)
    engine.dispose()
