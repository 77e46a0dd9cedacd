from __future__ import annotations

from typing import TYPE_CHECKING

from tests.storage.crash import Promised, check, kill_once

if TYPE_CHECKING:
    from pathlib import Path


def test_a_killed_writer_loses_nothing_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    promised = Promised()
    for number in range(1, 5):
        kill_once(database_url, tmp_path, number, promised)
    check(database_url, tmp_path, promised)
    assert promised.articles
