"""Hot reload, as an operator sees it: the daemon is a process, the edits are saved files."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.acceptance.test_daemon import places, running, write_config

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = 'sources:\n  - id: one\n    district: "610924"\n    url: http://127.0.0.1:9/one/\n'
SECOND = '  - id: two\n    district: "610902"\n    url: http://127.0.0.1:9/two/\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path, SOURCES)


def status(config: Path, data: Path) -> str:
    command = [sys.executable, "-m", "bot", "status", *places(config, data)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_edits_are_taken_up_and_a_bad_file_changes_nothing(config: Path, tmp_path: Path) -> None:
    data, file = tmp_path / "data", config / "sources" / "replica.yaml"
    good = file.read_text()
    with running(config, data) as daemon:
        daemon.hear("running")
        file.write_text(good + SECOND)
        daemon.hear("configuration in force .*added=two")
        assert httpx.get(f"{daemon.address}/feeds/source/two/rss.xml").status_code == 200
        file.write_text(good + SECOND.replace("district", "distrikt"))
        daemon.hear(r"configuration refused.*replica\.yaml:\d+: sources\[1\]\.distrikt")
        # The file is broken, and what `status` reads of the sources is the daemon's to tell.
        assert httpx.get(f"{daemon.address}/feeds/source/two/rss.xml").status_code == 200
        file.write_text(good + SECOND + "    enabled: false\n")
        daemon.hear("configuration in force .*removed=two")
        assert "refused" not in status(config, data)
        (config / "xianwen.yaml").write_text(
            (config / "xianwen.yaml").read_text() + "publish:\n  title: 新县闻\n"
        )
        daemon.hear(r"configuration in force .*settings=publish\.title")
        assert "新县闻" in httpx.get(f"{daemon.address}/").text
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hear("configuration in force +why=asked")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(timeout=15) == 0


def test_status_tells_what_was_refused(config: Path, tmp_path: Path) -> None:
    data, settings = tmp_path / "data", config / "xianwen.yaml"
    good = settings.read_text()
    with running(config, data) as daemon:
        daemon.hear("running")
        settings.write_text(good + "log:\n  level: loud\n")
        daemon.hear("configuration refused.*log.level")
        told = status(config, data)
        assert "The configuration is refused; a running daemon keeps that of" in told
        assert "log.level" in told
