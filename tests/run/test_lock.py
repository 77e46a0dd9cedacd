"""One process a data directory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.errors import AlreadyRunningError, DataDirectoryError
from bot.run.lock import data_directory

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from bot.run.lock import data_directory
with data_directory(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match=rf"process {first.pid}\b.*--data-dir"):
            data_directory(tmp_path).__enter__()
        first.kill()
        first.wait()
        with data_directory(tmp_path) as owned:
            assert owned == tmp_path


def test_the_directory_is_made(tmp_path: Path) -> None:
    with data_directory(tmp_path / "a" / "b") as owned:
        assert owned.is_dir()


def test_a_directory_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirectoryError) as told, data_directory(tmp_path / "file" / "data"):
        pass
    assert str(told.value).startswith(f"data_dir {tmp_path}/file/data: cannot be written by user")
    assert "Not a directory" in str(told.value)
